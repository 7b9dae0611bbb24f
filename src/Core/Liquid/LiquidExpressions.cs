namespace Ciclo.Core.Liquid;

internal abstract class LiquidExpression
{
    public abstract LiquidValue Evaluate(LiquidContext context);
}

internal sealed class LiquidConstant(LiquidValue value, bool isQuoted) : LiquidExpression
{
    public static readonly LiquidConstant Missing = new(LiquidValue.Undefined, false);

    public LiquidValue Value => value;

    public bool IsQuoted => isQuoted;

    public override LiquidValue Evaluate(LiquidContext context) => value;
}

internal sealed class LiquidRange(LiquidExpression low, LiquidExpression high) : LiquidExpression
{
    public override LiquidValue Evaluate(LiquidContext context)
    {
        var (from, to) = (JsText.ToNumber(context, low.Evaluate(context)), JsText.ToNumber(context, high.Evaluate(context)));
        if (!(from < to + 1))
        {
            return LiquidValue.Of([]);
        }
        context.Spend(to - from + 1, 0);
        var items = new List<LiquidValue>();
        for (var i = from; i < to + 1; i++)
        {
            items.Add(LiquidValue.Of(i));
        }
        return LiquidValue.Of(items);
    }
}

/// <summary>One step of a path: a name that is written, or one that an expression gives.</summary>
internal readonly record struct LiquidStep(string Name, LiquidExpression? Given);

/// <summary>`person.address.city`, `items[0]`, `"text".size`.</summary>
internal sealed class LiquidPath(LiquidExpression? root, LiquidStep[] steps, string text) : LiquidExpression
{
    public string Text => text;

    /// <summary>The variable that the path begins with; empty where it is not written.</summary>
    public string Variable => root is null ? steps[0].Name : "";

    public override LiquidValue Evaluate(LiquidContext context)
    {
        LiquidValue value;
        var from = 0;
        if (root is null)
        {
            var first = steps[0];
            value = context.Variable(first.Given is null ? first.Name : JsText.String(context, first.Given.Evaluate(context).Plain));
            from = 1;
        }
        else
        {
            value = root.Evaluate(context);
        }
        return Follow(context, value, from);
    }

    /// <summary>The same path, beginning at a value instead of at the variables.</summary>
    public LiquidValue From(LiquidContext context, LiquidValue value) => Follow(context, value, 0);

    private LiquidValue Follow(LiquidContext context, LiquidValue value, int from)
    {
        for (var i = from; i < steps.Length; i++)
        {
            value = steps[i].Given is { } given ? Read(context, value, given.Evaluate(context).Plain) : Read(value, steps[i].Name);
        }
        return value;
    }

    public static LiquidValue Read(LiquidContext context, LiquidValue value, LiquidValue key) =>
        key.Kind == LiquidKind.Number && value.Kind == LiquidKind.Array ? At(value.Items, key.Number) : Read(value, JsText.String(context, key));

    public static LiquidValue Read(LiquidValue value, string name)
    {
        switch (value.Kind)
        {
            case LiquidKind.Undefined or LiquidKind.Null:
                return value;
            case LiquidKind.Object:
                return value.Members.TryGet(name, out var member) ? member : name == "size" ? LiquidValue.Of(value.Members.Count) : LiquidValue.Undefined;
            case LiquidKind.Array:
                return name switch
                {
                    "size" or "length" => LiquidValue.Of(value.Items.Count),
                    "first" => At(value.Items, 0),
                    "last" => At(value.Items, -1),
                    _ => Index(name) is { } index && index < value.Items.Count ? value.Items[index] : LiquidValue.Undefined,
                };
            case LiquidKind.Text:
                return name is "size" or "length" ? LiquidValue.Of(value.Text.Length)
                    : Index(name) is { } letter && letter < value.Text.Length ? LiquidValue.Of(value.Text[letter].ToString()) : LiquidValue.Undefined;
            case LiquidKind.Loop:
                return value.Loop.Read(name);
            default:
                return LiquidValue.Undefined;
        }
    }

