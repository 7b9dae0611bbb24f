using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Engine.Yaml;

namespace Ciclo.Tests.Definitions;

/// <summary>Comments outlive what a program changes in a file.</summary>
public sealed class CommentTests
{
    private const string Cart = """
        # Ask Marta before changing this.

        journey: cart # since 2026
        trigger:
          event: '"Product Added"'   # any product
        steps:
          # An hour is what worked best.
          - wait: 1h
          - send: email # "first" one
            template: cart
            subject: 'No # comment: it''s text'
            note: |
              # not a comment either
              second line
          # Only for those who buy much.
          - if: ever("Order Completed")
            then: [{ wait: 2d }, { stop: true }] # the end
        # Written by hand.
        """;

    [Fact]
    public void All_comments_stay_where_nothing_changes_and_again()
    {
        var once = Changed(_ => { });
        Assert.Equal(Comments(Cart), Comments(once));
        Assert.Equal(once, YamlComments.Keep(once, YamlJson.ToYaml(Root(once))));
        Assert.True(JsonNode.DeepEquals(Root(Cart), Root(once)));
        Assert.Contains("\n  # An hour is what worked best.\n  - wait: '1h'", once, StringComparison.Ordinal);
        Assert.EndsWith("# Written by hand.\n", once, StringComparison.Ordinal);
    }

    [Fact]
    public void A_comment_follows_its_step_and_goes_with_it()
    {
        var longer = Changed(root => root["steps"]![0]!["wait"] = "3h");
        Assert.Contains("# An hour is what worked best.\n  - wait: '3h'", longer, StringComparison.Ordinal);
        Assert.Equal(Comments(Cart), Comments(longer));

        var moved = Changed(root =>
        {
            var steps = root["steps"]!.AsArray();
            var branch = steps[2]!;
            steps.RemoveAt(2);
            steps.Insert(0, branch);
        });
        Assert.Contains("  # Only for those who buy much.\n  - if:", moved, StringComparison.Ordinal);
        Assert.Equal(Comments(Cart).Order(StringComparer.Ordinal), Comments(moved).Order(StringComparer.Ordinal));

        var shorter = Changed(root => root["steps"]!.AsArray().RemoveAt(2));
        Assert.Equal(Comments(Cart).Where(comment => !comment.Contains("buy much", StringComparison.Ordinal) && !comment.Contains("the end", StringComparison.Ordinal)), Comments(shorter));
    }

    [Fact]
    public void Whatever_is_changed_the_file_means_what_was_asked_for()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var (random, before) = (new Random(seed), Scattered(new Random(seed)));
            var root = Root(before);
            var steps = root["steps"]!.AsArray();
            for (var changes = random.Next(4); changes > 0; changes--)
            {
                switch (random.Next(3))
                {
                    case 0:
                        steps.Insert(random.Next(steps.Count + 1), new JsonObject { ["wait"] = $"{random.Next(9)}d" });
                        break;
                    case 1 when steps.Count > 1:
                        steps.RemoveAt(random.Next(steps.Count));
                        break;
                    default:
                        steps[random.Next(steps.Count)]!["id"] = $"step{random.Next(9)}";
                        break;
                }
            }
            var after = YamlComments.Keep(before, YamlJson.ToYaml(root));
            Assert.True(JsonNode.DeepEquals(root, Root(after)), $"seed {seed}:\n{after}");
            Assert.All(Comments(after), comment => Assert.Contains(comment, Comments(before)));
        }
    }

    /// <summary>A file with comments anywhere.</summary>
    private static string Scattered(Random random)
    {
        var lines = new List<string>();
        foreach (var line in YamlJson.ToYaml(Root(Cart)).TrimEnd('\n').Split('\n'))
        {
            if (random.Next(3) == 0)
            {
                lines.Add(new string(' ', random.Next(6)) + $"# {lines.Count}");
            }
            lines.Add(random.Next(4) == 0 && !line.Contains('#', StringComparison.Ordinal) ? line + $" # {lines.Count}" : line);
        }
        return string.Join('\n', lines);
    }

    private static string Changed(Action<JsonObject> change)
    {
        var root = Root(Cart);
        change(root);
        return YamlComments.Keep(Cart, YamlJson.ToYaml(root));
    }

    private static JsonObject Root(string yaml)
    {
        var found = new List<Diagnostic>();
        var root = YamlReader.Read(yaml, found);
        Assert.True(found.Count == 0, yaml);
        return YamlJson.ToJson(root!)!.AsObject();
    }

    /// <summary>As the tests' files have them: at the beginning of a line, or behind a space and outside of quotes.</summary>
    private static List<string> Comments(string yaml) =>
        [.. yaml.Split('\n').Where(line => !line.Contains("not a comment", StringComparison.Ordinal) && !line.Contains("No #", StringComparison.Ordinal) && line.Contains('#', StringComparison.Ordinal)).Select(line => line[line.IndexOf('#', StringComparison.Ordinal)..].Trim())];
}
