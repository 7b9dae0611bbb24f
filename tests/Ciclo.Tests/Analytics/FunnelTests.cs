using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime.Analysis;

namespace Ciclo.Tests.Analytics;

public sealed class FunnelTests
{
    private static readonly (string Text, Func<Fact, bool> Is)[] Selectors =
    [
        ("\"A\"", fact => fact.Type == CallType.Track && fact.Name == "A"),
        ("\"B\" where revenue >= 50", fact => fact.Type == CallType.Track && fact.Name == "B" && fact.Cents >= 5_000),
        ("\"C\" where category == \"books\"", fact => fact.Type == CallType.Track && fact.Name == "C" && fact.Category == "books"),
        ("\"A\" where revenue < 30 and category != \"books\"", fact => fact.Type == CallType.Track && fact.Name == "A" && fact.Cents < 3_000 && fact.Category is not null and not "books"),
        ("page", fact => fact.Type == CallType.Page),
        ("any where revenue > 20 or category starts_with \"mu\"", fact => !fact.IsSystem && (fact.Cents > 2_000 || fact.Category == "music")),
        ("\"Email Sent\"", fact => fact.Name == "Email Sent"),
    ];

    [Fact]
    public void A_funnel_counts_what_trying_every_beginning_counts()
    {
        var converted = 0L;
        for (var seed = 1; seed <= 400; seed++)
        {
            var random = new Random(seed);
            var world = new AnalysisWorld(seed, events: random.Next(20, 250));
            var steps = Enumerable.Range(0, random.Next(2, 5)).Select(_ => Selectors[random.Next(Selectors.Length)]).ToArray();
            var exclusions = Enumerable.Range(0, random.Next(3)).Select(_ =>
            {
                var after = random.Next(1, steps.Length);
                return (Chosen: Selectors[random.Next(Selectors.Length)], After: after, Before: random.Next(after + 1, steps.Length + 1));
            }).ToArray();
            var question = new FunnelQuestion([.. steps.Select(step => step.Text)])
            {
                WindowMs = random.Next(1, 60) * 6 * Durations.Hour,
                Mode = (FunnelMode)random.Next(3),
                Exclusions = [.. exclusions.Select(one => new FunnelExclusionEvent(one.Chosen.Text, one.After, one.Before))],
                From = random.Next(2) == 0 ? long.MinValue : AnalysisWorld.Start + (random.Next(20) * Durations.Day),
                To = random.Next(2) == 0 ? long.MaxValue : AnalysisWorld.Start + (random.Next(20, 40) * Durations.Day),
                Until = random.Next(2) == 0 ? long.MaxValue : AnalysisWorld.Start + (random.Next(20, 40) * Durations.Day),
                Breakdown = "category",
            };
            var expected = world.People.Select(person =>
            {
                var seen = person.Facts.Where(fact => fact.At <= question.Until).ToList();
                var made = FunnelReference.Best(seen, [.. steps.Select(step => step.Is)], [.. exclusions.Select(one => (one.Chosen.Is, one.After, one.Before))],
                    question.WindowMs, question.Mode, question.From, question.To);
                return (person.Profile, Made: made.ConvertAll(index => seen[index]));
            }).ToList();
            var scan = new FunnelScan(world.State, question);
            Assert.True(Say(expected, steps.Length, question.Mode) == Say(scan.Answer(), question.Mode), $"Seed {seed}, {question}:\n{Say(expected, steps.Length, question.Mode)}\n--- counted\n{Say(scan.Answer(), question.Mode)}");
            var counted = new FunnelScan(world.State, question with { WithTimes = false, Breakdown = null }).Answer().Steps.Select(step => step.Profiles);
            Assert.True(scan.Answer().Steps.Select(step => step.Profiles).SequenceEqual(counted), $"Seed {seed}, {question}: the counts alone are {string.Join(' ', counted)}.");
            var depth = random.Next(1, steps.Length + 1);
            Assert.Equal(expected.Where(one => one.Made.Count == depth).Select(one => one.Profile), scan.Profiles(depth, false));
            Assert.Equal(expected.Where(one => one.Made.Count >= depth).Select(one => one.Profile), scan.Profiles(depth, true));
            converted += expected.Count(one => one.Made.Count >= 2);
        }
        Assert.True(converted > 400, $"{converted} conversions in all worlds show too little.");
    }

    [Theory]
    [InlineData("\"A\" where", 9)]
    [InlineData("\"A\") or ever(\"B\"", 0)]
    [InlineData("sum(\"A\".revenue)", 0)]
    public void A_selector_that_is_none_is_refused_with_its_place(string text, int place)
    {
        var world = new AnalysisWorld(1, events: 1);
        var error = Assert.Throws<Core.Rules.RuleException>(() => new FunnelScan(world.State, new FunnelQuestion(["\"A\"", text])));
        Assert.InRange(error.Error.Extent.Start, place, text.Length);
        Assert.InRange(error.Error.Extent.End, 0, text.Length);
    }

    [Fact]
    public void Folding_allocates_nothing_and_looks_at_each_event_once()
    {
        var shape = new FunnelShape(4, FunnelShape.DefaultWindowMs, FunnelMode.Ordered, [new FunnelExclusion(1, 4)]);
        var fold = new FunnelFold(shape);
        var random = new Random(3);
        var at = Enumerable.Range(0, 10_000).Select(i => (long)i * 60_000).ToArray();
        var marks = at.Select(_ => 1 << random.Next(5)).ToArray();
        fold.Fold(at, marks);
        var reached = 0;
        Assert.Equal(0, Allocated.By(() => reached = fold.Fold(at, marks)));
        Assert.Equal(4, reached);
    }

    /// <summary>In any order the event that stands for a step is a free choice, so only how far people got is compared.</summary>
    private static string Say(List<(int Profile, List<Fact> Made)> found, int steps, FunnelMode mode)
    {
        string Steps(IEnumerable<List<Fact>> made) => string.Join("; ", Enumerable.Range(0, steps).Select(step =>
        {
            var reached = made.Where(one => one.Count > step).ToList();
            var times = step == 0 ? [] : reached.Select(one => one[step].At - one[step - 1].At).Order().ToArray();
            string Quantile(double share) => times.Length == 0 || mode == FunnelMode.AnyOrder ? "-" : $"{times[(int)Math.Ceiling((times.Length * share) - 1e-9) - 1]}";
            return $"{reached.Count} {Quantile(0.5)} {Quantile(0.75)} {Quantile(0.9)}";
        }));
        var groups = found.Where(one => one.Made.Count > 0).GroupBy(one => one.Made[0].Category).OrderBy(group => group.Key, StringComparer.Ordinal);
        return Steps(found.Select(one => one.Made)) + (mode == FunnelMode.AnyOrder ? "" : string.Concat(groups.Select(group => $"\n{group.Key}: {Steps(group.Select(one => one.Made))}")));
    }

    private static string Say(FunnelResult result, FunnelMode mode)
    {
        string Steps(IReadOnlyList<FunnelStep> steps) => string.Join("; ", steps.Select(step => mode == FunnelMode.AnyOrder
            ? $"{step.Profiles} - - -"
            : $"{step.Profiles} {step.MedianMs?.ToString() ?? "-"} {step.P75Ms?.ToString() ?? "-"} {step.P90Ms?.ToString() ?? "-"}"));
        return Steps(result.Steps) + (mode == FunnelMode.AnyOrder ? "" : string.Concat(result.Groups.OrderBy(group => group.Value, StringComparer.Ordinal).Select(group => $"\n{group.Value}: {Steps(group.Steps)}")));
    }
}
