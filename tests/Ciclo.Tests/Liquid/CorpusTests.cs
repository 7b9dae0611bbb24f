using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Liquid;
using Ciclo.Core.Time;
using Ciclo.Tests.Architecture;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.Liquid;

/// <summary>Our Liquid against LiquidJS, template by template: the same text, or both refuse.</summary>
public sealed class CorpusTests
{
    private const string Between = "\n----\n";
    private const string Escape = "@escape\n";

    private static string Folder => Path.Combine(Repository.Root, "tests", "Ciclo.Tests", "Liquid");

    [ClientFact("liquid.mjs")]
    public async Task Every_template_of_the_corpus_says_what_LiquidJS_says()
    {
        var (corpus, expected) = (File.ReadAllText(Path.Combine(Folder, "corpus.liquid")).Split(Between), await LiquidJsAsync());
        Assert.True(corpus.Length >= 300, $"{corpus.Length} templates");
        Assert.Equal(corpus.Length, expected.Count);
        var (model, snippets) = World();
        Findings.AssertNone(corpus.Select((template, i) => Difference(template, expected[i]!.AsObject(), model, snippets)).OfType<string>());
    }

    [Fact]
    public void The_corpus_uses_every_filter_that_is_not_ours()
    {
        var corpus = File.ReadAllText(Path.Combine(Folder, "corpus.liquid"));
        Assert.DoesNotContain(LiquidFilters.Names.Except(["money", "date_local"]), name => !System.Text.RegularExpressions.Regex.IsMatch(corpus, $@"\|\s*{name}\b"));
    }

    private static string? Difference(string template, JsonObject expected, JsonObject model, LiquidSnippets snippets)
    {
        var escapes = template.StartsWith(Escape, StringComparison.Ordinal);
        var (parsed, error) = LiquidTemplate.Parse(escapes ? template[Escape.Length..] : template, snippets);
        var result = parsed?.Render(model, new LiquidOptions(CultureInfo.GetCultureInfo("en-US"), Zone.Utc, 1_700_000_000_000) { EscapesHtml = escapes });
        error ??= result?.Error;
        var wanted = expected["text"]?.GetValue<string>();
        return (error is null ? result!.Text : null) == wanted ? null
            : $"{template}\n  LiquidJS: {wanted ?? "refuses, " + expected["error"]}\n  ours: {(error is null ? result!.Text : "refuses, " + error.Say(Language.En))}";
    }

    private static (JsonObject Model, LiquidSnippets Snippets) World()
    {
        var world = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "model.json")))!.AsObject();
        return (world["model"]!.AsObject(), new LiquidSnippets(world["snippets"]!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>(), StringComparer.Ordinal)));
    }

    private static async Task<JsonArray> LiquidJsAsync()
    {
        var start = new ProcessStartInfo("node") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = ClientFactAttribute.Folder! };
        foreach (var argument in new[] { "liquid.mjs", Path.Combine(Folder, "corpus.liquid"), Path.Combine(Folder, "model.json") })
        {
            start.ArgumentList.Add(argument);
        }
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return JsonNode.Parse(await output)!.AsArray();
    }
}
