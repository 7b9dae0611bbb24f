using Ciclo.Core.Events;
using Ciclo.Core.Predict.Goals;
using Ciclo.Core.Predict.Value;
using Ciclo.Core.Time;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Journeys.Tests;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Tests;

/// <summary>Models that last: their bytes, what they do after a restart, how far people move, and what came of what was foreseen.</summary>
public sealed class KeptModelTests
{
    [Fact]
    public void A_goal_that_was_kept_scores_the_same_to_the_last_bit_and_damaged_bytes_are_refused()
    {
        var random = new Random(3);
        var habits = new HabitColumns([HabitColumns.Views], ["city", "size"]);
        List<HabitRow> Rows(int count) =>
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                double[] numbers = [.. Enumerable.Range(0, habits.Numbers).Select(_ => random.Next(9) == 0 ? double.NaN : Math.Round(random.NextDouble() * 30))];
                // Rare values, one of them new, and no value at all.
                var city = random.Next(40) switch { < 20 => "Oaxaca", < 36 => "Puebla", 36 => $"rare {i % 90}", 37 => null, _ => "Mérida" };
                return new HabitRow(i, 0, random.NextDouble() < (numbers[0] > 15 ? 0.6 : 0.2) + (city == "Puebla" ? 0.2 : 0), numbers, [city, i % 5 == 0 ? null : $"{random.Next(50)}"], null);
            }),
        ];
        var learned = new HabitTable(habits, Rows(3_000));
        var model = GoalTrainer.Train(learned.Table, [.. Enumerable.Range(0, learned.Table.Rows)], new GoalOptions(GoalAlgorithm.Boosted));
        var spread = SpreadSet.Of(learned.Table, model.Probabilities(model.Bin(learned.Table, [.. Enumerable.Range(0, learned.Table.Rows)])), ["days_known", "trait:city"]);
        var scorer = new GoalScorer(learned.Layout, model, spread);
        var file = scorer.Bytes();
        var again = GoalScorer.Of(file)!;
        var others = Rows(500);
        var (one, two) = (scorer.Spread.Begin(), again.Spread.Begin());
        var (before, after) = (scorer.Score(others, one, default), again.Score(others, two, default));
        Assert.Equal(before.Select(score => BitConverter.DoubleToInt64Bits(score.Score)), after.Select(score => BitConverter.DoubleToInt64Bits(score.Score)));
        Assert.Equal(before.SelectMany(score => score.Reasons.Select(reason => (reason.Column, reason.LogOdds))), after.SelectMany(score => score.Reasons.Select(reason => (reason.Column, reason.LogOdds))));
        Assert.Equal(one.Drift(), two.Drift());
        Assert.Equal(file, again.Bytes());
        // What few people have is in no file.
        Assert.DoesNotContain("rare", System.Text.Encoding.UTF8.GetString(file), StringComparison.Ordinal);
        foreach (var at in new[] { 0, 4, 5, file.Length / 2, file.Length - 1 })
        {
            var broken = file.ToArray();
            broken[at] ^= 1;
            Assert.Null(GoalScorer.Of(broken));
        }
        Assert.Null(GoalScorer.Of(file[..^1]));
        Assert.Null(ValueScorer.Of(file));
    }

    [Theory]
    [InlineData(PurchaseKind.BgNbd)]
    [InlineData(PurchaseKind.MbgNbd)]
    [InlineData(PurchaseKind.ParetoNbd)]
    public void A_value_that_was_kept_is_the_same_to_the_last_bit(PurchaseKind kind)
    {
        var model = ValueModel.Of(kind, [0.31, 4.7, 0.83, 11.3], [6.1, 3.7, 15.4]);
        var again = ValueScorer.Of(new ValueScorer(model, "MXN", SpreadSet.Of(new FeatureTable([], []), [1, 2, 3], [])).Bytes())!;
        Assert.Equal(("MXN", kind), (again.Currency, again.Model.Kind));
        foreach (var history in new[] { new PurchaseHistory(0, 0, 20), new PurchaseHistory(3, 11.5, 30.2), new PurchaseHistory(25, 60, 61) })
        {
            Assert.Equal(model.Of(new Customer(history, 47.3), 52, 0.0018), again.Model.Of(new Customer(history, 47.3), 52, 0.0018));
        }
    }

    [Fact]
    public void Steady_people_have_no_drift_and_moved_ones_are_named_with_the_group_that_moved_most()
    {
        var random = new Random(1);
        FeatureColumn Column(int count, double by, int more) => FeatureColumn.OfNumbers("spent", [.. Enumerable.Range(0, count).Select(i => i % 10 < more ? double.NaN : random.NextDouble() + by)]);
        var spread = ColumnSpread.Of(Column(2_000, 0, 1));
        var steady = spread.Against(Column(500, 0, 1));
        Assert.Equal(DriftLevel.Steady, steady.Level);
        // The same few people by chance: 20 of them would pass 0.1 easily.
        Assert.Equal(DriftLevel.Steady, spread.Against(Column(20, 0, 1)).Level);
        var moved = spread.Against(Column(500, 0.5, 1));
        Assert.Equal((DriftLevel.Far, true), (moved.Level, moved.Group.EndsWith("..", StringComparison.Ordinal)));
        Assert.True(moved is { Then: < 0.15, Now: > 0.4 }, moved.ToString());
        Assert.Equal("", spread.Against(Column(500, 0, 5)).Group);
        // By hand: shares 1/2 and 1/2, then 1/4 and 3/4, of so many that half a person does not matter.
        var halves = ColumnSpread.Of(FeatureColumn.OfCategories("plan", [.. Enumerable.Range(0, 100_000).Select(i => i % 2)], ["a", "b"]));
        Assert.Equal(0.25 * Math.Log(3), halves.Against(FeatureColumn.OfCategories("plan", [.. Enumerable.Range(0, 100_000).Select(i => i % 4 == 0 ? 0 : 1)], ["a", "b"])).Index, 3);
    }

    [Fact]
    public async Task After_a_restart_the_approved_version_scores_each_day_without_training_and_later_it_is_told_what_came()
    {
        await using var world = await GoalsOnHistoryTests.ShopAsync();
        var id = await ApprovedAsync(world);
        await world.RestartAsync();
        var desk = ModelDesk.Of(world.Host);
        var used = Assert.Single(desk.Versions("default"));
        Assert.True(used.IsKept && used.Drift.Count > 5);
        Assert.Null(await NextAsync(world, desk, 0));
        await NextAsync(world, desk, 1);
        var again = Assert.Single(desk.Versions("default"));
        Assert.Equal((used.Id, used.ScoredAt + Durations.Day), (again.Id, again.ScoredAt));
        // People go on as they did: what was foreseen comes, within what it may vary by.
        for (var week = 0; week < 7; week++)
        {
            await GoalsOnHistoryTests.OrdersAsync(world, 7, week);
            await desk.LookAsync(world.Engine, default);
            await world.Engine.RestAsync(default);
        }
        var found = desk.Foresight(id)!;
        Assert.InRange(found.Weeks.Count, 3, 6);
        Assert.All(found.Weeks, week => Assert.True(week.People > 250 && week.Low < week.Expected && week.Expected < week.High && Math.Abs(week.Actual - week.Expected) < 0.25 * week.Expected, week.ToString()));
        Assert.True(found.Groups[^1].Actual > found.Groups[0].Actual + 0.3, string.Join(' ', found.Groups));
        // The newest two weeks are not over yet: they are not told.
        Assert.True(found.Weeks[^1].At + (14 * Durations.Day) <= world.Host.NowMs);
    }

    [Fact]
    public async Task Bytes_that_cannot_be_read_are_trained_again_and_it_is_said_why_and_a_changed_question_waits_for_an_approval()
    {
        await using var world = await GoalsOnHistoryTests.ShopAsync();
        var id = await ApprovedAsync(world);
        var desk = ModelDesk.Of(world.Host);
        await world.Host.Database.WriteAsync((connection, transaction) =>
        {
            using var command = new Microsoft.Data.Sqlite.SqliteCommand("UPDATE model_files SET content = zeroblob(100)", connection, transaction);
            return command.ExecuteNonQuery();
        }, default);
        await NextAsync(world, desk, 1);
        var versions = desk.Versions("default");
        Assert.Equal([VersionState.InUse, VersionState.Replaced], versions.Select(one => one.State));
        Assert.Equal("The one in use could not be read any more.", versions[0].Note?.En);
        // Back to an earlier one is not possible where its bytes are gone.
        Assert.Equal([true, false], versions.Select(one => one.IsKept));

        await desk.PutAsync(desk.Find("default", id)! with { Days = 21 }, Actor.CommandLine, default);
        await desk.LookAsync(world.Engine, default);
        Assert.Equal([VersionState.Waiting, VersionState.Replaced, VersionState.Replaced], desk.Versions("default").Select(one => one.State));
        Assert.Null(desk.Foresight(id));
    }

    [Theory]
    [InlineData("not ever(\"Refund\")", "count(\"Order Completed\", 20d) == 0")]
    [InlineData("count(\"Order Completed\", 30d) >= 2", "count(\"Order Completed\", 10d) >= 1")]
    public async Task One_course_of_the_rules_tells_what_asking_at_each_instant_tells(string who, string goal)
    {
        await using var world = await GoalsOnHistoryTests.ShopAsync();
        var now = world.Host.NowMs;
        var model = PredictModel.New("default", now, "") with { Kind = ModelKind.Rule, Who = who, Goal = goal, Days = 10 };
        long[] cuts = [.. Enumerable.Range(0, 5).Select(cut => now - ((60 - (cut * 12)) * Durations.Day))];
        world.Engine.Read(state =>
        {
            var rules = new PersonRules(state, [who, goal]);
            using var desk = new PersonDesk(state, rules);
            var seen = 0;
            for (var profile = 0; profile < 120; profile++)
            {
                if (state.Staged.Identity.IsProfile(profile))
                {
                    var expected = Enumerable.Range(0, cuts.Length).Where(cut => desk.Holds(0, profile, cuts[cut]) && !desk.Holds(1, profile, cuts[cut])).Sum(cut => 1 << cut);
                    Assert.Equal(expected, WhoBits.Of(desk, model, cuts, profile).Counts);
                    seen += expected > 0 ? 1 : 0;
                }
            }
            Assert.True(seen > 20, $"{seen}");
            return 0;
        });
    }

    private static async Task<long> ApprovedAsync(JourneyWorld world)
    {
        var desk = ModelDesk.Of(world.Host);
        var id = await desk.PutAsync(GoalsOnHistoryTests.Asked(world) with { EveryDays = 90 }, Actor.CommandLine, default);
        await desk.LookAsync(world.Engine, default);
        await desk.DecideAsync(desk.Find("default", id)!, Assert.Single(desk.Versions("default")), true, Actor.CommandLine, default);
        await desk.LookAsync(world.Engine, default);
        await world.Engine.RestAsync(default);
        return id;
    }

    /// <summary>Lets days pass and what is due be done; null where nothing was.</summary>
    private static async Task<long?> NextAsync(JourneyWorld world, ModelDesk desk, int days)
    {
        var before = desk.Versions("default").Max(one => one.ScoredAt);
        world.Clock.Advance(TimeSpan.FromDays(days));
        await desk.LookAsync(world.Engine, default);
        await world.Engine.RestAsync(default);
        return desk.Versions("default").Max(one => one.ScoredAt) is { } after && after != before ? after : null;
    }
}
