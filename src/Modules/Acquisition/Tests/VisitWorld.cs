using System.Globalization;
using System.Text;
using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Server;

namespace Ciclo.Modules.Acquisition.Tests;

internal enum What
{
    Page,
    ClientTrack,
    KeyTrack,
    ServerTrack,
    BotPage,
    Order,
    Refund,
    Subscription,
}

/// <summary>Something that a person did, as a reference reads it. <paramref name="Said"/>: what it says of its source, or nothing.</summary>
internal sealed record Happening(int Person, int Device, long At, string Id, What What, string Path, ChannelSource? Said, int Cents, string OrderId)
{
    /// <summary>Whether it begins or extends a visit.</summary>
    public bool IsOfVisit => What is What.Page or What.ClientTrack or What.KeyTrack;
}

/// <summary>A random small world, kept by a real engine from events as clients send them: people on two devices, bots, servers, campaigns, referrers.</summary>
internal sealed class VisitWorld : IAsyncDisposable
{
    public const long Start = 1_772_323_200_000;
    public const int Days = 60;

    private static readonly (string Source, string Medium, string Name)[] Campaigns =
        [("google", "cpc", "Marca"), ("facebook", "paid_social", "Sorteo"), ("facebook", "paid_social", "Descubre"), ("ciclo", "email", "Boletín")];

    private static readonly string[] Hosts = ["www.google.com", "l.facebook.com", "blog.example"];

    private readonly DataHost host;
    private readonly Random random;

    private VisitWorld(DataHost host, WorkspaceEngine engine, int seed)
    {
        (this.host, Engine, Seed) = (host, engine, seed);
        random = new Random(seed);
    }

    public int Seed { get; }

    public WorkspaceEngine Engine { get; }

    public DataHost Host => host;

    public List<Happening> All { get; } = [];

    public AcquisitionSource Source => new(host);

    /// <summary>What each person did, in order.</summary>
    public IEnumerable<List<Happening>> People => All.GroupBy(one => one.Person).Select(group => group.OrderBy(one => one.At).ThenBy(one => one.Id, StringComparer.Ordinal).ToList());

    public Periods Periods(PeriodKind kind, int from = 10, int to = 50) => Core.Analytics.Periods.Of(kind, Zone.Utc, Start + (from * Durations.Day), Start + (to * Durations.Day));

    public static async Task<VisitWorld> MakeAsync(int seed, int people = 25)
    {
        var commands = new CommandLine(TimeProvider.System, TextWriter.Null, TextWriter.Null);
        var opened = commands.OpenOrRefuse(Directory.CreateTempSubdirectory("ciclo-visits-").FullName);
        var world = new VisitWorld(opened, await opened.WorkspaceAsync("default", default), seed);
        var frame = new FrameBuilder();
        for (var person = 0; person < people; person++)
        {
            world.Live(person);
        }
        foreach (var one in world.All.OrderBy(_ => world.random.Next()))
        {
            Write(frame, one);
        }
        await world.Engine.FoldedAsync(await world.Engine.AppendAsync(frame.Payload.ToArray(), default), default);
        return world;
    }

    public async Task PutAsync(IEnumerable<CostRow> costs) => await host.Database.WriteAsync((connection, transaction) =>
    {
        new CostStore(Engine.Id).Put(connection, transaction, costs);
        return 0;
    }, default);

