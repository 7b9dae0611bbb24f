using System.Globalization;
using Ciclo.Core.Events;
using Ciclo.Data.Files;
using Ciclo.Data.History;

namespace Ciclo.Engine.Runtime;

/// <summary>The files of one history: `history/SLOT/NUMBER.seg`.</summary>
internal sealed class HistoryFolder(IStorage storage, int slot, IEventRecords records, long nextNumber, bool checksWhole)
{
    internal const string Root = "history";

    private readonly List<HistorySegment> retired = [];
    private long next = nextNumber;
    private volatile bool isCreated;

    internal IStorage Storage => storage;

    internal int Slot => slot;

    internal long NextNumber => Interlocked.Read(ref next);

    internal static string PathOf(int slot) => string.Create(CultureInfo.InvariantCulture, $"{Root}/{slot}");

    internal static string NameOf(long number) => number.ToString("d12", CultureInfo.InvariantCulture) + ".seg";

    internal string PathOf(long number) => PathOf(slot) + "/" + NameOf(number);

    internal long TakeNumber() => Interlocked.Increment(ref next) - 1;

    internal HistorySegment Open(SegmentMeta meta) => HistorySegment.Open(storage, PathOf(meta.Number), meta.Number, meta, records, checksWhole);

    internal void Create()
    {
        if (isCreated)
        {
            return;
        }
        storage.CreateDirectory(Root);
        storage.CreateDirectory(PathOf(slot));
        storage.SyncDirectory("");
        storage.SyncDirectory(Root);
        isCreated = true;
    }

    internal void SyncNames() => storage.SyncDirectory(PathOf(slot));

    /// <summary>Deletes what a task that failed has written. Where the disk does not even let it, the next opening will: no manifest names the file.</summary>
    internal void Discard(long number)
    {
        try
        {
            storage.Delete(PathOf(number));
        }
        catch (IOException)
        {
            // What made the task fail is told by whoever ran it.
        }
    }

    internal void Retire(IEnumerable<HistorySegment> segments) => retired.AddRange(segments);

    /// <summary>Deletes what was merged into others and no durable manifest names; what somebody still reads is deleted the next time.</summary>
    internal void DeleteRetired(HistoryManifest durable)
    {
        var named = durable.Segments.Select(segment => segment.Number).ToHashSet();
        foreach (var segment in retired.Where(segment => !named.Contains(segment.Meta.Number) && !segment.IsHeld).ToList())
        {
            storage.Delete(PathOf(segment.Meta.Number));
            retired.Remove(segment);
        }
    }
}

/// <summary>
/// Where histories live. Making everything anew writes beside the history in force, in a folder of its own; folders are used in turn and
/// never while a durable checkpoint, or somebody who reads, needs them.
/// </summary>
/// <param name="storage">The workspace's files.</param>
/// <param name="recordsOf">Reads events of the journal anew, by the numbers of paths that a history's events are packed with.</param>
/// <param name="options">Sizes.</param>
public sealed class HistoryHome(IStorage storage, Func<Names, IEventRecords> recordsOf, HistoryOptions options)
{
    /// <summary>The one in force, the one that the checkpoint names, and one that is being made.</summary>
    private const int Slots = 3;

    private readonly Dictionary<int, History> current = [];
    private HistoryManifest? durable;

    /// <summary>An empty history in a folder that nobody needs.</summary>
    /// <param name="paths">The numbers of property paths that its events are packed with.</param>
    public History Fresh(Names paths)
    {
        var slot = Enumerable.Range(1, Slots).First(slot => slot != durable?.Slot && !current.ContainsKey(slot));
        DeleteFiles(slot, []);
        return Keep(new HistoryFolder(storage, slot, recordsOf(paths), 1, options.ChecksWhole), []);
    }

    /// <summary>
    /// The history that a durable checkpoint names; files of its folder that it does not name are deleted. Throws
    /// <see cref="HistoryDamagedException"/> where a segment is missing or damaged: make it anew from the journal then.
    /// </summary>
    public History Open(HistoryManifest manifest, Names paths)
    {
        var folder = new HistoryFolder(storage, manifest.Slot, recordsOf(paths), manifest.NextNumber, options.ChecksWhole);
        var segments = new List<HistorySegment>();
        try
        {
            foreach (var meta in manifest.Segments)
            {
                segments.Add(folder.Open(meta));
            }
        }
        catch
        {
            segments.ForEach(segment => segment.Release());
            throw;
        }
        MadeDurable(manifest);
        return Keep(folder, segments);
    }

    /// <summary>Lets go of a history that another has taken the place of. Its files go when no checkpoint names them.</summary>
    public void Close(History history)
    {
        foreach (var slot in current.Where(one => one.Value == history).Select(one => one.Key).ToList())
        {
            current.Remove(slot);
        }
        history.Dispose();
    }

    /// <summary>To be called when a checkpoint with this manifest is durable: deletes the files that nothing needs any more.</summary>
    public void MadeDurable(HistoryManifest manifest)
    {
        durable = manifest;
        foreach (var slot in Enumerable.Range(1, Slots))
        {
            if (current.TryGetValue(slot, out var history))
            {
                history.DeleteRetired(manifest.Slot == slot ? manifest : manifest with { Segments = [] });
            }
            else
            {
                DeleteFiles(slot, manifest.Slot == slot ? manifest.Segments : []);
            }
        }
    }

    private History Keep(HistoryFolder folder, List<HistorySegment> segments) => current[folder.Slot] = new History(folder, options, segments);

    private void DeleteFiles(int slot, IReadOnlyList<SegmentMeta> except)
    {
        var kept = except.Select(segment => HistoryFolder.NameOf(segment.Number)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in storage.List(HistoryFolder.PathOf(slot)).Where(name => !kept.Contains(name)))
        {
            storage.Delete(HistoryFolder.PathOf(slot) + "/" + name);
        }
    }
}
