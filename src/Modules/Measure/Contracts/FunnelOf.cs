using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Rules;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Measure.Funnels;

namespace Ciclo.Modules.Measure.Contracts;

/// <summary>
/// A funnel over the attempts begun within a span of dates, and where each of its numbers opens: for whoever shows one outside of `/funnels`.
/// </summary>
/// <param name="Steps">2 to 8: names of events, or selectors of the rule language.</param>
/// <param name="Window">How long an attempt may take: `7d`.</param>
/// <param name="Span">The periods in which attempts begin, all of them together.</param>
public sealed record FunnelOf(IReadOnlyList<string> Steps, string Window, Periods Span)
{
    public const int MostSteps = FunnelAsked.MostSteps;

    public static IReadOnlyList<string> Windows => FunnelAsked.Windows;

    /// <summary>Steps to begin with, of the events that have come in; fewer than two where nothing has.</summary>
    public static IReadOnlyList<string> Suggested(EngineState state) => FunnelAsked.Suggested(state);

    /// <summary>The people of each step; null with a refusal for what cannot be counted.</summary>
    public FunnelResult? Answer(WorkspaceEngine engine, out Text? refusal, CancellationToken cancellation)
    {
        refusal = null;
        try
        {
            return engine.Read(state => new FunnelScan(state, Asked.QuestionAt(0, engine.Rules.Zone)).Answer(cancellation));
        }
        catch (RuleException wrong)
        {
            refusal = Refusals.BadSelector(wrong.Error);
            return null;
        }
        catch (ArgumentException)
        {
            refusal = Refusals.Steps;
            return null;
        }
    }

    /// <summary>The funnel's own page, which also says what those who leave have in common.</summary>
    public string Page => "/funnels" + Asked.Query;

    /// <summary>The people who made a step, from 1.</summary>
    public string PeopleAt(int step) => $"/funnels/people{Asked.Query}&reached={step}";

    /// <summary>Those of them who did not make the next.</summary>
    public string DroppedAfter(int step) => $"/funnels/dropped{Asked.Query}&after={step}";

    private FunnelAsked Asked => new(Steps, Window, FunnelMode.Ordered, 30, "")
    {
        From = PeriodOptions.NameOf(Span, 0),
        Until = Span.DateAfter.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
    };
}

/// <summary>A retention matrix over some periods, and where each of its numbers opens.</summary>
/// <param name="First">The event that places people in a cohort.</param>
/// <param name="Return">The event that counts as coming back; `any` for all.</param>
public sealed record CohortOf(string First, string Return, Periods Span)
{
    /// <summary>The matrix; null with a refusal for what cannot be counted.</summary>
    public RetentionMatrix? Answer(WorkspaceEngine engine, out Text? refusal, CancellationToken cancellation)
    {
        refusal = null;
        try
        {
            var question = new RetentionQuestion(Selectors.Of(First), Selectors.Of(Return), Span.Kind, Span.Start, Span.End);
            return engine.Read(state => new RetentionScan(state, question).Answer(cancellation));
        }
        catch (RuleException wrong)
        {
            refusal = Refusals.BadSelector(wrong.Error);
            return null;
        }
    }

    public string Page => "/cohorts" + new CohortAsked(First, Return, Span.Kind).Query;

    /// <summary>The people of a cell; with <paramref name="later"/> null those of the whole cohort.</summary>
    public string People(int cohort, int? later) =>
        $"/cohorts/people{new CohortAsked(First, Return, Span.Kind).Query}&cohort={PeriodOptions.NameOf(Span, cohort)}" + (later is { } k ? $"&later={k}" : "");
}
