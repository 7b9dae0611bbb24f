using System.Globalization;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Acquisition;

/// <summary>What the page is asked for: one calendar period, who gets the credit, what is a conversion. What cannot be read counts as not asked.</summary>
/// <param name="Whole">The one period.</param>
/// <param name="Steps">The same, up to the last day that has come, cut into what a line is drawn over.</param>
public sealed record AcquisitionAsked(Periods Whole, Periods Steps, string Model, string Conversion)
{
    private const int LongestName = 200;

    /// <summary>In the first weeks of a year the one before tells more.</summary>
    private const long Settled = 60 * Durations.Day;

    public static IReadOnlyList<PeriodKind> Kinds { get; } = [PeriodKind.Month, PeriodKind.Quarter, PeriodKind.Year];

    public PeriodKind Kind => Whole.Kind;

    public DateOnly Date => Whole.DateOf(0);

    /// <summary>The settings as metrics take them.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [AcquisitionMetrics.Model.Id] = Model, [AcquisitionMetrics.Conversion.Id] = Conversion,
    };

    public static AcquisitionAsked From(IQueryCollection query, Zone zone, long lastAt)
    {
        var kind = AskedPeriods.TryKind(query["by"], out var asked) && Kinds.Contains(asked) ? asked : PeriodKind.Year;
        var isDate = DateOnly.TryParseExact(query["period"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= 1971 and <= 2200;
        var at = isDate ? zone.StartOfDay(date.Year, date.Month, date.Day) : kind == PeriodKind.Year ? lastAt - Settled : lastAt;
        var whole = Periods.Of(kind, zone, at, at + 1);
        var end = Math.Min(whole.End, Math.Max(whole.Start + 1, lastAt + 1));
        // A quarter cuts weeks in two, and half a week would open into a whole one.
        var steps = kind == PeriodKind.Year ? PeriodKind.Month : PeriodKind.Day;
        var conversion = query[AcquisitionMetrics.Conversion.Id].ToString();
        return new AcquisitionAsked(
            whole, Periods.Of(steps, zone, whole.Start, end).Within(whole.Start, end),
            AcquisitionMetrics.Model.Choices.FirstOrDefault(choice => choice.Id == query[AcquisitionMetrics.Model.Id].ToString()).Id ?? AcquisitionMetrics.Model.Choices[0].Id,
            conversion.Length is > 0 and <= LongestName ? conversion : AcquisitionMetrics.Conversion.Choices[0].Id);
    }

    /// <summary>Until when there is data: now, or the newest event where that is over a day old.</summary>
    public static long LastAt(EngineState state) => state.Staged.History.Count > 0 ? AcquisitionPlan.DataUntil(state) : state.Now;

    /// <summary>The address of a page that asks for this, or for one thing else.</summary>
    public string Query(PeriodKind? kind = null, DateOnly? date = null, string? model = null, string? conversion = null) => QueryString.Create(new KeyValuePair<string, string?>[]
    {
        new("by", MetricLinks.Word(kind ?? Kind)), new("period", kind is null || date is not null ? (date ?? Date).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null),
        new(AcquisitionMetrics.Model.Id, model ?? Model), new(AcquisitionMetrics.Conversion.Id, conversion ?? Conversion),
    }.Where(pair => pair.Value is not null)).Value!;

    /// <summary>The rows behind a number of the period.</summary>
    public string Rows(Metric metric, string breakdown = "", string value = "") => MetricLinks.Rows(metric.Id, Whole, 0, breakdown, value, SettingsOf(metric));

    /// <summary>The rows behind a number of one of its steps.</summary>
    public string Rows(Metric metric, int step) => MetricLinks.Rows(metric.Id, Steps, step, settings: SettingsOf(metric));

    private Dictionary<string, string> SettingsOf(Metric metric) => Settings.Where(pair => metric.Settings.Any(setting => setting.Id == pair.Key)).ToDictionary(StringComparer.Ordinal);

    /// <summary>The latest periods of the kind, for a menu.</summary>
    public IReadOnlyList<DateOnly> Offered(Zone zone, long lastAt)
    {
        var latest = AskedPeriods.Latest(Kind, zone, Kind switch { PeriodKind.Month => 13, PeriodKind.Quarter => 8, _ => 4 }, lastAt);
        return [.. Enumerable.Range(0, latest.Count).Select(latest.DateOf).Reverse()];
    }
}
