using System.Globalization;
using System.Text;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Journeys.Tests;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Tests;

/// <summary>Goals that are learned from a history, tested on a later time, approved and written as scores.</summary>
public sealed class GoalsOnHistoryTests
{
    private const int People = 600;
    private const int HistoryDays = 200;

    [Fact]
    public async Task Who_buys_often_scores_high_once_it_is_approved_and_rules_read_it()
    {
        await using var world = await ShopAsync();
        var desk = ModelDesk.Of(world.Host);
        var id = await desk.PutAsync(Asked(world), Actor.CommandLine, default);
        await desk.LookAsync(world.Engine, default);

        var waiting = Assert.Single(desk.Versions("default"));
        Assert.Equal((id, VersionState.Waiting), (waiting.ModelId, waiting.State));
        // Half of the people order every tenth day and nearly always again; the others once in 60: nobody can tell them better than so.
        Assert.InRange(((GoalCard)waiting.Card).Auc, 0.75, 0.97);
        Assert.True(waiting.Card.HasSignal);
        Assert.True(((GoalCard)waiting.Card).Deciles[0].Actual > ((GoalCard)waiting.Card).Deciles[^1].Actual + 0.3, string.Join(' ', ((GoalCard)waiting.Card).Deciles));
        Assert.All(((GoalCard)waiting.Card).Deciles, decile => Assert.InRange(decile.Foreseen - decile.Actual, -0.25, 0.25));
        Assert.Empty(Scores(world, "user_id:u1"));

        await desk.DecideAsync(desk.Find("default", id)!, waiting, true, Actor.CommandLine, default);
        await desk.LookAsync(world.Engine, default);
        var used = Assert.Single(desk.Versions("default"));
        Assert.Equal(VersionState.InUse, used.State);
        Assert.True(used.Scored > People / 2, $"{used.Scored} scored");
        await world.Engine.RestAsync(default);

        var regular = Assert.Single(Scores(world, "user_id:u1"));
        var seldom = Assert.Single(Scores(world, "user_id:u2"));
        Assert.True(regular > seldom, $"{regular} {seldom}");
        var said = Assert.Single(world.Engine.Read(state => new ModelScores().Of(state, PersonFactsOf(state, "user_id:u1"))));
        Assert.Equal("Orders again", said.Label.En);
        Assert.NotEmpty(said.Reasons);
        Assert.True(world.Engine.Read(state =>
        {
            using var desk = new PersonDesk(state, new PersonRules(state, ["scores.again >= 0.5"]));
            return desk.Holds(0, PersonFactsOf(state, "user_id:u1"), world.Host.NowMs) && !desk.Holds(0, PersonFactsOf(state, "user_id:u2"), world.Host.NowMs);
        }));

        // Nothing has changed since: the next training takes over by itself and writes hardly anything anew.
        world.Clock.Advance(TimeSpan.FromDays(7));
        await desk.LookAsync(world.Engine, default);
        Assert.Equal([VersionState.InUse, VersionState.Replaced], desk.Versions("default").Select(version => version.State));

        // Back to the first: it scores at once, and no other is trained for it.
        await desk.DecideAsync(desk.Find("default", id)!, desk.Versions("default")[^1], true, Actor.CommandLine, default);
        await desk.LookAsync(world.Engine, default);
        Assert.Equal([VersionState.Replaced, VersionState.InUse], desk.Versions("default").Select(version => version.State));
        Assert.Equal(world.Host.NowMs, desk.Versions("default")[^1].ScoredAt);
    }

    [Fact]
    public async Task What_is_known_at_an_instant_does_not_change_by_what_comes_later()
    {
        await using var world = await ShopAsync();
        var columns = world.Engine.Read(HabitColumns.Of);
        var cut = world.Host.NowMs - (40 * Durations.Day);
        List<HabitRow> Rows() => [.. new SlicedScan(world.Engine, world.Host.Clock)
            .Run(() => world.Engine.Read(state => new HabitFold(columns, [cut], Durations.Day, null, null, "again", state.ReadingRates(), 1)), default)!.SelectMany(fold => fold.Rows).OrderBy(row => row.Profile)];
        var before = Rows();
        await world.AppendAsync(frame =>
        {
            for (var i = 0; i < People; i++)
            {
                var person = Identifier.UserId($"u{i}");
                OwnEvents.Track(frame, person, $"later-{i}", "Order Completed", """{"order_id":"l","revenue":999}"""u8, false, cut + Durations.Hour, world.Host.NowMs);
                OwnEvents.Identify(frame, person, $"later-t-{i}", """{"plan":"platinum"}"""u8, cut + 1, world.Host.NowMs);
            }
        });
        var after = Rows();
        Assert.Equal(before.Select(row => (row.Profile, string.Join(',', row.Numbers), string.Join(',', row.Traits))), after.Select(row => (row.Profile, string.Join(',', row.Numbers), string.Join(',', row.Traits))));
        Assert.True(before.Count > People / 2);
    }

