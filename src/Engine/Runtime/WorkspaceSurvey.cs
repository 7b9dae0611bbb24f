using Ciclo.Core.Events;
using Ciclo.Data.Files;
using Ciclo.Data.History;
using Ciclo.Data.Journal;
using Ciclo.Data.Keys;

namespace Ciclo.Engine.Runtime;

public enum FileState
{
    Whole = 0,
    /// <summary>The end of a write that was never acknowledged: cut off at the next opening.</summary>
    TornTail = 1,
    /// <summary>Derived, and made anew from the journal.</summary>
    MadeAnew = 2,
    /// <summary>Bytes that were acknowledged cannot be read.</summary>
    Damaged = 3,
}

/// <summary>What was found in a file. <paramref name="At"/>: where the first damage is, as an offset.</summary>
public sealed record FileHealth(string File, FileState State, string Detail, long? At = null);

/// <summary>Looks at every file of a workspace that nobody has open, and changes nothing.</summary>
public static class WorkspaceSurvey
{
    public static List<FileHealth> Run(IStorage storage)
    {
        var found = new List<FileHealth>();
        found.AddRange(Log(storage, "journal"));
        found.AddRange(Log(storage, "feed"));
        if (storage.Exists("checkpoint"))
        {
            found.Add(Checkpoint.IsWhole(storage)
                ? new FileHealth("checkpoint", FileState.Whole, "")
                : new FileHealth("checkpoint", FileState.MadeAnew, "not what was written"));
        }
        for (var slot = 1; slot <= 3; slot++)
        {
            found.AddRange(storage.List($"history/{slot}").Select(name => Derived($"history/{slot}/{name}", path => OpenSegment(storage, path))));
        }
        for (var slot = 0; slot < 4; slot++)
        {
            found.AddRange(storage.List($"keys/{slot}").Select(name => Derived($"keys/{slot}/{name}", path => KeyCheck.Run(storage, path))));
        }
        return found;
    }

    private static IEnumerable<FileHealth> Log(IStorage storage, string folder)
    {
        var expected = 1;
        foreach (var report in JournalInspection.Run(storage, folder))
        {
            for (; $"{folder}/{expected:D12}.log" != report.File && expected < 1_000_000; expected++)
            {
                yield return new FileHealth($"{folder}/{expected:D12}.log", FileState.Damaged, "missing", 0);
            }
            expected++;
            yield return report switch
            {
                // A last file with nothing after its header is taken away and made again.
                { Problem: { } problem, FirstPosition: < 0 } when problem.StartsWith("Nothing", StringComparison.Ordinal) => new FileHealth(report.File, FileState.TornTail, "0 bytes"),
                { Problem: { } problem } => new FileHealth(report.File, FileState.Damaged, problem, 0),
                { Damage: [var first, ..] } => new FileHealth(report.File, FileState.Damaged,
                    $"{report.Damage.Sum(range => range.Length)} bytes in {report.Damage.Count} places from position {first.Position}; {report.Frames} whole frames can be saved", first.Offset),
                { UnfinishedBytes: > 0 } => new FileHealth(report.File, FileState.TornTail, $"{report.UnfinishedBytes} bytes that were never acknowledged"),
                _ => new FileHealth(report.File, FileState.Whole, $"{report.Frames} frames"),
            };
        }
    }

    private static FileHealth Derived(string path, Action<string> check)
    {
        try
        {
            check(path);
            return new FileHealth(path, FileState.Whole, "");
        }
        // Kinds of damage with one answer, and no common ancestor but Exception.
        catch (Exception damaged) when (damaged is HistoryDamagedException or KeysDamagedException or IOException)
        {
            return new FileHealth(path, FileState.MadeAnew, "not what was written");
        }
    }

    private static void OpenSegment(IStorage storage, string path) => HistorySegment.Open(storage, path, 0, null, new NoRecords(), true).Release();

    private sealed class NoRecords : IEventRecords
    {
        public byte[] MessageId(long address) => [];

        public byte[] Packed(long address) => [];
    }
}
