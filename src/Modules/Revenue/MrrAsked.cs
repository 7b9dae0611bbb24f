using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Revenue;

/// <summary>Periods and variant as somebody wrote them. Dates stand in the workspace's zone; without any, the last twelve months and this one.</summary>
internal static class MrrAsked
{
    /// <summary>The periods; throws <see cref="RefusedException"/> with what is wrong.</summary>
    public static Periods PeriodsOf(WorkspaceEngine engine, long now, string? from, string? to, string? by)
    {
        var zone = engine.Rules.Zone;
        if (!Enum.TryParse<PeriodKind>(by ?? "month", ignoreCase: true, out var kind) || !Enum.IsDefined(kind) || char.IsAsciiDigit((by ?? "m")[0]))
        {
            throw new RefusedException(new Text($"'{by}' is no period. Write day, week, month, quarter or year.", $"'{by}' no es un periodo. Escribe day, week, month, quarter o year."));
        }
        var until = Read(to, zone) ?? now + 1;
        var since = Read(from, zone) ?? until - 1 - (365 * Durations.Day);
        try
        {
            return Periods.Of(kind, zone, since, until);
        }
        catch (ArgumentException)
        {
            throw new RefusedException(new Text(
                $"There are no periods from {from} to {to}, or more than {Periods.MaxCount}. Write an earlier and a later date, or longer periods.",
                $"No hay periodos de {from} a {to}, o son más de {Periods.MaxCount}. Escribe una fecha anterior y otra posterior, o periodos más largos."));
        }
    }

    public static string PauseOf(string? asked) => asked is null || MrrMetrics.PauseAs.Choices.Any(choice => choice.Id == asked)
        ? asked ?? MrrMetrics.PauseAs.Choices[0].Id
        : throw new RefusedException(new Text($"'{asked}' is nothing that a pause can be. Write own, contraction, churn or excluded.", $"'{asked}' no es nada que una pausa pueda ser. Escribe own, contraction, churn o excluded."));

    private static long? Read(string? text, Zone zone) => string.IsNullOrEmpty(text) ? null : Instants.TryParse(text, zone, out var at)
        ? at
        : throw new RefusedException(new Text($"'{text}' is no date. Write one such as 2026-01-31.", $"'{text}' no es una fecha. Escribe una como 2026-01-31."));
}
