using System.Text;
using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;

namespace Ciclo.Modules.Measure.Funnels;

/// <summary>
/// Of the people who made a step of a funnel, who went on and what they had in common: what the step's event says, how they came, what they did in the 30 days before, and
/// in the half hour after it unless they had gone on. One thread's share.
/// </summary>
internal sealed class DriverFold : IHistoryFold
{
    private const long Before = 30 * Durations.Day;
    private const long After = 30 * Durations.Minute;

    /// <summary>More different values of one property are no trait but an id.</summary>
    private const int MostValues = 60;
    private const int LongestValue = 80;
    private const int MostTraits = 20_000;

    private readonly FunnelQuestion question;
    private readonly int step;
    private readonly FunnelFold fold;
    private readonly EventTest[] tests;
    private readonly uint[] testMarks;
    private readonly Dictionary<EventKind, int> codes = [];
    private readonly List<(uint Marks, uint Conditional, string Label)> kinds = [];
    private readonly Dictionary<string, (int People, int Hits, int Last)> traits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> valuesOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(double Value, bool IsHit)>> numbers = new(StringComparer.Ordinal);
    private readonly List<(int Profile, long At)> dropped = [];
    private int[] marks = new int[256];
    private int reached;
    private int person;

    /// <param name="state">Whose names the selectors are bound to.</param>
    /// <param name="question">The funnel.</param>
    /// <param name="step">The step that was made, from 1; a hit is who did not make the next.</param>
    public DriverFold(EngineState state, FunnelQuestion question, int step)
    {
        (this.question, this.step) = (question, step);
        EventTest Parse(string text) => EventTest.Parse(text, state.Rules.Zone, state.Staged.EventNames, state.Staged.Paths);
        fold = new FunnelFold(new FunnelShape(question.Steps.Count, question.WindowMs, question.Mode, [.. question.Exclusions.Select(one => new FunnelExclusion(one.After, one.Before))]));
        tests = [.. question.Steps.Select(Parse), .. question.Exclusions.Select(one => Parse(one.Event))];
        testMarks = [.. question.Steps.Select((_, i) => FunnelShape.MarkOfStep(i)), .. question.Exclusions.Select((_, i) => FunnelShape.MarkOfExclusion(i))];
    }

    public IReadOnlyList<string> Paths { get; } = [FieldPaths.PageName, FieldPaths.CampaignName, FieldPaths.CampaignSource];

    /// <summary>People who made the step.</summary>
    public int Reached => reached;

    /// <summary>Those who did not make the next, and when they had made the step.</summary>
    public IReadOnlyList<(int Profile, long At)> Dropped => dropped;

    public int CodeOf(EventKind kind, string name)
    {
        if (kind.Type is not (CallType.Track or CallType.Page or CallType.Screen))
        {
            return -1;
        }
        if (!codes.TryGetValue(kind, out var code))
        {
            var (all, conditional) = (0u, 0u);
            for (var i = 0; i < tests.Length; i++)
            {
                all |= tests[i].Takes(kind) ? testMarks[i] : 0;
                conditional |= tests[i].Takes(kind) && tests[i].HasCondition ? testMarks[i] : 0;
            }
            // Of what the business did to people, only what a step names is looked at.
            var isSilent = (kind.Flags & PackedFlags.System) != 0;
            code = isSilent && all == 0 ? -1 : kinds.Count;
            if (code >= 0)
            {
                kinds.Add((all, conditional, isSilent || kind.Type != CallType.Track ? "" : name));
            }
            codes.Add(kind, code);
        }
        return code;
    }

