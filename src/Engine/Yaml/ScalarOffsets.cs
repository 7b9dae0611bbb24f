namespace Ciclo.Engine.Yaml;

/// <summary>
/// Finds each character of a scalar's value in the source, by decoding the source a second time the way YAML 1.2 (sections 7.3 and 8.1)
/// says. A mistake inside an expression can so be shown at its own line and column, whatever quotes or folds stand around it.
/// </summary>
internal static class ScalarOffsets
{
    /// <summary>For each offset of the value, its end included, the index in the source.</summary>
    internal static int[] Of(string source, int start, int end, string value, YamlStyle style)
    {
        var offsets = style == YamlStyle.Block
            ? OfBlock(source, start, end, value)
            : new FlowDecoder(source, style == YamlStyle.Plain ? start : start + 1, end, style).Decode(value.Length);
        return offsets;
    }

    private static bool IsBreak(char c) => c is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029';

    private static bool IsBlank(char c) => c is ' ' or '\t';

    /// <summary>
    /// Block scalars know no escapes: what is not blank stands in the source in the same order. Blanks are aligned to what they follow.
    /// </summary>
    private static int[] OfBlock(string source, int start, int end, string value)
    {
        var at = start;
        while (at < end && !IsBreak(source[at]))
        {
            at++;
        }
        var offsets = new int[value.Length + 1];
        for (var i = 0; i < value.Length; i++)
        {
            var isSpace = IsBlank(value[i]) || IsBreak(value[i]);
            while (!isSpace && at < end && source[at] != value[i])
            {
                at++;
            }
            offsets[i] = Math.Min(at, end);
            if (!isSpace || (at < end && source[at] == value[i]))
            {
                at++;
            }
        }
        offsets[value.Length] = Math.Min(at, end);
        return offsets;
    }

    private ref struct FlowDecoder(string source, int start, int end, YamlStyle style)
    {
        private readonly string source = source;
        private readonly int end = end;
        private readonly YamlStyle style = style;
        private readonly List<int> offsets = [];
        private int at = start;
        // Blanks before a line break are dropped, escaped ones are not.
        private int solid;

        internal int[] Decode(int length)
        {
            while (at < end && !IsClosingQuote())
            {
                Step();
            }
            var result = new int[length + 1];
            for (var i = 0; i <= length; i++)
            {
                result[i] = i < offsets.Count ? offsets[i] : Math.Min(at, end);
            }
            return result;
        }

        private readonly bool IsClosingQuote() => style switch
        {
            YamlStyle.SingleQuoted => source[at] == '\'' && (at + 1 >= end || source[at + 1] != '\''),
            YamlStyle.DoubleQuoted => source[at] == '"',
            _ => false,
        };

        private void Step()
        {
            var c = source[at];
            if (IsBreak(c))
            {
                Fold();
            }
            else if (c == '\\' && style == YamlStyle.DoubleQuoted && at + 1 < end)
            {
                Escape();
            }
            else
            {
                offsets.Add(at);
                solid = IsBlank(c) ? solid : offsets.Count;
                at += c == '\'' && style == YamlStyle.SingleQuoted ? 2 : 1;
            }
        }

        private void Fold()
        {
            offsets.RemoveRange(solid, offsets.Count - solid);
            var from = at;
            var breaks = SkipBreaks();
            for (var i = 0; i < Math.Max(1, breaks - 1); i++)
            {
                offsets.Add(from);
            }
            solid = offsets.Count;
        }

        private int SkipBreaks()
        {
            var breaks = 0;
            while (at < end && (IsBreak(source[at]) || IsBlank(source[at])))
            {
                breaks += IsBreak(source[at]) && !(source[at] == '\n' && source[at - 1] == '\r') ? 1 : 0;
                at++;
            }
            return breaks;
        }

        private void Escape()
        {
            var kind = source[at + 1];
            if (IsBreak(kind))
            {
                // An escaped break joins two lines; empty lines after it are kept as breaks.
                var from = at++;
                var breaks = SkipBreaks();
                for (var i = 1; i < breaks; i++)
                {
                    offsets.Add(from);
                }
                solid = offsets.Count;
                return;
            }
            var digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            offsets.Add(at);
            if (digits == 8 && at + 10 <= end && Convert.ToUInt32(HexAt(at + 2, 8), 16) > 0xffff)
            {
                offsets.Add(at);
            }
            at += 2 + digits;
            solid = offsets.Count;
        }

        private readonly string HexAt(int index, int length)
        {
            var hex = source.Substring(index, length);
            return hex.All(char.IsAsciiHexDigit) ? hex : "0";
        }
    }
}
