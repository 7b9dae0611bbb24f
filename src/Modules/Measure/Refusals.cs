using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Core.Rules;
using Ciclo.Modules.Measure.Funnels;

namespace Ciclo.Modules.Measure;

/// <summary>What questions for numbers are refused with, and what to do then.</summary>
internal static class Refusals
{
    public static readonly Text Steps = new("A funnel has 2 to 16 steps: give `--step` once for each.", "Un embudo tiene de 2 a 16 pasos: da `--step` una vez por cada uno.");

    public static Text NoMetric(string id) => new(
        $"There is no metric '{id}'. `ciclo metrics` lists them.", $"No existe la métrica '{id}'. `ciclo metrics` las lista.");

    public static Text NoBreakdown(Metric metric, string breakdown) => metric.Breakdowns.Count == 0
        ? new($"{metric.Id} cannot be broken down.", $"{metric.Id} no se puede desglosar.")
        : new(
            $"{metric.Id} cannot be broken down by '{breakdown}', only by {string.Join(", ", metric.Breakdowns)}.",
            $"{metric.Id} no se puede desglosar por '{breakdown}', solo por {string.Join(", ", metric.Breakdowns)}.");

    public static Text NoSetting(string given, IReadOnlyList<MetricSetting> known) => known.Count == 0
        ? new($"None of these metrics has the setting '{given}'. `ciclo metrics` lists them.", $"Ninguna de estas métricas tiene el ajuste '{given}'. `ciclo metrics` los lista.")
        : new(
            $"'{given}' is none of the choices {string.Join(", ", known[0].Choices.Select(choice => $"{known[0].Id}={choice.Id}"))}.",
            $"'{given}' no es ninguna de las opciones {string.Join(", ", known[0].Choices.Select(choice => $"{known[0].Id}={choice.Id}"))}.");

    public static Text BadSelector(RuleError error) => new(
        $"The event cannot be read at character {error.Extent.Start + 1}: found {error.Found.En}, expected {error.Expected.En}. {error.Hint?.En}".TrimEnd(),
        $"El evento no se puede leer en el carácter {error.Extent.Start + 1}: hay {error.Found.Es}, se esperaba {error.Expected.Es}. {error.Hint?.Es}".TrimEnd());

    public static Text NoRetentionKind(string given) => new(
        $"'{given}' is none of the choices {string.Join(", ", CohortAsked.Kinds.Select(kind => kind.Name))}.",
        $"'{given}' no es ninguna de las opciones {string.Join(", ", CohortAsked.Kinds.Select(kind => kind.Name))}.");

    public static Text NoWindow(string given) => new(
        $"'{given}' is no window. Write a duration such as 30m, 12h or 7d.", $"'{given}' no es una ventana. Escribe una duración como 30m, 12h o 7d.");
}
