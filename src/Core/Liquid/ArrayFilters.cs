namespace Ciclo.Core.Liquid;

internal static class ArrayFilters
{
    public static Dictionary<string, LiquidFilter> All { get; } = new(StringComparer.Ordinal)
    {
        ["join"] = (c, v, a) => LiquidValue.Of(JsText.Join(c, ToArray(v), a.Count == 0 || a[0].Plain.IsNothing ? " " : JsText.Output(c, a[0]), 0)),
        ["first"] = (_, v, _) => End(v, 0),
        ["last"] = (_, v, _) => End(v, -1),
        ["size"] = (_, v, _) => LiquidValue.Of(v.Kind switch { LiquidKind.Array => v.Items.Count, LiquidKind.Text => v.Text.Length, _ => 0 }),
        ["reverse"] = (c, v, _) => LiquidValue.Of([.. Charged(c, v).Reverse()]),
        ["compact"] = (c, v, _) => LiquidValue.Of([.. Charged(c, v).Where(item => !item.Plain.IsNothing)]),
        ["concat"] = (c, v, a) => LiquidValue.Of([.. Charged(c, v), .. a.Count > 0 ? Charged(c, a[0]) : []]),
        ["push"] = (c, v, a) => LiquidValue.Of([.. Charged(c, v), a[0]]),
        ["unshift"] = (c, v, a) => LiquidValue.Of([a[0], .. Charged(c, v)]),
        ["pop"] = (c, v, _) => LiquidValue.Of([.. Charged(c, v).SkipLast(1)]),
        ["shift"] = (c, v, _) => LiquidValue.Of([.. Charged(c, v).Skip(1)]),
        ["uniq"] = (c, v, _) => LiquidValue.Of([.. Charged(c, v).DistinctBy(item => item, SameValue.Instance)]),
        ["slice"] = Slice,
        ["sort"] = (c, v, a) => Sort(c, v, a, (x, y) => LiquidComparing.Compare(c, x, y)),
        ["sort_natural"] = (c, v, a) => Sort(c, v, a, (x, y) => LiquidComparing.Compare(c, Lower(c, x), Lower(c, y))),
        ["map"] = (c, v, a) => LiquidValue.Of([.. Charged(c, v).Select(item => Member(c, item, JsText.Output(c, a[0])))]),
        ["sum"] = (c, v, a) => LiquidValue.Of(Sum(c, v, a)),
        ["where"] = (c, v, a) => LiquidValue.Of([.. Charged(c, v).Where(Fits(c, a))]),
        ["reject"] = (c, v, a) => Rejected(c, v, a),
        ["find"] = (c, v, a) => Charged(c, v).FirstOrDefault(Fits(c, a)),
        ["find_index"] = (c, v, a) => Index(Charged(c, v), Fits(c, a)),
        ["has"] = (c, v, a) => LiquidValue.Of(Charged(c, v).Any(Fits(c, a))),
        ["group_by"] = (c, v, a) => Group(c, v, Property(c, a[0]) is { } path ? item => path.From(c, item) : _ => LiquidValue.Undefined),
        ["where_exp"] = (c, v, a) => By(c, v, a, (items, get) => LiquidValue.Of([.. items.Where(item => get(item) is { Kind: LiquidKind.Boolean, Boolean: true })])),
        ["reject_exp"] = (c, v, a) => By(c, v, a, (items, get) => LiquidValue.Of([.. items.Where(item => get(item) is { Kind: LiquidKind.Boolean, Boolean: false })])),
        ["find_exp"] = (c, v, a) => By(c, v, a, (items, get) => items.FirstOrDefault(item => IsSet(get(item)))),
        ["find_index_exp"] = (c, v, a) => By(c, v, a, (items, get) => Index(items, item => IsSet(get(item)))),
        ["has_exp"] = (c, v, a) => By(c, v, a, (items, get) => LiquidValue.Of(items.Any(item => IsSet(get(item))))),
        ["group_by_exp"] = (c, v, a) => Group(c, v, Expression(c, a)),
        ["sample"] = Sample,
    };

    /// <summary>A value as a list: nothing is none, and what is no list a list of one.</summary>
    public static IReadOnlyList<LiquidValue> ToArray(LiquidValue value)
    {
        value = value.Plain;
        return value.IsNothing ? [] : value.Kind == LiquidKind.Array ? value.Items : [value];
    }

