namespace Ciclo.Modules.Predict.Models;

/// <summary>People who had a score at an instant whose days have passed: what was foreseen of them together, between what it lies with 80 % probability, and what came.</summary>
/// <param name="Expected">People for whom the goal comes true, or money.</param>
public sealed record ForesightWeek(long At, int People, double Expected, double Low, double High, double Actual)
{
    public bool IsWithin => Actual >= Low && Actual <= High;
}

/// <summary>People of all these weeks whose score lay between two values, each week counted by itself.</summary>
/// <param name="Expected">The mean of their scores.</param>
/// <param name="Actual">The share for whom it came true, or money a person.</param>
public sealed record ForesightGroup(double From, double? To, int People, double Expected, double Actual);

/// <summary>What was foreseen and what came of it: a pure function of the history, as of an instant.</summary>
/// <param name="FirstAt">When the first score was written; null before.</param>
public sealed record Foresight(long ReadAt, long? FirstAt, IReadOnlyList<ForesightWeek> Weeks, IReadOnlyList<ForesightGroup> Groups);
