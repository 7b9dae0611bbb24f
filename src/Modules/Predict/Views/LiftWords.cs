using System.Globalization;
using Ciclo.Kit;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Views;

/// <summary>How what an experiment moved reads.</summary>
internal static class LiftWords
{
    /// <summary>A difference of shares with its sign, in percentage points.</summary>
    public static string Points(Locale l, double value) => (value < 0 ? "−" : "+") + l.Points(value);

    /// <summary>Whom a rule means; the others where it is not <paramref name="inside"/>.</summary>
    public static string Who(Locale l, LiftRule rule, bool inside = true) => rule.Label is { } label
        ? $"{l.Say(HabitColumns.Says(rule.Column))}: {(rule.IsAtLeast == inside ? "" : l.Say("not ", "no "))}{HabitColumns.Shown(l, rule.Column, label)}"
        : $"{l.Say(HabitColumns.Says(rule.Column))}: {(rule.IsAtLeast == inside ? l.Say("at least", "al menos") : l.Say("under", "menos de"))} {HabitColumns.Shown(l, rule.Column, rule.From.ToString(CultureInfo.InvariantCulture))}";
}
