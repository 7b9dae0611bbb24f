using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;

namespace Ciclo.Core.Explain;

/// <summary>Reads every call of a rule: its value from the fold, the events behind it from the history.</summary>
internal sealed class CallReader(FoldPlan plan, IReadOnlyList<TimedEvent> events, int newest)
{
    internal RuleReading Read(Rule rule, RuleAsked asked, ProfileFold fold)
    {
        var matcher = new EventMatcher(plan, asked.Zone);
        var calls = References.Walk(rule.Expression).Where(IsCall)
            .DistinctBy(Printer.Print, StringComparer.Ordinal)
            .Select(call => Read(call, asked, fold, matcher));
        return new RuleReading(rule.Text, asked.Holds(rule.Expression, fold), [.. calls]);
    }

    private static bool IsCall(Expression part) => part switch
    {
        PathExpression path => path.Root != PathRoot.Bare,
        AggregateExpression or StageExpression or TimeInStageExpression or MembershipExpression or AgeExpression or NowExpression => true,
        // After `where` an instant is read from an event's property: it has no value of the profile's.
        InstantExpression instant => !ReadsEvent(instant),
        AnniversaryExpression anniversary => !ReadsEvent(anniversary),
        _ => false,
    };

    private static bool ReadsEvent(Expression call) => References.Walk(call).Any(part => part is PathExpression { Root: PathRoot.Bare })
        && !References.Walk(call).Any(part => part is AggregateExpression);

    private CallReading Read(Expression call, RuleAsked asked, ProfileFold fold, EventMatcher matcher)
    {
        var behind = matcher.Behind(call, events, fold.Now);
        var shown = behind.TakeLast(newest).Reverse().Select(index => ReferenceTo(events[index])).ToList();
        return new CallReading(Printer.Print(call), asked.ValueOf(call, fold), behind.Count, shown);
    }

    private EventReference ReferenceTo(TimedEvent timed)
    {
        var e = timed.Read();
        var name = e.Type == CallType.Track && e.Name >= 0 ? plan.EventNames[e.Name] : e.Type.ToString().ToLowerInvariant();
        return new EventReference(e.At, e.Address, Encoding.UTF8.GetString(e.MessageId), name);
    }
}
