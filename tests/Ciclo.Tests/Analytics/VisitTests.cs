using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime.Analysis;

namespace Ciclo.Tests.Analytics;

public sealed class VisitTests
{
    private const long Grid = 5 * Durations.Minute;

    [Fact]
    public void Sessions_end_at_gaps_and_what_the_system_did_extends_none()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var world = new AnalysisWorld(seed, people: 5, events: random.Next(20, 250), grid: Grid, span: 1);
            var (from, to) = (AnalysisWorld.Start + (random.Next(100) * Grid), AnalysisWorld.Start + (random.Next(100, 290) * Grid));
            var sessions = world.People.Select(person => (person.Profile, Sessions: Sessions(person.Facts.Where(Extends).Where(fact => fact.Name != "D")).Where(one => one[0].At >= from && one[0].At < to).ToList())).ToList();
            var all = sessions.SelectMany(one => one.Sessions).ToList();
            var timed = all.Where(one => one.Count >= 2).ToList();
            int Pages(List<Fact> one) => one.Count(fact => fact.Type == CallType.Page);
            var expected = new SessionTotals(
                all.Count, sessions.Count(one => one.Sessions.Count > 0),
                all.Count(one => one[^1].At - one[0].At > 10_000 || Pages(one) >= 2 || one.Exists(fact => fact.Name == "A" && fact.Cents >= 2_000)),
                all.Sum(Pages), all.Count(one => Pages(one) == 1), timed.Count, timed.Sum(one => one[^1].At - one[0].At));
            var scan = new SessionScan(world.State, new SessionQuestion(from, to) { KeyEvents = ["\"A\" where revenue >= 20"], ServerEvents = ["\"D\""] });
            Assert.True(expected == scan.Answer(), $"Seed {seed}: expected {expected}, counted {scan.Answer()}");
            Assert.Equal(sessions.Where(one => one.Sessions.Count > 0).Select(one => one.Profile), scan.Profiles());
        }
    }

    [Fact]
    public void Paths_are_those_that_one_finds_by_walking_from_each_anchor()
    {
        var links = 0;
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var world = new AnalysisWorld(seed, people: 5, events: random.Next(20, 250), grid: Grid, span: 1);
            var question = new PathQuestion("\"A\" where revenue >= 20", AnalysisWorld.Start, AnalysisWorld.Start + (random.Next(100, 290) * Grid))
            {
                IsBackward = random.Next(2) == 0,
                Steps = random.Next(1, 5),
                WindowMs = random.Next(2) == 0 ? null : random.Next(1, 30) * Grid,
                FirstOnly = random.Next(2) == 0,
                KeepsRepeats = random.Next(2) == 0,
                Top = random.Next(1, 30),
            };
            var paths = world.People.SelectMany(person => Walks(person.Facts, question)).ToList();
            var expectedLinks = paths.SelectMany(path => path.Skip(1).Select((to, i) => (i, path[i], to))).GroupBy(link => link).Select(group => new PathLink(group.Key.i, group.Key.Item2, group.Key.to, group.Count()))
                .OrderBy(link => link.Position).ThenByDescending(link => link.Count).ThenBy(link => link.From, StringComparer.Ordinal).ThenBy(link => link.To, StringComparer.Ordinal);
            var expectedTop = paths.GroupBy(path => string.Join('\n', path)).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Take(question.Top).Select(group => $"{group.Key} {group.Count()}");
            var result = new PathScan(world.State, question).Answer();
            Assert.True(expectedLinks.SequenceEqual(result.Links), $"Seed {seed}, {question}: expected {string.Join(' ', expectedLinks)}, counted {string.Join(' ', result.Links)}");
            Assert.Equal(expectedTop, result.Top.Select(path => $"{string.Join('\n', path.Touchpoints)} {path.Count}"));
            Assert.Equal((paths.Count, 0), (result.Anchors, result.Cut));
            links += result.Links.Count;
        }
        Assert.True(links > 500, $"{links} links show too little.");
    }

    [Fact]
    public void Trees_of_paths_merge_to_what_one_tree_would_be()
    {
        for (var seed = 1; seed <= 50; seed++)
        {
            var random = new Random(seed);
            PathTree[] parts = [new("x"), new("x")];
            var whole = new PathTree("x");
            for (var i = 0; i < 100; i++)
            {
                var part = parts[random.Next(2)];
                var (here, there) = (part.Begin(), whole.Begin());
                for (var left = random.Next(4); left > 0; left--)
                {
                    var touchpoint = "abc"[random.Next(3)].ToString();
                    (here, there) = (part.Step(here, touchpoint), whole.Step(there, touchpoint));
                }
                part.End(here);
                whole.End(there);
            }
            parts[0].Merge(parts[1]);
            var (merged, one) = (parts[0].Result(1_000), whole.Result(1_000));
            Assert.True(one.Links.SequenceEqual(merged.Links), $"Seed {seed}");
            Assert.Equal(one.Top.Select(path => $"{string.Join(' ', path.Touchpoints)} {path.Count}"), merged.Top.Select(path => $"{string.Join(' ', path.Touchpoints)} {path.Count}"));
        }
    }

    private static bool Extends(Fact fact) => !fact.IsSystem && fact.Type is CallType.Page or CallType.Track && !fact.IsSystem;

    private static List<List<Fact>> Sessions(IEnumerable<Fact> facts)
    {
        var sessions = new List<List<Fact>>();
        foreach (var fact in facts)
        {
            if (sessions.Count > 0 && fact.At - sessions[^1][^1].At <= 30 * Durations.Minute)
            {
                sessions[^1].Add(fact);
            }
            else
            {
                sessions.Add([fact]);
            }
        }
        return sessions;
    }

    private static IEnumerable<List<string>> Walks(List<Fact> facts, PathQuestion question)
    {
        var seen = question.IsBackward ? facts.AsEnumerable().Reverse().ToList() : facts;
        var anchors = facts.Where(fact => fact.Name == "A" && fact.Cents >= 2_000 && fact.At >= question.From && fact.At < question.To).ToList();
        foreach (var anchor in question.FirstOnly ? anchors.Take(1) : anchors)
        {
            var path = new List<string> { question.Anchor };
            var last = anchor;
            foreach (var fact in seen.SkipWhile(fact => fact != anchor).Skip(1).Where(Extends))
            {
                if (question.WindowMs is { } window ? Math.Abs(fact.At - anchor.At) > window : Math.Abs(fact.At - last.At) > 30 * Durations.Minute)
                {
                    break;
                }
                last = fact;
                var label = fact.Type == CallType.Track ? fact.Name : fact.Name.Length > 0 ? "page: " + fact.Name : "page";
                if (question.KeepsRepeats || path.Count == 1 || path[^1] != label)
                {
                    path.Add(label);
                }
                if (path.Count > question.Steps)
                {
                    break;
                }
            }
            yield return path;
        }
    }
}
