using System.Text.Json;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Demo;
using Ciclo.Modules.Journeys.Tests;
using Ciclo.Modules.Predict.Models;

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
        var model = PredictModel.New("default", world.Host.NowMs, "test") with { Name = "Cancels", Kind = ready.Kind, Goal = ready.Goal, Who = ready.Who, Days = ready.Days, Score = ready.Id };
        var trained = new GoalTraining(world.Engine, world.Host.Clock, _ => { }, new ViewSettings(ready.View)).Train(model, world.Host.NowMs, default);
        var card = (GoalCard)trained.Card;
        var told = $"AUC {card.Auc:0.000} of {card.Tested}, {card.Positives} positive: " + string.Join("; ", card.Subjects.Select(one => $"{one.Subject} {one.Share:0.000} ×{one.Odds:0.0}"));
        var people = trained.Score(world.Host.NowMs, default);
        using var written = new MemoryStream();
        shop.WriteGroundTruth(written);
        using var truth = JsonDocument.Parse(written.ToArray());
        foreach (var driver in truth.RootElement.GetProperty("planted").GetProperty("churn_drivers").EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.Object && one.Value.TryGetProperty("event", out _)))
        {
            // A complaint shows in the end of its ticket as well as in its beginning.
            var planted = driver.Value.GetProperty("event").GetString()!;
            string[] subjects = [HabitColumns.EventSubject + planted, HabitColumns.EventSubject + planted.Replace("Ticket Opened", "Ticket Solved", StringComparison.Ordinal)];
            var place = card.Subjects.ToList().FindIndex(one => subjects.Contains(one.Subject));
            Assert.True(place is >= 0 and < 5, $"{driver.Name}: {place + 1}; {told}");
            Assert.True(card.Subjects[place].Odds > 1.2, told);
            // Whom it happened to lately has it among their reasons.
            var happened = $"count(\"{planted}\", 30d) >= 1";
            var affected = world.Engine.Read(state =>
            {
                using var asked = new PersonDesk(state, new PersonRules(state, [happened]));
                return people.Where(person => asked.Holds(0, person.Profile, world.Host.NowMs)).ToList();
            });
            var speaks = affected.Count(person => person.Reasons.Any(reason => reason.LogOdds > 0 && subjects.Contains(HabitColumns.SubjectOf(reason.Column))));
            Assert.True(affected.Count >= 10 && speaks > affected.Count / 2, $"{driver.Name}: {speaks} of {affected.Count}; {told}");
        }
    }
}
