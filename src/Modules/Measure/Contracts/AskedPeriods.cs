using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Measure.Contracts;

/// <summary>Reads the periods that somebody asks for: dates in the workspace's zone, the first included and the last left out.</summary>
public static class AskedPeriods
{
    public static readonly Text WrongDates = new(
        "Give a first date and a later one as YYYY-MM-DD, at most 4,000 periods apart. The first is included, the last is not.",
        "Da una primera fecha y una posterior como AAAA-MM-DD, con 4,000 periodos entre ellas como máximo. La primera cuenta, la última no.");

    public static readonly Text WrongKind = new("Write the periods as day, week, month, quarter or year.", "Escribe los periodos como day, week, month, quarter o year.");

    /// <summary>`month`; false for another word.</summary>
    public static bool TryKind(string? word, out PeriodKind kind) =>
        Enum.TryParse(word, ignoreCase: true, out kind) && Enum.IsDefined(kind) && word!.All(char.IsAsciiLetter);

    /// <summary>How many periods a page shows of a kind: about a year of months, a quarter of weeks.</summary>
    public static int Shown(PeriodKind by) => by switch
    {
        PeriodKind.Day => 31,
        PeriodKind.Week => 14,
        PeriodKind.Month => 13,
        PeriodKind.Quarter => 9,
        _ => 6,
    };

    /// <summary>The periods between two dates; those at the ends are cut short where the dates cut them.</summary>
    public static bool TryBetween(PeriodKind kind, Zone zone, string? from, string? to, [NotNullWhen(true)] out Periods? periods)
    {
        periods = null;
        if (!TryDate(from, zone, out var first) || !TryDate(to, zone, out var end) || first >= end)
        {
            return false;
        }
        try
        {
            periods = Periods.Of(kind, zone, first, end).Within(first, end);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>So many periods up to the one that holds an instant.</summary>
    public static Periods Latest(PeriodKind kind, Zone zone, int count, long now)
    {
        var days = kind switch { PeriodKind.Day => 1, PeriodKind.Week => 7, PeriodKind.Month => 31, PeriodKind.Quarter => 92, _ => 366 };
        var all = Periods.Of(kind, zone, now - (count * days * Durations.Day), now + 1);
        return all.Count <= count ? all : all.Within(all.StartOf(all.Count - count), all.End);
    }

    private static bool TryDate(string? text, Zone zone, out long instant)
    {
        instant = 0;
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return text is { Length: > 10 } && Instants.TryParse(text, zone, out instant);
        }
        instant = zone.StartOfDay(date.DayNumber - new DateOnly(1970, 1, 1).DayNumber);
        return true;
    }
}
