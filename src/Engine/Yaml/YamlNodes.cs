using System.Globalization;
using Ciclo.Core;

namespace Ciclo.Engine.Yaml;

/// <summary>A place in a file, both counted from 1; columns count UTF-16 characters, as editors do.</summary>
public readonly record struct YamlPlace(int Line, int Column);

/// <summary>One node of a YAML file: a map, a list or a scalar, and where it begins.</summary>
public abstract class YamlNode(YamlPlace place)
{
    public YamlPlace Place { get; } = place;

    /// <summary>What stands here, in words, for the "found" of a diagnostic.</summary>
    public abstract Text Describe();
}

/// <summary>Keys in the file's order; no key stands twice.</summary>
public sealed class YamlMap(YamlPlace place, IReadOnlyList<YamlEntry> entries) : YamlNode(place)
{
    public IReadOnlyList<YamlEntry> Entries { get; } = entries;

    public YamlEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Value == key);

    public override Text Describe() => new("a map", "un mapa");
}

public sealed record YamlEntry(YamlScalar Key, YamlNode Value);

public sealed class YamlList(YamlPlace place, IReadOnlyList<YamlNode> items) : YamlNode(place)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;

    public override Text Describe() => new("a list", "una lista");
}

public enum YamlStyle
{
    Plain = 0,
    SingleQuoted = 1,
    DoubleQuoted = 2,
    /// <summary>`|` or `>`.</summary>
    Block = 3,
}

/// <summary>
/// A text, a number, true, false or nothing: YAML tells them apart by looks, and so does this, but only when asked.
/// <see cref="PlaceOf"/> finds any character of the value in the source, through quotes, escapes and folded lines.
/// </summary>
public sealed class YamlScalar : YamlNode
{
    private const int MaxShown = 60;

    private readonly YamlSource source;
    private readonly int start;
    private readonly int end;
    private int[]? offsets;

    internal YamlScalar(YamlSource source, int start, int end, string value, YamlStyle style)
        : base(source.PlaceOf(start))
    {
        this.source = source;
        this.start = start;
        this.end = end;
        Value = value;
        Style = style;
    }

    public string Value { get; }

    public YamlStyle Style { get; }

    /// <summary>Written as nothing at all, `~` or `null`, without quotes.</summary>
    public bool IsNull => Style == YamlStyle.Plain && Value is "" or "~" or "null" or "Null" or "NULL";

    public bool TryBoolean(out bool value)
    {
        value = Value is "true" or "True" or "TRUE";
        return Style == YamlStyle.Plain && (value || Value is "false" or "False" or "FALSE");
    }

    public bool TryInteger(out long value)
    {
        value = 0;
        return Style == YamlStyle.Plain && long.TryParse(Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Where the character at <paramref name="offset"/> of <see cref="Value"/> stands in the file; its length means the place after the last.</summary>
    public YamlPlace PlaceOf(int offset)
    {
        offsets ??= ScalarOffsets.Of(source.Content, start, end, Value, Style);
        return source.PlaceOf(offsets[Math.Clamp(offset, 0, Value.Length)]);
    }

    public override Text Describe()
    {
        if (IsNull)
        {
            return new Text("nothing", "nada");
        }
        var shown = Value.Length > MaxShown ? Value[..MaxShown] + "…" : Value;
        shown = shown.ReplaceLineEndings(" ");
        return TryInteger(out _) || TryBoolean(out _) ? Text.Same(shown) : new Text($"the text \"{shown}\"", $"el texto \"{shown}\"");
    }
}

/// <summary>The file's text and the beginnings of its lines.</summary>
internal sealed class YamlSource
{
    private readonly List<int> lineStarts = [0];

    internal YamlSource(string content)
    {
        Content = content;
        for (var i = 0; i < content.Length; i++)
        {
            // The same breaks that the YAML scanner counts, or lines would drift apart.
            if (content[i] is '\n' or '\u0085' or '\u2028' or '\u2029' || (content[i] == '\r' && (i + 1 == content.Length || content[i + 1] != '\n')))
            {
                lineStarts.Add(i + 1);
            }
        }
    }

    internal string Content { get; }

    internal YamlPlace PlaceOf(int index)
    {
        var line = lineStarts.BinarySearch(index);
        line = line < 0 ? ~line - 1 : line;
        return new YamlPlace(line + 1, index - lineStarts[line] + 1);
    }

    /// <summary>The index of a place, kept inside the text.</summary>
    internal int IndexOf(long line, long column) => line > lineStarts.Count
        ? Content.Length
        : (int)Math.Clamp(lineStarts[(int)Math.Max(line - 1, 0)] + column - 1, 0, Content.Length);
}
