using System.Text.Json;

namespace Ciclo.Engine.Collect;

/// <summary>Walking JSON that is known to be whole, under an item's limits on depth, names and text.</summary>
internal static class JsonText
{
    /// <summary>
    /// The reader throws past its own limit, and what is thrown would refuse the whole body. A body has no room for this depth, so
    /// too deep an item is walked over, and refused alone.
    /// </summary>
    public static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = 2 * CollectLimits.BodyBytes };

    /// <summary>The next token; false at the end, or once the item has a fault. <paramref name="outerDepth"/>: how deep this JSON stands in its item.</summary>
    public static bool Next(scoped ref Utf8JsonReader json, scoped ref Item item, int outerDepth = 0)
    {
        if (item.Fault != RejectReason.None || !json.Read())
        {
            return false;
        }
        switch (json.TokenType)
        {
            case JsonTokenType.PropertyName:
                item.Names++;
                if (item.Names > CollectLimits.Names)
                {
                    item.Fault = RejectReason.TooManyProperties;
                }
                CheckText(ref json, ref item);
                break;
            case JsonTokenType.String:
                CheckText(ref json, ref item);
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray when json.CurrentDepth + outerDepth >= CollectLimits.Depth:
                item.Fault = RejectReason.TooDeep;
                break;
        }
        return item.Fault == RejectReason.None;
    }

    /// <summary>Walks to the end of the value that the current token begins.</summary>
    public static void Skip(scoped ref Utf8JsonReader json, scoped ref Item item, int outerDepth = 0)
    {
        if (json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }
        var depth = json.CurrentDepth;
        while (Next(ref json, ref item, outerDepth) && json.CurrentDepth > depth)
        {
        }
    }

    /// <summary>Whether the current name, unescaped, is <paramref name="name"/>. One that cannot be unescaped is no name of ours.</summary>
    public static bool Is(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> name) => json.ValueIsEscaped
        ? !HasLoneSurrogate(json.ValueSpan) && json.ValueTextEquals(name)
        : json.ValueSpan.SequenceEqual(name);

    private static void CheckText(scoped ref Utf8JsonReader json, scoped ref Item item)
    {
        if (json.ValueIsEscaped && HasLoneSurrogate(json.ValueSpan))
        {
            item.Fault = RejectReason.InvalidText;
        }
    }

    /// <summary>Whether the raw text of a JSON string has an escape `\ud800`–`\udfff` outside a pair.</summary>
    internal static bool HasLoneSurrogate(ReadOnlySpan<byte> raw)
    {
        while (raw.IndexOf((byte)'\\') is var at and >= 0)
        {
            if (raw[at + 1] != 'u')
            {
                raw = raw[(at + 2)..];
                continue;
            }
            var unit = HexUnit(raw[(at + 2)..]);
            raw = raw[(at + 6)..];
            if (unit is < 0xd800 or > 0xdfff)
            {
                continue;
            }
            if (unit >= 0xdc00 || !raw.StartsWith("\\u"u8) || HexUnit(raw[2..]) is < 0xdc00 or > 0xdfff)
            {
                return true;
            }
            raw = raw[6..];
        }
        return false;
    }

    private static int HexUnit(ReadOnlySpan<byte> text)
    {
        var unit = 0;
        for (var i = 0; i < 4; i++)
        {
            var c = text[i] | 0x20;
            unit = unit << 4 | (c <= '9' ? c - '0' : c - 'a' + 10);
        }
        return unit;
    }
}
