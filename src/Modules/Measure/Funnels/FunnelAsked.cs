using System.Globalization;
using Ciclo.Core.Analytics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Measure.Funnels;

/// <summary>A funnel as its page's address names it; what makes no sense there is left out or has its default.</summary>
public sealed record FunnelAsked(IReadOnlyList<string> Steps, string Window, FunnelMode Mode, int Days, string Without)
{
    public const int MostSteps = 8;
    private const int LongestStep = 500;

    public static readonly IReadOnlyList<int> Periods = [7, 14, 30, 60, 90, 180, 365];
    public static readonly IReadOnlyList<string> Windows = ["1h", "1d", "7d", "14d", "30d", "90d"];

    /// <summary>The first date whose attempts count, and the date after the last; empty for the days up to now.</summary>
    public string From { get; init; } = "";

    public string Until { get; init; } = "";

    public static FunnelAsked Of(IQueryCollection query)
    {
        var steps = query["step"].Select(step => step?.Trim() ?? "").Where(step => step.Length is > 0 and <= LongestStep).Take(MostSteps).ToList();
        var days = int.TryParse(query["days"], out var asked) && Periods.Contains(asked) ? asked : 30;
        var window = Durations.TryParse(query["window"].ToString(), out var ms) && ms > 0 ? query["window"].ToString() : "7d";
        var mode = query["order"].ToString() switch { "strict" => FunnelMode.Strict, "any" => FunnelMode.AnyOrder, _ => FunnelMode.Ordered };
        return new FunnelAsked(steps, window, mode, days, query["without"].ToString() is { Length: <= LongestStep } without ? without.Trim() : "")
        {
            From = Date(query["from"]),
            Until = Date(query["until"]),
        };
    }

    public string Order => Mode switch { FunnelMode.Strict => "strict", FunnelMode.AnyOrder => "any", _ => "ordered" };

    /// <summary>With its question mark, so that it can follow a path.</summary>
    public string Query => "?" + string.Join('&', Steps.Select(step => "step=" + Uri.EscapeDataString(step)))
        + $"&window={Window}&order={Order}&days={Days}" + (Without.Length > 0 ? "&without=" + Uri.EscapeDataString(Without) : "")
        + (From.Length > 0 && Until.Length > 0 ? $"&from={From}&until={Until}" : "");

    public long WindowMs => Durations.TryParse(Window, out var ms) ? ms : FunnelShape.DefaultWindowMs;

    /// <summary>The question over the dates that were asked for, or the days up to an instant.</summary>
    public FunnelQuestion QuestionAt(long now, Zone zone)
    {
        var span = AskedPeriods.TryBetween(PeriodKind.Day, zone, From, Until, out var days) ? (From: days.Start, To: days.End) : (From: now - (Days * Durations.Day), To: now);
        return new([.. Steps.Select(Selectors.Of)])
        {
            WindowMs = WindowMs,
            Mode = Mode,
            From = span.From,
            To = span.To,
            Exclusions = Without.Length == 0 || Mode == FunnelMode.AnyOrder ? [] : [new FunnelExclusionEvent(Selectors.Of(Without), 1, Steps.Count)],
        };
    }

    private static string Date(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? text! : "";

    /// <summary>
    /// A funnel to begin with: the steps of a sale, an onboarding or a subscription, as far as their events have come in; else the commonest events.
    /// </summary>
    public static IReadOnlyList<string> Suggested(EngineState state)
    {
        var seen = state.Staged.Schema.Events.ToDictionary(pair => state.Staged.EventNames[pair.Key], pair => pair.Value, StringComparer.Ordinal);
        var known = Usual.Select(steps => steps.Where(seen.ContainsKey).ToList()).FirstOrDefault(steps => steps.Count >= 2);
        return known ?? [.. seen.OrderByDescending(pair => pair.Value).Take(2).Select(pair => pair.Key)];
    }

    private static readonly string[][] Usual =
    [
        ["Product Viewed", "Product Added", "Checkout Started", "Order Completed"],
        ["Signed Up", "Trial Started", "Subscription Started"],
        ["Account Created", "Signed In", "Subscription Started"],
    ];
}
