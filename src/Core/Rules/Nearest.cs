namespace Ciclo.Core.Rules;

/// <summary>The known name nearest to one that was mistyped.</summary>
public static class Nearest
{
    /// <summary>
    /// The candidate with the least edit distance (case counts half a step), if it is at most a third of the name's length
    /// (or two steps, but never the whole name); null otherwise.
    /// At most 5,000 candidates are looked at.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        string? best = null;
        var bestDistance = Math.Min(Math.Max(2, name.Length / 3), name.Length - 1) * 2 + 1;
        foreach (var candidate in candidates.Take(5_000))
        {
            if (Math.Abs(candidate.Length - name.Length) * 2 >= bestDistance || candidate.Length > 200)
            {
                continue;
            }
            var distance = Distance(name, candidate);
            if (distance < bestDistance || (distance == bestDistance && string.CompareOrdinal(candidate, best) < 0))
            {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best;
    }

    public static Text? DidYouMean(string name, IEnumerable<string> candidates) =>
        Find(name, candidates) is { } nearest ? new Text($"Did you mean {nearest}?", $"¿Quisiste decir {nearest}?") : null;

    private static int Distance(string a, string b)
    {
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            previous[j] = j * 2;
        }
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i * 2;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = a[i - 1] == b[j - 1] ? 0 : char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 1 : 2;
                current[j] = Math.Min(Math.Min(previous[j], current[j - 1]) + 2, previous[j - 1] + change);
            }
            (previous, current) = (current, previous);
        }
        return previous[b.Length];
    }
}
