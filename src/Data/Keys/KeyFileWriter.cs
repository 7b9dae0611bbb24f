using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Ciclo.Data.Files;
using Ciclo.Data.Journal;

namespace Ciclo.Data.Keys;

/// <summary>Writes a file of keys from rows in ascending order. It is durable, its name too, when <see cref="Finish"/> returns.</summary>
internal sealed class KeyFileWriter : IDisposable
{
    private const int BufferedBlocks = 256;

    private readonly IStorage storage;
    private readonly string path;
    private readonly int valueWords;
    private readonly KeyFilter filter;
    private readonly IStorageFile file;
    private readonly byte[] buffer = new byte[BufferedBlocks * KeyFileFormat.BlockBytes];
    private readonly int rowBytes;
    private readonly int rowsPerBlock;
    private long written;
    private int blocks;
    private int rowsInBlock;
    private long rows;
    private long greatest = long.MinValue;
    private uint dataSum = Checksum.Start;

    /// <summary><paramref name="mostRows"/>: the filter is made for so many.</summary>
    public KeyFileWriter(IStorage storage, string path, int valueWords, long mostRows)
    {
        if (mostRows > KeyFileFormat.MaxRows)
        {
            throw new InvalidOperationException($"A file of keys holds at most {KeyFileFormat.MaxRows} rows; {mostRows} are to be written.");
        }
        this.storage = storage;
        this.path = path;
        this.valueWords = valueWords;
        filter = KeyFilter.For(mostRows);
        rowBytes = KeyFileFormat.RowBytes(valueWords);
        rowsPerBlock = KeyFileFormat.RowsPerBlock(valueWords);
        file = storage.Open(path, StorageMode.Create);
        try
        {
            Write(KeyFileFormat.Header(valueWords));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public long Rows => rows;

    /// <summary>Adds a row: key halves, then value words.</summary>
    public void Add(ReadOnlySpan<ulong> row)
    {
        var at = buffer.AsSpan((blocks * KeyFileFormat.BlockBytes) + (rowsInBlock * rowBytes), rowBytes);
        for (var i = 0; i < row.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(at[(i * sizeof(ulong))..], row[i]);
        }
        filter.Add(row[1]);
        greatest = Math.Max(greatest, (long)row[KeyRow.KeyWords]);
        rows++;
        if (++rowsInBlock == rowsPerBlock)
        {
            EndBlock();
        }
    }

    public void Finish()
    {
        if (rowsInBlock > 0)
        {
            EndBlock();
        }
        WriteBlocks();
        var bits = MemoryMarshal.AsBytes(filter.Words);
        Write(bits);
        var footer = new byte[KeyFileFormat.FooterBytes];
        new KeyFooter(valueWords, rows, filter.Words.Length / KeyFilter.BlockWords, Checksum.Of(bits), dataSum, greatest).Write(footer);
        Write(footer);
        file.Flush();
        storage.SyncDirectory(path[..path.LastIndexOf('/')]);
    }

    public void Dispose() => file.Dispose();

    private void EndBlock()
    {
        var block = buffer.AsSpan(blocks * KeyFileFormat.BlockBytes, KeyFileFormat.BlockBytes);
        block[(rowsInBlock * rowBytes)..].Clear();
        Span<byte> sum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(sum, KeyFileFormat.Seal(block));
        dataSum = Checksum.Add(dataSum, sum);
        rowsInBlock = 0;
        if (++blocks == BufferedBlocks)
        {
            WriteBlocks();
        }
    }

    private void WriteBlocks()
    {
        Write(buffer.AsSpan(0, blocks * KeyFileFormat.BlockBytes));
        blocks = 0;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        file.WriteAt(written, bytes);
        written += bytes.Length;
    }
}
