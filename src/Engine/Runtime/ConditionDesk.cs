using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// Asks conditions of single people at instants, by folding the person's history up to there: what a rule in force would say. Made inside
/// <see cref="WorkspaceEngine.Read{T}"/> and used there; one thread at a time.
/// </summary>
public sealed class ConditionDesk : IDisposable
{
    private readonly EngineState state;
    private readonly ProfileFold fold;
    private readonly HistoryReader reader;
    private readonly int first;
    private readonly List<TimedEvent> supposed = [];
    private int profileOfFold = -1;
    private long instantOfFold;

    /// <param name="state">The workspace.</param>
    /// <param name="plan">The conditions.</param>
    /// <param name="suppositions">Track events that are supposed to happen to whoever is asked about, in order of time and later than anything that is known.</param>
    public ConditionDesk(EngineState state, ConditionPlan plan, IReadOnlyList<(string Name, string Properties, long At)>? suppositions = null)
    {
        this.state = state;
        foreach (var (name, properties, at) in suppositions ?? [])
        {
            supposed.Add(new TimedEvent(at, Packed(state, name, properties, at, supposed.Count)));
        }
        first = plan.Plan.Segments.Length;
        fold = new ProfileFold(plan.Plan);
        reader = Refolding.ReaderFor(plan.Plan, state.Staged.History);
    }

    /// <summary>Whether a condition, by its number in the plan, holds for a profile at an instant; later events are not seen.</summary>
    public bool Holds(int condition, int profile, long at)
    {
        Fold(profile, at);
        return fold.IsMember(first + condition);
    }

    /// <summary>When conditions began and ended to hold for a profile up to an instant, by their numbers in the plan, in order of time.</summary>
    public IEnumerable<(int Condition, bool Began, long At)> Turns(int profile, long until)
    {
        Fold(profile, until);
        return fold.MembershipMoves.Where(move => move.Segment >= first).Select(move => (move.Segment - first, move.Entered, move.At));
    }

    public void Dispose() => reader.Dispose();

    private static byte[] Packed(EngineState state, string name, string properties, long at, int number)
    {
        var (text, id, json) = (Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes($"~{number}"), Encoding.UTF8.GetBytes(properties));
        var record = new EventRecord
        {
            Type = CallType.Track, Flags = SystemEvents.Contains(text) ? EventFlags.System : EventFlags.None, Timestamp = at, ReceivedAt = at, OriginalTimestamp = EventRecord.NoTime,
            SentAt = EventRecord.NoTime, MessageId = id, Name = text, Json = json, Properties = 0..json.Length,
        };
        return new EventPacker(state.Staged.EventNames, state.Staged.Paths).Pack(record, 0, out _).ToArray();
    }

    private void Fold(int profile, long at)
    {
        if (profileOfFold != profile || instantOfFold != at)
        {
            var happened = supposed.TakeWhile(one => one.At <= at).ToList();
            var known = happened.Count == 0 ? at : happened[0].At - 1;
            Refolding.Run(fold, reader, state.Staged.Identity.MembersOf(profile), known, known);
            happened.ForEach(one => fold.Add(one.Read()));
            fold.AdvanceTo(Math.Max(at, fold.Now));
            (profileOfFold, instantOfFold) = (profile, at);
        }
    }
}

/// <summary>Conditions made ready for a <see cref="ConditionDesk"/>. It fits as long as <see cref="Fits"/> says so; then it is made anew.</summary>
public sealed class ConditionPlan
{
    private readonly Placement placement;

    /// <summary>Inside <see cref="WorkspaceEngine.Read{T}"/>. Throws <see cref="KeyNotFoundException"/> where a condition names a segment or lifecycle that is not defined.</summary>
    public ConditionPlan(EngineState state, IReadOnlyList<SegmentDefinition> conditions)
    {
        placement = state.Placement;
        var known = state.Rules.Definitions;
        var definitions = conditions.Any(condition => References.Of(condition.When.Expression).Any())
            ? new DefinitionSet(known.Lifecycles, known.Segments) { Watches = conditions }
            : DefinitionSet.Empty with { Watches = conditions };
        Plan = FoldPlan.Compile(definitions, state.Staged.EventNames, state.Staged.Paths, state.Placement.Settings);
    }

    internal FoldPlan Plan { get; }

    public bool Fits(EngineState state) => state.Placement == placement;
}
