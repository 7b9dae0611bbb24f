using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Messages.Sending;

/// <summary>
/// Tells the journal what was sent: `Email Sent` with the message's own id, of origin system. What is stored as sent is told until it is known to be, so a crash in between repeats an
/// event, whose id makes it one, and never leaves one out.
/// </summary>
internal static class SentEvents
{
    private const int InOneFrame = 500;

    public static async Task TellAsync(MessageDesk desk, WorkspaceEngine engine, CancellationToken cancellation)
    {
        while (true)
        {
            var untold = desk.Host.Database.Read(connection => OutboxStore.Untold(connection, engine.Id, InOneFrame));
            if (untold.Count == 0)
            {
                return;
            }
            var (frame, now) = (new FrameBuilder(), desk.Host.NowMs);
            foreach (var message in untold)
            {
                var prefix = desk.Channel(message.Channel)?.EventPrefix ?? "Message";
                EventFrame.Add(frame, message.Id, prefix + " Sent", isSystem: true, message.Person, message.SentAt ?? now, now, EventFrame.PropertiesOf(message));
            }
            if (frame.Records > 0)
            {
                await engine.AppendAsync(frame.Payload, cancellation);
            }
            await desk.Host.Database.WriteAsync((connection, transaction) =>
            {
                OutboxStore.Told(connection, transaction, [.. untold.Select(message => message.Id)]);
                return 0;
            }, CancellationToken.None);
        }
    }
}
