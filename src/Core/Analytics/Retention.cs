using System.Numerics;

namespace Ciclo.Core.Analytics;

/// <summary>In which periods a profile counts as having come back.</summary>
public enum RetentionKind
{
    /// <summary>In those with an event.</summary>
    In,
    /// <summary>In those with an event in them or after them, up to the last period: unbounded.</summary>
    InOrAfter,
    /// <summary>In those with an event in them and in every period between the first and them: rolling. The first period itself needs none.</summary>
    InEvery,
}

/// <summary>
/// A retention matrix: of the profiles whose first event lies in a period, how many have an event in the k-th period after it, counted from
/// their first event on. k = 0 is the period itself.
/// </summary>
public sealed class RetentionMatrix
{
    private readonly long[] sizes;
    private readonly long[] cells;

    public RetentionMatrix(Periods periods)
    {
        if (periods.Count > MaxPeriods)
        {
            throw new ArgumentException($"A retention matrix has at most {MaxPeriods} periods, not {periods.Count}: ask for a shorter time or longer periods.", nameof(periods));
        }
        Periods = periods;
        sizes = new long[periods.Count];
        cells = new long[periods.Count * periods.Count];
    }

    public const int MaxPeriods = 800;

    public Periods Periods { get; }

    /// <summary>Profiles whose first event lies in a period.</summary>
    public long Size(int cohort) => sizes[cohort];

    /// <summary>Profiles of a cohort with an event in the period so many after theirs.</summary>
    public long Count(int cohort, int later) => later < 0 || cohort + later >= Periods.Count ? 0 : cells[(cohort * Periods.Count) + later];

    /// <summary>The share of the cohort; null for an empty one, and for a period that lies after the last.</summary>
    public double? Share(int cohort, int later) => sizes[cohort] == 0 || cohort + later >= Periods.Count ? null : (double)Count(cohort, later) / sizes[cohort];

    /// <summary>Adds a profile.</summary>
    /// <param name="cohort">The period of its first event.</param>
    /// <param name="active">A bit for each period in which it has an event that counts, none before its cohort.</param>
    public void Add(int cohort, ReadOnlySpan<ulong> active)
    {
        sizes[cohort]++;
        var row = cells.AsSpan(cohort * Periods.Count, Periods.Count);
        for (var word = cohort >> 6; word < active.Length; word++)
        {
            for (var bits = active[word]; bits != 0; bits &= bits - 1)
            {
                row[(word * 64) + BitOperations.TrailingZeroCount(bits) - cohort]++;
            }
        }
    }

    public void Merge(RetentionMatrix other)
    {
        for (var i = 0; i < sizes.Length; i++)
        {
            sizes[i] += other.sizes[i];
        }
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] += other.cells[i];
        }
    }
}
