using Ciclo.Core.Identity;

namespace Ciclo.Tests.Identity;

public sealed class IdentityPreviewTests
{
    [Fact]
    public void What_is_shown_before_a_join_or_a_separation_is_what_it_does()
    {
        var (joined, parted) = (0, 0);
        for (var seed = 1; seed <= 1_500; seed++)
        {
            var world = new IdentityWorld(seed);
            var graph = new IdentityGraph(world.Limits);
            world.Calls.ForEach(call => graph.Observe(call));
            world.Commands.ForEach(command => graph.Say(command.Kind, command.A.ToString(), command.B.ToString(), command.At, command.CommandId));
            graph.TakeChanges([]);
            var held = Enumerable.Range(0, graph.NodeCount).Where(node => graph.ProfileOf(node) >= 0).ToList();
            if (held.Count < 2)
            {
                continue;
            }
            var random = new Random(seed);
            var (a, b) = (held[random.Next(held.Count)], held[random.Next(held.Count)]);
            if (a == b)
            {
                continue;
            }
            var kind = random.Next(2) == 0 ? IdentityCommandKind.Join : IdentityCommandKind.Separate;
            var were = graph.ProfileOf(a) == graph.ProfileOf(b);
            var shown = Texts(IdentityPreview.Of(graph, kind, a, b, 1_000)!.Select(nodes => nodes.Where(node => graph.ProfileOf(node) >= 0)));
            var around = graph.ComponentOf(a).Concat(graph.ComponentOf(b)).ToHashSet();
            graph.Say(kind, graph.IdentifierOf(a).ToString(), graph.IdentifierOf(b).ToString(), 1_001, "preview");
            graph.TakeChanges([]);
            var became = Texts(held.Where(around.Contains).GroupBy(graph.ProfileOf));
            Assert.True(shown.SequenceEqual(became), $"seed {seed}, {kind} {graph.IdentifierOf(a)} {graph.IdentifierOf(b)}: shown {string.Join(" | ", shown)}, became {string.Join(" | ", became)}");
            joined += !were && graph.ProfileOf(a) == graph.ProfileOf(b) ? 1 : 0;
            parted += were && graph.ProfileOf(a) != graph.ProfileOf(b) ? 1 : 0;
        }
        Assert.True(joined > 100 && parted > 100, $"only {joined} joins and {parted} separations did anything");
    }

    [Fact]
    public void Too_many_identifiers_are_not_previewed()
    {
        var graph = new IdentityGraph(new IdentityLimits());
        graph.Observe("u:ana a:1");
        graph.Observe("u:eva a:2");
        graph.TakeChanges([]);
        Assert.Null(IdentityPreview.Of(graph, IdentityCommandKind.Join, graph.Find("ana"), graph.Find("eva"), 10, most: 3));
    }

    private static List<string> Texts(IEnumerable<IEnumerable<int>> profiles) =>
        [.. profiles.Select(nodes => string.Join(' ', nodes.Order())).Where(text => text.Length > 0).Order(StringComparer.Ordinal)];
}

internal static class Saying
{
    public static bool Say(this IdentityGraph graph, IdentityCommandKind kind, string a, string b, long at, string id) => kind switch
    {
        IdentityCommandKind.Join => graph.Join(a, b, at, id),
        IdentityCommandKind.Separate => graph.Separate(a, b, at, id),
        _ => graph.Lift(a, b, at, id),
    };
}
