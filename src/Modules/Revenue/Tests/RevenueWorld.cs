using System.Globalization;
using System.Text;
using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Data.Journal;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Imports;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Server;
using Ciclo.Tests.Simulation;

namespace Ciclo.Modules.Revenue.Tests;

/// <summary>What somebody did, as the reference sees it. Amounts in cents of the currency; null where nothing is said.</summary>
internal sealed record Deed(string Id, string User, string Event, long At)
{
    public string Order { get; init; } = "";

    public int? Cents { get; init; }

    public string Currency { get; init; } = "";

    public int Subscription { get; init; }

    public string Plan { get; init; } = "";
}

/// <summary>A data directory in this process with what some people did, which came in as an import.</summary>
internal sealed class RevenueWorld : IAsyncDisposable
{
    private const string Map = """
        source: world
        format: csv
        columns: { id: text, user: text, event: text, at: text, order_id: text, revenue: number, currency: text, subscription_id: text, amount: number, plan: text }
        emit:
          - type: track
            event: { column: event }
            user_id: user
            timestamp: { column: at }
            key: id
            properties: { order_id: order_id, revenue: revenue, currency: currency, subscription_id: subscription_id, amount: amount, plan: plan }
        """;

    private static readonly Number Rate1 = Number.Parse("17.25");
    private static readonly Number Rate2 = Number.Parse("18.013");

    private RevenueWorld(DataHost host, WorkspaceEngine engine) => (Host, Engine) = (host, engine);

    public DataHost Host { get; }

    public WorkspaceEngine Engine { get; }

    public static Zone Zone { get; } = Zone.TryGet("America/Santiago", out var zone) ? zone : Zone.Utc;

    /// <summary>The day from which the second rate holds.</summary>
    public static int RateDay { get; } = Zone.DayOf(Instant("2024-06-10"));

    public static decimal RateOf(int day) => day >= RateDay ? 18.013m : 17.25m;

    public static long Instant(string text) => Instants.TryParse(text, Zone, out var at) ? at : throw new FormatException(text);

    public static async Task<RevenueWorld> OpenAsync(string now, string map, string csv, WorkspaceRules? rules = null)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var folder = Directory.CreateTempSubdirectory("ciclo-revenue-").FullName;
        var host = DataHost.TryOpen(folder, ModuleList.Migrations, ModuleList.RulesSource, new SimulatedClock(Instant(now)), new JournalOptions())!;
        var engine = await host.WorkspaceAsync("default", CancellationToken.None);
        if (rules is not null)
        {
            await engine.ApplyAsync(rules, CancellationToken.None);
        }
        var wrong = new List<Core.Diagnostic>();
        var read = MapReader.Read(map, wrong)!;
        Assert.Empty(wrong);
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        var options = new ImportOptions { Now = host.NowMs, IsSystem = SystemEvents.Contains };
        var result = await ImportRunner.RunAsync(file, "file", read, options, new EngineImportTarget(engine, host.Clock), null, CancellationToken.None);
        Assert.Equal(0, result.Rejected);
        await engine.FoldedAsync(engine.Journal.End - 1, CancellationToken.None);
        return new RevenueWorld(host, engine);
    }

    public static async Task<RevenueWorld> OpenAsync(string now, IEnumerable<Deed> deeds)
    {
        var csv = new StringBuilder("id,user,event,at,order_id,revenue,currency,subscription_id,amount,plan\n");
        foreach (var deed in deeds)
        {
            var isSubscription = deed.Event.StartsWith("Subscription", StringComparison.Ordinal);
            csv.Append(CultureInfo.InvariantCulture, $"{deed.Id},{deed.User},{deed.Event},{Instants.Format(deed.At)},{deed.Order},{Major(isSubscription ? null : deed.Cents)},{deed.Currency},{(deed.Subscription > 0 ? $"s{deed.Subscription}" : "")},{Major(isSubscription ? deed.Cents : null)},{deed.Plan}\n");
        }
        var rules = WorkspaceRules.Empty with { Currency = "MXN", Zone = Zone, Rates = [("USD", 0, Rate1), ("USD", RateDay, Rate2)] };
        return await OpenAsync(now, Map, csv.ToString(), rules);
    }

    public IReadOnlyList<MetricSeries> Ask(IReadOnlyList<Metric> metrics, Periods periods, string breakdown = "", params (string Name, string Choice)[] settings) =>
        new RevenueSource(Host).Answer(Engine, Question(metrics, periods, breakdown, settings), CancellationToken.None)!;

    public MetricRows Rows(Metric metric, Periods periods, int period, string breakdown, string value, params (string Name, string Choice)[] settings) =>
        new RevenueSource(Host).Rows(Engine, Question([metric], periods, breakdown, settings), period, value, int.MaxValue - 1, CancellationToken.None)!;

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Directory.Delete(Host.Folder, recursive: true);
    }

    private static MetricQuestion Question(IReadOnlyList<Metric> metrics, Periods periods, string breakdown, (string Name, string Choice)[] settings) =>
        new(metrics, periods, breakdown, settings.ToDictionary(one => one.Name, one => one.Choice, StringComparer.Ordinal));

    private static string Major(int? cents) => cents is { } known ? (known / 100m).ToString(CultureInfo.InvariantCulture) : "";
}
