using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Values;
using Ciclo.Kit;

namespace Ciclo.Modules.Measure.Contracts;

/// <summary>How numbers of the catalogue read on pages.</summary>
public static class MetricWords
{
    private static readonly Text None = new("(none)", "(ninguno)");

    public static readonly Text NoData = new("no data", "sin datos");

    public static Text PartOf(LifePart part) => part switch
    {
        LifePart.Acquisition => new("Acquisition", "Adquisición"),
        LifePart.Activation => new("Activation", "Activación"),
        LifePart.Retention => new("Retention", "Retención"),
        LifePart.Revenue => new("Revenue", "Ingresos"),
        LifePart.Referral => new("Referral and loyalty", "Recomendación y lealtad"),
        LifePart.Feedback => new("Satisfaction", "Satisfacción"),
        _ => new("Stages", "Etapas"),
    };

    public static Text UnitOf(MetricUnit unit) => unit switch
    {
        MetricUnit.People => new("People", "Personas"),
        MetricUnit.Share => new("A share, from 0 to 1 in files", "Una parte, de 0 a 1 en los archivos"),
        MetricUnit.Duration => new("A time, in seconds in files", "Un tiempo, en segundos en los archivos"),
        MetricUnit.Money => new("Money, in the workspace’s currency", "Dinero, en la moneda del espacio"),
        MetricUnit.Count => new("A count", "Un conteo"),
        MetricUnit.Score => new("A score, from −100 to 100", "Una puntuación, de −100 a 100"),
        _ => new("A number with decimals", "Un número con decimales"),
    };

    public static Text By(PeriodKind by) => by switch
    {
        PeriodKind.Day => new("day", "día"),
        PeriodKind.Week => new("week", "semana"),
        PeriodKind.Month => new("month", "mes"),
        PeriodKind.Quarter => new("quarter", "trimestre"),
        _ => new("year", "año"),
    };

    /// <summary>A breakdown's value as it reads; what the data calls nothing is said so.</summary>
    public static string BreakdownValue(Locale l, Metric metric, string value) =>
        metric.Values.TryGetValue(value, out var says) ? l.Say(says) : value.Length == 0 ? l.Say(None) : value;

    /// <summary>A cell's value, or that there is none.</summary>
    public static string Value(Locale l, Metric metric, MetricCell? cell, string? currency) => cell?.Value is { } value ? Value(l, metric.Unit, value, currency) : l.Say(NoData);

    public static string Value(Locale l, MetricUnit unit, decimal value, string? currency) => unit switch
    {
        MetricUnit.Share => l.Percent((double)value),
        MetricUnit.Duration => l.Duration((long)value),
        MetricUnit.Money => l.Money(Math.Round(value, Currency.DecimalsOf(currency), MidpointRounding.AwayFromZero), currency ?? ""),
        MetricUnit.People or MetricUnit.Count => l.Number(Math.Round(value, 2)),
        MetricUnit.Score => value.ToString("+0.0;−0.0;0", l.Culture),
        _ => value.ToString("#,##0.00", l.Culture),
    };

    /// <summary>A period by what people call it: `21 nov`, `nov 2026`, `T4 2026`.</summary>
    public static string Period(Locale l, PeriodKind by, DateOnly date) => by switch
    {
        PeriodKind.Day or PeriodKind.Week => date.ToString(l.Say("MMM d, yyyy", "d MMM yyyy"), l.Culture),
        PeriodKind.Month => date.ToString("MMM yyyy", l.Culture),
        PeriodKind.Quarter => l.Say("Q", "T") + (((date.Month - 1) / 3) + 1).ToString(CultureInfo.InvariantCulture) + " " + date.Year.ToString(CultureInfo.InvariantCulture),
        _ => date.Year.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>By how much a number changed, as its unit is compared: shares in points, others in percent; null where nothing can be said.</summary>
    public static (double Direction, string Says)? Change(Locale l, Metric metric, MetricCell? before, MetricCell? now)
    {
        if (before?.Value is not { } was || now?.Value is not { } value)
        {
            return null;
        }
        return metric.Unit switch
        {
            MetricUnit.Share => ((double)(value - was), l.Points((double)(value - was))),
            MetricUnit.Score => ((double)(value - was), Math.Abs(value - was).ToString("0.0", l.Culture)),
            _ when was == 0 => value == 0 ? (0, "") : null,
            _ => ((double)(value - was), l.Change((double)((value - was) / Math.Abs(was)))),
        };
    }

    public static Verdict Verdict(Metric metric, double direction) => metric.Better switch
    {
        BetterWhen.Higher => direction > 0 ? Kit.Verdict.Good : direction < 0 ? Kit.Verdict.Bad : Kit.Verdict.None,
        BetterWhen.Lower => direction < 0 ? Kit.Verdict.Good : direction > 0 ? Kit.Verdict.Bad : Kit.Verdict.None,
        _ => Kit.Verdict.None,
    };
}
