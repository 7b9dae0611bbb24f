using System.Collections.Concurrent;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// What memories of new events were made of and others will be made of, for all workspaces of the process. As garbage, gigabytes of it would pass
/// through the part of the heap that is swept last. Any thread.
/// </summary>
internal static class HistoryChunks
{
    /// <summary>32 MB of bytes, half of what one memory has when it is written; more goes to the collector.</summary>
    private const int MostChunks = 128;

    private static readonly ConcurrentBag<byte[]> bytes = [];
    private static readonly ConcurrentBag<HistoryMemory.Entry[]> entries = [];

    public static byte[] TakeBytes() => bytes.TryTake(out var chunk) ? chunk : GC.AllocateUninitializedArray<byte>(HistoryMemory.ChunkBytes);

    public static HistoryMemory.Entry[] TakeEntries() =>
        entries.TryTake(out var block) ? block : new HistoryMemory.Entry[HistoryMemory.BlockSize];

    public static void Give(IEnumerable<byte[]> chunks, IEnumerable<HistoryMemory.Entry[]> blocks)
    {
        foreach (var chunk in chunks.Where(chunk => chunk.Length == HistoryMemory.ChunkBytes).Take(MostChunks - bytes.Count))
        {
            bytes.Add(chunk);
        }
        foreach (var block in blocks.Take(MostChunks - entries.Count))
        {
            entries.Add(block);
        }
    }
}
