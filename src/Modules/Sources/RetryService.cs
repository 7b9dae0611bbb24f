using Ciclo.Core;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Sources;

/// <summary>What became of an item that was sent again. <paramref name="Position"/>: of its frame, where it came in.</summary>
internal sealed record Retried(Text? Refusal, long Position = -1)
{
    public bool CameIn => Refusal is null;
}

/// <summary>
/// Sends refused items through admission again, as they were or as somebody corrected them. What is refused again leaves no second entry; what
/// comes in has an id of its own, so that it is one event however often it is sent.
/// </summary>
internal sealed class RetryService(DataHost host)
{
    /// <summary>Items of a set that are sent again in one go; who has more does it again.</summary>
    public const int MostAtOnce = 500;

    private readonly MessageIds ids = MessageIds.FromSystem();

    public IReadOnlyDictionary<long, long> Known(WorkspaceEngine engine) => host.Database.Read(connection => RetriedStore.Of(connection, engine.Id));

    /// <summary>Sends one item again. <paramref name="edited"/>: its corrected text; null as it was.</summary>
    public async Task<Retried> SendAsync(WorkspaceEngine engine, long address, string? edited, (string Name, string Value)? missing, Actor by, CancellationToken cancellation)
    {
        var row = RejectedRow.Read(engine.Journal, address);
        if (row.Source != "api" || row.Reason == "erased")
        {
            return new Retried(RejectedWords.CannotRetry(row));
        }
        if (Known(engine).ContainsKey(address))
        {
            return new Retried(RejectedWords.CameInBefore);
        }
        var now = host.NowMs;
        if (KeptItem.Body(edited ?? row.Item, row.Item, address, row.ReceivedAt, missing?.Name, missing?.Value) is not { } body)
        {
            return new Retried(RejectedWords.NoJson);
        }
        var frame = new FrameBuilder();
        var result = new Admission(ids).Read(body, new RequestFacts(null, now), frame);
        if (result.Admitted != 1)
        {
            return new Retried(ReasonOf(result, frame));
        }
        var position = await engine.AppendAsync(frame.Payload, cancellation);
        await host.Database.WriteAsync((connection, transaction) =>
        {
            RetriedStore.Add(connection, transaction, engine.Id, address, now, by.Id);
            AuditLog.Write(connection, transaction, now, new AuditEntry(engine.Id, by, AuditActions.ItemRetried, $"item_{address:x}", $"reason={row.Reason} edited={(edited is null ? "no" : "yes")}"));
            return 0;
        }, CancellationToken.None);
        return new Retried(null, position);
    }

    private static Text ReasonOf(AdmissionResult result, FrameBuilder frame)
    {
        if (result.Error != BodyError.None)
        {
            return RejectedWords.NoJson;
        }
        var reader = new FrameReader(frame.Payload.Span);
        return reader.Read() && reader.Kind == RecordKind.Rejected ? RejectedWords.Meaning(RejectedItem.Read(reader.Body).Reason) : RejectedWords.NoJson;
    }
}
