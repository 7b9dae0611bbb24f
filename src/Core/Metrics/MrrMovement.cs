namespace Ciclo.Core.Metrics;

public enum MrrKind
{
    New = 0,
    Expansion = 1,
    Contraction = 2,
    Churn = 3,
    Reactivation = 4,
    Pause = 5,
    Resume = 6,
}

/// <summary>What a pause counts as.</summary>
public enum PauseAs
{
    /// <summary>A movement of its own, and so its end.</summary>
    Own = 0,
    /// <summary>Its movements are booked as contraction and expansion.</summary>
    Contraction = 1,
    /// <summary>Its movements are booked as churn and reactivation.</summary>
    Churn = 2,
    /// <summary>Nothing: the amount goes on until the pause counts as churn.</summary>
    Excluded = 3,
}

/// <param name="AutoChurnAfter">The day of a pause, counted from its first as 0, on which it counts as churn.</param>
public sealed record MrrRules(PauseAs PauseAs = PauseAs.Own, int AutoChurnAfter = MrrRules.DefaultAutoChurnAfter)
{
    public const int DefaultAutoChurnAfter = 90;
}

/// <summary>A movement of one customer's MRR on one calendar day, in minor units; reductions are negative.</summary>
/// <param name="Day">Days since 1970-01-01 in the workspace's zone.</param>
/// <param name="At">When the last event of that day took effect.</param>
public readonly record struct MrrMovement(int Day, long At, MrrKind Kind, long Minor);

/// <summary>How much the MRR of one plan changed on one day, for one customer.</summary>
public readonly record struct MrrOfPlan(int Day, long At, int Plan, long Minor);

/// <summary>The end of a term of a subscription: it was due for renewal on that day, with so much MRR.</summary>
public readonly record struct MrrRenewal(int Day, long Minor, bool IsRenewed);

/// <summary>Days at whose end the customer had a subscription, paused or not, that had neither ended nor lapsed; the last one is left out.</summary>
public readonly record struct SubscribedDays(int From, int Until);
