using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Measure.Drivers;

namespace Ciclo.Modules.Measure.Funnels;

/// <summary>The funnel's page: what was asked, and what can be chosen.</summary>
public sealed record FunnelPageModel(FunnelAsked Asked, IReadOnlyList<string> Events, bool IsSuggested, bool HasEvents);

/// <summary>The steps with their people; or what is wrong with the question.</summary>
public sealed record FunnelModel(FunnelAsked Asked, FunnelResult? Result, Text? Refusal, long From, long To, long TookMs)
{
    /// <summary>The step, from 1, after which the largest share is lost, of those that at least 30 people made; 0 for none.</summary>
    public int Leak => Result is null ? 0 : Enumerable.Range(1, Result.Steps.Count - 1)
        .Where(step => Result.Steps[step - 1].Profiles >= DriverRanking.FewestPeople && Result.Steps[step - 1].DropOff > 0)
        .OrderByDescending(step => Result.Steps[step - 1].DropOff).FirstOrDefault();
}

/// <summary>What those had in common who made a step and not the next, and the share that goes on week by week.</summary>
/// <param name="Ranking">Null where the steps cannot be followed: they have no order, or the history was replaced meanwhile.</param>
public sealed record DriversModel(FunnelAsked Asked, int Step, DriverRanking? Ranking, IReadOnlyList<WeekShare> Weeks);

/// <summary>Of the people who made a step in a week, how many made the next within the window. <paramref name="IsOpen"/>: the window of some is not over.</summary>
public sealed record WeekShare(long From, int People, int WentOn, bool IsOpen);

/// <summary>The people who made a step and not the next.</summary>
public sealed record DroppedModel(FunnelAsked Asked, int Step, IReadOnlyList<ShownRow> People, int Count);

/// <summary>The people who made a step of a funnel.</summary>
public sealed record ReachedModel(FunnelAsked Asked, int Step, IReadOnlyList<ShownRow> People, int Count);

/// <summary>Reads funnels of a workspace.</summary>
internal sealed class FunnelReading(WorkspaceEngine engine, TimeProvider clock)
{
    private const int Weeks = 16;

    public FunnelModel Steps(FunnelAsked asked, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        var question = asked.QuestionAt(Now(), engine.Rules.Zone);
        try
        {
            var result = engine.Read(state => new FunnelScan(state, question).Answer(cancellation));
            return new FunnelModel(asked, result, null, question.From, question.To, (long)clock.GetElapsedTime(begun).TotalMilliseconds);
        }
        catch (RuleException wrong)
        {
            return new FunnelModel(asked, null, Refusals.BadSelector(wrong.Error), question.From, question.To, 0);
        }
        catch (ArgumentException wrong)
        {
            return new FunnelModel(asked, null, Text.Same(wrong.Message), question.From, question.To, 0);
        }
    }

    public DriversModel Drivers(FunnelAsked asked, int step, CancellationToken cancellation)
    {
        var now = Now();
        var weeks = Periods.Of(PeriodKind.Week, engine.Rules.Zone, now - (Weeks * Durations.Week), now + 1);
        return Folds(asked, asked.QuestionAt(now, engine.Rules.Zone), step, weeks, cancellation) is { } folds
            ? new DriversModel(asked, step, TraitNotes.Rank([.. folds.Select(fold => fold.Notes)]), [.. Enumerable.Range(0, weeks.Count).Select(week => new WeekShare(
                weeks.StartOf(week), folds.Sum(fold => fold.WentOn[week].People), folds.Sum(fold => fold.WentOn[week].WentOn), weeks.StartOf(week + 1) + asked.QuestionAt(now, engine.Rules.Zone).WindowMs > now))])
            : new DriversModel(asked, step, null, []);
    }

    /// <summary>Null for a step that there is none, steps without an order, a selector that cannot be read, or a history replaced meanwhile.</summary>
    public DroppedModel? Dropped(FunnelAsked asked, int step, int most, CancellationToken cancellation)
    {
        if (Folds(asked, asked.QuestionAt(Now(), engine.Rules.Zone), step, null, cancellation) is not { } folds)
        {
            return null;
        }
        var all = folds.SelectMany(fold => fold.Dropped).OrderByDescending(one => one.At).ThenBy(one => one.Profile).ToList();
        var people = engine.Read(state => all.Take(most).Select(one => new ShownRow(
            state.Staged.Identity.PublicId(one.Profile), state.Staged.Identity.PrintedUserId(one.Profile), one.At, "", 1, 0)).ToList());
        return new DroppedModel(asked, step, people, all.Count);
    }

    /// <summary>The people who made a step, from 1, the last of them on top. Null for a step that there is none, or a selector that cannot be read.</summary>
    public ReachedModel? Reached(FunnelAsked asked, int step, int most, CancellationToken cancellation)
    {
        if (step < 1 || step > asked.Steps.Count)
        {
            return null;
        }
        var question = asked.QuestionAt(Now(), engine.Rules.Zone);
        try
        {
            return engine.Read(state =>
            {
                var all = new FunnelScan(state, question).Profiles(step, orMore: true, cancellation);
                var identity = state.Staged.Identity;
                return new ReachedModel(asked, step, [.. all.Reverse().Take(most).Select(one => new ShownRow(identity.PublicId(one), identity.PrintedUserId(one), 0, "", 1, 0))], all.Count);
            });
        }
        catch (Exception wrong) when (wrong is RuleException or ArgumentException)
        {
            return null;
        }
    }

    private IReadOnlyList<FunnelDriverFold>? Folds(FunnelAsked asked, FunnelQuestion question, int step, Periods? weeks, CancellationToken cancellation)
    {
        if (step < 1 || step >= asked.Steps.Count || asked.Mode == FunnelMode.AnyOrder)
        {
            return null;
        }
        try
        {
            return new SlicedScan(engine, clock).Run(() => engine.Read(state => new FunnelDriverFold(state, question, step, weeks)), cancellation);
        }
        catch (RuleException)
        {
            return null;
        }
    }

    private long Now() => Latest.Of(engine);
}