    [Fact]
    public async Task Where_nothing_tells_people_apart_it_says_so_and_where_too_little_is_known_why()
    {
        await using var world = await ShopAsync();
        var desk = ModelDesk.Of(world.Host);
        // Lots are drawn: nothing that anybody did foretells them.
        var lots = new Random(5);
        await world.AppendAsync(frame =>
        {
            for (var i = 0; i < People; i++)
            {
                for (var day = 0; day < HistoryDays; day += 20)
                {
                    if (lots.Next(3) == 0)
                    {
                        var at = world.Host.NowMs - (day * Durations.Day) - lots.Next((int)Durations.Day);
                        OwnEvents.Track(frame, Identifier.UserId($"u{i}"), $"lot-{i}-{day}", "Lot Drawn", "{}"u8, true, at, world.Host.NowMs);
                    }
                }
            }
        });
        await desk.PutAsync(Asked(world) with { Goal = "\"Lot Drawn\"", Score = "lot" }, Actor.CommandLine, default);
        await desk.PutAsync(Asked(world) with { Goal = "\"Never Seen\"", Score = "never" }, Actor.CommandLine, default);
        await desk.PutAsync(Asked(world) with { Days = 180, Score = "long" }, Actor.CommandLine, default);
        await desk.LookAsync(world.Engine, default);

        Assert.Equal(VersionState.NoSignal, Assert.Single(desk.Versions("default")).State);
        var said = desk.List("default").ToDictionary(model => model.Score, model => model.Refusal?.En ?? "");
        Assert.Equal("", said["lot"]);
        Assert.Contains("it came true for 0", said["never"], StringComparison.Ordinal);
        Assert.Contains("too short", said["long"], StringComparison.Ordinal);
        Assert.All(desk.List("default"), model => Assert.True(model.DueAt > world.Host.NowMs));
    }

    internal static PredictModel Asked(JourneyWorld world) =>
        PredictModel.New("default", world.Host.NowMs, "test") with { Name = "Orders again", Goal = "\"Order Completed\"", Who = "ever(\"Order Completed\")", Days = 14, Score = "again" };

    /// <summary>Lets days pass, in which everybody goes on ordering as before.</summary>
    internal static async Task OrdersAsync(JourneyWorld world, int days, int seed)
    {
        var random = new Random(seed);
        world.Clock.Advance(TimeSpan.FromDays(days));
        await world.AppendAsync(frame =>
        {
            for (var i = 0; i < People; i++)
            {
                var (every, n) = (i % 2 == 1 ? 10 : 60, 0);
                for (var day = -Math.Log(1 - random.NextDouble()) * every; day < days; day -= Math.Log(1 - random.NextDouble()) * every)
                {
                    var at = world.Host.NowMs - (long)((days - day) * Durations.Day);
                    OwnEvents.Track(frame, Identifier.UserId($"u{i}"), $"n{seed}-{i}-{n}", "Order Completed", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"order_id":"n{{seed}}-{{i}}-{{n++}}","revenue":50}""")), false, at, world.Host.NowMs);
                }
            }
        });
    }

    /// <summary>Odd people order every ten days or so, even ones every 60; all of them look around now and then.</summary>
    internal static async Task<JourneyWorld> ShopAsync()
    {
        var (world, random) = (await JourneyWorld.OpenAsync(), new Random(7));
        await world.AppendAsync(frame =>
        {
            for (var i = 0; i < People; i++)
            {
                var (person, every, n) = (Identifier.UserId($"u{i}"), i % 2 == 1 ? 10 : 60, 0);
                OwnEvents.Identify(frame, person, $"t{i}", Encoding.UTF8.GetBytes($$"""{"plan":"{{(i % 3 == 0 ? "gold" : "basic")}}"}"""), world.Host.NowMs - (HistoryDays * Durations.Day), world.Host.NowMs);
                for (var day = (double)HistoryDays - random.Next(20); day > 0; day -= every * -Math.Log(1 - random.NextDouble()))
                {
                    var at = world.Host.NowMs - (long)(day * Durations.Day);
                    OwnEvents.Track(frame, person, $"v{i}-{n}", "Product Viewed", "{}"u8, false, at - Durations.Hour, world.Host.NowMs);
                    OwnEvents.Track(frame, person, $"o{i}-{n++}", "Order Completed", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"order_id":"o{{i}}-{{n}}","revenue":{{random.Next(10, 90)}}}""")), false, at, world.Host.NowMs);
                }
            }
        });
        return world;
    }

    private static int PersonFactsOf(EngineState state, string person) => state.Staged.Identity.ProfileOf(state.Staged.Identity.Find(person));

    private static List<double> Scores(JourneyWorld world, string person) => world.Engine.Read(state =>
    {
        var (name, path, found) = (state.Staged.EventNames.Find("Scores Updated"), state.Staged.Paths.Find("again"), new List<double>());
        foreach (var timed in state.Staged.History.Read(state.Staged.Identity.MembersOf(PersonFactsOf(state, person))))
        {
            var e = timed.Read();
            if (name >= 0 && e.Name == name && e.TryGetNumber(path, out var value))
            {
                found.Add((double)value.Micros / Core.Values.Number.Scale);
            }
        }
        return found;
    });
}
