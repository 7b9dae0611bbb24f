using Ciclo.Data.Journal;

namespace Ciclo.Modules.Safety;

/// <summary>Copies a file in pieces, summing up what it copies: a growing file is gone on with from where it was.</summary>
internal sealed class FileCopy(string from, string to) : IDisposable
{
    private readonly FileStream source = new(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
    private readonly FileStream target = new(to, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
    private uint sum = Checksum.Start;

    public long Bytes { get; private set; }

    public uint Crc32c => ~sum;

    /// <summary>Copies up to a length of the file. Throws where the file is shorter.</summary>
    public async Task<long> AdvanceAsync(long length, CancellationToken cancellation)
    {
        var buffer = new byte[1 << 20];
        var before = Bytes;
        while (Bytes < length)
        {
            var count = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - Bytes)), cancellation);
            if (count == 0)
            {
                throw new IOException($"'{from}' has {Bytes} bytes where {length} are due.");
            }
            await target.WriteAsync(buffer.AsMemory(0, count), cancellation);
            sum = Checksum.Add(sum, buffer.AsSpan(0, count));
            Bytes += count;
        }
        return Bytes - before;
    }

    public Task<long> AllAsync(CancellationToken cancellation) => AdvanceAsync(source.Length, cancellation);

    /// <summary>Makes the copy durable.</summary>
    public void Flush() => target.Flush(flushToDisk: true);

    public void Dispose()
    {
        source.Dispose();
        target.Dispose();
    }
}
