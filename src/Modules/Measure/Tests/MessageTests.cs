using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Measure.Tests;

public sealed class MessageTests
{
    private const int Seed = 20_261_123;

    [Fact]
    public async Task Visits_that_convert_and_messages_that_are_followed_are_those_of_a_plain_reference()
    {
        var random = new Random(Seed);
        var deeds = Enumerable.Range(0, 40).SelectMany(person => Life(random, $"p{person}")).DistinctBy(deed => (deed.Person, deed.At)).ToList();
        await using var world = await MeasureWorld.StartAsync(deeds);
        var periods = Periods.Of(PeriodKind.Week, Zone.Utc, MeasureWorld.Start, MeasureWorld.Start + (60 * Durations.Day));
        var people = deeds.GroupBy(deed => deed.Person).Select(group => group.OrderBy(deed => deed.At).ToList()).ToList();
        var visits = people.SelectMany(Visits).ToList();
        var messages = people.SelectMany(Messages).ToList();
        var conversion = world.Values("conversion_rate", periods, ("per", "session"));
        var (delivered, ctr, ctor) = (world.Values("messages_delivered", periods), world.Values("message_ctr", periods), world.Values("message_ctor", periods));
        for (var i = 0; i < periods.Count; i++)
        {
            var key = (PeriodOptions.NameOf(periods, i), "");
            var (start, end) = (periods.StartOf(i), periods.StartOf(i + 1));
            Same(Mean(visits.Where(visit => visit.At >= start && visit.At < end).Select(visit => visit.IsConverted)), conversion[key], i);
            var here = messages.Where(message => message.At >= start && message.At < end).ToList();
            Same(here.Count, delivered[key], i);
            Same(Mean(here.Select(message => message.IsClicked)), ctr[key], i);
            Same(Mean(here.Where(message => message.IsOpened).Select(message => message.IsClicked)), ctor[key], i);
        }
        Assert.True(messages.Count(message => message.IsClicked) > 20 && visits.Count(visit => visit.IsConverted) > 20);
        RowsAddUp(world, periods);
    }

    private static void RowsAddUp(MeasureWorld world, Periods periods)
    {
        var catalogue = MetricCatalogue.Of(world.Server.Host);
        foreach (var (metric, breakdown, set) in new[]
        {
            (MessageMetrics.Delivered, "message", ""), (MessageMetrics.ClickRate, "channel", ""), (MessageMetrics.ClickToOpenRate, "message", ""), (EngagementMetrics.Conversion, "", "session"),
        })
        {
            var question = new MetricQuestion([metric], periods, breakdown, set.Length > 0 ? new Dictionary<string, string> { ["per"] = set } : []);
            foreach (var series in catalogue.Answer(world.Engine, question, default))
            {
                var rows = catalogue.Rows(world.Engine, question, 2, series.Breakdown, 1_000, default);
                Assert.Equal(series.Cells[2]!.Value.Part, rows.Rows.Sum(row => row.Part));
                Assert.Equal(series.Cells[2]!.Value.Whole ?? 0, rows.Rows.Sum(row => row.Whole));
            }
        }
    }

    private static IEnumerable<Deed> Life(Random random, string person)
    {
        for (var visit = 0; visit < 25; visit++)
        {
            var at = MeasureWorld.Start + (random.NextInt64(60 * 24 * 60) * Durations.Minute);
            for (var i = random.Next(1, 5); i > 0; i--)
            {
                yield return new Deed(person, random.Next(5) == 0 ? "Order Completed" : random.Next(2) == 0 ? "page" : "Product Viewed", at);
                at += random.Next(1, 45) * Durations.Minute;
            }
        }
        for (var message = 0; message < 12; message++)
        {
            var at = MeasureWorld.Start + (random.NextInt64(60 * 24 * 60) * Durations.Minute) + 1;
            var campaign = "c" + random.Next(4);
            yield return new Deed(person, "Email Delivered", at, Campaign: campaign);
            if (random.Next(2) == 0)
            {
                yield return new Deed(person, "Email Opened", at + random.Next(1, 1_000_000), Campaign: campaign);
            }
            if (random.Next(4) == 0)
            {
                yield return new Deed(person, "Email Link Clicked", at + random.Next(1, 2_000_000), Campaign: campaign);
            }
        }
    }

    private static IEnumerable<(long At, bool IsConverted)> Visits(List<Deed> life)
    {
        var own = life.Where(deed => deed.Event != "Email Delivered").ToList();
        for (var first = 0; first < own.Count;)
        {
            var last = first;
            while (last + 1 < own.Count && own[last + 1].At - own[last].At <= 30 * Durations.Minute)
            {
                last++;
            }
            yield return (own[first].At, own.Exists(deed => deed.Event == "Order Completed" && deed.At >= own[first].At && deed.At <= own[last].At + (30 * Durations.Minute)));
            first = last + 1;
        }
    }

    private static IEnumerable<(long At, bool IsOpened, bool IsClicked)> Messages(List<Deed> life)
    {
        var delivered = life.Where(deed => deed.Event == "Email Delivered").ToList();
        foreach (var message in delivered)
        {
            var next = delivered.Where(other => other.Campaign == message.Campaign && other.At > message.At).Select(other => other.At).DefaultIfEmpty(long.MaxValue).Min();
            bool Has(string name) => life.Exists(deed => deed.Event == name && deed.Campaign == message.Campaign && deed.At > message.At && deed.At < next);
            yield return (message.At, Has("Email Opened") || Has("Email Link Clicked"), Has("Email Link Clicked"));
        }
    }

    private static decimal? Mean(IEnumerable<bool> all) => all.ToList() is { Count: > 0 } list ? (decimal)list.Count(one => one) / list.Count : null;

    private static void Same(decimal? expected, decimal? found, int period) =>
        Assert.True(expected is null == found is null && Math.Abs((expected ?? 0) - (found ?? 0)) < 0.000001m, $"seed {Seed}, period {period}: {found}, expected {expected}");
}
