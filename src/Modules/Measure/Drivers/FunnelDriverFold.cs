using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;

namespace Ciclo.Modules.Measure.Drivers;

/// <summary>
/// Of the people who made a step of a funnel, who went on and what they had in common: what the step's event says, how they came, what they did in the 30 days before, and
/// in the half hour after it unless they had gone on. One thread's share.
/// </summary>
internal sealed class FunnelDriverFold : IHistoryFold
{
    private const long Before = 30 * Durations.Day;
    private const long After = 30 * Durations.Minute;

    private readonly FunnelQuestion question;
    private readonly int step;
    private readonly FunnelFold fold;
    private readonly EventTest[] tests;
    private readonly uint[] testMarks;
    private readonly Dictionary<EventKind, int> codes = [];
    private readonly List<(uint Marks, uint Conditional, string Label)> kinds = [];
    private readonly List<(int Profile, long At)> dropped = [];
    private readonly FunnelFold pair;
    private readonly Periods? weeks;
    private int[] marks = new int[256];
    private int[] pairMarks = new int[256];

    /// <param name="state">Whose names the selectors are bound to.</param>
    /// <param name="question">The funnel.</param>
    /// <param name="step">The step that was made, from 1; a hit is who did not make the next.</param>
    /// <param name="weeks">Periods for each of which the step and the next are counted as a funnel of their own; null for none.</param>
    public FunnelDriverFold(EngineState state, FunnelQuestion question, int step, Periods? weeks)
    {
        (this.question, this.step, this.weeks) = (question, step, weeks);
        pair = new FunnelFold(new FunnelShape(2, question.WindowMs, question.Mode, []));
        WentOn = new (int People, int WentOn)[weeks?.Count ?? 0];
        EventTest Parse(string text) => EventTest.Parse(text, state.Rules.Zone, state.Staged.EventNames, state.Staged.Paths);
        fold = new FunnelFold(new FunnelShape(question.Steps.Count, question.WindowMs, question.Mode, [.. question.Exclusions.Select(one => new FunnelExclusion(one.After, one.Before))]));
        tests = [.. question.Steps.Select(Parse), .. question.Exclusions.Select(one => Parse(one.Event))];
        testMarks = [.. question.Steps.Select((_, i) => FunnelShape.MarkOfStep(i)), .. question.Exclusions.Select((_, i) => FunnelShape.MarkOfExclusion(i))];
    }

    public IReadOnlyList<string> Paths { get; } = [FieldPaths.PageName, FieldPaths.CampaignName, FieldPaths.CampaignSource];

    /// <summary>What the people who made the step had in common with those who did not go on.</summary>
    public TraitNotes Notes { get; } = new();

    /// <summary>Those who did not make the next, and when they had made the step.</summary>
    public IReadOnlyList<(int Profile, long At)> Dropped => dropped;

    /// <summary>For each week those who made the step in it, and of them those who made the next within the window.</summary>
    public (int People, int WentOn)[] WentOn { get; }

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
        CountWeeks(at);
        if (fold.Fold(at, marks.AsSpan(0, at.Length), question.From, question.To) < step)
        {
            return;
        }
        var made = fold.Steps[step - 1];
        var isDropped = fold.Reached == step;
        Notes.Begin(isDropped);
        if (isDropped)
        {
            dropped.Add((profile.Profile, at[made]));
        }
        Notes.NoteFields(profile.Events.Event(made), profile.State.Staged.Paths);
        NoteHistory(profile, made, isDropped ? at.Length : fold.Steps[step]);
    }

    private void CountWeeks(ReadOnlySpan<long> at)
    {
        if (weeks is null)
        {
            return;
        }
        if (pairMarks.Length < at.Length)
        {
            pairMarks = new int[marks.Length];
        }
        var (made, next) = (FunnelShape.MarkOfStep(step - 1), FunnelShape.MarkOfStep(step));
        var week = -1;
        for (var i = 0; i < at.Length; i++)
        {
            pairMarks[i] = (int)(((uint)marks[i] & made) != 0 ? FunnelShape.MarkOfStep(0) : 0) | (int)(((uint)marks[i] & next) != 0 ? FunnelShape.MarkOfStep(1) : 0);
        }
        for (var i = 0; i < at.Length; i++)
        {
            if (((uint)marks[i] & made) != 0 && weeks.Find(at[i]) is >= 0 and var found && found != week)
            {
                week = found;
                var reached = pair.Fold(at, pairMarks.AsSpan(0, at.Length), weeks.StartOf(week), weeks.StartOf(week + 1));
                WentOn[week] = (WentOn[week].People + 1, WentOn[week].WentOn + (reached == 2 ? 1 : 0));
            }
        }
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

    private void NoteHistory(in ProfileEvents profile, int made, int next)
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
            Notes.Note("did", label);
            Notes.Note("saw", label.Length > 0 ? null : TextOf(profile.Paths[0], i));
        }
        Notes.NoteOnly("came", campaign);
    }

    private static string? TextOf(ScanPath path, int index) => path.Get(index) is { Kind: ValueKind.Text } value ? value.AsText : null;
}
