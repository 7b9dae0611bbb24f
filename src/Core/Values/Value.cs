using System.Diagnostics.CodeAnalysis;
using Ciclo.Core.Time;

namespace Ciclo.Core.Values;

/// <summary>The types of the rule language. <see cref="Object"/> marks a nested object: present, but of no type an operator wants.</summary>
public enum ValueKind : byte
{
    Null = 0,
    Boolean = 1,
    Number = 2,
    Text = 3,
    Instant = 4,
    Duration = 5,
    List = 6,
    Object = 7,
}

/// <summary>One value of the rule language. Instants are milliseconds since the Unix epoch, durations milliseconds.</summary>
public readonly struct Value : IEquatable<Value>
{
    private readonly Number number;
    private readonly long ms;
    private readonly object? reference;

    private Value(ValueKind kind, Number number = default, long ms = 0, object? reference = null)
    {
        Kind = kind;
        this.number = number;
        this.ms = ms;
        this.reference = reference;
    }

    public ValueKind Kind { get; }

    public bool IsNull => Kind == ValueKind.Null;

    public static Value Null => default;

    public static Value True { get; } = new(ValueKind.Boolean, ms: 1);

    public static Value False { get; } = new(ValueKind.Boolean);

    public static Value Object { get; } = new(ValueKind.Object);

    public static Value Of(bool value) => value ? True : False;

    public static Value Of(Number value) => new(ValueKind.Number, number: value);

    public static Value Of(Number? value) => value is { } known ? Of(known) : Null;

    public static Value Of(long integer) => Of(Number.FromInteger(integer));

    public static Value Of(string? text) => text is null ? Null : new(ValueKind.Text, reference: text);

    public static Value Of(Value[] items) => new(ValueKind.List, reference: items);

    public static Value Instant(long ms) => new(ValueKind.Instant, ms: ms);

    public static Value Duration(long ms) => new(ValueKind.Duration, ms: ms);

    public bool AsBoolean => Kind == ValueKind.Boolean && ms != 0;

    public Number AsNumber => number;

    /// <summary>Milliseconds of an instant or a duration.</summary>
    public long AsMs => ms;

    public string AsText => (string)reference!;

    public Value[] AsList => (Value[])reference!;

    public bool Equals(Value other) => Kind == other.Kind && Kind switch
    {
        ValueKind.Null or ValueKind.Object => true,
        ValueKind.Number => number == other.number,
        ValueKind.Text => string.Equals(AsText, other.AsText, StringComparison.Ordinal),
        ValueKind.List => AsList.AsSpan().SequenceEqual(other.AsList),
        _ => ms == other.ms,
    };

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Value other && Equals(other);

    public override int GetHashCode() => Kind switch
    {
        ValueKind.Number => number.GetHashCode(),
        ValueKind.Text => string.GetHashCode(AsText, StringComparison.Ordinal),
        ValueKind.List => AsList.Length,
        _ => HashCode.Combine(Kind, ms),
    };

    public static bool operator ==(Value a, Value b) => a.Equals(b);

    public static bool operator !=(Value a, Value b) => !a.Equals(b);

    /// <summary>The value as a rule would write it.</summary>
    public override string ToString() => Kind switch
    {
        ValueKind.Null => "null",
        ValueKind.Boolean => ms != 0 ? "true" : "false",
        ValueKind.Number => number.ToString(),
        ValueKind.Text => "\"" + AsText.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"",
        ValueKind.Instant => Instants.Format(ms),
        ValueKind.Duration => Durations.Format(ms),
        ValueKind.List => "[" + string.Join(", ", AsList) + "]",
        _ => "{…}",
    };
}
