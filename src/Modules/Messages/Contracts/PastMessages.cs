using Ciclo.Core.Mail;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Messages.Email;
using Ciclo.Modules.Messages.Sending;
using Ciclo.Modules.Messages.Tracking;
using Ciclo.Modules.Templates.Contracts;

namespace Ciclo.Modules.Messages.Contracts;

/// <summary>An e-mail that left before it was recorded here, and what became of it. Times are Unix milliseconds; null is "not so". <paramref name="Id"/>: `msg_` and 32 hexadecimal digits.</summary>
public sealed record PastMessage(
    MessageDraft Draft, string Id, long SentAt, long? DeliveredAt, long? OpenedAt, long? ClickedAt, string Link, long? BouncedAt);

/// <summary>Records e-mails that left before, so that lists and counts have them. Nothing is sent, and no event is made of them.</summary>
public static class PastMessages
{
    /// <summary>Stores them as sent, written by their template for who each person is now. One whose key is taken is left out.</summary>
    /// <exception cref="InvalidOperationException">A template cannot be written for somebody.</exception>
    public static async Task RecordAsync(DataHost host, WorkspaceEngine engine, ITemplates templates, IReadOnlyList<PastMessage> messages, CancellationToken cancellation)
    {
        await using var channel = new EmailChannel(host, SmtpPatience.Usual);
        var writer = new Writer(MessageDesk.Of(host), channel, engine.Id, templates);
        var recipients = engine.Read(state => messages.Select(message => Writer.Find(host, state, MessageOf(engine.Id, message), channel)).ToList());
        var written = new Decision[messages.Count];
        Parallel.For(0, written.Length, i => written[i] = recipients[i] is { } recipient && writer.Preview(recipient) is { Outgoing: not null } made
            ? made.Decision : throw new InvalidOperationException($"The message {messages[i].Id} cannot be written."));
        await host.Database.WriteAsync((connection, transaction) =>
        {
            for (var i = 0; i < written.Length; i++)
            {
                if (PastStore.Add(connection, transaction, engine.Id, messages[i], written[i]))
                {
                    foreach (var sign in SignsOf(engine.Id, messages[i]))
                    {
                        SignStore.Add(connection, transaction, sign);
                        SignStore.Told(connection, transaction, sign);
                    }
                }
            }
            return 0;
        }, cancellation);
    }

    private static Message MessageOf(string workspaceId, PastMessage past)
    {
        var draft = past.Draft;
        return new Message(
            past.Id, workspaceId, draft.Key, draft.Person, draft.Channel, draft.TemplateId, 0, draft.Purpose, draft.Source, draft.Data, draft.HoldBack, draft.Priority, draft.DueMs, draft.DueMs,
            draft.ExpiresMs, MessageState.Sent, "", 1, "", "", "", "", 0, past.SentAt, "", "");
    }

    private static IEnumerable<MessageSign> SignsOf(string workspaceId, PastMessage message)
    {
        foreach (var (kind, instant) in new[]
        {
            (SignKind.Delivered, message.DeliveredAt), (SignKind.Bounced, message.BouncedAt), (SignKind.Opened, message.OpenedAt), (SignKind.Clicked, message.ClickedAt),
        })
        {
            if (instant is { } at)
            {
                var isClick = kind == SignKind.Clicked;
                yield return new MessageSign(
                    $"{message.Id}/{SignStore.Name(kind)}", workspaceId, message.Id, kind, Reader.Person, isClick ? 1 : 0, isClick ? message.Link : "", "", at, at, IsTold: false);
            }
        }
    }
}
