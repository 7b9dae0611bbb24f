using Ciclo.Core;
using Ciclo.Core.Rules;

namespace Ciclo.Engine.Yaml;

/// <summary>
/// Reads a map whose keys are known. Ask for each key, then call <see cref="RefuseOthers"/>: what was never asked for is an unknown key,
/// shown with the nearest one. Each mistake adds a diagnostic and answers null, so that one reading finds them all.
/// </summary>
public sealed class YamlFields
{
    private readonly YamlMap map;
    private readonly ICollection<Diagnostic> diagnostics;
    private readonly List<string> asked = [];

    public YamlFields(YamlMap map, ICollection<Diagnostic> diagnostics)
    {
        this.map = map;
        this.diagnostics = diagnostics;
    }

    /// <summary>The fields of <paramref name="node"/>; null, and a diagnostic, if it is not a map.</summary>
    public static YamlFields? Of(YamlNode? node, ICollection<Diagnostic> diagnostics)
    {
        switch (node)
        {
            case null:
                return null;
            case YamlMap map:
                return new YamlFields(map, diagnostics);
            default:
                diagnostics.Add(Wrong(node, new Text("a map of keys and values", "un mapa de claves y valores")));
                return null;
        }
    }

    public YamlPlace Place => map.Place;

    /// <summary>The value of a key, null if it is absent. A key with nothing behind it counts as present.</summary>
    public YamlNode? Any(string key)
    {
        asked.Add(key);
        return map.Find(key)?.Value;
    }

    /// <summary>Like <see cref="Any"/>; an absent key is reported.</summary>
    public YamlNode? Required(string key)
    {
        var value = Any(key);
        if (value is null)
        {
            diagnostics.Add(new Diagnostic("missing_key", Severity.Error, Place.Line, Place.Column,
                new Text($"no key {key}", $"que falta la clave {key}"), new Text($"{key}:", $"{key}:")));
        }
        return value;
    }

    /// <summary>A scalar that is not null; null where absent, and with a diagnostic where it is something else.</summary>
    public YamlScalar? Scalar(string key, bool isRequired = false, Text? expected = null) =>
        ScalarIn(isRequired ? Required(key) : Any(key), expected ?? new Text("a text", "un texto"));

    public YamlMap? Map(string key, bool isRequired = false) => As<YamlMap>(key, isRequired, new Text("a map of keys and values", "un mapa de claves y valores"));

    public YamlList? List(string key, bool isRequired = false) => As<YamlList>(key, isRequired, new Text("a list", "una lista"));

    public bool? Boolean(string key)
    {
        var node = Any(key);
        if (node is null)
        {
            return null;
        }
        if (node is YamlScalar scalar && scalar.TryBoolean(out var value))
        {
            return value;
        }
        diagnostics.Add(Wrong(node, new Text("true or false", "true o false")));
        return null;
    }

    /// <summary>One of a closed list of words; anything else is reported with the nearest.</summary>
    public YamlScalar? Word(string key, IReadOnlyList<string> words, bool isRequired = false)
    {
        var expected = OneOf(words);
        var scalar = Scalar(key, isRequired, expected);
        if (scalar is null || words.Contains(scalar.Value, StringComparer.Ordinal))
        {
            return scalar;
        }
        diagnostics.Add(Wrong(scalar, expected, Nearest.DidYouMean(scalar.Value, words), "unknown_word"));
        return null;
    }

    /// <summary>A scalar that is not null, or a diagnostic.</summary>
    public YamlScalar? ScalarIn(YamlNode? node, Text expected)
    {
        if (node is null or YamlScalar { IsNull: false })
        {
            return (YamlScalar?)node;
        }
        diagnostics.Add(Wrong(node, expected));
        return null;
    }

    /// <summary>Reports each key that was not asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var (key, _) in map.Entries.Where(entry => !asked.Contains(entry.Key.Value, StringComparer.Ordinal)))
        {
            diagnostics.Add(new Diagnostic("unknown_key", Severity.Error, key.Place.Line, key.Place.Column,
                new Text($"the key {key.Value}", $"la clave {key.Value}"), OneOf(asked), Nearest.DidYouMean(key.Value, asked)));
        }
    }

    public static Diagnostic Wrong(YamlNode node, Text expected, Text? hint = null, string code = "wrong_type") =>
        new(code, Severity.Error, node.Place.Line, node.Place.Column, node.Describe(), expected, hint);

    public static Text OneOf(IReadOnlyList<string> words) => words.Count == 1
        ? Text.Same(words[0])
        : new Text(string.Join(", ", words.SkipLast(1)) + " or " + words[^1], string.Join(", ", words.SkipLast(1)) + " o " + words[^1]);

    private T? As<T>(string key, bool isRequired, Text expected)
        where T : YamlNode
    {
        var node = isRequired ? Required(key) : Any(key);
        if (node is null or T)
        {
            return (T?)node;
        }
        diagnostics.Add(Wrong(node, expected));
        return null;
    }
}
