using Ciclo.Core;
using Ciclo.Engine.Definitions;

namespace Ciclo.Tests.Definitions;

/// <summary>What the guides show is what the program takes.</summary>
public class GuideTests
{
    [Theory]
    [InlineData("lifecycles.md")]
    [InlineData("lifecycles.es.md")]
    public void The_files_of_the_guide_are_valid_together(string guide)
    {
        var blocks = Blocks(guide).ToList();
        Assert.Equal(2, blocks.Count);
        Assert.DoesNotContain(Catalog.Of(blocks.Select(yaml => DefinitionFile.Read(yaml, guide))).Check(SeenNames.Empty), found => found.IsError);
    }

    [Theory]
    [InlineData("journeys.md")]
    [InlineData("journeys.es.md")]
    public void The_journey_of_the_guide_is_valid_and_so_are_steps_by_themselves(string guide)
    {
        var blocks = Blocks(guide).Select(block => block.StartsWith("journey:", StringComparison.Ordinal)
            ? block
            : "journey: a-step\ntrigger: { event: '\"Order Completed\"' }\nsteps:\n  - " + block.TrimStart('-', ' ').Replace("\n", "\n    ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(blocks);
        Assert.All(blocks, yaml => Assert.Equal([], JourneyFile.Read(yaml).Diagnostics.Select(found => found.Say(Language.En))));
    }

    [Theory]
    [InlineData("rules.md")]
    [InlineData("rules.es.md")]
    public void Every_example_of_the_reference_is_a_rule(string guide)
    {
        var examples = Text(guide).Split('\n').Where(line => line.StartsWith('|')).Select(line => line.Split(" | ")[^1].TrimEnd(' ', '|'))
            .Where(cell => cell.StartsWith('`') && cell.EndsWith('`')).Select(cell => cell.Trim('`'))
            .Concat(Blocks(guide).SelectMany(block => block.Split("when: ").Skip(1)).Select(rule => rule.Trim()))
            .ToList();
        Assert.Equal(12, examples.Count);
        foreach (var rule in examples)
        {
            var yaml = rule[0] is '\'' or '|' ? $"segment: s\nwhen: {rule}" : $"segment: s\nwhen: |\n  {rule}";
            Assert.Equal([], SegmentFile.Read(yaml).Diagnostics.Select(found => $"{rule}: {found.Say(Language.En)}"));
        }
    }

    private static IEnumerable<string> Blocks(string guide) =>
        Text(guide).Split("```yaml\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)]);

    private static string Text(string guide)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Ciclo.slnx")))
        {
            folder = folder.Parent;
        }
        return File.ReadAllText(Path.Combine(folder.FullName, "docs", "guides", guide));
    }
}
