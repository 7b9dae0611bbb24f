using Ciclo.Core.Events;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;

namespace Ciclo.Core.Folds;

/// <summary>The inputs of a plan while it is compiled, in groups by selector; two rules that ask the same share one.</summary>
internal sealed class InputBook(Names eventNames, Names paths, FoldSettings settings)
{
    private readonly Dictionary<string, Input> inputsByKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EventGroup> groupsByKey = new(StringComparer.Ordinal);
    private readonly Dictionary<EventGroup, List<Input>> inputsOfGroup = [];
    private readonly SortedSet<int> pathsRead = [];
    private int streams;
    private int queues;

    public List<Input> Inputs { get; } = [];

    public List<EventGroup> Groups { get; } = [];

    public int StreamCount => streams;

    public int QueueCount => queues;

    public IReadOnlyCollection<int> PathsRead => pathsRead;

    /// <summary>The input of a trait, a score, a consent, or for a trait of the group that of the group's id.</summary>
    public Input Of(PathExpression path)
    {
        switch (path.Root)
        {
            case PathRoot.Traits:
                return InputFor(GroupOf(FeedKind.Identify, "traits"), path.Path, () => new TraitInput(PathOf(path.Path), PathOf(path.Path.Split('.')[0])));
            case PathRoot.Scores:
                var scores = GroupFor("scores", new Feed(FeedKind.Named, eventNames.Add(SystemEventNames.ScoresUpdated)), new EventCondition(null, Zone.Utc));
                return InputFor(scores, path.Path, () => new PropertyInput(PathOf(path.Path), false));
            case PathRoot.Consent:
                var parts = path.Path.Split('.');
                return InputFor(GroupOf(FeedKind.Consent, "consent"), path.Path, () => new ConsentInput(
                    PathOf(FieldPaths.Consent + parts[0]), parts.Length > 1 ? PathOf(FieldPaths.Consent + path.Path) : Names.None));
            case PathRoot.Group:
                return InputFor(GroupOf(FeedKind.Group, "group"), "", () => new GroupInput(PathOf(FieldPaths.Group)));
            default:
                throw new InvalidOperationException("A bare name stands outside `where`.");
        }
    }

    public Input Of(AggregateExpression aggregate, Zone zone)
    {
        var selector = aggregate.Selector;
        Bind(selector.Where);
        var groupKey = Printer.PrintSelector(selector, null) + (selector.Where is null ? "" : "|" + zone.Id);
        var group = GroupFor(groupKey, FeedOf(selector), new EventCondition(selector.Where, zone));
        var ofZone = aggregate.Function == AggregateFunction.Days ? zone.Id : "";
        return InputFor(group, $"{ShapeOf(aggregate)}|{aggregate.Property}|{aggregate.WindowMs}|{ofZone}", () => Make(aggregate, zone, group));
    }

    /// <summary>Makes the groups final.</summary>
    public void Seal()
    {
        foreach (var group in Groups)
        {
            group.Seal(inputsOfGroup[group]);
        }
    }

    private Input Make(AggregateExpression aggregate, Zone zone, EventGroup group)
    {
        var path = aggregate.Property is { } property ? PathOf(property) : Names.None;
        var isFirst = aggregate.Function == AggregateFunction.First;
        return aggregate.Function switch
        {
            AggregateFunction.Count when aggregate.WindowMs is { } window => new WindowCountInput(group.UseStream(ref streams)) { WindowMs = window },
            AggregateFunction.Count or AggregateFunction.Ever or AggregateFunction.Since => new OccurrenceInput(false),
            AggregateFunction.First or AggregateFunction.Last when path == Names.None => new OccurrenceInput(isFirst),
            AggregateFunction.First or AggregateFunction.Last => new PropertyInput(path, isFirst),
            AggregateFunction.Sum or AggregateFunction.Avg => MakeSum(aggregate, group, group.ColumnOf(path, null)),
            AggregateFunction.Money => MakeSum(aggregate, group, group.ColumnOf(path, new MoneyReader(PathOf("currency"), settings.Rates))),
            AggregateFunction.Min or AggregateFunction.Max => MakeExtreme(aggregate, group, group.ColumnOf(path, null)),
            AggregateFunction.Distinct => new DistinctInput(path) { WindowMs = aggregate.WindowMs ?? 0 },
            _ when aggregate.WindowMs is { } window => new WindowDaysInput(group.QueueOf(QueueOrder.Days, -1, zone, ref queues)) { WindowMs = window },
            _ => new DaysInput(zone),
        };
    }

    private Input MakeSum(AggregateExpression aggregate, EventGroup group, int column)
    {
        var isAverage = aggregate.Function == AggregateFunction.Avg;
        if (aggregate.WindowMs is not { } window)
        {
            return new SumInput(column, isAverage);
        }
        var streamColumn = group.StreamColumnOf(column, ref streams);
        return new WindowSumInput(group.Stream, streamColumn, column, isAverage) { WindowMs = window };
    }

    private Input MakeExtreme(AggregateExpression aggregate, EventGroup group, int column)
    {
        var isLargest = aggregate.Function == AggregateFunction.Max;
        if (aggregate.WindowMs is not { } window)
        {
            return new ExtremeInput(column, isLargest);
        }
        var queue = group.QueueOf(isLargest ? QueueOrder.Largest : QueueOrder.Smallest, column, null, ref queues);
        return new WindowExtremeInput(queue, column, isLargest) { WindowMs = window };
    }

    private EventGroup GroupOf(FeedKind kind, string key) => GroupFor(key, new Feed(kind, 0), new EventCondition(null, Zone.Utc));

    private EventGroup GroupFor(string key, Feed feed, EventCondition condition)
    {
        if (!groupsByKey.TryGetValue(key, out var group))
        {
            group = new EventGroup(Groups.Count, feed, condition);
            Groups.Add(group);
            groupsByKey.Add(key, group);
            inputsOfGroup.Add(group, []);
        }
        return group;
    }

    private Input InputFor(EventGroup group, string shape, Func<Input> make)
    {
        var key = $"{group.Index}|{shape}";
        if (!inputsByKey.TryGetValue(key, out var input))
        {
            input = make();
            input.Index = Inputs.Count;
            Inputs.Add(input);
            inputsOfGroup[group].Add(input);
            inputsByKey.Add(key, input);
        }
        return input;
    }

    /// <summary>Functions that one input answers together get one shape.</summary>
    private static string ShapeOf(AggregateExpression aggregate) => aggregate.Function switch
    {
        AggregateFunction.Count when aggregate.WindowMs is null => "occurrence",
        AggregateFunction.Ever or AggregateFunction.Since => "occurrence",
        AggregateFunction.Last when aggregate.Property is null => "occurrence",
        _ => aggregate.Function.ToString(),
    };

    private void Bind(Expression? where)
    {
        if (where is null)
        {
            return;
        }
        foreach (var path in References.Walk(where).OfType<PathExpression>())
        {
            path.Binding = PathOf(path.Path);
        }
    }

    private int PathOf(string path)
    {
        var id = paths.Add(path);
        pathsRead.Add(id);
        return id;
    }

    private Feed FeedOf(EventSelector selector) => selector.Kind switch
    {
        SelectorKind.Named => new Feed(FeedKind.Named, eventNames.Add(selector.Name)),
        SelectorKind.Page => new Feed(FeedKind.Page, 0),
        SelectorKind.Screen => new Feed(FeedKind.Screen, 0),
        SelectorKind.Identify => new Feed(FeedKind.Identify, 0),
        _ => new Feed(FeedKind.Any, 0),
    };
}
