using System.Text;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Journeys.Tests;
using Ciclo.Modules.Predict.Models;
using Ciclo.Modules.Predict.Views;

namespace Ciclo.Modules.Predict.Tests;

/// <summary>Lead scores: grades, fit and engagement apart, and a threshold that decides whom sales see.</summary>
public sealed class LeadTests
{
    private const int People = 1_000;
    private const int HistoryDays = 120;

    [Fact]
    public async Task Leads_have_grades_that_come_true_and_rules_read_who_is_qualified()
    {
        await using var world = await ShopAsync();
        var desk = ModelDesk.Of(world.Host);
        var asked = PredictModel.New("default", world.Host.NowMs, "test") with { Name = "Becomes a customer", Who = "not ever(\"Order Completed\")", Days = 14, Score = "first" };
        var id = await desk.PutAsync(asked, Actor.CommandLine, default, new ViewSettings(ModelView.Leads));
        await desk.LookAsync(world.Engine, default);
        var waiting = Assert.Single(desk.Versions("default"));
        var card = (GoalCard)waiting.Card;
        await desk.DecideAsync(desk.Find("default", id)!, waiting, true, Actor.CommandLine, default);
        await desk.LookAsync(world.Engine, default);
        await world.Engine.RestAsync(default);

        Assert.InRange(card.Auc, 0.65, 0.95);
        var cuts = desk.ViewOf(id).Cuts!;
        var shares = card.Lead!.ByGrade(cuts).Select(grade => (double)grade.Hits / grade.People).ToList();
        Assert.Equal(shares.OrderDescending(), shares);
        Assert.True(shares[0] > 3 * Math.Max(shares[3], 0.005), string.Join(' ', shares));
        Assert.Equal(card.Tested, card.Lead.ByGrade(cuts).Sum(grade => grade.People));

        var leads = ScoredReading.Of(world.Host).Of(world.Engine, desk.Find("default", id)!, Assert.Single(desk.Versions("default")).ScoredAt)!.People;
        Assert.True(leads.Count > 200, $"{leads.Count} leads");
        Assert.All(leads, lead => Assert.Equal(cuts.GradeOf(lead.Score), lead.Lead!.Grade));
        // Who they are and what they did are told apart: the trade moves fit alone, visits move engagement alone.
        Assert.True(Mean(leads, world, "retail", lead => lead.Fit) > Mean(leads, world, "other", lead => lead.Fit) + 30);
        Assert.InRange(Mean(leads, world, "retail", lead => lead.Engagement) - Mean(leads, world, "other", lead => lead.Engagement), -25, 25);

        // Until somebody says what a contact costs, B and better are qualified; then whoever brings more than they cost.
        Assert.All(leads, lead => Assert.Equal(lead.Lead!.Grade is "A" or "B", lead.Lead.IsQualified));
        await desk.GradeAsync(desk.Find("default", id)!, desk.ViewOf(id) with { Cost = 1, Worth = 1_000 }, Actor.CommandLine, default);
        world.Clock.Advance(TimeSpan.FromHours(1));
        await desk.LookAsync(world.Engine, default);
        await world.Engine.RestAsync(default);
        var later = ScoredReading.Of(world.Host).Of(world.Engine, desk.Find("default", id)!, Assert.Single(desk.Versions("default")).ScoredAt)!.People;
        Assert.Equal(cuts, desk.ViewOf(id).Cuts);
        Assert.True(later.Count(lead => lead.Lead!.IsQualified) > leads.Count(lead => lead.Lead!.IsQualified) * 1.5);
        var (qualified, refused) = (later.First(lead => lead.Lead!.IsQualified).Profile, later.FirstOrDefault(lead => !lead.Lead!.IsQualified)?.Profile);
        Assert.True(Holds(world, "scores.first_qualified == true and scores.first_grade in [\"A\", \"B\", \"C\", \"D\"]", qualified));
        Assert.False(refused is { } other && Holds(world, "scores.first_qualified == true", other));
    }

    [Fact]
    public void The_best_threshold_gains_most_and_where_a_contact_costs_too_much_it_is_nobody()
    {
        var card = new LeadCard([new(0.8, 10, 8), new(0.4, 30, 16), new(0.1, 100, 20)], [0], [0]);
        Assert.Equal(30, card.Best(2, 10)!.People);
        Assert.Equal(100, card.Best(0.1, 10)!.People);
        Assert.Null(card.Best(9, 10));
        Assert.Equal(new LeadCuts(0.8, 0.4, 0.1), LeadCuts.Of(card.Curve));
        Assert.Equal([("A", 10, 8), ("B", 20, 8), ("C", 70, 4), ("D", 0, 0)], card.ByGrade(LeadCuts.Of(card.Curve)));
    }

    private static double Mean(IEnumerable<ScoredPerson> leads, JourneyWorld world, string trade, Func<LeadScore, int> of)
    {
        var wanted = world.Engine.Read(state =>
        {
            using var desk = new PersonDesk(state, new PersonRules(state, [$"traits.trade == \"{trade}\""]));
            return leads.Where(lead => desk.Holds(0, lead.Profile, world.Host.NowMs)).Select(lead => lead.Profile).ToHashSet();
        });
        return leads.Where(lead => wanted.Contains(lead.Profile)).Average(lead => of(lead.Lead!));
    }

    private static bool Holds(JourneyWorld world, string rule, int profile) => world.Engine.Read(state =>
    {
        using var desk = new PersonDesk(state, new PersonRules(state, [rule]));
        return desk.Holds(0, profile, world.Host.NowMs);
    });

    /// <summary>People sign up over time; retailers order five times as readily as others, and each visit makes an order likelier.</summary>
    private static async Task<JourneyWorld> ShopAsync()
    {
        var (world, random) = (await JourneyWorld.OpenAsync(), new Random(9));
        await world.AppendAsync(frame =>
        {
            for (var i = 0; i < People; i++)
            {
                var (person, retail, visits, day) = (Identifier.UserId($"l{i}"), random.Next(3) == 0, random.Next(5), random.NextDouble() * HistoryDays);
                var begun = world.Host.NowMs - (long)(day * Durations.Day);
                OwnEvents.Identify(frame, person, $"t{i}", Encoding.UTF8.GetBytes($$"""{"trade":"{{(retail ? "retail" : "other")}}"}"""), begun, world.Host.NowMs);
                OwnEvents.Track(frame, person, $"s{i}", "Signed Up", "{}"u8, false, begun, world.Host.NowMs);
                for (var visit = 0; visit < visits; visit++)
                {
                    OwnEvents.Track(frame, person, $"v{i}-{visit}", "Product Viewed", "{}"u8, false, Math.Min(world.Host.NowMs, begun + ((visit + 1) * Durations.Hour)), world.Host.NowMs);
                }
                var waits = -Math.Log(1 - random.NextDouble()) / (0.0016 * (retail ? 5 : 1) * (0.2 + visits));
                if (waits < day - 0.5)
                {
                    OwnEvents.Track(frame, person, $"o{i}", "Order Completed", Encoding.UTF8.GetBytes($$"""{"order_id":"o{{i}}","revenue":50}"""), false, begun + (long)((waits + 0.4) * Durations.Day), world.Host.NowMs);
                }
            }
        });
        return world;
    }
}