    public static LiquidValue At(IReadOnlyList<LiquidValue> items, double index)
    {
        index = index < 0 ? items.Count + index : index;
        return index >= 0 && index < items.Count && index == Math.Floor(index) ? items[(int)index] : LiquidValue.Undefined;
    }

    private static int? Index(string name) => name.Length is > 0 and < 10 && name.All(char.IsAsciiDigit) && (name == "0" || name[0] != '0') ? int.Parse(name) : null;
}

internal sealed class LiquidOperation(string name, LiquidExpression left, LiquidExpression right) : LiquidExpression
{
    public override LiquidValue Evaluate(LiquidContext context)
    {
        var first = left.Evaluate(context);
        return name switch
        {
            "not" => LiquidValue.Of(!first.IsTruthy),
            "and" => LiquidValue.Of(first.IsTruthy & right.Evaluate(context).IsTruthy),
            "or" => LiquidValue.Of(first.IsTruthy | right.Evaluate(context).IsTruthy),
            "==" => LiquidValue.Of(LiquidComparing.AreEqual(context, first, right.Evaluate(context))),
            "!=" => LiquidValue.Of(!LiquidComparing.AreEqual(context, first, right.Evaluate(context))),
            "contains" => LiquidValue.Of(Contains(context, first, right.Evaluate(context))),
            _ => LiquidValue.Of(LiquidComparing.Holds(context, first, right.Evaluate(context), name)),
        };
    }

    private static bool Contains(LiquidContext context, LiquidValue whole, LiquidValue part)
    {
        whole = whole.Plain;
        return whole.Kind switch
        {
            LiquidKind.Array => LiquidComparing.Includes(context, whole.Items, part),
            LiquidKind.Text => whole.Text.Contains(JsText.String(context, part.Plain), StringComparison.Ordinal),
            _ => false,
        };
    }
}

/// <summary>When two values are equal, and which comes first.</summary>
internal static class LiquidComparing
{
    private const int Deepest = 100;

    public static bool AreEqual(LiquidContext context, LiquidValue a, LiquidValue b, int depth = 0)
    {
        if (IsWord(a) || IsWord(b))
        {
            return IsWord(a) ? Matches(a, b) : Matches(b, a);
        }
        (a, b) = (a.Plain, b.Plain);
        if (a.Kind != b.Kind)
        {
            return false;
        }
        context.Descend(depth, Deepest);
        context.Spend(1, 0);
        return a.Kind switch
        {
            LiquidKind.Array => a.Items.Count == b.Items.Count && Enumerable.Range(0, a.Items.Count).All(i => AreEqual(context, a.Items[i], b.Items[i], depth + 1)),
            LiquidKind.Text => a.Text == b.Text,
            LiquidKind.Number => a.Number == b.Number,
            LiquidKind.Boolean => a.Boolean == b.Boolean,
            LiquidKind.Object => ReferenceEquals(a.Reference, b.Reference),
            _ => true,
        };
    }

