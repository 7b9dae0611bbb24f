using Ciclo.Core.Analytics;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>Sessions asked over everybody.</summary>
/// <param name="From">Sessions that begin at or after this instant.</param>
/// <param name="To">And before this one; they are followed to their ends.</param>
public sealed record SessionQuestion(long From, long To)
{
    /// <summary>5 minutes to 7 h 55 min.</summary>
    public long GapMs { get; init; } = SessionFold.DefaultGapMs;

    /// <summary>Events that make a session engaged, as selectors.</summary>
    public IReadOnlyList<string> KeyEvents { get; init; } = [];

    /// <summary>Track events that come from servers, as selectors: they neither begin nor extend a session.</summary>
    public IReadOnlyList<string> ServerEvents { get; init; } = [];
}

/// <summary>Answers sessions. Inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
public sealed class SessionScan
{
    private const int IsServer = 8;
    private readonly EngineState state;
    private readonly SessionQuestion question;
    private readonly (EventTest, int)[] choices;

    /// <summary>Throws <see cref="Core.Rules.RuleException"/> for a selector, <see cref="ArgumentException"/> for a gap out of range.</summary>
    public SessionScan(EngineState state, SessionQuestion question)
    {
        (this.state, this.question) = (state, question);
        choices = ChoicesOf(state, question);
    }

    public SessionTotals Answer(CancellationToken cancellation = default) =>
        ProfileRanges.Run(state.Staged.Identity, (from, to) =>
        {
            var totals = default(SessionTotals);
            var fold = new SessionFold(question.GapMs);
            using var scan = new MarkScan(state, choices, long.MaxValue);
            for (var profile = from; profile < to; profile++)
            {
                if (state.Staged.Identity.IsProfile(profile) && scan.Read(profile) != 0)
                {
                    Cut(scan, fold);
                    totals = totals.With(fold.Sessions, question.From, question.To);
                }
            }
            return totals;
        }, cancellation).Aggregate((a, b) => a + b);

    /// <summary>The profiles, ascending, with a session that begins in the period.</summary>
    public IReadOnlyList<int> Profiles(CancellationToken cancellation = default) =>
        [.. ProfileRanges.Run(state.Staged.Identity, (from, to) =>
        {
            var found = new List<int>();
            var fold = new SessionFold(question.GapMs);
            using var scan = new MarkScan(state, choices, long.MaxValue);
            for (var profile = from; profile < to; profile++)
            {
                if (state.Staged.Identity.IsProfile(profile) && scan.Read(profile) != 0)
                {
                    Cut(scan, fold);
                    if (default(SessionTotals).With(fold.Sessions, question.From, question.To).Visits > 0)
                    {
                        found.Add(profile);
                    }
                }
            }
            return found;
        }, cancellation).SelectMany(part => part)];

    internal static (EventTest, int)[] ChoicesOf(EngineState state, SessionQuestion question)
    {
        if (question.GapMs is < 5 * Core.Time.Durations.Minute or > 475 * Core.Time.Durations.Minute)
        {
            throw new ArgumentException($"The gap between sessions is 5 min to 7 h 55 min, not {question.GapMs} ms.", nameof(question));
        }
        EventTest Parse(string text) => EventTest.Parse(text, state.Rules.Zone, state.Staged.EventNames, state.Staged.Paths);
        var pages = new[] { "page", "screen" }.Select(text => (Parse(text), SessionFold.Extends | SessionFold.IsPage));
        var tracks = (EventTest.AnyTrack, SessionFold.Extends);
        return [.. pages, tracks, .. question.KeyEvents.Select(text => (Parse(text), SessionFold.IsKey)), .. question.ServerEvents.Select(text => (Parse(text), IsServer))];
    }

    /// <summary>Cuts the profile last read into sessions.</summary>
    internal static void Cut(MarkScan scan, SessionFold fold)
    {
        scan.AskConditions();
        scan.Drop(IsServer);
        fold.Fold(scan.At, scan.Marks);
    }
}
