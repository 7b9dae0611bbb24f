using Ciclo.Core.Events;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// What a person's own events left behind beside their history, gathered while the journal is read to erase them, so that it can be taken back
/// without staging everything anew. <see cref="IsExact"/> is false where that would not be the same.
/// </summary>
/// <param name="kept">Addresses of the events that stand in the person's history: those that counted.</param>
internal sealed class OwnTraces(IReadOnlySet<long> kept)
{
    private readonly HashSet<UInt128> keys = [];

    /// <summary>Keys under which later copies of the person's events were told as duplicates.</summary>
    public IReadOnlySet<UInt128> Keys => keys;

    public IReadOnlySet<long> Kept => kept;

    /// <summary>Copies of the person's events that came by the API.</summary>
    public long Duplicates { get; private set; }

    /// <summary>The person's events by import.</summary>
    public Dictionary<uint, long> Imported { get; } = [];

    /// <summary>Addresses of refused items that named the person.</summary>
    public HashSet<long> Rejected { get; } = [];

    public bool IsExact { get; private set; } = true;

    /// <summary>An event of the person.</summary>
    public void Own(in EventRecord record, long address)
    {
        var isImported = record.ImportId != 0;
        if (kept.Contains(address))
        {
            keys.Add(MessageLog.KeyOf(record.MessageId, isImported));
        }
        if (isImported)
        {
            Imported[record.ImportId] = Imported.GetValueOrDefault(record.ImportId) + 1;
            // What replaced another, was replaced, or came twice left traces in the counts of several imports.
            IsExact &= kept.Contains(address) && (record.Flags & EventFlags.Replace) == 0;
        }
        else if (!kept.Contains(address))
        {
            Duplicates++;
        }
    }

    /// <summary>Somebody else's event: one that was a duplicate of the person's counts once theirs is gone.</summary>
    public void Other(in EventRecord record) =>
        IsExact &= keys.Count == 0 || !keys.Contains(MessageLog.KeyOf(record.MessageId, record.ImportId != 0));
}
