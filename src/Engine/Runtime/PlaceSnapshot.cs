namespace Ciclo.Engine.Runtime;

/// <summary>The bytes of all places as they stood at one moment, shared with the table they were taken of. To be disposed when they are written.</summary>
public sealed class PlaceSnapshot : IDisposable
{
    private readonly (byte[] Bytes, int Used)[][] arenas;
    private readonly Action release;

    internal PlaceSnapshot((byte[] Bytes, int Used)[][] arenas, Action release) => (this.arenas, this.release) = (arenas, release);

    /// <summary>Writes the number of arenas, then each with its length. On any thread.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(arenas.Length);
        foreach (var arena in arenas)
        {
            writer.Write(checked((int)arena.Sum(page => (long)page.Used)));
            foreach (var (bytes, used) in arena)
            {
                writer.Write(bytes.AsSpan(0, used));
            }
        }
    }

    public void Dispose() => release();

    /// <summary>Reads what <see cref="Write"/> wrote. Throws <see cref="InvalidDataException"/> for bytes that are no places.</summary>
    public static PlaceTable Read(BinaryReader reader)
    {
        var table = new PlaceTable();
        try
        {
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                ReadArena(reader, table);
            }
        }
        catch (EndOfStreamException end)
        {
            throw new InvalidDataException("The places end before their time.", end);
        }
        return table;
    }

    private static void ReadArena(BinaryReader reader, PlaceTable table)
    {
        var block = new byte[PlaceBlock.Header];
        for (var left = reader.ReadInt32(); left != 0;)
        {
            Require(left >= PlaceBlock.Header);
            reader.BaseStream.ReadExactly(block, 0, PlaceBlock.Header);
            var capacity = PlaceBlock.CapacityOf(block);
            Require(capacity >= PlaceBlock.Header && capacity <= left);
            Fill(reader.BaseStream, ref block, capacity);
            left -= capacity;
            Take(table, block.AsSpan(0, capacity));
        }
    }

    private static void Fill(Stream stream, ref byte[] block, int capacity)
    {
        for (var have = PlaceBlock.Header; have < capacity;)
        {
            if (have == block.Length)
            {
                // A length is believed only as far as bytes follow it: a damaged one must not take the memory.
                Array.Resize(ref block, Math.Min(capacity, block.Length * 2));
            }
            var part = Math.Min(capacity, block.Length) - have;
            stream.ReadExactly(block, have, part);
            have += part;
        }
    }

    private static void Take(PlaceTable table, ReadOnlySpan<byte> block)
    {
        Require(PlaceBlock.IsWhole(block));
        var profile = PlaceBlock.OwnerOf(block);
        if (profile >= 0)
        {
            Require(!table.Has(profile) && PlaceBlock.CanBeRead(block));
            table.Restore(profile, block);
        }
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidDataException("The places hold a block that cannot be read, or two of one profile.");
        }
    }
}
