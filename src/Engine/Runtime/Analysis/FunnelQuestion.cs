using System.Text;
using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>A kind of event that ends attempts, with the steps (from 1) between which it does.</summary>
public sealed record FunnelExclusionEvent(string Event, int After, int Before);

/// <summary>A funnel asked over everybody. Events are selectors of the rule language: `"Product Viewed" where revenue >= 50`.</summary>
public sealed record FunnelQuestion(IReadOnlyList<string> Steps)
{
    public long WindowMs { get; init; } = FunnelShape.DefaultWindowMs;

    public FunnelMode Mode { get; init; }

    public IReadOnlyList<FunnelExclusionEvent> Exclusions { get; init; } = [];

    /// <summary>Attempts begin at or after this instant.</summary>
    public long From { get; init; } = long.MinValue;

    /// <summary>And before this one; their later steps may come after it.</summary>
    public long To { get; init; } = long.MaxValue;

    /// <summary>Events after this instant are not seen.</summary>
    public long Until { get; init; } = long.MaxValue;

    /// <summary>A property of the event that is the first step; numbers, texts and booleans are values, anything else is none.</summary>
    public string? Breakdown { get; init; }

    /// <summary>Whether the times between steps are asked for.</summary>
    public bool WithTimes { get; init; } = true;
}

/// <summary>Answers funnels. Inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
public sealed class FunnelScan
{
    private readonly EngineState state;
    private readonly FunnelQuestion question;
    private readonly FunnelShape shape;
    private readonly (EventTest, int)[] choices;
    private readonly int breakdown;
    private long rowsRead;

    /// <summary>Throws <see cref="Core.Rules.RuleException"/> for a selector, <see cref="ArgumentException"/> for a shape that makes no sense.</summary>
    public FunnelScan(EngineState state, FunnelQuestion question)
    {
        (this.state, this.question) = (state, question);
        shape = new FunnelShape(question.Steps.Count, question.WindowMs, question.Mode, [.. question.Exclusions.Select(one => new FunnelExclusion(one.After, one.Before))]);
        shape.Check();
        var steps = question.Steps.Select((text, step) => (Parse(text), (int)FunnelShape.MarkOfStep(step)));
        var exclusions = question.Exclusions.Select((one, number) => (Parse(one.Event), (int)FunnelShape.MarkOfExclusion(number)));
        choices = [.. steps, .. exclusions];
        breakdown = question.Breakdown is { } property ? state.Staged.Paths.Find(property) : Names.None;
    }

    /// <summary>Events of which an instant or a property was read: what a test of cost counts.</summary>
    public long RowsRead => Interlocked.Read(ref rowsRead);

    public FunnelResult Answer(CancellationToken cancellation = default)
    {
        var parts = ProfileRanges.Run(state.Staged.Identity, (from, to) =>
        {
            var tally = new FunnelTally(shape.Steps, question.WithTimes);
            if (!question.WithTimes && question.Breakdown is null)
            {
                Count(from, to, (_, reached) => tally.Add(reached));
                return tally;
            }
            Each(from, to, (profile, fold, scan) =>
            {
                if (question.Breakdown is null)
                {
                    tally.Add(fold, scan.At);
                }
                else
                {
                    tally.Add(fold, scan.At, GroupOf(scan, fold.Steps[0]));
                }
            });
            return tally;
        }, cancellation);
        for (var i = 1; i < parts.Length; i++)
        {
            parts[0].Merge(parts[i]);
        }
        return parts[0].Result();
    }

    /// <summary>The profiles, ascending, that made exactly so many steps, or with <paramref name="orMore"/> at least so many.</summary>
    public IReadOnlyList<int> Profiles(int steps, bool orMore, CancellationToken cancellation = default) =>
        [.. ProfileRanges.Run(state.Staged.Identity, (from, to) =>
        {
            var found = new List<int>();
            Count(from, to, (profile, reached) =>
            {
                if (reached == steps || (orMore && reached > steps))
                {
                    found.Add(profile);
                }
            });
            return found;
        }, cancellation).SelectMany(part => part)];

    /// <summary>Calls <paramref name="take"/> for each profile with an attempt.</summary>
    private void Each(int from, int to, Action<int, FunnelFold, MarkScan> take)
    {
        var identity = state.Staged.Identity;
        var fold = new FunnelFold(shape);
        using var scan = new MarkScan(state, choices, question.Until);
        for (var profile = from; profile < to; profile++)
        {
            if (identity.IsProfile(profile) && Fold(scan, fold, profile) > 0)
            {
                take(profile, fold, scan);
            }
        }
    }

    /// <summary>Calls <paramref name="take"/> for each profile with an attempt, with the steps it made and nothing else of it.</summary>
    private void Count(int from, int to, Action<int, int> take)
    {
        var identity = state.Staged.Identity;
        var fold = new FunnelFold(shape);
        using var scan = new MarkScan(state, choices, question.Until);
        using var count = StepCount.Fits(shape) ? new StepCount(scan.Events.View, choices, shape, question) : null;
        for (var profile = from; profile < to; profile++)
        {
            if (!identity.IsProfile(profile))
            {
                continue;
            }
            if (count is null || !count.TryCount(identity.MembersOf(profile), out var reached))
            {
                reached = Fold(scan, fold, profile);
            }
            if (reached > 0)
            {
                take(profile, reached);
            }
        }
        Interlocked.Add(ref rowsRead, count?.RowsRead ?? 0);
    }

    /// <summary>Finds the attempt of a profile that counts; answers the steps made.</summary>
    private int Fold(MarkScan scan, FunnelFold fold, int profile)
    {
        var union = scan.Read(profile);
        Interlocked.Add(ref rowsRead, scan.Count);
        if (shape.Mode == FunnelMode.AnyOrder ? union == 0 : (union & 1) == 0)
        {
            return 0;
        }
        scan.AskConditions();
        return fold.Fold(scan.At, scan.Marks, question.From, question.To);
    }

    private EventTest Parse(string text) => EventTest.Parse(text, state.Rules.Zone, state.Staged.EventNames, state.Staged.Paths);

    private string? GroupOf(MarkScan scan, int index)
    {
        var e = scan.Events.Event(index);
        var text = e.GetText(breakdown);
        if (!text.IsEmpty)
        {
            return Encoding.UTF8.GetString(text);
        }
        var value = e.Get(breakdown);
        return value.Kind switch
        {
            ValueKind.Number => value.AsNumber.ToString(),
            ValueKind.Boolean => value.AsBoolean ? "true" : "false",
            ValueKind.Text => value.AsText,
            _ => null,
        };
    }
}
