using System.Numerics;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;

namespace Ciclo.Tests.Rules.Twin;

/// <summary>
/// The brute-force twin of the rule engine: rules.md sections 3 and 4 with no state but the stages held. At each instant where anything
/// could differ, every rule is answered from the whole list of events.
/// </summary>
public sealed class TwinTimeline
{
    private const int MaxLooks = 2_000;

    private readonly List<TwinNode> order;
    private readonly TwinPerson person;
    private readonly TwinMoney money;
    private readonly TwinState state = new();
    private readonly TwinRecorder recorder = new();
    private readonly List<(Expression Rule, Zone Zone, string? Lifecycle)> rules;
    private readonly Dictionary<string, string> signatures = new(StringComparer.Ordinal);

    private TwinTimeline(DefinitionSet definitions, TwinPerson person, TwinMoney money)
    {
        this.person = person;
        this.money = money;
        order = TwinNode.InOrder(definitions);
        rules = [.. order.SelectMany(node => node.Rules.Select(rule => (rule, node.Zone, node.LifecycleId)))];
    }

    /// <summary>The history of a profile until <paramref name="clock"/>, that instant included.</summary>
    public static TwinHistory History(
        DefinitionSet definitions, IEnumerable<TwinEvent> events, long clock, IEnumerable<TwinEvent>? groupEvents = null, TwinMoney? money = null) =>
        new TwinTimeline(definitions, new TwinPerson(events, groupEvents ?? []), money ?? TwinMoney.None).Run(clock, everyMillisecond: false);

    /// <summary>The same, looking at every millisecond: it needs no idea of when something could change.</summary>
    public static TwinHistory HistoryByEveryMillisecond(DefinitionSet definitions, IEnumerable<TwinEvent> events, long clock) =>
        new TwinTimeline(definitions, new TwinPerson(events, []), TwinMoney.None).Run(clock, everyMillisecond: true);

    private TwinHistory Run(long clock, bool everyMillisecond)
    {
        if (person.FirstSeen is not { } now)
        {
            return recorder.History();
        }
        var eventInstants = person.Instants.ToHashSet();
        for (var looks = 0; now <= clock; now = everyMillisecond ? now + 1 : Next(now))
        {
            looks++;
            if (looks > MaxLooks && !everyMillisecond)
            {
                throw new EndlessHistoryException();
            }
            foreach (var node in order)
            {
                // An event is a change point of everything; any other instant only of what compares differently now.
                if (eventInstants.Contains(now) || Signature(node, now) != signatures[node.Id])
                {
                    node.Settle(state, now, recorder, lifecycle => At(now, node.Zone, lifecycle));
                    signatures[node.Id] = Signature(node, now);
                }
            }
        }
        return recorder.History();
    }

    private string Signature(TwinNode node, long now)
    {
        var evaluator = At(now, node.Zone, node.LifecycleId);
        var answers = node.Rules.SelectMany(TwinRules.Atoms).SelectMany(evaluator.Answers).Select(holds => holds ? '1' : '0');
        return string.Concat(answers) + node.Stage(state);
    }

    private TwinEvaluator At(long now, Zone zone, string? lifecycle) => new(person, state, money, now, zone, lifecycle);

    /// <summary>The next instant at which anything can differ from now, given the stages held now.</summary>
    private long Next(long now)
    {
        var candidates = new List<long>(person.Instants);
        foreach (var (rule, zone, lifecycle) in rules)
        {
            foreach (var part in TwinRules.Parts(rule))
            {
                candidates.AddRange(Candidates(part, At(now, zone, lifecycle), now, zone));
            }
        }
        return candidates.Where(at => at > now).DefaultIfEmpty(Instants.Never).Min();
    }

    private IEnumerable<long> Candidates(Expression part, TwinEvaluator evaluator, long now, Zone zone) => part switch
    {
        AggregateExpression { Window: { } window } => person.Instants.SelectMany(at => Around(at, ((TwinDuration)evaluator.Evaluate(window)!).Micros)),
        AnniversaryExpression => [zone.StartOfDay(zone.DayOf(now) + 1)],
        ComparisonExpression comparison => Crossings(evaluator, now, comparison.Left, comparison.Right),
        InListExpression list => list.Items.SelectMany(item => Crossings(evaluator, now, list.Operand, item)),
        _ => [],
    };

    /// <summary>Two sides that change at rate 1 against each other and are apart by some time now meet that much later, if they ever do.</summary>
    private static IEnumerable<long> Crossings(TwinEvaluator evaluator, long now, Expression left, Expression right) =>
        left.Rate == right.Rate
            ? []
            : (evaluator.Evaluate(left), evaluator.Evaluate(right)) switch
            {
                (TwinInstant a, TwinInstant b) => Around(now, BigInteger.Abs(a.Micros - b.Micros)),
                (TwinDuration a, TwinDuration b) => Around(now, BigInteger.Abs(a.Micros - b.Micros)),
                _ => [],
            };

    /// <summary>Every millisecond near the instant that lies a duration after another.</summary>
    private static IEnumerable<long> Around(long at, BigInteger micros)
    {
        var ms = (long)BigInteger.Min(BigInteger.Divide(micros, TwinMath.Million), Instants.MaxMs);
        return [at + ms - 1, at + ms, at + ms + 1, at + ms + 2];
    }
}

/// <summary>
/// A world in which a rule speaks of `time_in_stage` such that it moves the profile every few milliseconds for weeks: its history is well
/// defined and too long to write down.
/// </summary>
public sealed class EndlessHistoryException : Exception
{
}
