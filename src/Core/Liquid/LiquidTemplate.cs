using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Ciclo.Core.Time;

namespace Ciclo.Core.Liquid;

/// <summary>What one rendering may take. Past each limit it ends with an error that says which.</summary>
/// <param name="MostWork">Steps: each part that is written, each turn of a loop, each filter; eight letters that a filter makes are one.</param>
/// <param name="MostLetters">Of the output.</param>
/// <param name="Deepest">How deep snippets call each other.</param>
public sealed record LiquidLimits(int MostWork = 1_000_000, int MostLetters = 2_000_000, int Deepest = 20)
{
    public static LiquidLimits Usual { get; } = new();
}

/// <summary>How a template is written for one reader. The time is <paramref name="NowMs"/> (Unix milliseconds): no template reads a clock.</summary>
/// <param name="Culture">Names of months and days, and how `money` and `date_local` write.</param>
/// <param name="Zone">In which dates are told.</param>
/// <param name="NowMs">What `now` is.</param>
public sealed record LiquidOptions(CultureInfo Culture, Zone Zone, long NowMs)
{
    /// <summary>Whether what is written out is escaped, but for what ends in `raw`.</summary>
    public bool EscapesHtml { get; init; }

    /// <summary>The currency of `money` where a template names none.</summary>
    public string Currency { get; init; } = "";

    /// <summary>What `sample` draws by: the same seed draws the same.</summary>
    public int Seed { get; init; }

    public LiquidLimits Limits { get; init; } = LiquidLimits.Usual;
}

/// <summary>What became of a rendering: the text, or why there is none; and the variables that were written out and are not there.</summary>
public sealed record LiquidResult(string Text, LiquidError? Error, IReadOnlyList<string> Missing);

/// <summary>Templates with a name that others call by `render` and `include`. Each is parsed once, when it is first called. Safe from any thread.</summary>
public sealed class LiquidSnippets(IReadOnlyDictionary<string, string> sources)
{
    private readonly ConcurrentDictionary<string, LiquidNode[]> parsed = new(StringComparer.Ordinal);

    public static LiquidSnippets None { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal));

    internal LiquidNode[]? Find(string name) => sources.TryGetValue(name, out var text) ? parsed.GetOrAdd(name, static (key, source) => LiquidParser.Parse(new LiquidSource(source, key)), text) : null;
}

/// <summary>
/// A template that was parsed once and is rendered as often as wanted, from any thread. Its output is that of LiquidJS for what both know; `docs/guides/templates.md` lists it.
/// </summary>
public sealed class LiquidTemplate
{
    /// <summary>The longest template, in characters.</summary>
    public const int Longest = 500_000;

    private readonly LiquidNode[] nodes;
    private readonly LiquidSnippets snippets;

    private LiquidTemplate(LiquidNode[] nodes, LiquidSnippets snippets)
    {
        this.nodes = nodes;
        this.snippets = snippets;
    }

    /// <summary>The template, or what is wrong with it.</summary>
    public static (LiquidTemplate? Template, LiquidError? Error) Parse(string text, LiquidSnippets? snippets = null)
    {
        if (text.Length > Longest)
        {
            return (null, new LiquidError(new($"The template has {text.Length:N0} characters; {Longest:N0} are the most.", $"La plantilla tiene {text.Length:N0} caracteres; {Longest:N0} es lo máximo."), 1, 1));
        }
        try
        {
            return (new LiquidTemplate(LiquidParser.Parse(new LiquidSource(text)), snippets ?? LiquidSnippets.None), null);
        }
        catch (LiquidException problem)
        {
            return (null, problem.ToError());
        }
    }

    /// <summary>Renders with the variables of <paramref name="model"/>.</summary>
    public LiquidResult Render(JsonObject model, LiquidOptions options) => Render(new LiquidModel(model), options);

    /// <summary>The same for several templates of one message: the model is read once for all of them.</summary>
    public LiquidResult Render(LiquidModel model, LiquidOptions options)
    {
        var context = new LiquidContext(model.Root, options, snippets);
        var writer = new LiquidWriter(options.Limits.MostLetters);
        try
        {
            LiquidNode.RenderAll(nodes, context, writer);
            return new LiquidResult(writer.ToString(), null, context.Missing);
        }
        catch (LiquidException problem)
        {
            return new LiquidResult("", problem.ToError(), context.Missing);
        }
    }
}

/// <summary>The variables of a rendering. Not safe from several threads.</summary>
public sealed class LiquidModel(JsonObject model)
{
    internal LiquidObject Root { get; } = new(model);
}
