using System.Text;
using System.Text.Json;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Modules.Imports;

/// <summary>
/// The row, or the group of rows, that expressions are evaluated over. A cell that does not hold what its column should is remembered in
/// <see cref="Fault"/> and is null: whoever evaluates looks at the fault afterwards.
/// </summary>
internal sealed class RowScope(IReadOnlyList<string> names, IReadOnlyList<ColumnType?> types, IReadOnlyList<RowAggregateExpression> aggregates, NumberFormat numbers, bool isJson) : INameSource
{
    private readonly Scratch scratch = new();

    /// <summary>The row that plain columns are taken from: of a group, the first.</summary>
    internal Row Row { get; set; }

    /// <summary>The rows of the group in order; empty outside of groups.</summary>
    internal IReadOnlyList<Row> Group { get; set; } = [];

    internal RowFault Fault { get; private set; }

    internal NumberFormat Numbers { get; } = numbers;

    internal void ClearFault()
    {
        Fault = default;
        scratch.Clear();
    }

    internal ColumnType? TypeOf(int column) => types[column];

    public Value Get(PathExpression path) => path.Binding >= 0 ? Cell(path.Binding) : Aggregate(aggregates[Bindings.AggregateOf(path.Binding)]);

    internal bool Holds(Expression condition)
    {
        var self = this;
        return Evaluator.Holds(condition, ref self, Zone.Utc);
    }

    internal Value Evaluate(Expression expression)
    {
        var self = this;
        return Evaluator.Evaluate(expression, ref self, Zone.Utc);
    }

    internal Value Cell(int column)
    {
        switch (Row.KindOf(column))
        {
            case CellKind.Text or CellKind.Escaped:
                return OfText(column);
            case CellKind.Number:
                var raw = Row.RawOf(column);
                return types[column] switch
                {
                    ColumnType.Text => Value.Of(Encoding.UTF8.GetString(raw)),
                    ColumnType.Time => Fail(RowFaultCode.BadTime, column),
                    ColumnType.Boolean => Fail(RowFaultCode.BadBoolean, column),
                    _ => Number.TryParse(raw, out var number) ? Value.Of(number) : Value.Null,
                };
            case CellKind.True or CellKind.False:
                return types[column] switch
                {
                    ColumnType.Number => Fail(RowFaultCode.BadNumber, column),
                    ColumnType.Time => Fail(RowFaultCode.BadTime, column),
                    _ => Value.Of(Row.KindOf(column) == CellKind.True),
                };
            case CellKind.Object:
                return Value.Object;
            case CellKind.List:
                return OfList(Row.RawOf(column));
            default:
                return Value.Null;
        }
    }

    /// <summary>Whether there is nothing in a cell: of CSV, nothing but blanks.</summary>
    internal bool IsEmpty(int column) => Row.KindOf(column) switch
    {
        CellKind.Null => true,
        CellKind.Text => !Row.RawOf(column).ContainsAnyExcept(" \t"u8) && (!isJson || types[column] is not (null or ColumnType.Text)),
        _ => false,
    };

    /// <summary>The cell's text without escapes; a JSON number, true and false as written. Valid until <see cref="ClearFault"/>.</summary>
    internal ReadOnlySpan<byte> TextOf(int column) => Row.KindOf(column) switch
    {
        CellKind.Escaped => Unescape(Row.RawOf(column)),
        CellKind.Null => default,
        _ => Row.RawOf(column),
    };

    internal Value Fail(RowFaultCode code, int column)
    {
        if (Fault.IsNone)
        {
            var cell = Encoding.UTF8.GetString(TextOf(column));
            Fault = RowFault.InColumn(code, names[column], cell.Length > 100 ? cell[..100] + "…" : cell);
        }
        return Value.Null;
    }

    internal static bool TryBoolean(ReadOnlySpan<byte> text, out bool value)
    {
        value = IsOneOf(text, "true", "yes", "y", "1", "t", "sí", "si", "s", "verdadero");
        return value || IsOneOf(text, "false", "no", "n", "0", "f", "falso");
    }