    public IReadOnlyList<MetricSeries> Answer(IReadOnlyList<Metric> metrics, Periods periods, string breakdown = "", params (string Name, string Choice)[] settings) =>
        Source.Answer(Engine, new MetricQuestion(metrics, periods, breakdown, settings.ToDictionary(one => one.Name, one => one.Choice)), default)!;

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        Directory.Delete(host.Folder, recursive: true);
    }

    /// <summary>Visits on a grid of five minutes, so that gaps of half an hour exactly and equal instants are frequent.</summary>
    private void Live(int person)
    {
        var at = Start + (random.Next(Days) * Durations.Day);
        for (var left = random.Next(1, 40); left > 0; left--)
        {
            at += random.Next(6) switch { 0 => random.NextInt64(9 * Durations.Day), 1 => 30 * Durations.Minute, 2 => 8_000, _ => random.Next(7) * 5 * Durations.Minute };
            var what = random.Next(20) switch { < 11 => What.Page, 11 or 12 => What.ClientTrack, 13 => What.KeyTrack, 14 => What.ServerTrack, 15 => What.BotPage, 16 or 17 => What.Order, 18 => What.Refund, _ => What.Subscription };
            var said = what is What.Page or What.ClientTrack ? Said() : null;
            var isFirst = !All.Exists(one => one.Person == person);
            All.Add(new Happening(
                person, isFirst ? 0 : random.Next(2), at, $"m{random.Next(1_000):000}-{All.Count}", what, "/" + random.Next(4), said, random.Next(1, 100_000), "o" + random.Next(4)));
        }
    }

    private ChannelSource? Said() => random.Next(5) switch
    {
        0 when Campaigns[random.Next(Campaigns.Length)] is var (source, medium, name) => ChannelSource.Of(source, medium, name, "", ""),
        1 => ChannelSource.Of("", "", "", "", Hosts[random.Next(Hosts.Length)]),
        2 when random.Next(3) == 0 => ChannelSource.Of("", "", "", "google", ""),
        _ => null,
    };

    private static void Write(FrameBuilder frame, Happening one)
    {
        var (type, name) = one.What switch
        {
            What.Page or What.BotPage => (CallType.Page, ""),
            What.KeyTrack => (CallType.Track, "Signed Up"),
            What.ClientTrack => (CallType.Track, "Video Watched"),
            What.ServerTrack => (CallType.Track, "Parcel Sent"),
            What.Order => (CallType.Track, "Order Completed"),
            What.Refund => (CallType.Track, "Order Refunded"),
            _ => (CallType.Track, "Subscription Started"),
        };
        var properties = Encoding.UTF8.GetBytes(PropertiesOf(one));
        var context = Encoding.UTF8.GetBytes(ContextOf(one));
        byte[] json = [.. "{\"properties\":"u8, .. properties, .. ",\"context\":"u8, .. context, .. "}"u8];
        var record = new EventRecord
        {
            Type = type, Timestamp = one.At, ReceivedAt = one.At, OriginalTimestamp = one.At, SentAt = EventRecord.NoTime,
            MessageId = Encoding.UTF8.GetBytes(one.Id), Name = Encoding.UTF8.GetBytes(name),
            // The first device alone carries the name; the second is known from a call that carries both.
            UserId = one.Device == 0 || one.What >= What.Order ? Encoding.UTF8.GetBytes($"u{one.Person}") : [],
            AnonymousId = Encoding.UTF8.GetBytes($"a{one.Person}"),
            Json = json, Properties = new Range(14, 14 + properties.Length), Context = context,
        };
        frame.Begin(RecordKind.Event);
        record.Write(frame);
        frame.End();
    }

    private static string PropertiesOf(Happening one) => one.What switch
    {
        What.Page or What.BotPage => $$"""{"path":"{{one.Path}}","url":"https://www.shop.example{{one.Path}}?x=1","referrer":"{{ReferrerOf(one)}}"}""",
        What.Order or What.Refund => string.Create(CultureInfo.InvariantCulture, $$"""{"order_id":"{{one.OrderId}}","revenue":{{one.Cents / 100m}},"total":{{one.Cents}}}"""),
        _ => "{}",
    };

    /// <summary>A page that says nothing was referred from the shop itself, which is no source.</summary>
    private static string ReferrerOf(Happening one) => one.Said is { Campaign: "", Source: var source } ? source switch
    {
        "google" => "https://www.google.com/",
        "facebook" => "https://l.facebook.com/",
        _ => $"https://{source}/page?q=1",
    } : "https://shop.example/cart";

    private static string ContextOf(Happening one)
    {
        if (one.What is What.ServerTrack or What.Order or What.Refund or What.Subscription)
        {
            return """{"library":{"name":"@segment/analytics-node"}}""";
        }
        var agent = one.What == What.BotPage ? "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" : "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36";
        var parts = new List<string> { "\"library\":{\"name\":\"analytics.js\"}", $"\"userAgent\":\"{agent}\"" };
        switch (one.Said)
        {
            case { Campaign: ChannelSource.NotSet }:
                parts.Add("\"page\":{\"url\":\"https://www.shop.example/?gclid=abc\"}");
                break;
            case { Campaign.Length: > 0 } said:
                parts.Add($"\"campaign\":{{\"source\":\"{said.Source}\",\"medium\":\"{said.Medium}\",\"name\":\"{said.Campaign}\"}}");
                break;
            case { } said when one.What == What.ClientTrack:
                parts.Add($"\"page\":{{\"referrer\":\"{ReferrerOf(one with { Said = said })}\"}}");
                break;
        }
        return "{" + string.Join(',', parts) + "}";
    }
}