    public static bool Includes(LiquidContext context, IReadOnlyList<LiquidValue> items, LiquidValue item)
    {
        foreach (var one in items)
        {
            if (AreEqual(context, one, item))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether `a &lt; b` and the like hold. Texts are compared by their letters, all else as numbers; what is no number is neither more nor less.</summary>
    public static bool Holds(LiquidContext context, LiquidValue a, LiquidValue b, string sign)
    {
        if (IsWord(a) || IsWord(b))
        {
            return false;
        }
        (a, b) = (Primitive(context, a.Plain), Primitive(context, b.Plain));
        if (a.Kind == LiquidKind.Text && b.Kind == LiquidKind.Text)
        {
            var order = string.CompareOrdinal(a.Text, b.Text);
            return sign switch { ">" => order > 0, "<" => order < 0, ">=" => order >= 0, _ => order <= 0 };
        }
        var (x, y) = (JsText.ToNumber(context, a), JsText.ToNumber(context, b));
        return sign switch { ">" => x > y, "<" => x < y, ">=" => x >= y, _ => x <= y };
    }

    /// <summary>The order of `sort`: what is missing comes last.</summary>
    public static int Compare(LiquidContext context, LiquidValue a, LiquidValue b)
    {
        if (a.IsNothing || b.IsNothing)
        {
            return a.IsNothing && b.IsNothing ? 0 : a.IsNothing ? 1 : -1;
        }
        return Holds(context, a, b, "<") ? -1 : Holds(context, a, b, ">") ? 1 : 0;
    }

    private static LiquidValue Primitive(LiquidContext context, LiquidValue value) =>
        value.Kind is LiquidKind.Array or LiquidKind.Object ? LiquidValue.Of(JsText.String(context, value)) : value;

    private static bool IsWord(LiquidValue value) => value.Kind is LiquidKind.Nil or LiquidKind.Empty or LiquidKind.Blank;

    private static bool Matches(LiquidValue word, LiquidValue value)
    {
        if (word.Kind == LiquidKind.Nil)
        {
            return value.IsNothing || value.Kind == LiquidKind.Nil;
        }
        if (word.Kind == LiquidKind.Blank && (value.IsNothing || value.Kind == LiquidKind.Nil || (value.Kind == LiquidKind.Boolean && !value.Boolean)))
        {
            return true;
        }
        return value.Kind switch
        {
            LiquidKind.Text => word.Kind == LiquidKind.Blank ? value.Text.All(JsText.IsBlank) : value.Text.Length == 0,
            LiquidKind.Array => value.Items.Count == 0,
            LiquidKind.Object => value.Members.Count == 0,
            _ => false,
        };
    }
}

internal delegate LiquidValue LiquidFilter(LiquidContext context, LiquidValue value, LiquidArguments arguments);

/// <summary>An argument of a filter: `20`, or `allow_false: true`.</summary>
internal readonly record struct LiquidArgument(string? Name, LiquidExpression Value);

/// <summary>The arguments that a filter was given, evaluated.</summary>
internal readonly struct LiquidArguments(LiquidArgument[] written, LiquidValue[] values)
{
    public int Count => values.Length;

    /// <summary>By its position; undefined where it was not given. One with a name is a pair of both.</summary>
    public LiquidValue this[int i] => i >= values.Length ? LiquidValue.Undefined : written[i].Name is { } name ? LiquidValue.Of([LiquidValue.Of(name), values[i]]) : values[i];

    public LiquidValue Named(string name)
    {
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i].Name == name)
            {
                return values[i];
            }
        }
        return LiquidValue.Undefined;
    }
}

internal sealed class LiquidFilterCall(string name, LiquidFilter run, LiquidArgument[] arguments, LiquidSource source, int at)
{
    public string Name => name;

    public LiquidValue Run(LiquidContext context, LiquidValue value)
    {
        var values = arguments.Length == 0 ? [] : new LiquidValue[arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = arguments[i].Value.Evaluate(context);
        }
        try
        {
            var result = run(context, value, new LiquidArguments(arguments, values));
            context.Spend(1, result.Kind == LiquidKind.Text ? result.Text.Length : 0);
            return result;
        }
        catch (LiquidException problem) when (problem.In is null)
        {
            throw new LiquidException(problem.Told, source, at);
        }
    }
}

/// <summary>A value and the filters it passes.</summary>
internal sealed class LiquidPipeline(LiquidExpression initial, LiquidFilterCall[] filters, string text)
{
    private readonly LiquidPath? told = initial is LiquidPath path && !filters.Any(filter => filter.Name == "default") ? path : null;

    public string Text => text;

    /// <summary>Whether the last filter says that the value is HTML already.</summary>
    public bool IsRaw => filters is [.., { Name: "raw" }];

    public LiquidValue Evaluate(LiquidContext context)
    {
        var value = initial.Evaluate(context);
        foreach (var filter in filters)
        {
            value = filter.Run(context, value);
        }
        return value;
    }

    /// <summary>The value for being written: a variable that is missing, and has no default, is noted.</summary>
    public LiquidValue ToWrite(LiquidContext context)
    {
        var value = initial.Evaluate(context);
        if (told is not null && value.IsNothing)
        {
            context.NoteMissing(told.Text);
        }
        foreach (var filter in filters)
        {
            value = filter.Run(context, value);
        }
        return value;
    }
}