    private static IReadOnlyList<LiquidValue> Charged(LiquidContext context, LiquidValue value)
    {
        var items = ToArray(value);
        context.Spend(items.Count, 0);
        return items;
    }

    private static LiquidValue End(LiquidValue value, double at)
    {
        value = value.Plain;
        return value.Kind switch
        {
            LiquidKind.Array => LiquidPath.At(value.Items, at),
            LiquidKind.Text when value.Text.Length > 0 => LiquidValue.Of((at < 0 ? value.Text[^1] : value.Text[0]).ToString()),
            _ => LiquidValue.Of(""),
        };
    }

    private static LiquidValue Lower(LiquidContext context, LiquidValue value) => value.IsNothing ? value : LiquidValue.Of(JsText.String(context, value).ToLowerInvariant());

    /// <summary>`address.city` of an item, by its dots.</summary>
    private static LiquidValue Member(LiquidContext context, LiquidValue item, string path)
    {
        context.Spend(1, 0);
        foreach (var name in path.Split('.'))
        {
            item = LiquidPath.Read(item, name);
        }
        return item;
    }

    private static LiquidValue Slice(LiquidContext context, LiquidValue value, LiquidArguments arguments)
    {
        value = value.Plain;
        if (value.IsNothing)
        {
            return LiquidValue.Of([]);
        }
        var (begin, length) = (arguments.Count > 0 ? MathFilters.Number(context, arguments[0]) : 0, arguments.Count > 1 ? MathFilters.Number(context, arguments[1]) : 1);
        if (value.Kind == LiquidKind.Array)
        {
            begin = begin < 0 ? begin + value.Items.Count : begin;
            return LiquidValue.Of(begin < 0 || length < 0 ? [] : LiquidNode.Slice(value.Items, begin, begin + length));
        }
        var text = JsText.Output(context, value);
        begin = begin < 0 ? begin + StringFilters.Letters(text) : begin;
        if (begin < 0 || length < 0)
        {
            return LiquidValue.Of("");
        }
        var from = StringFilters.Advance(text, 0, begin);
        return LiquidValue.Of(text[from..StringFilters.Advance(text, from, length)]);
    }

    private static LiquidValue Sort(LiquidContext context, LiquidValue value, LiquidArguments arguments, Comparison<LiquidValue> compare)
    {
        var property = arguments[0].IsTruthy && JsText.Output(context, arguments[0]) is { Length: > 0 } name ? name : null;
        var items = Charged(context, value).Select(item => (Item: item, Key: property is null ? item : Member(context, item, property))).ToArray();
        return LiquidValue.Of([.. Merge(items, compare).Select(pair => pair.Item)]);
    }

    // Items that are equal keep their order, and an order that contradicts itself (mixed values can) harms nothing.
    private static (LiquidValue Item, LiquidValue Key)[] Merge((LiquidValue Item, LiquidValue Key)[] items, Comparison<LiquidValue> compare)
    {
        if (items.Length < 2)
        {
            return items;
        }
        var (left, right) = (Merge(items[..(items.Length / 2)], compare), Merge(items[(items.Length / 2)..], compare));
        var (i, j) = (0, 0);
        for (var k = 0; k < items.Length; k++)
        {
            items[k] = j >= right.Length || (i < left.Length && compare(left[i].Key, right[j].Key) <= 0) ? left[i++] : right[j++];
        }
        return items;
    }

    private static double Sum(LiquidContext context, LiquidValue value, LiquidArguments arguments)
    {
        var property = arguments[0].IsTruthy && JsText.Output(context, arguments[0]) is { Length: > 0 } name ? name : null;
        var sum = 0d;
        foreach (var item in Charged(context, value))
        {
            var number = JsText.ToNumber(context, property is null ? item : Member(context, item, property));
            sum += double.IsNaN(number) ? 0 : number;
        }
        return sum;
    }

    private static LiquidPath? Property(LiquidContext context, LiquidValue property)
    {
        var text = JsText.Output(context, property);
        return new LiquidReader(new LiquidSource(text), 0, text.Length).PathAlone();
    }

