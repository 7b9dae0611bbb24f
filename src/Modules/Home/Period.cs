using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Home;

/// <summary>
/// The span that numbers are told of: (<see cref="From"/>, <see cref="To"/>], whole days of the workspace's zone up to now, or up to the newest
/// event where that is over a day old (<see cref="EndsWithData"/>). <see cref="Days"/> is 0 for a span that the reader chose by dates.
/// </summary>
public sealed record Period(long From, long To, int Days, bool EndsWithData)
{
    public const int DefaultDays = 30;

    public const int MostDays = 3_660;

    public static IReadOnlyList<int> Offered { get; } = [7, 30, 90, 365];

    /// <summary>From `period=30d`, or `from` and `to` as dates, both included. What cannot be read counts as not asked.</summary>
    public static Period Of(EngineState state, IQueryCollection query)
    {
        var zone = state.Rules.Zone;
        var newest = state.Staged.History.LastAt;
        var isOld = newest != long.MinValue && newest < state.Now - Durations.Day;
        var end = isOld ? newest : state.Now;
        if (DayOf(zone, query["from"]) is { } first && DayOf(zone, query["to"]) is { } last && last >= first && last - first < MostDays)
        {
            return new Period(zone.StartOfDay(first) - 1, Math.Min(zone.StartOfDay(last + 1) - 1, Math.Max(state.Now, zone.StartOfDay(first))), 0, false);
        }
        var asked = query["period"].ToString().TrimEnd('d');
        var days = int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted is > 0 and <= MostDays ? wanted : DefaultDays;
        return new Period(zone.StartOfDay(zone.DayOf(end) - days + 1) - 1, end, days, isOld);
    }

    /// <summary>`30 days`, or nothing where the dates say it.</summary>
    public string Name(Locale locale) => Days == 0 ? locale.Say("Dates", "Fechas") : locale.Count(Days, new Text("day", "día"), new Text("days", "días"));

    /// <summary>`Oct 23 – Nov 21, 2026`.</summary>
    public string Span(Locale locale) => locale.Span(From + 1, To);

    /// <summary>The fields of an address that ask for this period again.</summary>
    public string Query(Locale locale) => Days == DefaultDays ? "" : Days > 0
        ? string.Create(CultureInfo.InvariantCulture, $"period={Days}d")
        : $"from={locale.IsoDate(From + 1)}&to={locale.IsoDate(To)}";

    private static int? DayOf(Zone zone, string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is > 1970 and < 2200
            ? zone.DayOf(zone.StartOfDay(date.Year, date.Month, date.Day))
            : null;
}
