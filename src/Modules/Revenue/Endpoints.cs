using Ciclo.Core.Access;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Revenue.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Revenue;

/// <summary>`/revenue`: the page answers at once; what passes over everybody follows card by card.</summary>
internal sealed class Endpoints(DataHost host)
{
    private static readonly IReadOnlyList<Metric> Subscriptions = [.. MrrTable.Metrics, MrrMetrics.Arr, MrrMetrics.Ndr, MrrMetrics.Grr, MrrMetrics.RenewalRate];
    private static readonly IReadOnlyList<Metric> Orders =
        [OrderMetrics.Revenue, OrderMetrics.Orders, OrderMetrics.Aov, OrderMetrics.Customers, OrderMetrics.Arppu, OrderMetrics.Arpu];
    private static readonly IReadOnlyList<Metric> Customers =
        [OrderMetrics.Retention, OrderMetrics.ChurnRate, OrderMetrics.RepeatRate, OrderMetrics.Frequency, OrderMetrics.LtvHistoric];

    private readonly KeptReadings<NumbersModel> numbers = new(host.Clock);
    private readonly KeptReadings<RfmModel> groups = new(host.Clock);

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/revenue").RequirePermission(Permission.ReadNumbers);
        group.MapReads("", (HttpContext http) => http.Page<RevenuePage>(ModelOf(http)));
        group.MapReads("/mrr", (HttpContext http) => http.Part<MrrPart>(NumbersOf(http, "mrr", Subscriptions)));
        group.MapReads("/orders", (HttpContext http) => http.Part<OrdersPart>(NumbersOf(http, "orders", Orders)));
        group.MapReads("/customers", (HttpContext http) => http.Part<CustomersPart>(NumbersOf(http, "customers", Customers)));
        group.MapReads("/rfm", (HttpContext http) => http.Page<RfmPage>(RfmOf(http)));
    }

    private static PeriodKind By(HttpContext http) => AskedPeriods.TryKind(http.Request.Query["by"], out var by) ? by : PeriodKind.Month;

    private static RevenueModel ModelOf(HttpContext http) => http.Visitor().Engine.Read(state => new RevenueModel(
        By(http), state.Staged.History.Count > 0, state.Staged.EventNames.Find("Subscription Started") >= 0 || state.Staged.EventNames.Find("Subscription Updated") >= 0));

    private NumbersModel NumbersOf(HttpContext http, string card, IReadOnlyList<Metric> metrics)
    {
        var (engine, by) = (http.Visitor().Engine, By(http));
        return numbers.Of($"{engine.Id}/{card}/{by}", engine.Changes, () =>
        {
            var latest = Latest.Of(engine);
            var periods = AskedPeriods.Latest(by, engine.Rules.Zone, by is PeriodKind.Quarter ? 9 : by is PeriodKind.Year ? 6 : 13, latest);
            var currency = engine.Read(state => state.Currency);
            try
            {
                var series = MetricCatalogue.Of(host).Answer(engine, new MetricQuestion(metrics, periods, "", new Dictionary<string, string>(StringComparer.Ordinal)), CancellationToken.None);
                return new NumbersModel(periods, series, currency, latest < periods.End - 1, IsBusy: false);
            }
            catch (MetricsBusyException)
            {
                return new NumbersModel(periods, [], currency, IsLastOpen: false, IsBusy: true);
            }
        });
    }

    private RfmModel RfmOf(HttpContext http)
    {
        var engine = http.Visitor().Engine;
        return groups.Of(engine.Id, engine.Changes, () => engine.Read(state => RfmReading.Of(state, state.Now)));
    }
}
