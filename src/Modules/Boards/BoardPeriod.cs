using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Time;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Boards;

/// <summary>
/// Which period a dashboard tells of: always one whole period of the calendar, or the one under way, so that each of its numbers has rows that add up to it.
/// </summary>
/// <param name="By">Its kind.</param>
/// <param name="At"><see cref="Whole"/>, <see cref="Now"/>, or a date in it, `2026-10-01`.</param>
public sealed record BoardPeriod(PeriodKind By, string At)
{
    /// <summary>The last one that is over.</summary>
    public const string Whole = "whole";

    /// <summary>The one under way.</summary>
    public const string Now = "now";

    public static BoardPeriod Usual { get; } = new(PeriodKind.Month, Whole);

    /// <summary>What stands in an address, and where that makes no sense, what is usual there.</summary>
    public static BoardPeriod Read(string? by, string? at, BoardPeriod usual)
    {
        var isKind = AskedPeriods.TryKind(by, out var kind);
        return at is Whole or Now || TryDate(at, out _) ? new BoardPeriod(isKind ? kind : usual.By, at!)
            : isKind && kind != usual.By ? new BoardPeriod(kind, Whole)
            : usual;
    }

    /// <summary>What is wrong with a kind and a period that somebody named; null for nothing.</summary>
    public static Text? Wrong(string? by, string? at) => by is not null && !AskedPeriods.TryKind(by, out _) ? AskedPeriods.WrongKind
        : at is null or Whole or Now || TryDate(at, out _) ? null
        : new Text($"'{at}' is no period. Write whole, now, or a date as YYYY-MM-DD.", $"'{at}' no es un periodo. Escribe whole, now, o una fecha como AAAA-MM-DD.");

    /// <summary>As the rest of an address: `by=month&amp;at=whole`.</summary>
    public string Query => $"by={MetricLinks.Word(By)}&at={At}";

    /// <summary>
    /// So many periods, of which the last is the one told of. Of another kind than the dashboard's: the last that is over when the dashboard's is, or the one under way.
    /// </summary>
    public Periods Of(PeriodKind kind, Zone zone, long latest, int count)
    {
        if (At == Now)
        {
            return AskedPeriods.Latest(kind, zone, count, latest);
        }
        var end = EndOf(zone, latest);
        var all = AskedPeriods.Latest(kind, zone, count + 1, Math.Min(end - 1, latest));
        var isCut = all.End > end && end <= latest && all.Count > 1;
        var last = all.Count - (isCut ? 1 : 0);
        return all.Within(all.StartOf(Math.Max(0, last - count)), all.StartOf(last));
    }

    /// <summary>The same period told by a date of it, as it is at an instant: the last whole month of some day stays that month ever after.</summary>
    public BoardPeriod AsOf(Zone zone, long at)
    {
        var two = AskedPeriods.Latest(By, zone, 2, at);
        return At is Whole or Now ? this with { At = PeriodOptions.NameOf(two, At == Now ? two.Count - 1 : 0) } : this;
    }

    private long EndOf(Zone zone, long latest)
    {
        if (!TryDate(At, out var date))
        {
            var two = AskedPeriods.Latest(By, zone, 2, latest);
            return two.StartOf(two.Count - 1);
        }
        var start = zone.StartOfDay(date.DayNumber - new DateOnly(1970, 1, 1).DayNumber);
        return Periods.Of(By, zone, start, start + 1).End;
    }

    private static bool TryDate(string? text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date) && date.Year is >= 1900 and <= 2200;
}
