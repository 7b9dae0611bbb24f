using System.Globalization;
using System.Text;

namespace Ciclo.Core.Liquid;

/// <summary>`JSON.stringify`: letters beyond ASCII stay as they are.</summary>
internal static class LiquidJson
{
    private const int Deepest = 100;

    /// <summary>The JSON of a value; empty for what is not there at all. <paramref name="spaces"/>: how far each level is indented, 0 for one line.</summary>
    public static string Write(LiquidValue value, int spaces)
    {
        var text = new StringBuilder();
        if (value.Kind != LiquidKind.Undefined)
        {
            Write(text, value, spaces, 0, null);
        }
        return text.ToString();
    }

    public static string Write(LiquidContext context, LiquidValue value, int spaces)
    {
        var text = new StringBuilder();
        if (value.Kind != LiquidKind.Undefined)
        {
            Write(text, value, spaces, 0, context);
        }
        return text.ToString();
    }

    private static void Write(StringBuilder text, LiquidValue value, int spaces, int depth, LiquidContext? context)
    {
        context?.Descend(depth, Deepest);
        context?.Spend(1, 8);
        switch (value.Kind)
        {
            case LiquidKind.Text:
                Quote(text, value.Text);
                context?.Spend(0, value.Text.Length);
                break;
            case LiquidKind.Number:
                text.Append(double.IsFinite(value.Number) ? JsText.Of(value.Number) : "null");
                break;
            case LiquidKind.Boolean:
                text.Append(value.Boolean ? "true" : "false");
                break;
            case LiquidKind.Array:
                var items = value.Items;
                Sequence(text, '[', ']', items.Count, spaces, depth, i => Write(text, items[i], spaces, depth + 1, context));
                break;
            case LiquidKind.Object:
                var members = value.Members.Names.Select(name => (Name: name, Value: value.Members.TryGet(name, out var member) ? member : default))
                    .Where(member => member.Value.Kind != LiquidKind.Undefined).ToList();
                Sequence(text, '{', '}', members.Count, spaces, depth, i => Member(text, members[i].Name, members[i].Value, spaces, depth, context));
                break;
            case LiquidKind.Loop:
                var loop = value.Loop;
                Sequence(text, '{', '}', 3, spaces, depth, i => Member(
                    text, i switch { 0 => "i", 1 => "length", _ => "name" }, i switch { 0 => LiquidValue.Of(loop.At), 1 => LiquidValue.Of(loop.Length), _ => LiquidValue.Of(loop.Name) }, spaces, depth, context));
                break;
            case LiquidKind.Nil or LiquidKind.Empty or LiquidKind.Blank:
                text.Append("{}");
                break;
            default:
                text.Append("null");
                break;
        }
    }

    private static void Member(StringBuilder text, string name, LiquidValue value, int spaces, int depth, LiquidContext? context)
    {
        Quote(text, name);
        text.Append(spaces > 0 ? ": " : ":");
        Write(text, value, spaces, depth + 1, context);
    }

    private static void Sequence(StringBuilder text, char open, char close, int count, int spaces, int depth, Action<int> write)
    {
        text.Append(open);
        for (var i = 0; i < count; i++)
        {
            text.Append(i > 0 ? "," : "");
            NewLine(text, spaces, depth + 1);
            write(i);
        }
        if (count > 0)
        {
            NewLine(text, spaces, depth);
        }
        text.Append(close);
    }

    private static void NewLine(StringBuilder text, int spaces, int depth)
    {
        if (spaces > 0)
        {
            text.Append('\n').Append(' ', spaces * depth);
        }
    }

    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            var isLone = char.IsSurrogate(c) && !(char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1])) && !(char.IsLowSurrogate(c) && i > 0 && char.IsHighSurrogate(value[i - 1]));
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ when c < ' ' || isLone => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }
}
