using System.Globalization;
using System.Text;
using Ciclo.Core;
using Ciclo.Core.Predict.Value;
using Ciclo.Core.Time;
using Ciclo.Kit;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Keys;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Tests;

/// <summary>What customers bring, learned from their orders.</summary>
public sealed class ValueModelTests
{
    private static readonly PredictModel Question = PredictModel.New("default", 0, "") with { Name = "Worth", Kind = ModelKind.Value, Goal = "", Score = "value", Days = 90 };

    [Fact]
    public void A_customer_is_what_was_known_before_the_day()
    {
        OrderDay[] days = [new(-40, true, 100), new(-26, true, 50), new(-20, false, -30), new(-5, true, 500)];
        Assert.Equal(new Customer(new PurchaseHistory(1, 2, 3), 60), Customer.AsOf(days, -19));
        Assert.Equal(new Customer(new PurchaseHistory(0, 0, 1), 100), Customer.AsOf(days, -33));
        Assert.Null(Customer.AsOf(days, -40));
    }

    [Fact]
    public void Money_by_tenths_comes_in_within_its_interval()
    {
        var test = ValueTrainer.Test(Shop(3_000, 730, 11), 180, default);
        Assert.True(test.IsWithin, test.ToString());
        Assert.Equal((3, 10), (test.Kinds.Count, test.Deciles.Count));
        Assert.InRange(test.Deciles.Count(decile => decile.IsWithin), 6, 10);
        Assert.Equal(test.Total.Expected, test.Deciles.Sum(decile => decile.Expected * decile.People), 1e-6 * test.Total.Expected);
        Assert.True(test.RankLow > 0.3 && test.Lift > 3, test.ToString());
        Assert.InRange(test.ByWeek.Count(week => week.Actual >= week.Low && week.Actual <= week.High), 17, 25);
    }

    [Fact]
    public void Orders_that_tell_nothing_of_later_ones_have_no_signal()
    {
        var random = new Random(5);
        var all = Enumerable.Range(0, 400).Select(_ => (OrderDay[])[.. Enumerable.Range(0, 4).Select(_ => random.Next(-300, 0)).Append(-300).Distinct().Order().Select(day => new OrderDay(day, true, 10))]).ToList();
        var test = ValueTrainer.Test(all, 90, default);
        Assert.True(test.RankLow <= 0, test.ToString());
    }

