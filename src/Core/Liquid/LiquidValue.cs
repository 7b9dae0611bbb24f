using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ciclo.Core.Liquid;

/// <summary>The kinds of values of a template. They are those of the Liquid that most of the world writes, which runs on JavaScript.</summary>
public enum LiquidKind
{
    /// <summary>What is not there at all: a variable or property that nobody gave.</summary>
    Undefined = 0,

    /// <summary>JSON's null.</summary>
    Null = 1,

    /// <summary>The word `nil` or `null` in a template: equal to whatever is not there.</summary>
    Nil = 2,

    /// <summary>The word `empty`.</summary>
    Empty = 3,

    /// <summary>The word `blank`.</summary>
    Blank = 4,
    Boolean = 5,
    Number = 6,
    Text = 7,
    Array = 8,
    Object = 9,

    /// <summary>`forloop` and `tablerowloop`.</summary>
    Loop = 10,
}

/// <summary>A value in a template. Immutable; 24 bytes.</summary>
public readonly struct LiquidValue
{
    private readonly object? item;
    private readonly double number;

    private LiquidValue(LiquidKind kind, double number, object? item)
    {
        Kind = kind;
        this.number = number;
        this.item = item;
    }

    public static LiquidValue Undefined => default;

    public static LiquidValue Null { get; } = new(LiquidKind.Null, 0, null);

    public static LiquidValue Nil { get; } = new(LiquidKind.Nil, 0, null);

    public static LiquidValue Empty { get; } = new(LiquidKind.Empty, 0, null);

    public static LiquidValue Blank { get; } = new(LiquidKind.Blank, 0, null);

    public static LiquidValue True { get; } = new(LiquidKind.Boolean, 1, null);

    public static LiquidValue False { get; } = new(LiquidKind.Boolean, 0, null);

    public LiquidKind Kind { get; }

    public bool Boolean => number != 0;

    public double Number => number;

    public string Text => (string)item!;

    public IReadOnlyList<LiquidValue> Items => (IReadOnlyList<LiquidValue>)item!;

    internal LiquidObject Members => (LiquidObject)item!;

    internal LiquidLoop Loop => (LiquidLoop)item!;

    /// <summary>What equal objects share: they are equal where they are the same.</summary>
    internal object? Reference => item;

    /// <summary>Undefined or null.</summary>
    public bool IsNothing => Kind is LiquidKind.Undefined or LiquidKind.Null;

    public bool IsTruthy => Kind switch
    {
        LiquidKind.Undefined or LiquidKind.Null or LiquidKind.Nil => false,
        LiquidKind.Boolean => Boolean,
        _ => true,
    };

    /// <summary>The same without the words `nil`, `empty` and `blank`, which only comparisons know.</summary>
    internal LiquidValue Plain => Kind switch
    {
        LiquidKind.Nil => Null,
        LiquidKind.Empty or LiquidKind.Blank => Of(""),
        LiquidKind.Loop => Of(LiquidJson.Write(this, 0)),
        _ => this,
    };

    public static LiquidValue Of(bool value) => value ? True : False;

    public static LiquidValue Of(double value) => new(LiquidKind.Number, value, null);

    public static LiquidValue Of(string value) => new(LiquidKind.Text, 0, value);

    public static LiquidValue Of(IReadOnlyList<LiquidValue> items) => new(LiquidKind.Array, 0, items);

    internal static LiquidValue Of(LiquidObject members) => new(LiquidKind.Object, 0, members);

    internal static LiquidValue Of(LiquidLoop loop) => new(LiquidKind.Loop, 0, loop);

    /// <summary>A value of JSON. Objects are converted member by member, when a template asks for them.</summary>
    public static LiquidValue Of(JsonNode? node)
    {
        switch (node)
        {
            case null:
                return Null;
            case JsonObject members:
                return Of(new LiquidObject(members));
            case JsonArray items:
                var converted = new LiquidValue[items.Count];
                for (var i = 0; i < converted.Length; i++)
                {
                    converted[i] = Of(items[i]);
                }
                return Of(converted);
            default:
                return node.GetValueKind() switch
                {
                    JsonValueKind.String => Of(node.GetValue<string>()),
                    JsonValueKind.Number => Of(NumberOf(node.AsValue())),
                    JsonValueKind.True => True,
                    JsonValueKind.False => False,
                    _ => Null,
                };
        }
    }

    // A number may be held as text, double, decimal or an integer, and each answers for its own type alone.
    private static double NumberOf(JsonValue value) =>
        value.TryGetValue<double>(out var real) ? real
        : value.TryGetValue<long>(out var whole) ? whole
        : value.TryGetValue<decimal>(out var exact) ? (double)exact
        : JsText.ToNumber(value.ToJsonString());
}

/// <summary>An object of the model, or one that a filter made: names in their order.</summary>
internal sealed class LiquidObject
{
    private readonly JsonObject? source;
    private readonly Dictionary<string, LiquidValue> known = new(StringComparer.Ordinal);
    private readonly List<string>? names;

    public LiquidObject(JsonObject source) => this.source = source;

    public LiquidObject(params ReadOnlySpan<(string Name, LiquidValue Value)> members)
    {
        names = [];
        foreach (var (name, value) in members)
        {
            known[name] = value;
            names.Add(name);
        }
    }

    public IEnumerable<string> Names => names ?? source!.Select(member => member.Key);

    public int Count => names?.Count ?? source!.Count;

    public bool TryGet(string name, out LiquidValue value)
    {
        if (known.TryGetValue(name, out value))
        {
            return true;
        }
        if (source is null || !source.TryGetPropertyValue(name, out var node))
        {
            return false;
        }
        // Kept: the same member is the same value each time.
        known[name] = value = LiquidValue.Of(node);
        return true;
    }
}

/// <summary>Where a loop stands.</summary>
internal sealed class LiquidLoop(int length, string name, int columns = 0)
{
    public int At { get; set; }

    public int Length => length;

    public string Name => name;

    public int Row => (At / columns) + 1;

    public int Column => (At % columns) + 1;

    public LiquidValue Read(string member) => member switch
    {
        "index" => LiquidValue.Of(At + 1),
        "index0" or "i" => LiquidValue.Of(At),
        "first" => LiquidValue.Of(At == 0),
        "last" => LiquidValue.Of(At == length - 1),
        "rindex" => LiquidValue.Of(length - At),
        "rindex0" => LiquidValue.Of(length - At - 1),
        "length" => LiquidValue.Of(length),
        "name" => LiquidValue.Of(name),
        "row" when columns > 0 => LiquidValue.Of(Row),
        "col" when columns > 0 => LiquidValue.Of(Column),
        "col0" when columns > 0 => LiquidValue.Of(Column - 1),
        "col_first" when columns > 0 => LiquidValue.Of(Column == 1),
        "col_last" when columns > 0 => LiquidValue.Of(Column == columns),
        _ => LiquidValue.Undefined,
    };
}
