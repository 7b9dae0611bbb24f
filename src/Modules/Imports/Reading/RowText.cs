using System.Buffers;

namespace Ciclo.Modules.Imports;

/// <summary>Writes a row that was held back as text: JSON as its line, CSV with the quotes that it needs.</summary>
internal static class RowText
{
    internal static ReadOnlySpan<byte> Of(in Row row, char? delimiter, ArrayBufferWriter<byte> buffer)
    {
        if (delimiter is not { } mark)
        {
            return row.Content;
        }
        buffer.ResetWrittenCount();
        for (var cell = 0; cell < row.Cells; cell++)
        {
            if (cell > 0)
            {
                buffer.Write([(byte)mark]);
            }
            WriteCell(row.RawOf(cell), (byte)mark, buffer);
        }
        return buffer.WrittenSpan;
    }

    internal static void WriteCell(ReadOnlySpan<byte> cell, byte delimiter, IBufferWriter<byte> buffer)
    {
        if (!cell.ContainsAny("\"\r\n"u8) && !cell.Contains(delimiter))
        {
            buffer.Write(cell);
            return;
        }
        buffer.Write("\""u8);
        while (cell.IndexOf((byte)'"') is var quote and >= 0)
        {
            buffer.Write(cell[..(quote + 1)]);
            buffer.Write("\""u8);
            cell = cell[(quote + 1)..];
        }
        buffer.Write(cell);
        buffer.Write("\""u8);
    }
}

/// <summary>
/// The rejected rows as CSV: line, reason, text. A cell that a spreadsheet would take for a formula gets an apostrophe before it.
/// </summary>
internal sealed class RejectsFile(Stream stream, Ciclo.Core.Language language)
{
    private readonly ArrayBufferWriter<byte> buffer = new();
    private bool isBegun;

    internal void Write(long line, RowFault fault, ReadOnlySpan<byte> text)
    {
        Begin();
        buffer.Write(System.Text.Encoding.UTF8.GetBytes($"{line},"));
        WriteCell(System.Text.Encoding.UTF8.GetBytes($"{fault.Reason}: {fault.Detail.In(language)}"));
        buffer.Write(","u8);
        WriteCell(text);
        buffer.Write("\n"u8);
        if (buffer.WrittenCount > 65_536)
        {
            Flush();
        }
    }

    /// <summary>Writes what is left; a file without a rejected row has its header.</summary>
    internal void Flush()
    {
        Begin();
        stream.Write(buffer.WrittenSpan);
        stream.Flush();
        buffer.ResetWrittenCount();
    }

    private void Begin()
    {
        if (!isBegun)
        {
            buffer.Write("line,reason,text\n"u8);
            isBegun = true;
        }
    }

    private void WriteCell(ReadOnlySpan<byte> cell)
    {
        if (cell is [(byte)'=' or (byte)'+' or (byte)'-' or (byte)'@' or (byte)'\t' or (byte)'\r', ..])
        {
            RowText.WriteCell([(byte)'\'', .. cell], (byte)',', buffer);
            return;
        }
        RowText.WriteCell(cell, (byte)',', buffer);
    }
}
