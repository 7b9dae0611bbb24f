using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Experiments;
using Ciclo.Core.Values;
using Ciclo.Kit;
using Ciclo.Modules.Experiments.Contracts;

namespace Ciclo.Modules.Experiments;

/// <summary>How experiments read on pages, in commands and over the API.</summary>
internal static class ExperimentWords
{
    public static readonly Text Holdout = new("Global holdout", "Grupo de control global");

    public static Text Arm(string arm) => arm switch
    {
        IAssignments.Control => new("Control", "Control"),
        Experiment.Everybody => new("Everybody else", "Los demás"),
        _ => Text.Same(arm),
    };

    /// <summary>The verdict's stable word, for the API and commands.</summary>
    public static string Name(LiftVerdict verdict) => verdict switch
    {
        LiftVerdict.Broken => "broken",
        LiftVerdict.Better => "better",
        LiftVerdict.Worse => "worse",
        LiftVerdict.NoDifference => "no_difference",
        _ => "not_yet",
    };

    public static Verdict Tone(LiftVerdict verdict) => verdict switch
    {
        LiftVerdict.Broken or LiftVerdict.Worse => Verdict.Bad,
        LiftVerdict.Better => Verdict.Good,
        _ => Verdict.None,
    };

    public static string Sign(LiftVerdict verdict) => verdict switch
    {
        LiftVerdict.Broken => "alert",
        LiftVerdict.Worse => "fall",
        LiftVerdict.Better => "up",
        LiftVerdict.NoDifference => "same",
        _ => "hourglass",
    };

    /// <summary>One or two words.</summary>
    public static Text Short(LiftVerdict verdict) => verdict switch
    {
        LiftVerdict.Broken => new("Broken", "No válido"),
        LiftVerdict.Better => new("Better", "Mejor"),
        LiftVerdict.Worse => new("Worse", "Peor"),
        LiftVerdict.NoDifference => new("No difference", "Sin diferencia"),
        _ => new("Not yet", "Aún no"),
    };

    /// <summary>What may be said, and no more than that.</summary>
    public static string Says(Locale l, LiftVerdict verdict, Experiment experiment)
    {
        var smallest = l.Percent(experiment.Plan.SmallestLift);
        return verdict switch
        {
            LiftVerdict.Broken broken => l.Say(
                $"People did not fall into the arms by their shares: chance would do this once in {l.Number((long)Math.Min(1e9, 1 / Math.Max(1e-9, broken.Probability)))}. No result stands.",
                $"Las personas no cayeron en las variantes según sus partes: el azar haría esto una vez de cada {l.Number((long)Math.Min(1e9, 1 / Math.Max(1e-9, broken.Probability)))}. Ningún resultado vale."),
            LiftVerdict.Better => l.Say("Better, beyond what chance does at any look.", "Mejor, más allá de lo que el azar hace por más veces que se mire."),
            LiftVerdict.Worse => l.Say("Worse, beyond what chance does at any look.", "Peor, más allá de lo que el azar hace por más veces que se mire."),
            LiftVerdict.NoDifference none => l.Say(
                $"No difference that matters: whatever lift there is lies within ±{l.Percent(none.Bound)}.", $"Ninguna diferencia que importe: la mejora que haya queda dentro de ±{l.Percent(none.Bound)}."),
            LiftVerdict.NotYet { StillNeeded: { } needed } => l.Say(
                $"Nothing can be said yet: it takes about {l.Number(Round(needed))} more people to tell a lift of {smallest}.",
                $"Aún no se puede decir nada: faltan unas {l.Number(Round(needed))} personas para distinguir una mejora del {smallest}."),
            _ => l.Say("Nothing can be said yet: too few people have converted.", "Aún no se puede decir nada: muy pocas personas han convertido."),
        };
    }

    /// <summary>Whom a group by orders before the draw means.</summary>
    public static Text Before(BeforeGroup group) => group.Least switch
    {
        0 => new("No order before", "Sin pedidos antes"),
        1 => new("One order before", "Un pedido antes"),
        _ => new("Two or more before", "Dos o más antes"),
    };

    /// <summary>`+12.3%`.</summary>
    public static string Signed(Locale l, double ratio) => (ratio < 0 ? "−" : ratio > 0 ? "+" : "") + l.Change(ratio);

    /// <summary>`+2.1% to +23.0%`; what is not bounded is said so.</summary>
    public static string Between(Locale l, Interval between) => double.IsInfinity(between.Low) || double.IsInfinity(between.High)
        ? l.Say("not bounded yet", "sin cota aún")
        : l.Say($"{Signed(l, between.Low)} to {Signed(l, between.High)}", $"de {Signed(l, between.Low)} a {Signed(l, between.High)}");

    public static string Money(Locale l, double amount, string? currency) =>
        l.Money(Math.Round((decimal)Math.Clamp(amount, -1e15, 1e15), Currency.DecimalsOf(currency), MidpointRounding.AwayFromZero), currency ?? "");

    /// <summary>`+1,204`: people or money gained, in whole ones: the interval is wider than any fraction.</summary>
    public static string Gained(Locale l, double people) => l.Signed((long)Math.Round(Math.Clamp(people, -1e15, 1e15)));

    public static string Gained(Locale l, double money, string? currency) => (money > 0 ? "+" : "") + l.Money(Math.Round((decimal)Math.Clamp(money, -1e15, 1e15)), currency ?? "");

    /// <summary>A probability that a test answers: `p = 0.43`; one that alarms as below the alarm.</summary>
    public static string Probability(Locale l, double p) => p < SampleRatio.Alarm ? "p < " + SampleRatio.Alarm.ToString("0.####", l.Culture) : "p = " + p.ToString("0.00##", l.Culture);

    public static Text Goal(Experiment experiment) => experiment.Goal == "\"Order Completed\"" ? new("an order", "un pedido") : Text.Same(experiment.Goal);

    public static string Exact(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>Two digits: more would claim to know.</summary>
    private static long Round(long needed)
    {
        var unit = (long)Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(needed)) - 1));
        return (needed + unit - 1) / unit * unit;
    }
}
