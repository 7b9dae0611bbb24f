namespace Ciclo.Core.Predict.Value;

/// <summary>
/// What of a customer's orders models of purchases read. Orders on one day count once; the first order begins the history and is not counted.
/// </summary>
/// <param name="Orders">Orders after the first: x.</param>
/// <param name="LastOrder">When the last of them was, in weeks after the first order: t_x; 0 without any.</param>
/// <param name="Age">How long the customer has been known, in weeks after the first order: T. In a model of occasions (BG/BB) all three are numbers of occasions.</param>
public readonly record struct PurchaseHistory(int Orders, double LastOrder, double Age)
{
    /// <summary>A customer at the first order, of whom nothing more is known.</summary>
    public static PurchaseHistory New => default;
}
