namespace Ciclo.Tests.Rules.Twin;

/// <summary><paramref name="From"/> is empty at entry.</summary>
public sealed record TwinTransition(string Lifecycle, string From, string To, long At);

public sealed record TwinMembership(string Segment, bool Entered, long At);

/// <summary>A move that was not made because its stage was already held at that instant.</summary>
public sealed record TwinWarning(string Lifecycle, long At);

/// <summary>The history of one profile. Lists are in order of time; within one instant only the order within one lifecycle or segment has a meaning.</summary>
public sealed record TwinHistory(
    IReadOnlyList<TwinTransition> Transitions, IReadOnlyList<TwinMembership> Memberships, IReadOnlyList<TwinWarning> Warnings)
{
    /// <summary>The history as lines whose order has no accidents in it; two histories are one if their lines are.</summary>
    public string Say()
    {
        var lines = Transitions.OrderBy(t => t.Lifecycle, StringComparer.Ordinal)
            .Select(t => $"{t.Lifecycle}: {Core.Time.Instants.Format(t.At)} {(t.From.Length == 0 ? "-" : t.From)} -> {t.To}")
            .Concat(Memberships.OrderBy(m => m.Segment, StringComparer.Ordinal).Select(m => $"in {m.Segment}: {Core.Time.Instants.Format(m.At)} {(m.Entered ? "entered" : "left")}"))
            .Concat(Warnings.Select(w => $"loop in {w.Lifecycle}: {Core.Time.Instants.Format(w.At)}").Distinct().Order(StringComparer.Ordinal));
        return string.Join('\n', lines);
    }
}
