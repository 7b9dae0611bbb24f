using Ciclo.Core.Rules;

namespace Ciclo.Core.Journeys;

/// <summary>
/// A step where a run can stand. <paramref name="Next"/>: the node after it, or <see cref="JourneyProgram.End"/>; <paramref name="Ways"/>: the first node of each branch (until: met, timed
/// out; if: then, else; split: its arms). <paramref name="Ask"/>: the number of the condition that it asks, or of the watch that it waits for; -1 for none.
/// </summary>
public sealed record JourneyNode(JourneyStep Step, int Next, IReadOnlyList<int> Ways, int Ask);

/// <summary>
/// A journey made ready to run: its steps as nodes that know what comes next. Watches come first the start, then the exits, the goal, and the waits; conditions are asked where a run comes
/// by. Immutable.
/// </summary>
public sealed class JourneyProgram
{
    public const int End = -1;

    /// <summary>The watch of the start, where the trigger has one.</summary>
    public const int Start = 0;

    private readonly List<JourneyNode> nodes = [];
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    public JourneyProgram(Journey journey)
    {
        Journey = journey;
        Watches = [WatchOf(journey.Trigger), .. journey.Exits.Select(exit => exit.Watch)];
        GoalWatch = journey.Goal is { } goal ? Add(Watches, goal.Happening.Watch) : -1;
        First = Compile(journey.Steps, End);
        for (var node = 0; node < nodes.Count; node++)
        {
            numbers.Add(nodes[node].Step.Id, node);
        }
    }

    public Journey Journey { get; }

    public IReadOnlyList<JourneyNode> Nodes => nodes;

    /// <summary>The first node; <see cref="End"/> for a journey without steps.</summary>
    public int First { get; }

    /// <summary>Rules whose beginnings and ends are to be told. The first is null where nothing that a rule could tell begins the journey.</summary>
    public List<Rule?> Watches { get; }

    public int GoalWatch { get; }

    /// <summary>Rules to be asked at an instant.</summary>
    public List<Rule> Conditions { get; } = [];

    /// <summary>Whether a watch lets people out.</summary>
    public bool IsExit(int watch) => (watch > Start && watch <= Journey.Exits.Count) || (watch == GoalWatch && Journey.Goal is { Leaves: true });

    /// <summary>Whether the end of what the start watches begins the journey, and not its beginning.</summary>
    public bool StartsAtEnd => Journey.Trigger is HappeningTrigger { AtEnd: true } or SegmentTrigger { AtEnd: true } or StageTrigger { AtEnd: true };

    /// <summary>Whether its effect is measured: it holds people out, or sends what needs consent.</summary>
    public bool IsMeasured => Journey.Holdout > 0 || nodes.Exists(node => node.Step is SendStep { Purpose: not SendStep.Transactional });

    /// <summary>The node of a step; -1 where there is none.</summary>
    public int NodeOf(string step) => numbers.GetValueOrDefault(step, -1);

    private static Rule? WatchOf(JourneyTrigger trigger) => trigger switch
    {
        HappeningTrigger happening => happening.Happening.Watch,
        SegmentTrigger segment => segment.Watch,
        StageTrigger stage => stage.Watch,
        DateTrigger date => date.Watch,
        _ => null,
    };

    private static int Add<T>(List<T> list, T item)
    {
        list.Add(item);
        return list.Count - 1;
    }

    /// <summary>Compiles a list of steps, from the last to the first; answers the node of the first.</summary>
    private int Compile(IReadOnlyList<JourneyStep> steps, int after)
    {
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            after = Add(nodes, NodeFor(steps[i], after));
        }
        return after;
    }

    private JourneyNode NodeFor(JourneyStep step, int after) => step switch
    {
        UntilStep until => new JourneyNode(step, after, [Compile(until.Met, after), Compile(until.TimedOut, after)], Add(Watches, until.Happening.Watch)),
        IfStep branch => new JourneyNode(step, after, [Compile(branch.Then, after), Compile(branch.Else, after)], Add(Conditions, branch.When)),
        SplitStep split => new JourneyNode(step, after, [.. split.Arms.Select(arm => Compile(arm.Steps, after))], -1),
        StopStep => new JourneyNode(step, End, [], -1),
        _ => new JourneyNode(step, after, [], -1),
    };
}
