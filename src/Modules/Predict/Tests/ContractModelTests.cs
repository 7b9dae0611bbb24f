using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Tests;

/// <summary>What subscribers bring, learned from how long subscriptions last.</summary>
public sealed class ContractModelTests
{
    private static readonly PredictModel Question = PredictModel.New("default", 0, "") with { Name = "Subscription", Kind = ModelKind.Contract, Goal = "", Score = "subscription", Days = 182 };

    [Fact]
    public async Task Subscribers_are_worth_what_their_plan_lasts_and_are_told_why()
    {
        await using var server = await ServerAsync(400);
        var engine = server.Host.FindWorkspace("default")!;
        var training = new ContractTraining(engine, server.Clock, _ => { });
        var trained = training.Train(Question, server.Host.NowMs, default);
        var card = Assert.IsType<ContractCard>(System.Text.Json.JsonSerializer.Deserialize<ModelCard>(System.Text.Json.JsonSerializer.Serialize(trained.Card)));
        // Who left on the day of the start was never under contract at its end.
        Assert.Equal(("MXN", true, 6), (card.Currency, card.TrainedOn is >= 390 and <= 400, card.Asked));
        Assert.Equal(["", "mensual", "anual"], card.Curves.OrderBy(curve => curve.Plan.Length == 0 ? 0 : curve.Plan == "mensual" ? 1 : 2).Select(curve => curve.Plan));
        // A seventh of the monthly ones leaves each month, a fortieth of the others.
        Assert.Equal(Math.Pow(6 / 7.0, 6), Stays(card, "mensual"), 0.1);
        Assert.Equal(Math.Pow(39 / 40.0, 6), Stays(card, "anual"), 0.1);
        Assert.True(card.HasSignal && card.Test.RankLow > 0, card.Test.ToString());
        Assert.InRange(card.Test.Deciles.Count(decile => decile.IsWithin), 6, 10);

        var scores = trained.Score(server.Host.NowMs, default);
        Assert.Equal(scores.Sum(score => score.Score), card.Ahead.Expected, 0.01 * card.Ahead.Expected);
        Assert.All(scores, score => Assert.True(score is { Score: > 0 and <= 6 * 200, Before: null, Worth: { Alive: > 0 and <= 1, Orders: null, Months: > 0 and <= 6, Currency: "MXN" } }));
        Assert.Equal(scores.Select(score => score.Score), training.Restore(Question, card, trained.File!)!.Score(server.Host.NowMs, default).Select(score => score.Score));

        await ScoreWriter.WriteAsync(server.Host, engine, Question, 1, scores, default);
        await engine.RestAsync(default);
        var best = scores.MaxBy(score => score.Score)!;
        var shown = Assert.Single(engine.Read(state => new ModelScores().Of(state, best.Profile)));
        Assert.All(scores, score => Assert.True(score.Between is var (low, high) && low >= 0 && low <= score.Score && score.Score <= high && high <= 6 * 200));
        Assert.StartsWith("Con una probabilidad de 80%, entre $", shown.Reasons[0].Es, StringComparison.Ordinal);
        Assert.Equal("Paga $200 MXN al mes.", shown.Reasons[1].Es);
        Assert.StartsWith("Subscribed for ", shown.Reasons[2].En, StringComparison.Ordinal);
        Assert.Contains("like this to anual", shown.Reasons[3].En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_few_subscriptions_are_told_so()
    {
        await using var server = await ServerAsync(30);
        var training = new ContractTraining(server.Host.FindWorkspace("default")!, server.Clock, _ => { });
        var refused = Assert.Throws<CannotTrainException>(() => training.Train(Question, server.Host.NowMs, default));
        Assert.StartsWith("Too few subscriptions: on the test’s day there were", refused.Why.En, StringComparison.Ordinal);
    }

    private static double Stays(ContractCard card, string plan) => card.Curves.Single(curve => curve.Plan == plan).Points.Last(point => point.Months <= 6.01).Stays;

    /// <summary>Subscriptions begun within two years, half of each plan, that end at random.</summary>
    private static Task<AccessServer> ServerAsync(int subscriptions) => ValueModelTests.ServerAsync(now =>
    {
        var random = new Random(4);
        return Enumerable.Range(0, subscriptions).SelectMany(i =>
        {
            var (plan, amount, leaves) = i % 2 == 0 ? ("mensual", 150, 1 / 7.0) : ("anual", 200, 1 / 40.0);
            var from = random.Next(1, 730);
            var lasts = -Math.Log(1 - random.NextDouble()) / -Math.Log(1 - leaves) * 30.4;
            var events = new List<string> { Event("Subscription Started", i, now - (from * Durations.Day), $$""","plan":"{{plan}}","amount":{{amount}},"interval":"month","currency":"MXN" """) };
            if (lasts < from)
            {
                events.Add(Event("Subscription Cancelled", i, now - (from * Durations.Day) + (long)(lasts * Durations.Day), ""));
            }
            return events;
        });
    });

    private static string Event(string name, int customer, long at, string more) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"type":"track","event":"{{name}}","userId":"c{{customer}}","timestamp":"{{Instants.Format(at)}}","properties":{"subscription_id":"s{{customer}}"{{more}}} }""");
}
