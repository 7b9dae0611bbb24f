using System.Text.Json;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Demo;
using Ciclo.Modules.Journeys.Tests;
using Ciclo.Modules.Predict.Models;
using Ciclo.Modules.Predict.Views;

namespace Ciclo.Modules.Predict.Tests;

/// <summary>What makes people leave the demo shop is planted; the model finds it, in all and in the people whom it happened to.</summary>
public sealed class DemoChurnTests
{
    [Fact]
    public async Task The_planted_drivers_of_leaving_are_among_the_top_reasons()
    {
        await using var world = await JourneyWorld.OpenAsync();
        var (shop, position) = (new DemoShop(new DemoOptions(world.Host.NowMs) { Customers = 4_000, VisitorsPerCustomer = 0 }), 0L);
        foreach (var frame in shop.Frames())
        {
            position = await world.Engine.AppendAsync(frame.ToArray(), default);
        }
        await world.Engine.FoldedAsync(position, default);
        var ready = ReadyModel.All.First(one => one.Id == "cancels");
        var desk = ModelDesk.Of(world.Host);
        var id = await desk.PutAsync(
            PredictModel.New("default", world.Host.NowMs, "test") with { Name = "Cancels", Kind = ready.Kind, Goal = ready.Goal, Who = ready.Who, Days = ready.Days, Score = ready.Id }, Actor.CommandLine, default,
            new ViewSettings(ready.View));
        await desk.LookAsync(world.Engine, default);
        Assert.Null(desk.Find("default", id)!.Refusal);
        var version = Assert.Single(desk.Versions("default"));
        await desk.DecideAsync(desk.Find("default", id)!, version, true, Actor.CommandLine, default);
        await desk.LookAsync(world.Engine, default);
        await world.Engine.RestAsync(default);

        var card = (GoalCard)version.Card;
        var told = $"AUC {card.Auc:0.000} of {card.Tested}, {card.Positives} positive: " + string.Join("; ", card.Subjects.Select(one => $"{one.Subject} {one.Share:0.000} ×{one.Odds:0.0}"));
        Assert.True(card.HasSignal, told);
        using var written = new MemoryStream();
        shop.WriteGroundTruth(written);
        using var truth = JsonDocument.Parse(written.ToArray());
        var people = ScoredReading.Of(world.Host).Of(world.Engine, desk.Find("default", id)!)!.People;
        foreach (var driver in truth.RootElement.GetProperty("planted").GetProperty("churn_drivers").EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.Object && one.Value.TryGetProperty("event", out _)))
        {
            var subject = HabitColumns.EventSubject + driver.Value.GetProperty("event").GetString();
            var place = card.Subjects.ToList().FindIndex(one => one.Subject == subject);
            Assert.True(place is >= 0 and < 5, $"{driver.Name}: {place + 1}; {told}");
            Assert.True(card.Subjects[place].Odds > 1.5, told);
            // Of those with the highest chances, many have it as their first or second reason.
            var risky = people.OrderByDescending(person => person.Score).Take(people.Count / 10).ToList();
            Assert.True(risky.Count(person => ScoredFilter.Speaks(person, subject)) > risky.Count / 10, $"{driver.Name} of {risky.Count}; {told}");
        }
    }
}
