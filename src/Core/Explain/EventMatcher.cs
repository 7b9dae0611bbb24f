using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Explain;

/// <summary>Finds the events that a call of a rule stands on, by what the call says and not by the fold's state.</summary>
internal sealed class EventMatcher(FoldPlan plan, Zone zone)
{
    /// <summary>The events behind a call at <paramref name="now"/>, as indexes into the events, oldest first.</summary>
    internal List<int> Behind(Expression call, IReadOnlyList<TimedEvent> events, long now) => call switch
    {
        AggregateExpression aggregate => Behind(aggregate, events, now),
        PathExpression { Root: PathRoot.Traits } path => Latest(events, e => e.Type == CallType.Identify && SetsTrait(e, path.Path)),
        PathExpression { Root: PathRoot.Group } => Latest(events, e => e.Type == CallType.Group),
        PathExpression { Root: PathRoot.Scores } path => Latest(events, e => IsNamed(e, SystemEventNames.ScoresUpdated) && !Get(e, path.Path).IsNull),
        PathExpression { Root: PathRoot.Consent } path => Latest(events, e => (e.Flags & PackedFlags.Consent) != 0 && AnswersConsent(e, path.Path)),
        AgeExpression => First(events, e => !e.IsSystem),
        _ => [],
    };

    private delegate bool EventTest(PackedEvent e);

    private List<int> Behind(AggregateExpression call, IReadOnlyList<TimedEvent> events, long now)
    {
        var found = new List<int>();
        for (var i = 0; i < events.Count; i++)
        {
            if ((call.WindowMs is null || events[i].At > now - call.WindowMs) && Matches(events[i].Read(), call))
            {
                found.Add(i);
            }
        }
        return call.Function switch
        {
            _ when found.Count == 0 => found,
            AggregateFunction.First => [found[0]],
            AggregateFunction.Last or AggregateFunction.Since => [found[^1]],
            _ => found,
        };
    }

    private bool Matches(in PackedEvent e, AggregateExpression call)
    {
        var selector = call.Selector;
        var isSelected = selector.Kind switch
        {
            SelectorKind.Named => IsNamed(e, selector.Name),
            SelectorKind.Page => e.Type == CallType.Page,
            SelectorKind.Screen => e.Type == CallType.Screen,
            SelectorKind.Identify => e.Type == CallType.Identify,
            _ => !e.IsSystem,
        };
        return isSelected && HasProperty(e, call) && Holds(e, selector.Where);
    }

    private bool HasProperty(in PackedEvent e, AggregateExpression call)
    {
        if (call.Property is not { } property)
        {
            return true;
        }
        var value = Get(e, property);
        return call.Function is AggregateFunction.Sum or AggregateFunction.Min or AggregateFunction.Max or AggregateFunction.Avg or AggregateFunction.Money
            ? value.Kind == ValueKind.Number
            : !value.IsNull;
    }

    private bool Holds(in PackedEvent e, Expression? where)
    {
        if (where is null)
        {
            return true;
        }
        var names = new PathNames(e, plan.Paths);
        return Evaluator.Holds(where, ref names, zone);
    }

    private bool IsNamed(in PackedEvent e, string name) => e.Type == CallType.Track && e.Name >= 0 && e.Name == plan.EventNames.Find(name);

    private Value Get(in PackedEvent e, string path) => e.Get(plan.Paths.Find(path));

    private bool SetsTrait(in PackedEvent e, string path) =>
        e.TryGet(plan.Paths.Find(path), out _) || e.TryGet(plan.Paths.Find(path.Split('.')[0]), out _);

    private bool AnswersConsent(in PackedEvent e, string path) =>
        e.TryGet(plan.Paths.Find(FieldPaths.Consent + path), out _) || e.TryGet(plan.Paths.Find(FieldPaths.Consent + path.Split('.')[0]), out _);

    private static List<int> Latest(IReadOnlyList<TimedEvent> events, EventTest test)
    {
        for (var i = events.Count - 1; i >= 0; i--)
        {
            if (test(events[i].Read()))
            {
                return [i];
            }
        }
        return [];
    }

    private static List<int> First(IReadOnlyList<TimedEvent> events, EventTest test)
    {
        for (var i = 0; i < events.Count; i++)
        {
            if (test(events[i].Read()))
            {
                return [i];
            }
        }
        return [];
    }

    /// <summary>Names by text: the number that a plan gave a path belongs to that plan's own copy of the expression.</summary>
    private readonly ref struct PathNames(PackedEvent e, Names paths) : INameSource
    {
        private readonly PackedEvent e = e;

        public Value Get(PathExpression path) => e.Get(paths.Find(path.Path));
    }
}
