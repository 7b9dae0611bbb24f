using Ciclo.Core.Mail;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Messages.Tracking;

namespace Ciclo.Modules.Messages.Sending;

/// <summary>Gives messages to people who come for them, one at a time.</summary>
internal sealed class Pickup(MessageDesk desk)
{
    /// <summary>Messages that are decided about for one question: each may be held back, and the next one is looked at.</summary>
    private const int MostLooks = 10;

    public async Task<OutgoingMessage?> TakeAsync(WorkspaceEngine engine, string channelId, IReadOnlyList<string> identifiers, CancellationToken cancellation)
    {
        if (desk.Channel(channelId) is not { IsFetched: true } channel)
        {
            return null;
        }
        var (host, writer) = (desk.Host, new Writer(desk, channel, engine.Id));
        for (var look = 0; look < MostLooks; look++)
        {
            var now = host.NowMs;
            var due = host.Database.Read(connection => OutboxStore.DueOf(connection, engine.Id, channelId, identifiers, now, MostLooks));
            if (due.Count == 0)
            {
                return null;
            }
            var written = writer.Decide(engine, due, now);
            // One transaction: a page that asks at the same moment finds it gone.
            var given = await host.Database.WriteAsync((connection, transaction) =>
            {
                var claimed = OutboxStore.Claim(connection, transaction, "", [.. written.Select(one => one.Decision)], now);
                OutboxStore.Settle(connection, transaction, [.. due.Where(message => claimed.Contains(message.Id)).Select(message => Outcomes.Of(message, new SendResult(SendOutcome.Sent, ""), now, 0))]);
                return claimed;
            }, cancellation);
            if (written.Find(one => given.Contains(one.Decision.Id)) is { } taken)
            {
                return taken.Outgoing;
            }
        }
        return null;
    }

    public async Task<bool> SignAsync(string workspaceId, string channel, string messageId, FetchedSign sign, CancellationToken cancellation)
    {
        var now = desk.Host.NowMs;
        var (kind, name) = sign == FetchedSign.Shown ? (SignKind.Delivered, "delivered") : (SignKind.Clicked, "clicked/1");
        return await desk.Host.Database.WriteAsync((connection, transaction) =>
        {
            if (ListStore.Find(connection, workspaceId, messageId, transaction) is not { State: MessageState.Sent } message || message.Channel != channel)
            {
                return false;
            }
            SignStore.Add(connection, transaction, new MessageSign($"{messageId}/{name}", workspaceId, messageId, kind, Reader.Person, kind == SignKind.Clicked ? 1 : 0, "", "", now, now, IsTold: false));
            return true;
        }, cancellation);
    }
}
