namespace Ciclo.Core.Analytics;

/// <summary>Exact quantiles by the nearest rank: the least of the values that at least that share of them does not exceed. An answer is always one of the values.</summary>
public static class Quantiles
{
    /// <param name="sorted">Ascending.</param>
    /// <param name="perCent">1 to 100.</param>
    /// <returns>Null where there are no values.</returns>
    public static long? OfSorted(ReadOnlySpan<long> sorted, int perCent) =>
        sorted.IsEmpty ? null : sorted[(int)((((long)sorted.Length * perCent) + 99) / 100) - 1];
}
