using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>
/// Asks rules of single people at instants of the past and, with suppositions, of the future. Made inside <see cref="WorkspaceEngine.Read{T}"/> and used there; one thread at a time.
/// </summary>
public sealed class PersonDesk : IDisposable
{
    private readonly EngineState state;
    private readonly PersonRules rules;
    private readonly ProfileFold fold;
    private readonly HistoryReader reader;
    private readonly List<TimedEvent> supposed = [];
    private int profileOfFold = -1;
    private long instantOfFold;

    /// <param name="state">The workspace.</param>
    /// <param name="rules">At least one that can be asked.</param>
    /// <param name="suppositions">Track events that are supposed to happen to whoever is asked about, in order of time and later than anything that is known.</param>
    public PersonDesk(EngineState state, PersonRules rules, IReadOnlyList<(string Name, string Properties, long At)>? suppositions = null)
    {
        this.state = state;
        this.rules = rules;
        var plan = rules.Plan ?? throw new ArgumentException("There is no rule that can be asked.", nameof(rules));
        fold = new ProfileFold(plan);
        reader = Refolding.ReaderFor(plan, state.Staged.History);
        foreach (var (name, properties, at) in suppositions ?? [])
        {
            supposed.Add(new TimedEvent(at, Packed(state, name, properties, at, supposed.Count)));
        }
    }

    /// <summary>Whether a rule holds for a profile at an instant; later events are not seen.</summary>
    public bool Holds(int rule, int profile, long at)
    {
        Fold(profile, at);
        return rules.Holds(fold, rule);
    }

    /// <summary>When rules began and ended to hold for a profile up to an instant, in order of time.</summary>
    public IEnumerable<(int Rule, bool Began, long At)> Turns(int profile, long until)
    {
        Fold(profile, until);
        return fold.MembershipMoves.Select(move => (Rule: rules.RuleOf(move), move.Entered, move.At)).Where(turn => turn.Rule >= 0);
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
        if (profileOfFold == profile && instantOfFold == at)
        {
            return;
        }
        var happened = supposed.TakeWhile(one => one.At <= at).ToList();
        var known = happened.Count == 0 ? at : happened[0].At - 1;
        Refolding.Run(fold, reader, state.Staged.Identity.MembersOf(profile), known, known);
        happened.ForEach(one => fold.Add(one.Read()));
        fold.AdvanceTo(Math.Max(at, fold.Now));
        (profileOfFold, instantOfFold) = (profile, at);
    }
}
