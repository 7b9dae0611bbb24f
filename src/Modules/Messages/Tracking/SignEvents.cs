using Ciclo.Core.Mail;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Messages.Sending;

namespace Ciclo.Modules.Messages.Tracking;

/// <summary>
/// Counts signs with their messages and tells the journal what people did: the first opening, and the first click on each link. What a machine did is counted apart and becomes no event:
/// nobody must look active because a filter looked.
/// </summary>
internal static class SignEvents
{
    private const int AtOnce = 300;

    public static async Task TellAsync(MessageDesk desk, WorkspaceEngine engine, CancellationToken cancellation)
    {
        while (true)
        {
            var now = desk.Host.NowMs;
            var (due, messages, all) = desk.Host.Database.Read(connection =>
            {
                var signs = SignStore.Due(connection, engine.Id, now, AtOnce);
                var ids = signs.Select(sign => sign.MessageId).Distinct(StringComparer.Ordinal).ToList();
                return (signs, ids.ToDictionary(id => id, id => ListStore.Find(connection, engine.Id, id)!), ids.ToDictionary(id => id, id => SignStore.Of(connection, engine.Id, id)));
            });
            if (due.Count == 0)
            {
                return;
            }
            var frame = new FrameBuilder();
            var judged = due.Select(sign => Judge(sign, messages[sign.MessageId], all[sign.MessageId])).ToList();
            foreach (var sign in judged.Where(sign => sign.Reader == Reader.Person))
            {
                Add(frame, desk, sign, messages[sign.MessageId], now);
            }
            if (frame.Records > 0)
            {
                await engine.AppendAsync(frame.Payload, cancellation);
            }
            await desk.Host.Database.WriteAsync((connection, transaction) =>
            {
                judged.ForEach(sign => SignStore.Told(connection, transaction, sign));
                return 0;
            }, CancellationToken.None);
        }
    }

    /// <summary>A click that belongs to one look of a machine at several links is that machine's.</summary>
    private static MessageSign Judge(MessageSign sign, Message message, List<MessageSign> all) =>
        sign.Kind == SignKind.Clicked && sign.Reader == Reader.Person
        && Readers.IsBurst(all.Where(one => one.Kind == SignKind.Clicked).Select(one => (one.Link, one.At)), sign.At, message.Links)
            ? sign with { Reader = Reader.Scanner } : sign;

    private static void Add(FrameBuilder frame, MessageDesk desk, MessageSign sign, Message message, long now)
    {
        var prefix = desk.Channel(message.Channel)?.EventPrefix ?? "Message";
        var (name, isSystem) = sign.Kind switch
        {
            SignKind.Opened => (prefix + " Opened", false),
            SignKind.Clicked => (prefix + " Link Clicked", false),
            SignKind.Delivered => (prefix + " Delivered", true),
            SignKind.Deferred => (prefix + " Deferred", true),
            SignKind.Bounced => (prefix + " Bounced", true),
            SignKind.Complained => (prefix + " Marked as Spam", false),
            // Whoever keeps consent tells of it.
            _ => ("", false),
        };
        if (name.Length == 0)
        {
            return;
        }
        var properties = EventFrame.PropertiesOf(message);
        if (sign.Kind == SignKind.Clicked)
        {
            properties.Add(("link_url", sign.Url));
            properties.Add(("link_id", sign.Link.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
        else if (sign.Detail.Length > 0)
        {
            properties.Add(("reason", sign.Detail));
        }
        // One id for all openings, and for all clicks on a link: the journal keeps the first.
        var id = sign.Kind == SignKind.Clicked ? $"{message.Id}/clicked/{sign.Link}" : $"{message.Id}/{SignStore.Name(sign.Kind)}";
        EventFrame.Add(frame, id, name, isSystem, message.Person, sign.At, now, properties);
    }
}
