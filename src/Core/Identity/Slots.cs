using System.Numerics;
using System.Security.Cryptography;

namespace Ciclo.Core.Identity;

/// <summary>
/// The open-addressed table of row numbers behind the tables of nodes and links: 4 bytes a slot, at most two thirds full.
/// Keys stay with the rows. The caller probes: <see cref="Start"/>, then <see cref="Next"/> until <see cref="At"/> is negative.
/// Placement depends on a secret of the process, so that nobody can send identifiers that all fall into one place;
/// nothing that is computed may depend on placement.
/// </summary>
internal sealed class Slots
{
    private ulong secret = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;
    private const int Fewest = 16;

    private PagedRows<int> rows = Empty(Fewest);
    private int shift = 60;

    public int Start(ulong key) => (int)((key * secret) >> shift);

    public int Next(int slot) => (slot + 1) & (rows.Count - 1);

    /// <summary>The row in a slot, or -1.</summary>
    public int At(int slot) => rows[slot] - 1;

    /// <summary>Makes room for one row more; true if all rows must be placed again.</summary>
    public bool Grow(int count) => Reserve(count + 1);

    /// <summary>Makes room for so many rows; true if the table was emptied for it and all rows must be placed again.</summary>
    public bool Reserve(int count)
    {
        var length = rows.Count;
        while (count * 3L > length * 2L)
        {
            length *= 2;
        }
        if (length == rows.Count)
        {
            return false;
        }
        rows = Empty(length);
        shift = 64 - BitOperations.Log2((uint)length);
        return true;
    }

    /// <summary>The secret goes with the slots into a checkpoint, which lies as safe as the identifiers in it: rows need not be placed again.</summary>
    public void Capture(SnapshotBlocks blocks)
    {
        blocks.Add((long)secret);
        blocks.Add(rows.Count);
        blocks.Share(rows);
    }

    public void Restore(SnapshotReader reader, int count)
    {
        secret = (ulong)reader.Long();
        var length = reader.Count();
        IdentityCheckpoint.Require(length >= Fewest && BitOperations.IsPow2(length) && count * 3L <= length * 2L);
        rows = reader.Paged<int>(length);
        shift = 64 - BitOperations.Log2((uint)length);
        var placed = 0;
        for (var slot = 0; slot < length; slot++)
        {
            IdentityCheckpoint.Require((uint)rows[slot] <= (uint)count);
            placed += rows[slot] == 0 ? 0 : 1;
        }
        IdentityCheckpoint.Require(placed == count);
    }

    public void Place(ulong key, int row)
    {
        var slot = Start(key);
        while (rows[slot] != 0)
        {
            slot = Next(slot);
        }
        rows.Own(slot) = row + 1;
    }

    private static PagedRows<int> Empty(int length)
    {
        var empty = new PagedRows<int>();
        empty.Ensure(length);
        return empty;
    }
}

/// <summary>How arrays that hold one entry per node or link grow: by half, and by an eighth once they are large, as what is not used is memory too.</summary>
internal static class Rows
{
    private const int Large = 1 << 16;

    public static void Ensure<T>(ref T[] rows, int count)
    {
        if (rows.Length < count)
        {
            Array.Resize(ref rows, Math.Max(count, rows.Length + (rows.Length / (rows.Length < Large ? 2 : 8))));
        }
    }
}
