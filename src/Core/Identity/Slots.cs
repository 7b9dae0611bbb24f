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
    private readonly ulong secret = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;
    private int[] rows = new int[16];
    private int shift = 60;

    public int Start(ulong key) => (int)((key * secret) >> shift);

    public int Next(int slot) => (slot + 1) & (rows.Length - 1);

    /// <summary>The row in a slot, or -1.</summary>
    public int At(int slot) => rows[slot] - 1;

    /// <summary>Makes room for one row more; true if all rows must be placed again.</summary>
    public bool Grow(int count) => Reserve(count + 1);

    /// <summary>Makes room for so many rows; true if the table was emptied for it and all rows must be placed again.</summary>
    public bool Reserve(int count)
    {
        var length = rows.Length;
        while (count * 3L > length * 2L)
        {
            length *= 2;
        }
        if (length == rows.Length)
        {
            return false;
        }
        rows = new int[length];
        shift = 64 - BitOperations.Log2((uint)length);
        return true;
    }

    public void Place(ulong key, int row)
    {
        var slot = Start(key);
        while (rows[slot] != 0)
        {
            slot = Next(slot);
        }
        rows[slot] = row + 1;
    }
}

/// <summary>How arrays that hold one entry per node or link grow: by half, as they are large.</summary>
internal static class Rows
{
    public static void Ensure<T>(ref T[] rows, int count)
    {
        if (rows.Length < count)
        {
            Array.Resize(ref rows, Math.Max(count, rows.Length + rows.Length / 2));
        }
    }
}