    private static bool IsOneOf(ReadOnlySpan<byte> text, params ReadOnlySpan<string> words)
    {
        if (text.Length > 12)
        {
            return false;
        }
        var read = Encoding.UTF8.GetString(text);
        foreach (var word in words)
        {
            if (word.Equals(read, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return false;
    }

    private Value OfText(int column)
    {
        if (IsEmpty(column))
        {
            return Value.Null;
        }
        var text = TextOf(column);
        switch (types[column])
        {
            case ColumnType.Number:
                return Numbers.TryParse(text, out var number) ? Value.Of(number) : Fail(RowFaultCode.BadNumber, column);
            case ColumnType.Time:
                return Instants.TryParse(Encoding.UTF8.GetString(text), Zone.Utc, out var ms) ? Value.Instant(ms) : Fail(RowFaultCode.BadTime, column);
            case ColumnType.Boolean:
                return TryBoolean(text.Trim(" \t"u8), out var value) ? Value.Of(value) : Fail(RowFaultCode.BadBoolean, column);
            default:
                return Value.Of(Encoding.UTF8.GetString(text));
        }
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> raw)
    {
        var quoted = scratch.Take(raw.Length + 2);
        quoted[0] = quoted[^1] = (byte)'"';
        raw.CopyTo(quoted[1..]);
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        var text = scratch.Take(raw.Length);
        return text[..reader.CopyString(text)];
    }

    private static Value OfList(ReadOnlySpan<byte> json)
    {
        var items = new List<Value>();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonLinesReader.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(reader.TokenType switch
            {
                JsonTokenType.String => Value.Of(reader.GetString()),
                JsonTokenType.Number => Number.TryParse(reader.ValueSpan, out var number) ? Value.Of(number) : Value.Null,
                JsonTokenType.True => Value.True,
                JsonTokenType.False => Value.False,
                JsonTokenType.Null => Value.Null,
                _ => Value.Object,
            });
            reader.Skip();
        }
        return Value.Of([.. items]);
    }

    private Value Aggregate(RowAggregateExpression aggregate)
    {
        if (aggregate.Operand is not { } operand)
        {
            return Value.Of(Group.Count);
        }
        var first = Row;
        var fold = new RowFold(aggregate.Function);
        foreach (var row in Group)
        {
            Row = row;
            fold.Add(Evaluate(operand));
        }
        Row = first;
        return fold.Result;
    }
}

/// <summary>
/// The functions over the rows of a group. `sum`, `min` and `max` take numbers and leave the rest out; over none, `sum` is 0 and the others
/// null. `first` and `last` take the first and last value that is not null. `count(x)` counts the rows where x is neither null nor false.
/// </summary>
internal struct RowFold(AggregateFunction function)
{
    private Int128 sumMicros;
    private Value kept;
    private long count;

    internal void Add(in Value value)
    {
        switch (function)
        {
            case AggregateFunction.Sum when value.Kind == ValueKind.Number:
                sumMicros += value.AsNumber.Micros;
                break;
            case AggregateFunction.Min when value.Kind == ValueKind.Number:
                kept = kept.IsNull || value.AsNumber < kept.AsNumber ? value : kept;
                break;
            case AggregateFunction.Max when value.Kind == ValueKind.Number:
                kept = kept.IsNull || value.AsNumber > kept.AsNumber ? value : kept;
                break;
            case AggregateFunction.First:
                kept = kept.IsNull ? value : kept;
                break;
            case AggregateFunction.Last:
                kept = value.IsNull ? kept : value;
                break;
            case AggregateFunction.Count:
                count += value.IsNull || value == Value.False ? 0 : 1;
                break;
        }
    }

    internal readonly Value Result => function switch
    {
        AggregateFunction.Sum => Value.Of(Number.FromMicros(sumMicros)),
        AggregateFunction.Count => Value.Of(count),
        _ => kept,
    };
}

/// <summary>A column's number, or below -1 that of a function over a group's rows: what a name in an expression is bound to.</summary>
internal static class Bindings
{
    internal static int OfAggregate(int index) => -2 - index;

    internal static int AggregateOf(int binding) => -2 - binding;
}

/// <summary>Bytes for the length of one event.</summary>
internal sealed class Scratch
{
    private byte[] buffer = new byte[4_096];
    private int used;

    internal void Clear() => used = 0;

    internal Span<byte> Take(int count)
    {
        if (used + count > buffer.Length)
        {
            // What was taken before keeps the old array.
            buffer = new byte[Math.Max(count, buffer.Length * 2)];
            used = 0;
        }
        used += count;
        return buffer.AsSpan(used - count, count);
    }
}
