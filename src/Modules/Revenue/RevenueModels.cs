using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Kit;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Revenue;

/// <summary>The page of revenue: its cards are asked for one by one.</summary>
public sealed record RevenueModel(PeriodKind By, bool HasEvents, bool HasSubscriptions);

/// <summary>Some metrics over periods, of which the last may still go on. <paramref name="IsBusy"/>: the history is being staged anew, and nothing was counted.</summary>
public sealed record NumbersModel(Periods Periods, IReadOnlyList<MetricSeries> Series, string? Currency, bool IsLastOpen, bool IsBusy)
{
    /// <summary>The last period that is whole.</summary>
    public int Whole => Periods.Count - (IsLastOpen ? 2 : 1);

    public MetricCell? Cell(Metric metric, int period) =>
        period < 0 || period >= Periods.Count ? null : Series.FirstOrDefault(series => series.Metric.Id == metric.Id)?.Cells[period];

    public string Value(Locale l, Metric metric, int period) => MetricWords.Value(l, metric, Cell(metric, period), Currency);

    public string Money(Locale l, decimal amount) => MetricWords.Value(l, MetricUnit.Money, amount, Currency);

    public string Name(Locale l, int period) => MetricWords.Period(l, Periods.Kind, Periods.DateOf(period));

    /// <summary>Where a number opens; null where there is none.</summary>
    public string? Rows(Metric metric, int period) => Cell(metric, period)?.Value is null ? null : MetricLinks.Rows(metric.Id, Periods, period);
}

/// <summary>A group of RFM as of now. <paramref name="Rule"/>: who is in it now; <paramref name="Lasting"/>: who is in it by the limits of now, whenever it is asked.</summary>
public sealed record RfmRow(RfmGroup Group, int People, decimal Amount, long MedianRecencyMs, double MeanOrders, string Rule, string Lasting);

public sealed record RfmModel(IReadOnlyList<RfmRow> Groups, int People, decimal Amount, string? Currency, long At);
