using Ciclo.Core;
using Ciclo.Modules.Messages.Contracts;

namespace Ciclo.Modules.Onsite;

/// <summary>Messages that wait for a person's next visit. Their address is the person: no other is needed to meet them on the site.</summary>
internal sealed class OnsiteChannel : IChannel
{
    public string Id => MessagePickup.Onsite;

    public Text Label => new("On the site", "En el sitio");

    public string EventPrefix => "In-App Message";

    public string? AddressTrait => null;

    public bool IsFetched => true;

    public int BatchSize => 1;

    public bool IsLive(string workspaceId) => true;

    public string? Normalize(string address) => address;

    /// <summary>Nothing is ever handed to it.</summary>
    public Task SendAsync(string workspaceId, IReadOnlyList<OutgoingMessage> messages, ISendLog log, CancellationToken cancellation) => Task.CompletedTask;

    public IReadOnlyDictionary<int, long> Pace(string workspaceId, IReadOnlyList<string> addresses, long nowMs) => new Dictionary<int, long>();

    public long RestsUntil(string workspaceId, long nowMs) => 0;
}
