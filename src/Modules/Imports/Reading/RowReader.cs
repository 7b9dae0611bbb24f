using System.Text.Unicode;
using Ciclo.Core;

namespace Ciclo.Modules.Imports;

/// <summary>What reading on brought: a row, a row that is none, or the end.</summary>
internal enum ReadState
{
    Row,
    Broken,
    End,
}

/// <summary>Reads the rows of a file one after the other. After Broken, <see cref="Fault"/> says why, and reading goes on behind it.</summary>
internal abstract class RowReader(ByteWindow window)
{
    protected ByteWindow Window { get; } = window;

    /// <summary>The line of the current row's first character.</summary>
    internal long Line { get; private set; } = 1;

    internal Row Row { get; private protected set; }

    internal RowFault Fault { get; private protected set; }

    /// <summary>The current row's text as it stands in the file, without its line end; valid until the next <see cref="Read"/>.</summary>
    internal ReadOnlySpan<byte> Text => Window.Rest[..consumed].TrimEnd("\r\n"u8);

    private int consumed;
    private bool isInsideBrokenLine;

    internal ReadState Read()
    {
        while (true)
        {
            Line += Window.Rest[..consumed].Count((byte)'\n');
            Window.Advance(consumed);
            consumed = 0;
            if (Window.Rest.IsEmpty && !Window.IsAtEnd)
            {
                Window.Fill();
            }
            if (Window.Rest.IsEmpty && Window.IsAtEnd)
            {
                return ReadState.End;
            }
            if (isInsideBrokenLine)
            {
                SkipBrokenLine();
                continue;
            }
            switch (ReadRow(out consumed))
            {
                case RowOutcome.Row:
                    return Accept(Utf8.IsValid(Window.Rest[..consumed]) ? Check() : RowFault.Of(RowFaultCode.InvalidText));
                case RowOutcome.Empty:
                    continue;
                case RowOutcome.NeedMore when !Window.IsAtEnd && !Window.IsFull:
                    Window.Fill();
                    consumed = 0;
                    continue;
                case RowOutcome.AfterQuote:
                    return Break(RowFault.Of(RowFaultCode.AfterQuote));
                case RowOutcome.Unclosed:
                    return Break(RowFault.Of(RowFaultCode.UnclosedQuote));
                default:
                    return Break(RowFault.Of(RowFaultCode.RowTooLarge));
            }
        }
    }

    /// <summary>Tries to read a row from the window.</summary>
    protected abstract RowOutcome ReadRow(out int consumed);

    /// <summary>What is wrong with the row that was just read, if anything is.</summary>
    protected abstract RowFault Check();

    private ReadState Accept(RowFault fault)
    {
        Fault = fault;
        return fault.IsNone ? ReadState.Row : ReadState.Broken;
    }

    /// <summary>Gives up one physical line and goes on behind it: a stray quote must not swallow the rest of the file.</summary>
    private ReadState Break(RowFault fault)
    {
        SkipBrokenLine();
        Fault = fault;
        return ReadState.Broken;
    }

    /// <summary>A line longer than the window is passed over in several steps.</summary>
    private void SkipBrokenLine()
    {
        var end = Window.Rest.IndexOf((byte)'\n');
        consumed = end < 0 ? Window.Rest.Length : end + 1;
        isInsideBrokenLine = end < 0;
    }
}

/// <summary>Rows of CSV with a known number of columns.</summary>
internal sealed class CsvReader(ByteWindow window, char delimiter, int columns) : RowReader(window)
{
    private readonly CsvRows rows = new((byte)delimiter);
    private readonly RowBuilder builder = new();

    /// <summary>How many cells a row has; a header is read before this is known.</summary>
    internal int Columns { get; set; } = columns;

    internal int CellsFound => rows.Cells;

    protected override RowOutcome ReadRow(out int consumed) => rows.Read(Window.Rest, Window.IsAtEnd, builder, Columns, out consumed);

    protected override RowFault Check()
    {
        Row = builder.Take(Line);
        return rows.Cells == Columns
            ? default
            : new RowFault(RowFaultCode.WrongCells, new Text($"{rows.Cells} cells; the file has {Columns} columns", $"{rows.Cells} celdas; el archivo tiene {Columns} columnas"));
    }
}