    [Fact]
    public async Task Customers_of_a_shop_are_scored_from_their_orders_and_told_why()
    {
        await using var server = await ServerAsync(Shop(150, 360, 3));
        var engine = server.Host.FindWorkspace("default")!;
        var (training, now) = (new ValueTraining(engine, server.Clock, _ => { }), server.Host.NowMs);
        var trained = training.Train(Question, now, default);
        var card = Assert.IsType<ValueCard>(trained.Card);
        Assert.Equal(("MXN", 150, true), (card.Currency, card.TrainedOn, card.Ahead.Low < card.Ahead.Expected && card.Ahead.Expected < card.Ahead.High));
        var again = System.Text.Json.JsonSerializer.Deserialize<ModelCard>(System.Text.Json.JsonSerializer.Serialize<ModelCard>(card));
        Assert.Equal((card.Kind, card.Test.Total), (((ValueCard)again!).Kind, ((ValueCard)again).Test.Total));
        var scores = trained.Score(now, default);
        // The visitor without an order has none.
        Assert.Equal(150, scores.Count);
        Assert.All(scores, score => Assert.True(score is { Score: >= 0, Before: null, Worth: { Alive: >= 0 and <= 1, Currency: "MXN" } }));
        Assert.Equal(150, await ScoreWriter.WriteAsync(server.Host, engine, Question, 1, scores, default));
        await engine.RestAsync(default);
        var best = scores.MaxBy(score => score.Score)!;
        var shown = Assert.Single(engine.Read(state => new ModelScores().Of(state, best.Profile)));
        Assert.Equal(("Worth", $"${Math.Round((decimal)Math.Round(best.Score, 2)).ToString("#,##0", CultureInfo.InvariantCulture)} MXN"), (shown.Label.En, shown.Value.Es));
        Assert.All(scores, score => Assert.True(score.Between is var (low, high) && low >= 0 && low <= score.Score && score.Score <= high));
        Assert.InRange(card.Test.OwnWithin!.Value, 0.7, 1);
        Assert.StartsWith("Con una probabilidad de 80%, entre $", shown.Reasons[0].Es, StringComparison.Ordinal);
        Assert.Contains("pedidos, uno cada", shown.Reasons[1].Es, StringComparison.Ordinal);
        Assert.StartsWith("Still a customer with a probability of", shown.Reasons[2].En, StringComparison.Ordinal);
        Assert.Equal(best.Score, trained.Score(server.Host.NowMs + 1_000, default).Single(score => score.Profile == best.Profile).Before!.Value, 0.01);
    }

    [Fact]
    public async Task Too_few_customers_are_told_so()
    {
        await using var server = await ServerAsync(Shop(40, 360, 3));
        var training = new ValueTraining(server.Host.FindWorkspace("default")!, server.Clock, _ => { });
        var refused = Assert.Throws<CannotTrainException>(() => training.Train(Question, server.Host.NowMs, default));
        Assert.StartsWith("Too few customers: 90 days ago there were", refused.Why.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Reasons_read_as_sentences()
    {
        var l = new Locale(Language.Es, Zone.Utc);
        var reasons = WorthWords.ReasonsOf(new PurchaseHistory(0, 0, 2), new ExpectedValue(900, 1.5, 0.73, 612.5), "MXN", 1_767_225_600_000);
        Assert.Equal(
            ["Un pedido, hace 14 días.", "Sigue siendo cliente con una probabilidad de 73.0%.", "Se espera que un pedido valga $612.50 MXN.", "El siguiente pedido se espera hacia el 1 ene 2026."],
            reasons.Select(reason => WorthWords.Says(l, reason)));
    }

    /// <summary>Customers who order at random at a rate of their own until they leave at a time of their own; mean amounts differ too.</summary>
    private static List<OrderDay[]> Shop(int customers, int span, int seed)
    {
        var random = new Random(seed);
        double Waits(double mean) => -Math.Log(1 - random.NextDouble()) * mean;
        return
        [
            .. Enumerable.Range(0, customers).Select(_ =>
            {
                var (gap, mean, at) = (20 + Waits(60), 50 + Waits(100), -span * random.NextDouble());
                var (leaves, days) = (at + Waits(250 + Waits(250)), new SortedDictionary<int, double>());
                for (; at < -0.01 && at <= leaves; at += Waits(gap))
                {
                    var day = (int)Math.Floor(at);
                    days[day] = days.GetValueOrDefault(day) + mean * (0.5 + random.NextDouble());
                }
                return (OrderDay[])[.. days.DefaultIfEmpty(new(-1, mean)).Select(pair => new OrderDay(pair.Key, true, Math.Round(pair.Value, 2)))];
            }),
        ];
    }

    /// <summary>A server with these orders, each in the middle of its day, and one visitor without any.</summary>
    private static Task<AccessServer> ServerAsync(List<OrderDay[]> shop) => ServerAsync(now => shop.SelectMany((days, i) => days.Select(day => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"type":"track","event":"Order Completed","userId":"c{{i}}","timestamp":"{{Instants.Format(now + (day.Day * Durations.Day) + (Durations.Day / 2))}}","properties":{"order_id":"o{{i}}{{day.Day}}","revenue":{{day.Money}},"currency":"MXN"} }"""))));

    /// <summary>A server with these events, made at an instant, and one visitor.</summary>
    internal static async Task<AccessServer> ServerAsync(Func<long, IEnumerable<string>> events)
    {
        var server = await AccessServer.StartAsync();
        var (_, key) = await server.AddKeyAsync(KeyKind.Write);
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":")));
        foreach (var some in events(server.Host.NowMs).Prepend("""{"type":"page","name":"Home","userId":"visitor"}""").Chunk(500))
        {
            using var content = new StringContent($$"""{"batch":[{{string.Join(',', some)}}]}""", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), content);
            answer.EnsureSuccessStatusCode();
        }
        await server.Host.FindWorkspace("default")!.RestAsync(default);
        return server;
    }
}
