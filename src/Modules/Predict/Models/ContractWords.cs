using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Predict.Goals;
using Ciclo.Kit;

namespace Ciclo.Modules.Predict.Models;

/// <summary>Why a subscriber is foreseen to bring what they are: kept as reasons of their own columns, told as sentences.</summary>
internal static class ContractWords
{
    private const string Pays = "contract_pays";
    private const string Age = "contract_age";
    private const string Stays = "contract_stays";

    /// <param name="plan">Whose contracts it was learned from; empty for all.</param>
    /// <param name="age">In months.</param>
    /// <param name="amount">A month.</param>
    public static IReadOnlyList<Reason> ReasonsOf(string plan, double age, double amount, string currency, double stays, int months) =>
    [
        new(Pays, Number(Math.Round(amount, 2)) + " " + currency, 0),
        new(Age, Number(Math.Floor(age)), 0),
        new(Stays, $"{Number(Math.Round(stays, 4))} {Number(months)} {plan}", 0),
    ];

    /// <summary>A reason as a sentence; null of one that is not of this kind.</summary>
    public static string? Says(Locale l, Reason reason)
    {
        var parts = (reason.Value ?? "").Split(' ', 3);
        return (reason.Column, parts.Length) switch
        {
            (Pays, 2) => l.Say($"Pays {l.Money((decimal)NumberOf(parts[0]), parts[1])} a month.", $"Paga {l.Money((decimal)NumberOf(parts[0]), parts[1])} al mes."),
            (Age, 1) => parts[0] == "0" ? l.Say("Subscribed for less than a month.", "Suscrito desde hace menos de un mes.") : l.Say($"Subscribed for {Months(l, parts[0])}.", $"Suscrito desde hace {Months(l, parts[0])}."),
            (Stays, 3) => parts[2].Length == 0
                ? l.Say($"Of subscribers like this {l.Percent(NumberOf(parts[0]))} are still there {Months(l, parts[1])} later.", $"De suscriptores así, {l.Percent(NumberOf(parts[0]))} sigue {Months(l, parts[1])} después.")
                : l.Say(
                    $"Of subscribers like this to {parts[2]}, {l.Percent(NumberOf(parts[0]))} are still there {Months(l, parts[1])} later.",
                    $"De suscriptores así a {parts[2]}, {l.Percent(NumberOf(parts[0]))} sigue {Months(l, parts[1])} después."),
            _ => null,
        };
    }

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static double NumberOf(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Months(Locale l, string text) => l.Count((long)NumberOf(text), new Text("month", "mes"), new Text("months", "meses"));
}
