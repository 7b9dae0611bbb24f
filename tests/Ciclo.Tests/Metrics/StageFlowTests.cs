using Ciclo.Core.Metrics;
using Ciclo.Core.Time;

namespace Ciclo.Tests.Metrics;

/// <summary>The one-pass counts against the definitions, written out person by person with no care for speed.</summary>
public sealed class StageFlowTests
{
    private const int Stages = 4;
    private const long Now = 1_790_000_000_000;

    [Fact]
    public void Every_number_is_what_its_definition_says_over_random_histories()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var people = Enumerable.Range(0, random.Next(1, 60)).Select(_ => Life(random)).ToList();
            var length = random.Next(1, 60) * Durations.Day;
            var question = new StageFlowQuestion(Stages, Now - length, Now, random.Next(1, 40) * Durations.Day, random.Next(1, 31));
            var flow = new StageFlow(question);
            var other = new StageFlow(question);
            for (var i = 0; i < people.Count; i++)
            {
                (i % 3 == 0 ? other : flow).Add(people[i]);
            }
            flow.Join(other);
            for (var stage = 0; stage < Stages; stage++)
            {
                AssertStage(people, question, stage, flow.Of(stage), seed);
                for (var to = 0; to < Stages; to++)
                {
                    var went = people.Count(moves => moves.Any(move => move.From == stage && move.To == to && IsWithin(move.At, question.From, question.To)));
                    Assert.True(went == flow.FlowOf(stage, to), $"seed {seed}: flow {stage} to {to}: {flow.FlowOf(stage, to)}, by definition {went}");
                }
            }
            Assert.Equal(people.Count(moves => moves.Any(move => move.From >= 0 && move.To > move.From && IsWithin(move.At, question.From, question.To))), flow.MovedAhead);
            Assert.Equal(people.Count(moves => moves.Any(move => move.To < move.From && IsWithin(move.At, question.From, question.To))), flow.MovedBack);
        }
    }

    [Fact]
    public void People_are_conserved_from_the_start_of_the_period_to_its_end()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var flow = new StageFlow(new StageFlowQuestion(Stages, Now - (20 * Durations.Day), Now, 30 * Durations.Day, 20));
            for (var i = 0; i < 40; i++)
            {
                flow.Add(Life(random));
            }
            var figures = Enumerable.Range(0, Stages).Select(flow.Of).ToList();
            Assert.Equal(figures.Sum(stage => stage.PeopleAtStart) + flow.Arrived, figures.Sum(stage => stage.People));
            Assert.All(figures, stage => Assert.Equal(stage.People, stage.Sizes[^1]));
        }
    }

    [Fact]
    public void The_median_stay_counts_those_who_are_still_there_for_as_long_as_they_have_been()
    {
        // Freireich's 21 patients on 6-MP, in the units of his table (weeks): the published product-limit median is 23.
        int[] ended = [6, 6, 6, 7, 10, 13, 16, 22, 23];
        int[] open = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
        var flow = new StageFlow(new StageFlowQuestion(2, Now - Durations.Day, Now, Durations.Day, 1));
        foreach (var week in ended)
        {
            var entered = Now - (40 * Durations.Week);
            flow.Add([new StageMove(-1, 0, entered), new StageMove(0, 1, entered + (week * Durations.Week))]);
        }
        foreach (var week in open)
        {
            flow.Add([new StageMove(-1, 0, Now - (week * Durations.Week))]);
        }
        Assert.Equal((23 * Durations.Week) + Durations.Hour, flow.Of(0).MedianMs);
        Assert.Null(flow.Of(1).MedianMs);
    }

    [Fact]
    public void Shares_differ_clearly_only_by_more_than_chance()
    {
        Assert.True(Proportions.DifferClearly(new Share(444, 1_609), new Share(535, 1_609)));
        Assert.False(Proportions.DifferClearly(new Share(50, 200), new Share(56, 200)));
        Assert.False(Proportions.DifferClearly(new Share(0, 29), new Share(29, 29)));
        Assert.False(Proportions.DifferClearly(new Share(0, 100), new Share(0, 100)));
    }

    [Fact]
    public void A_person_costs_no_memory_to_count()
    {
        var flow = new StageFlow(new StageFlowQuestion(Stages, Now - (30 * Durations.Day), Now, 30 * Durations.Day, 30));
        var life = Life(new Random(5));
        flow.Add(life);
        Assert.Equal(0, Allocated.By(() =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                flow.Add(life);
            }
        }));
    }

    private static void AssertStage(List<StageMove[]> people, StageFlowQuestion question, int stage, StageFigures figures, int seed)
    {
        void Same(long expected, long actual, string what) => Assert.True(expected == actual, $"seed {seed}, stage {stage}: {what} {actual}, by definition {expected}");
        Same(people.Count(moves => StageAt(moves, question.To) == stage), figures.People, "people");
        Same(people.Count(moves => StageAt(moves, question.From) == stage), figures.PeopleAtStart, "people at the start");
        Same(people.Count(moves => moves.Any(move => move.To == stage && IsWithin(move.At, question.From, question.To))), figures.Entries, "entries");
        Same(people.Count(moves => moves.Any(move => move.To == stage && IsWithin(move.At, question.Before, question.From))), figures.EntriesBefore, "entries before");
        Same(people.Count(moves => moves.Any(move => move.From == stage && IsWithin(move.At, question.From, question.To))), figures.Exits, "exits");
        Same(people.Count(moves => moves.Any(move => move.From == stage && IsWithin(move.At, question.Before, question.From))), figures.ExitsBefore, "exits before");
        var cohort = people.Select(moves => (Moves: moves, First: Array.FindIndex(moves, move => move.To == stage && IsWithin(move.At, question.CohortFrom, question.CohortTo)))).Where(one => one.First >= 0).ToList();
        Same(cohort.Count, figures.Conversion.Whole, "cohort");
        Same(cohort.Count(one => one.Moves.Skip(one.First + 1).Any(move => move.To > stage && move.At - one.Moves[one.First].At <= question.HorizonMs)), figures.Conversion.Part, "converted");
        for (var point = 0; point < question.Points; point++)
        {
            var at = question.PointAt(point);
            Same(people.Count(moves => StageAt(moves, at) == stage), figures.Sizes[point], $"size at point {point}");
        }
    }

    private static bool IsWithin(long at, long from, long to) => at > from && at <= to;

    private static int StageAt(StageMove[] moves, long at) => moves.LastOrDefault(move => move.At <= at, new StageMove(-1, -1, 0)).To;

    private static StageMove[] Life(Random random)
    {
        var moves = new List<StageMove>();
        var (stage, at) = (-1, Now - random.NextInt64(200 * Durations.Day));
        for (var left = random.Next(0, 8); left >= 0; left--)
        {
            var to = stage < 0 ? random.Next(2) : (stage + random.Next(1, Stages)) % Stages;
            moves.Add(new StageMove(stage, to, at));
            (stage, at) = (to, at + random.NextInt64(1, 30 * Durations.Day));
        }
        return [.. moves];
    }
}
