using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Predict.Goals;
using Ciclo.Core.Predict.Value;
using Ciclo.Kit;

namespace Ciclo.Modules.Predict.Models;

/// <summary>Why a customer is foreseen to bring what they are: kept as reasons of their own columns, told as sentences.</summary>
internal static class WorthWords
{
    private const string Orders = "worth_orders";
    private const string Alive = "worth_alive";
    private const string Mean = "worth_mean";
    private const string Next = "worth_next";

    /// <param name="next">When half of those like this customer will have ordered again.</param>
    public static IReadOnlyList<Reason> ReasonsOf(in PurchaseHistory history, in ExpectedValue value, string currency, long? next)
    {
        var (ago, gap) = (history.Age - history.LastOrder, history.Orders > 0 ? history.LastOrder / history.Orders : 0);
        var found = new List<Reason>
        {
            new(Orders, Numbers(history.Orders + 1, Math.Round(ago * 7), Math.Round(gap * 7)), 0),
            new(Alive, Numbers(Math.Round(value.Alive, 4)), 0),
            new(Mean, Numbers(Math.Round(value.MeanOrder, 2)) + " " + currency, 0),
        };
        if (next is { } at)
        {
            found.Add(new Reason(Next, Numbers(at), 0));
        }
        return found;
    }

    /// <summary>A reason as a sentence; null of one that is not of this kind.</summary>
    public static string? Says(Locale l, Reason reason)
    {
        var parts = (reason.Value ?? "").Split(' ');
        return (reason.Column, parts.Length) switch
        {
            (Orders, 3) => parts[0] == "1"
                ? l.Say($"One order, {Days(l, parts[1])} ago.", $"Un pedido, hace {Days(l, parts[1])}.")
                : l.Say(
                    $"{l.Number((long)NumberOf(parts[0]))} orders, one every {Days(l, parts[2])}; the last {Days(l, parts[1])} ago.",
                    $"{l.Number((long)NumberOf(parts[0]))} pedidos, uno cada {Days(l, parts[2])}; el último hace {Days(l, parts[1])}."),
            (Alive, 1) => l.Say($"Still a customer with a probability of {l.Percent(NumberOf(parts[0]))}.", $"Sigue siendo cliente con una probabilidad de {l.Percent(NumberOf(parts[0]))}."),
            (Mean, 2) => l.Say($"An order is expected to be worth {Money()}.", $"Se espera que un pedido valga {Money()}."),
            (Next, 1) => l.Say($"The next order is expected around {l.Date((long)NumberOf(parts[0]))}.", $"El siguiente pedido se espera hacia el {l.Date((long)NumberOf(parts[0]))}."),
            _ => null,
        };

        string Money() => l.Money((decimal)NumberOf(parts[0]), parts[1]);
    }

    private static string Numbers(params double[] numbers) => string.Join(' ', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));

    private static double NumberOf(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Days(Locale l, string text) => l.Count((long)NumberOf(text), new Text("day", "día"), new Text("days", "días"));
}
