using System.Buffers.Binary;

namespace Ciclo.Modules.Imports;

/// <summary>What a cell's bytes are: a CSV cell is Text; the others are JSON values, of which <see cref="Escaped"/> is a text with escapes in it.</summary>
internal enum CellKind
{
    Text = 0,
    Escaped = 1,
    Number = 2,
    True = 3,
    False = 4,
    Null = 5,
    Object = 6,
    List = 7,
}

/// <summary>
/// A row in one stretch of bytes: for each cell, start and (length, kind) in four bytes each; then its content. A CSV row's content is its
/// cells with a unit separator between them, a JSON row's its line. Equal content means equal rows, and rows are ordered by it.
/// </summary>
internal readonly struct Row(byte[] bytes, int at, int length, int cells, long line)
{
    internal const byte Separator = 0x1f;
    internal const int CellHeader = 8;

    private readonly byte[] bytes = bytes;
    private readonly int at = at;
    private readonly int length = length;

    /// <summary>The line of the row's first character, from 1.</summary>
    internal long Line { get; } = line;

    internal int Cells { get; } = cells;

    internal ReadOnlySpan<byte> All => bytes.AsSpan(at, length);

    internal ReadOnlySpan<byte> Content => bytes.AsSpan(at + Cells * CellHeader, length - Cells * CellHeader);

    internal CellKind KindOf(int cell) => (CellKind)(LengthAndKind(cell) & 7);

    /// <summary>The cell as it stands in the content; a JSON text without its quotes, but with its escapes.</summary>
    internal ReadOnlySpan<byte> RawOf(int cell) =>
        Content.Slice(BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + cell * CellHeader)), LengthAndKind(cell) >> 3);

    private int LengthAndKind(int cell) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + cell * CellHeader + 4));
}

/// <summary>Builds one row at a time; what <see cref="Take"/> answers is valid until the next <see cref="Begin"/>.</summary>
internal sealed class RowBuilder
{
    private byte[] buffer = new byte[4_096];
    private int length;
    private int cells;
    private int headerLength;

    internal int ContentLength => length - headerLength;

    internal void Begin(int cellCount)
    {
        cells = cellCount;
        headerLength = cellCount * Row.CellHeader;
        length = 0;
        Reserve(headerLength);
        length = headerLength;
    }

    internal void Append(ReadOnlySpan<byte> content)
    {
        Reserve(content.Length);
        content.CopyTo(buffer.AsSpan(length));
        length += content.Length;
    }

    internal void Append(byte content)
    {
        Reserve(1);
        buffer[length++] = content;
    }

    internal void SetCell(int cell, int start, int cellLength, CellKind kind)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(cell * Row.CellHeader), start);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(cell * Row.CellHeader + 4), cellLength << 3 | (int)kind);
    }

    internal Row Take(long line) => new(buffer, 0, length, cells, line);

    private void Reserve(int count)
    {
        if (length + count > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(length + count, buffer.Length * 2));
        }
    }
}
