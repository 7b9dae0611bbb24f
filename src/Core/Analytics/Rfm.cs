using Ciclo.Core.Values;

namespace Ciclo.Core.Analytics;

/// <summary>What a profile bought as of an instant.</summary>
/// <param name="RecencyMs">Since its last order.</param>
/// <param name="Frequency">Orders.</param>
/// <param name="Monetary">Their amounts; an order without one counts with 0.</param>
public readonly record struct RfmValues(int Profile, long RecencyMs, long Frequency, Number Monetary);

/// <summary>Names of the groups over recency and the mean of frequency and monetary. Every pair of scores is in one.</summary>
public enum RfmGroup
{
    Champions = 0,
    PotentialLoyalists = 1,
    New = 2,
    Loyal = 3,
    NeedAttention = 4,
    Promising = 5,
    CannotLose = 6,
    AtRisk = 7,
    Hibernating = 8,
    Lost = 9,
}

/// <summary>Scores from 1 (worst) to 5 (best).</summary>
public readonly record struct RfmScore(RfmValues Values, int Recency, int Frequency, int Monetary)
{
    /// <summary>By recency, and by the mean of frequency and monetary, a half rounded up.</summary>
    public RfmGroup Group => (Recency, (Frequency + Monetary + 1) / 2) switch
    {
        ( >= 4, >= 4) => RfmGroup.Champions,
        ( >= 4, >= 2) => RfmGroup.PotentialLoyalists,
        ( >= 4, _) => RfmGroup.New,
        (3, >= 4) => RfmGroup.Loyal,
        (3, >= 2) => RfmGroup.NeedAttention,
        (3, _) => RfmGroup.Promising,
        (_, 5) => RfmGroup.CannotLose,
        (_, >= 3) => RfmGroup.AtRisk,
        (1, 1) => RfmGroup.Lost,
        _ => RfmGroup.Hibernating,
    };
}

/// <summary>
/// Quintiles over everybody who bought: the score of a value is 1 + ⌊5 × (profiles with a worse value) / profiles⌋. Equal values get equal
/// scores, so the fifths are only as even as ties allow; the answer depends on nothing but the values.
/// </summary>
public static class Rfm
{
    public static RfmScore[] Score(IReadOnlyList<RfmValues> profiles)
    {
        var recency = Quintiles(profiles, one => -one.RecencyMs);
        var frequency = Quintiles(profiles, one => one.Frequency);
        var monetary = Quintiles(profiles, one => one.Monetary);
        return [.. profiles.Select((one, i) => new RfmScore(one, recency[i], frequency[i], monetary[i]))];
    }

    public static Text NameOf(RfmGroup group) => group switch
    {
        RfmGroup.Champions => new Text("Champions", "Campeones"),
        RfmGroup.PotentialLoyalists => new Text("Potential loyalists", "Leales potenciales"),
        RfmGroup.New => new Text("New customers", "Clientes nuevos"),
        RfmGroup.Loyal => new Text("Loyal", "Leales"),
        RfmGroup.NeedAttention => new Text("Need attention", "Necesitan atención"),
        RfmGroup.Promising => new Text("Promising", "Prometedores"),
        RfmGroup.CannotLose => new Text("Cannot lose", "No se pueden perder"),
        RfmGroup.AtRisk => new Text("At risk", "En riesgo"),
        RfmGroup.Hibernating => new Text("Hibernating", "Hibernando"),
        _ => new Text("Lost", "Perdidos"),
    };

    private static int[] Quintiles<T>(IReadOnlyList<RfmValues> profiles, Func<RfmValues, T> better)
        where T : IComparable<T>
    {
        var values = profiles.Select(better).ToArray();
        var order = Enumerable.Range(0, values.Length).ToArray();
        var sorted = (T[])values.Clone();
        Array.Sort(sorted, order);
        var scores = new int[values.Length];
        var worse = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            worse = i > 0 && sorted[i].CompareTo(sorted[i - 1]) == 0 ? worse : i;
            scores[order[i]] = 1 + (int)(5L * worse / sorted.Length);
        }
        return scores;
    }
}
