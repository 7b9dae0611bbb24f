using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Modules.Imports;

/// <summary>What makes one value of an event's properties or traits from a row or group.</summary>
internal abstract class ValueTemplate
{
    internal abstract void Write(Utf8JsonWriter writer, RowScope scope);

    /// <summary>The value as text; null where it is none.</summary>
    internal virtual string? TextOf(RowScope scope) => null;
}

/// <summary>A cell as it stands: CSV by its column's type, JSON as its value.</summary>
internal sealed class ColumnTemplate(int column) : ValueTemplate
{
    internal override void Write(Utf8JsonWriter writer, RowScope scope)
    {
        var type = scope.TypeOf(column);
        var kind = scope.Row.KindOf(column);
        if (scope.IsEmpty(column))
        {
            writer.WriteNullValue();
        }
        else if (kind == CellKind.Text && type is null or ColumnType.Text)
        {
            writer.WriteStringValue(scope.Row.RawOf(column));
        }
        else if (type is null && kind == CellKind.Escaped)
        {
            writer.WriteStringValue(scope.TextOf(column));
        }
        else if (type is null)
        {
            writer.WriteRawValue(scope.Row.RawOf(column), skipInputValidation: true);
        }
        else
        {
            ValueWriter.Write(writer, scope.Cell(column));
        }
    }

    internal override string? TextOf(RowScope scope) =>
        scope.Row.KindOf(column) is CellKind.Text or CellKind.Escaped ? Encoding.UTF8.GetString(scope.TextOf(column)) : null;
}

internal sealed class ExpressionTemplate(Expression expression) : ValueTemplate
{
    internal override void Write(Utf8JsonWriter writer, RowScope scope) => ValueWriter.Write(writer, scope.Evaluate(expression));

    internal override string? TextOf(RowScope scope) => scope.Evaluate(expression) is { Kind: ValueKind.Text } text ? text.AsText : null;
}

internal sealed class ObjectTemplate(IReadOnlyList<(string Name, ValueTemplate Value)> members) : ValueTemplate
{
    private readonly (JsonEncodedText Name, ValueTemplate Value)[] members =
        [.. members.Select(member => (JsonEncodedText.Encode(member.Name, EventBuilder.Escaping), member.Value))];

    internal override void Write(Utf8JsonWriter writer, RowScope scope)
    {
        writer.WriteStartObject();
        WriteMembers(writer, scope);
        writer.WriteEndObject();
    }

    internal void WriteMembers(Utf8JsonWriter writer, RowScope scope)
    {
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            value.Write(writer, scope);
        }
    }
}

internal sealed class ListTemplate(ValueTemplate[] items) : ValueTemplate
{
    internal override void Write(Utf8JsonWriter writer, RowScope scope)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            item.Write(writer, scope);
        }
        writer.WriteEndArray();
    }
}

/// <summary>`each`: a list with one object for each row of the group, in order.</summary>
internal sealed class EachTemplate(ValueTemplate item) : ValueTemplate
{
    internal override void Write(Utf8JsonWriter writer, RowScope scope)
    {
        var first = scope.Row;
        writer.WriteStartArray();
        foreach (var row in scope.Group)
        {
            scope.Row = row;
            item.Write(writer, scope);
        }
        writer.WriteEndArray();
        scope.Row = first;
    }
}

/// <summary>Values of the rule language as JSON: numbers exactly, instants as RFC 3339 texts, durations as a rule would write them.</summary>
internal static class ValueWriter
{
    internal static void Write(Utf8JsonWriter writer, in Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Number:
                Write(writer, value.AsNumber);
                break;
            case ValueKind.Text:
                writer.WriteStringValue(value.AsText);
                break;
            case ValueKind.Boolean:
                writer.WriteBooleanValue(value.AsBoolean);
                break;
            case ValueKind.Instant:
                writer.WriteStringValue(Instants.Format(value.AsMs));
                break;
            case ValueKind.Duration:
                writer.WriteStringValue(Durations.Format(value.AsMs));
                break;
            case ValueKind.List:
                writer.WriteStartArray();
                foreach (var item in value.AsList)
                {
                    Write(writer, item);
                }
                writer.WriteEndArray();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static void Write(Utf8JsonWriter writer, Number number)
    {
        // Whole numbers are nearly all of them, and need no text of their own.
        if (number.Micros % Number.Scale == 0)
        {
            writer.WriteNumberValue((long)(number.Micros / Number.Scale));
            return;
        }
        Span<byte> text = stackalloc byte[32];
        Utf8Formatter.TryFormat((decimal)number.Micros * 0.000001m, text, out var length);
        writer.WriteRawValue(text[..length].TrimEnd((byte)'0'), skipInputValidation: true);
    }
}
