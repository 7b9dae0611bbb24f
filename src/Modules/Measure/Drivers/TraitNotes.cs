using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Values;

namespace Ciclo.Modules.Measure.Drivers;

/// <summary>
/// Notes traits of one person after the other, each trait once a person, and whether what is asked about came true for them. One thread's share.
/// Traits read `did:Product Added`, `saw:Guía`, `came:Sorteo`, `platform=android`; numbers are cut at their quarters when they are ranked.
/// </summary>
internal sealed class TraitNotes
{
    /// <summary>More different values of one property are no trait but an id.</summary>
    private const int MostValues = 60;
    private const int LongestValue = 80;
    private const int MostTraits = 20_000;

    private readonly Dictionary<string, (int People, int Hits, int Last, string Property)> traits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> valuesOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(double Value, bool IsHit)>> numbers = new(StringComparer.Ordinal);
    private bool isHit;

    /// <summary>People begun so far.</summary>
    public int People { get; private set; }

    /// <summary>Those of them for whom it came true.</summary>
    public int Hits { get; private set; }

    /// <summary>The notes that follow are of another person.</summary>
    public void Begin(bool cameTrue)
    {
        isHit = cameTrue;
        People++;
        Hits += cameTrue ? 1 : 0;
    }

    /// <summary>`kind:text`; nothing is noted of an empty text or a long one.</summary>
    public void Note(string kind, string? text) => Note(kind, text, "");

    /// <summary>As <see cref="Note(string, string?)"/>, of a kind that is noted no second time of the same person.</summary>
    public void NoteOnly(string kind, string? text) => Note(kind, text, kind);

    /// <summary>What an event says of itself.</summary>
    public void NoteFields(in PackedEvent e, Names paths)
    {
        var fields = e.RawFields;
        while (fields.MoveNext())
        {
            var path = paths[fields.Path];
            var value = e.Get(fields.Path);
            switch (value.Kind)
            {
                case ValueKind.Text when value.AsText.Length is > 0 and <= LongestValue && IsFew(path, value.AsText):
                    Count($"{path}={value.AsText}", path);
                    break;
                case ValueKind.Boolean:
                    Count($"{path}={(value.AsBoolean ? "true" : "false")}", path);
                    break;
                case ValueKind.Number:
                    ListOf(path).Add((value.AsNumber.ToDouble(), isHit));
                    break;
            }
        }
    }

    /// <summary>Adds up the shares of all threads, and ranks what differs.</summary>
    public static DriverRanking Rank(IReadOnlyList<TraitNotes> shares)
    {
        var counts = shares.SelectMany(share => share.traits).GroupBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(group => new TraitCount(group.Key, group.Sum(pair => pair.Value.People), group.Sum(pair => pair.Value.Hits), group.First().Value.Property));
        var bands = shares.SelectMany(share => share.numbers).GroupBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(group => Bands(group.Key, [.. group.SelectMany(pair => pair.Value)]));
        return DriverRanking.Of(counts.Concat(bands), shares.Sum(share => share.People), shares.Sum(share => share.Hits));
    }

    private static IEnumerable<TraitCount> Bands(string path, List<(double Value, bool IsHit)> values)
    {
        values.Sort((a, b) => a.Value.CompareTo(b.Value));
        if (values.Count < 4 * DriverRanking.FewestPeople || values[0].Value == values[^1].Value)
        {
            yield break;
        }
        var (low, high) = (values[values.Count / 4].Value, values[values.Count * 3 / 4].Value);
        var (under, over) = (values.Where(one => one.Value <= low).ToList(), values.Where(one => one.Value > high).ToList());
        yield return new TraitCount(FormattableString.Invariant($"≤{path}={low:0.##}"), under.Count, under.Count(one => one.IsHit));
        yield return new TraitCount(FormattableString.Invariant($">{path}={high:0.##}"), over.Count, over.Count(one => one.IsHit));
    }

    private void Note(string kind, string? text, string property)
    {
        if (text is { Length: > 0 and <= LongestValue })
        {
            Count($"{kind}:{text}", property);
        }
    }

    /// <summary>Counts a trait of the person once.</summary>
    private void Count(string trait, string property)
    {
        if (!traits.TryGetValue(trait, out var known) && traits.Count >= MostTraits)
        {
            return;
        }
        if (known.Last != People)
        {
            traits[trait] = (known.People + 1, known.Hits + (isHit ? 1 : 0), People, property);
        }
    }

    private bool IsFew(string path, string value)
    {
        if (!valuesOf.TryGetValue(path, out var values))
        {
            valuesOf.Add(path, values = new HashSet<string>(StringComparer.Ordinal));
        }
        return values.Contains(value) || (values.Count < MostValues && values.Add(value));
    }

    private List<(double Value, bool IsHit)> ListOf(string path)
    {
        if (!numbers.TryGetValue(path, out var list))
        {
            numbers.Add(path, list = []);
        }
        return list;
    }
}