    public void Take(in ProfileEvents profile)
    {
        var at = profile.Events.At;
        Mark(profile);
        if (fold.Fold(at, marks.AsSpan(0, at.Length), question.From, question.To) < step)
        {
            return;
        }
        reached++;
        person++;
        var made = fold.Steps[step - 1];
        var isDropped = fold.Reached == step;
        if (isDropped)
        {
            dropped.Add((profile.Profile, at[made]));
        }
        NoteStep(profile.Events.Event(made), profile.State.Staged.Paths, isDropped);
        NoteHistory(profile, made, isDropped ? at.Length : fold.Steps[step], isDropped);
    }

    /// <summary>Adds another thread's counts to these, and ranks what differs. Numbers are cut at their quarters.</summary>
    public static DriverRanking Rank(IReadOnlyList<DriverFold> folds)
    {
        var counts = folds.SelectMany(fold => fold.traits).GroupBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(group => new TraitCount(group.Key, group.Sum(pair => pair.Value.People), group.Sum(pair => pair.Value.Hits)));
        var bands = folds.SelectMany(fold => fold.numbers).GroupBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(group => Bands(group.Key, [.. group.SelectMany(pair => pair.Value)]));
        return DriverRanking.Of(counts.Concat(bands), folds.Sum(fold => fold.reached), folds.Sum(fold => fold.dropped.Count));
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

    private void Mark(in ProfileEvents profile)
    {
        var found = profile.Events.Codes;
        if (marks.Length < found.Length)
        {
            marks = new int[Math.Max(found.Length, marks.Length * 2)];
        }
        for (var i = 0; i < found.Length; i++)
        {
            var (all, conditional, _) = kinds[found[i]];
            for (var test = 0; conditional != 0 && test < tests.Length; test++)
            {
                if ((conditional & testMarks[test]) != 0 && !tests[test].Holds(profile.Events.Event(i)))
                {
                    all &= ~testMarks[test];
                }
            }
            marks[i] = (int)all;
        }
    }

    private void NoteStep(in PackedEvent e, Names paths, bool isHit)
    {
        var fields = e.RawFields;
        while (fields.MoveNext())
        {
            var path = paths[fields.Path];
            var value = e.Get(fields.Path);
            switch (value.Kind)
            {
                case ValueKind.Text when value.AsText.Length is > 0 and <= LongestValue && IsFew(path, value.AsText):
                    Note($"{path}={value.AsText}", isHit);
                    break;
                case ValueKind.Boolean:
                    Note($"{path}={(value.AsBoolean ? "true" : "false")}", isHit);
                    break;
                case ValueKind.Number:
                    ListOf(path).Add((value.AsNumber.ToDouble(), isHit));
                    break;
            }
        }
    }

    private void NoteHistory(in ProfileEvents profile, int made, int next, bool isHit)
    {
        var at = profile.Events.At;
        var stepsMade = fold.Steps;
        string? campaign = null;
        for (var i = 0; i < next && at[i] <= at[made] + After; i++)
        {
            campaign = i <= made ? TextOf(profile.Paths[1], i) ?? TextOf(profile.Paths[2], i) ?? campaign : campaign;
            if (at[i] < at[made] - Before || stepsMade.Contains(i))
            {
                continue;
            }
            var label = kinds[profile.Events.Codes[i]].Label;
            if (label.Length > 0)
            {
                Note("did:" + label, isHit);
            }
            else if (TextOf(profile.Paths[0], i) is { Length: > 0 and <= LongestValue } page)
            {
                Note("saw:" + page, isHit);
            }
        }
        if (campaign is { Length: > 0 and <= LongestValue })
        {
            Note("came:" + campaign, isHit);
        }
    }

    private static string? TextOf(ScanPath path, int index) => path.Get(index) is { Kind: ValueKind.Text } value ? value.AsText : null;

    /// <summary>Counts a trait of the person once.</summary>
    private void Note(string trait, bool isHit)
    {
        if (!traits.TryGetValue(trait, out var known) && traits.Count >= MostTraits)
        {
            return;
        }
        if (known.Last != person)
        {
            traits[trait] = (known.People + 1, known.Hits + (isHit ? 1 : 0), person);
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