    private static Func<LiquidValue, bool> Fits(LiquidContext context, LiquidArguments arguments)
    {
        var (path, expected) = (Property(context, arguments[0]), arguments[1]);
        return item =>
        {
            context.Spend(1, 0);
            var value = path is null ? LiquidValue.Undefined : path.From(context, item);
            return expected.Kind == LiquidKind.Undefined ? value.IsTruthy : LiquidComparing.AreEqual(context, value, expected);
        };
    }

    private static LiquidValue Rejected(LiquidContext context, LiquidValue value, LiquidArguments arguments)
    {
        var fits = Fits(context, arguments);
        return LiquidValue.Of([.. Charged(context, value).Where(item => !fits(item))]);
    }

    private static Func<LiquidValue, LiquidValue> Expression(LiquidContext context, LiquidArguments arguments)
    {
        var (name, text) = (JsText.Output(context, arguments[0]), JsText.Output(context, arguments[1]));
        var pipeline = new LiquidReader(new LiquidSource(text), 0, text.Length).Pipeline();
        return item =>
        {
            context.Spend(1, 0);
            return context.With(name, item, pipeline);
        };
    }

    private static LiquidValue By(LiquidContext context, LiquidValue value, LiquidArguments arguments, Func<IReadOnlyList<LiquidValue>, Func<LiquidValue, LiquidValue>, LiquidValue> decide) =>
        decide(Charged(context, value), Expression(context, arguments));

    /// <summary>True as JavaScript has it: 0 and the empty text are not.</summary>
    private static bool IsSet(LiquidValue value) => value.Kind switch
    {
        LiquidKind.Number => value.Number != 0 && !double.IsNaN(value.Number),
        LiquidKind.Text => value.Text.Length > 0,
        LiquidKind.Nil => true,
        _ => value.IsTruthy,
    };

    private static LiquidValue Index(IReadOnlyList<LiquidValue> items, Func<LiquidValue, bool> fits)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (fits(items[i]))
            {
                return LiquidValue.Of(i);
            }
        }
        return LiquidValue.Undefined;
    }

    private static LiquidValue Group(LiquidContext context, LiquidValue value, Func<LiquidValue, LiquidValue> keyOf)
    {
        var items = LiquidNode.ItemsOf(value);
        context.Spend(items.Count, 0);
        return LiquidValue.Of([.. items.GroupBy(keyOf, SameValue.Instance).Select(group =>
            LiquidValue.Of(new LiquidObject(("name", group.Key), ("items", LiquidValue.Of([.. group])))))]);
    }

    private static LiquidValue Sample(LiquidContext context, LiquidValue value, LiquidArguments arguments)
    {
        value = value.Plain;
        if (value.IsNothing)
        {
            return LiquidValue.Of([]);
        }
        var items = (value.Kind == LiquidKind.Array ? Charged(context, value) : [.. JsText.Output(context, value).Select(letter => LiquidValue.Of(letter.ToString()))]).ToArray();
        context.Random.Shuffle(items);
        var count = arguments.Count > 0 ? MathFilters.Number(context, arguments[0]) : 1;
        return count == 1 ? items.FirstOrDefault() : LiquidValue.Of(LiquidNode.Slice(items, 0, count));
    }

    /// <summary>One and the same: texts and numbers by what they are, objects and lists by which they are.</summary>
    private sealed class SameValue : IEqualityComparer<LiquidValue>
    {
        public static readonly SameValue Instance = new();

        public bool Equals(LiquidValue a, LiquidValue b) => a.Kind == b.Kind && a.Kind switch
        {
            LiquidKind.Text => a.Text == b.Text,
            LiquidKind.Number => a.Number.Equals(b.Number) || a.Number == b.Number,
            LiquidKind.Boolean => a.Boolean == b.Boolean,
            LiquidKind.Array or LiquidKind.Object or LiquidKind.Loop => ReferenceEquals(a.Reference, b.Reference),
            _ => true,
        };

        public int GetHashCode(LiquidValue value) => value.Kind switch
        {
            LiquidKind.Text => value.Text.GetHashCode(StringComparison.Ordinal),
            LiquidKind.Number => (value.Number + 0.0).GetHashCode(),
            LiquidKind.Boolean => value.Boolean ? 1 : 0,
            LiquidKind.Array or LiquidKind.Object or LiquidKind.Loop => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value.Reference!),
            _ => (int)value.Kind,
        };
    }
}
