using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Ciclo.Data.Files;
using Ciclo.Data.Journal;

namespace Ciclo.Data.Keys;

/// <summary>
/// An immutable file of keys, mapped, with its filter in memory. Any number of threads may read. A block is summed up before its first use,
/// or all when the file is opened.
/// </summary>
internal sealed class KeyFile : IDisposable
{
    // Keys are hashes: after a few guesses by proportion what is left is small, and where it is not, somebody chose the keys.
    private const int Guesses = 4;

    private readonly IStorageMap map;
    private readonly KeyFilter filter;
    private readonly bool[] isChecked;
    private readonly KeyFooter footer;
    private readonly int rowBytes;
    private readonly int rowsPerBlock;
    private bool isDisposed;

    private KeyFile(string path, IStorageMap map, KeyFooter footer, KeyFilter filter, uint sum)
    {
        (Path, this.map, this.footer, this.filter, Sum) = (path, map, footer, filter, sum);
        Blocks = KeyFileFormat.Blocks(footer.Rows, footer.ValueWords);
        isChecked = new bool[Blocks];
        rowBytes = KeyFileFormat.RowBytes(footer.ValueWords);
        rowsPerBlock = KeyFileFormat.RowsPerBlock(footer.ValueWords);
    }

    public string Path { get; }

    public long Rows => footer.Rows;

    public int Blocks { get; }

    /// <summary>The footer's sum, which stands for the whole file.</summary>
    public uint Sum { get; }

    /// <summary>The greatest first word of a value.</summary>
    public long Greatest => footer.Greatest;

    public long MemoryBytes => (filter.Words.Length * (long)sizeof(uint)) + isChecked.Length;

    /// <summary>Opens a file and reads its filter. Throws <see cref="KeysDamagedException"/> if it is missing or not as it was written.</summary>
    public static KeyFile Open(IStorage storage, string path, int valueWords, bool isCheckedWhole)
    {
        IStorageMap opened;
        try
        {
            opened = storage.Map(path);
        }
        catch (IOException missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeysDamagedException(path, "it is missing.");
        }
        try
        {
            var file = Open(opened, path, valueWords);
            if (isCheckedWhole)
            {
                file.CheckAll();
            }
            opened.Forget();
            return file;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        isDisposed = true;
        map.Dispose();
    }

    /// <summary>The process gives the pages up that were read; the system keeps them as long as it likes.</summary>
    public void ForgetPages() => map.Forget();

    /// <summary>Answers a key's value. Nearly no key that is not here costs more than a look into the filter.</summary>
    public bool TryGet(ulong high, ulong low, Span<ulong> value)
    {
        if (!filter.MayHold(low))
        {
            return false;
        }
        var block = FindBlock(high, low);
        if (block < 0)
        {
            return false;
        }
        var rows = Block(block);
        var (from, to) = (0, RowsIn(block) - 1);
        while (from <= to)
        {
            var middle = (from + to) >> 1;
            var (foundHigh, foundLow) = KeyAt(rows, middle);
            if (foundHigh == high && foundLow == low)
            {
                ReadWords(rows[((middle * rowBytes) + (KeyRow.KeyWords * sizeof(ulong)))..], value[..footer.ValueWords]);
                return true;
            }
            (from, to) = KeyRow.IsBefore(foundHigh, foundLow, high, low) ? (middle + 1, to) : (from, middle - 1);
        }
        return false;
    }

    public int RowsIn(int block) => (int)Math.Min(rowsPerBlock, footer.Rows - ((long)block * rowsPerBlock));

    /// <summary>A row of a block: key halves, then value words.</summary>
    public void ReadRow(ReadOnlySpan<byte> block, int row, Span<ulong> words) => ReadWords(block[(row * rowBytes)..], words);

    /// <summary>The bytes of a block, summed up once. Throws <see cref="KeysDamagedException"/> if they are not what was written.</summary>
    public ReadOnlySpan<byte> Block(int block)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        var bytes = map.Slice(KeyFileFormat.BlockBytes + ((long)block * KeyFileFormat.BlockBytes), KeyFileFormat.BlockBytes);
        if (!isChecked[block])
        {
            if (!KeyFileFormat.IsWhole(bytes))
            {
                throw new KeysDamagedException(Path, $"block {block} is damaged.");
            }
            isChecked[block] = true;
        }
        return bytes;
    }

