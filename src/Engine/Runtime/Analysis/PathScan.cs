using Ciclo.Core.Analytics;
using Ciclo.Core.Events;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>
/// What people did after an event, or before it. Touchpoints are page and screen views and track events of origin customer; a view is told
/// apart by its name.
/// </summary>
/// <param name="Anchor">Where paths begin, as a selector. Each of its events in the period begins one.</param>
/// <param name="From">Anchors at or after this instant.</param>
/// <param name="To">And before this one.</param>
public sealed record PathQuestion(string Anchor, long From, long To)
{
    public const int MaxSteps = 10;
    public const int MaxTop = 1_000;

    public bool IsBackward { get; init; }

    /// <summary>Touchpoints after the anchor, at most.</summary>
    public int Steps { get; init; } = 3;

    /// <summary>Touchpoints lie no further from the anchor than this, inclusive; null: in its session, which ends at a gap of more than <see cref="GapMs"/>.</summary>
    public long? WindowMs { get; init; }

    public long GapMs { get; init; } = SessionFold.DefaultGapMs;

    /// <summary>Only the first anchor of each profile in the period.</summary>
    public bool FirstOnly { get; init; }

    /// <summary>False: a touchpoint right after the same one is passed over.</summary>
    public bool KeepsRepeats { get; init; }

    public int Top { get; init; } = 20;
}

/// <summary>Answers paths. Inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
public sealed class PathScan
{
    private const int IsTouchpoint = 1;
    private const int IsAnchor = 2;
    private readonly EngineState state;
    private readonly PathQuestion question;
    private readonly (EventTest, int)[] choices;
    private readonly int namePath;

    /// <summary>Throws <see cref="Core.Rules.RuleException"/> for a selector, <see cref="ArgumentException"/> for what is out of range.</summary>
    public PathScan(EngineState state, PathQuestion question)
    {
        (this.state, this.question) = (state, question);
        if (question.Steps is < 1 or > PathQuestion.MaxSteps || question.Top is < 1 or > PathQuestion.MaxTop || question.WindowMs is <= 0 || question.GapMs <= 0)
        {
            throw new ArgumentException(
                $"A path has 1 to {PathQuestion.MaxSteps} steps, the top 1 to {PathQuestion.MaxTop} paths; a window and a gap are longer than nothing.", nameof(question));
        }
        EventTest Parse(string text) => EventTest.Parse(text, state.Rules.Zone, state.Staged.EventNames, state.Staged.Paths);
        choices = [(Parse("page"), IsTouchpoint), (Parse("screen"), IsTouchpoint), (EventTest.AnyTrack, IsTouchpoint), (Parse(question.Anchor), IsAnchor)];
        namePath = state.Staged.Paths.Find(FieldPaths.PageName);
    }

    public PathResult Answer(CancellationToken cancellation = default)
    {
        var parts = ProfileRanges.Run(state.Staged.Identity, (from, to) =>
        {
            using var worker = new Worker(this);
            for (var profile = from; profile < to; profile++)
            {
                if (state.Staged.Identity.IsProfile(profile))
                {
                    worker.Take(profile);
                }
            }
            return worker.Tree;
        }, cancellation);
        for (var i = 1; i < parts.Length; i++)
        {
            parts[0].Merge(parts[i]);
        }
        return parts[0].Result(question.Top);
    }

    private sealed class Worker(PathScan paths) : IDisposable
    {
        private readonly PathQuestion question = paths.question;
        private readonly MarkScan scan = new(paths.state, paths.choices, long.MaxValue);
        private readonly Names viewed = new();
        private readonly List<(string Page, string Screen)> labels = [];

        internal PathTree Tree { get; } = new(paths.question.Anchor);

        internal void Take(int profile)
        {
            if ((scan.Read(profile) & IsAnchor) == 0)
            {
                return;
            }
            scan.AskConditions();
            for (var i = 0; i < scan.Count; i++)
            {
                if ((scan.Marks[i] & IsAnchor) != 0 && scan.At[i] >= question.From && scan.At[i] < question.To)
                {
                    Follow(i);
                    if (question.FirstOnly)
                    {
                        return;
                    }
                }
            }
        }

        public void Dispose() => scan.Dispose();

        private void Follow(int anchor)
        {
            var (node, made, step) = (Tree.Begin(), 0, question.IsBackward ? -1 : 1);
            var (last, lastLabel) = (scan.At[anchor], "");
            for (var i = anchor + step; (uint)i < (uint)scan.Count && made < question.Steps; i += step)
            {
                if ((scan.Marks[i] & IsTouchpoint) == 0)
                {
                    continue;
                }
                var at = scan.At[i];
                if (question.WindowMs is { } window ? Math.Abs(at - scan.At[anchor]) > window : Math.Abs(at - last) > question.GapMs)
                {
                    break;
                }
                var label = LabelOf(i);
                last = at;
                if (!question.KeepsRepeats && label == lastLabel)
                {
                    continue;
                }
                lastLabel = label;
                made++;
                node = Tree.Step(node, label);
                if (node < 0)
                {
                    return;
                }
            }
            Tree.End(node);
        }

        private string LabelOf(int index)
        {
            var e = scan.Events.Event(index);
            if (e.Type == CallType.Track)
            {
                return paths.state.Staged.EventNames[e.Name];
            }
            var name = e.GetText(paths.namePath);
            var id = name.IsEmpty ? Names.None : viewed.Add(name);
            if (id == Names.None)
            {
                return e.Type == CallType.Page ? "page" : "screen";
            }
            if (id == labels.Count)
            {
                labels.Add(("page: " + viewed[id], "screen: " + viewed[id]));
            }
            return e.Type == CallType.Page ? labels[id].Page : labels[id].Screen;
        }
    }
}