    private static KeyFile Open(IStorageMap bytes, string path, int valueWords)
    {
        Require(bytes.Length >= KeyFileFormat.BlockBytes + KeyFileFormat.FooterBytes, path, "it is cut off.");
        var header = bytes.Slice(0, KeyFileFormat.BlockBytes);
        Require(BinaryPrimitives.ReadUInt32LittleEndian(header) == KeyFileFormat.Magic, path, "it is no file of keys.");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        Require(version == KeyFileFormat.Version, path, $"it has format version {version}, and this program reads {KeyFileFormat.Version}.");
        Require(KeyFileFormat.IsWhole(header), path, "its header is damaged.");
        var end = bytes.Slice(bytes.Length - KeyFileFormat.FooterBytes, KeyFileFormat.FooterBytes);
        Require(KeyFileFormat.IsWhole(end), path, "its end is damaged or missing.");
        var ended = KeyFooter.Read(end);
        Require(ended.ValueWords == valueWords, path, $"its values have {ended.ValueWords} words in place of {valueWords}.");
        Require(ended is { Rows: > 0 and <= KeyFileFormat.MaxRows, FilterBlocks: > 0 } && KeyFileFormat.Length(ended) == bytes.Length, path, "its length is wrong.");
        var words = new uint[ended.FilterBlocks * KeyFilter.BlockWords];
        var bits = MemoryMarshal.AsBytes(words.AsSpan());
        bytes.Slice(bytes.Length - KeyFileFormat.FooterBytes - bits.Length, bits.Length).CopyTo(bits);
        Require(Checksum.Of(bits) == ended.FilterSum, path, "its filter is damaged.");
        return new KeyFile(path, bytes, ended, new KeyFilter(words), BinaryPrimitives.ReadUInt32LittleEndian(end[^sizeof(uint)..]));
    }

    private void CheckAll()
    {
        var sum = Checksum.Start;
        for (var block = 0; block < Blocks; block++)
        {
            sum = Checksum.Add(sum, Block(block)[^sizeof(uint)..]);
        }
        Require(sum == footer.DataSum, Path, "its blocks are not those that were written.");
    }

    /// <summary>The block that holds the key if any does; -1 if none can.</summary>
    private int FindBlock(ulong high, ulong low)
    {
        var (from, to) = (0, Blocks - 1);
        var (least, most) = (0UL, ulong.MaxValue);
        for (var guess = 0; from <= to; guess++)
        {
            var share = guess < Guesses && most > least ? (high - least) / (double)(most - least) : 0.5;
            var at = Math.Clamp(from + (int)(share * (to - from + 1)), from, to);
            var rows = Block(at);
            var (firstHigh, firstLow) = KeyAt(rows, 0);
            var (lastHigh, lastLow) = KeyAt(rows, RowsIn(at) - 1);
            if (KeyRow.IsBefore(high, low, firstHigh, firstLow))
            {
                (to, most) = (at - 1, firstHigh);
            }
            else if (KeyRow.IsBefore(lastHigh, lastLow, high, low))
            {
                (from, least) = (at + 1, lastHigh);
            }
            else
            {
                return at;
            }
        }
        return -1;
    }

    private (ulong High, ulong Low) KeyAt(ReadOnlySpan<byte> block, int row) =>
        (BinaryPrimitives.ReadUInt64LittleEndian(block[(row * rowBytes)..]), BinaryPrimitives.ReadUInt64LittleEndian(block[((row * rowBytes) + 8)..]));

    private static void ReadWords(ReadOnlySpan<byte> bytes, Span<ulong> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * sizeof(ulong))..]);
        }
    }

    private static void Require(bool holds, string path, string reason)
    {
        if (!holds)
        {
            throw new KeysDamagedException(path, reason);
        }
    }
}
