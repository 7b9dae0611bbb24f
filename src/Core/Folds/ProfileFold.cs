using System.Buffers;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>A move: indexes of the lifecycle and its stages; <paramref name="From"/> is -1 at the entry into the first stage.</summary>
public readonly record struct StageMove(int Lifecycle, int From, int To, long At);

public readonly record struct MembershipMove(int Segment, bool Entered, long At);

/// <summary>
/// One profile's history under a plan, folded event by event. Feed events in order (timestamp, messageId) by <see cref="Add"/>, then let
/// time pass by <see cref="AdvanceTo"/>: every deadline up to that instant is met at its own instant. The fold never reads a clock.
/// What it answers does not depend on how the feeding was cut into calls, nor on whether its state was saved and loaded in between.
/// </summary>
public sealed class ProfileFold
{
    private readonly FoldPlan plan;
    private readonly FoldState state;
    private readonly Decisions decisions;
    private readonly BlockWriter block = new();

    /// <summary>
    /// Moves of one lifecycle with no event in between that a rule reads, past which time alone moves a profile no further: rules over
    /// time_in_stage can chase each other for ever, millisecond by millisecond. It is kept as a loop; the next event goes on.
    /// </summary>
    public const int MaxQuietMoves = 10_000;

    public ProfileFold(FoldPlan plan)
    {
        this.plan = plan;
        state = new FoldState(plan);
        decisions = new Decisions(this, state);
        Reset();
    }

    public FoldPlan Plan => plan;

    /// <summary>Where the clock of this fold stands.</summary>
    public long Now => state.Now;

    /// <summary>The first event of origin customer, once there is one.</summary>
    public long FirstSeenAt => state.FirstSeenAt;

    public bool IsEntered => state.IsEntered;

    /// <summary>Moves since the fold was made, reset or loaded.</summary>
    public List<StageMove> Moves { get; } = [];

    /// <summary>Entries into segments and exits since the fold was made, reset or loaded.</summary>
    public List<MembershipMove> MembershipMoves { get; } = [];

    /// <summary>
    /// Lifecycles in which a move was held back because its stage had already been held in that instant, with the instant; since the fold
    /// was made, reset or loaded.
    /// </summary>
    public List<(int Lifecycle, long At)> Loops { get; } = [];

    /// <summary>
    /// True while every event counts, not only those that <see cref="FoldPlan.Reads"/>: before the first event of origin customer, and while
    /// a move of some lifecycle is held back, which each event tries again.
    /// </summary>
    public bool HearsAll => !state.IsEntered || state.LoopingCount > 0;

    /// <summary>When time alone may next change something; <see cref="Instants.Never"/> if it cannot.</summary>
    public long NextDeadline
    {
        get
        {
            Close();
            return state.Deadlines.Peek(out _);
        }
    }

    /// <summary>Inputs applied, windows moved on, ladders and atoms asked, definitions decided since the fold was made: what a test of growth counts.</summary>
    public long Work => state.Work;

    internal FoldState State => state;

    public int StageOf(int lifecycle) => state.IsEntered ? state.Stages[lifecycle].Current : -1;

    public long StageSince(int lifecycle) => state.Stages[lifecycle].Since;

    /// <summary>The persona that applies, as an index; the number of personas where none does.</summary>
    public int PersonaOf(int lifecycle) => state.Stages[lifecycle].Persona;

    public bool IsMember(int segment) => state.Members[segment];

    public Value StageIdOf(int lifecycle) =>
        state.IsEntered ? Value.Of(plan.Lifecycles[lifecycle].Definition.Stages[state.Stages[lifecycle].Current].Id) : Value.Null;

    /// <summary>The state of an input as of <see cref="Now"/>.</summary>
    internal ref Slot SlotOf(Input input)
    {
        ref var slot = ref state.Slots[input.Index];
        if (input.IsLazy)
        {
            input.Expire(state, ref slot, state.Now);
        }
        return ref slot;
    }

    internal bool Truth(int atom)
    {
        ref readonly var range = ref plan.Ranges[atom];
        return range.Ladder >= 0 ? range.Holds(state.Places[range.Ladder]) : state.Flipped[atom] != plan.InitialTruth[atom];
    }

    /// <summary>Back to a profile without events, at a cost in proportion to what the last one touched.</summary>
    public void Reset()
    {
        state.Reset();
        Moves.Clear();
        MembershipMoves.Clear();
        Loops.Clear();
    }

    /// <summary>
    /// Whether an event at that instant still comes in order: no change point at or after it has been decided yet. The clock may have gone
    /// past it, as it always has for a live event.
    /// </summary>
    public bool CanAdd(long at) => state.IsOpen ? at >= state.Now : at > state.DecidedAt;

    /// <summary>Takes the next event in. Out of order it throws: the caller refolds the profile from its history.</summary>
    public void Add(in PackedEvent e)
    {
        if (!state.IsOpen || e.At != state.Now)
        {
            if (!CanAdd(e.At))
            {
                throw new InvalidOperationException("An event came out of order: refold the profile.");
            }
            Close();
            MeetDeadlines(e.At - 1, false);
            state.Now = e.At;
            state.IsOpen = true;
        }
        if (!e.IsSystem && state.FirstSeenAt == Instants.Never)
        {
            state.FirstSeenAt = e.At;
        }
        Feed(e);
    }

    /// <summary>Lets time pass: afterwards every change point up to and including <paramref name="clock"/> has been decided.</summary>
    public void AdvanceTo(long clock)
    {
        if (state.IsOpen && state.Now > clock)
        {
            throw new InvalidOperationException("The clock stands before an event that was taken in.");
        }
        Close();
        MeetDeadlines(clock, false);
    }

    /// <summary>
    /// Lets time pass up to <paramref name="clock"/>, or to the first instant at which <see cref="HearsAll"/> becomes true. Who leaves out events
    /// that no rule reads asks this before each stretch of them: false means that the events after <see cref="Now"/> must all be fed.
    /// </summary>
    public bool TryPass(long clock)
    {
        if (state.IsOpen && state.Now > clock)
        {
            return !HearsAll;
        }
        Close();
        if (!HearsAll)
        {
            MeetDeadlines(clock, true);
        }
        return !HearsAll;
    }

    /// <summary>
    /// <see cref="TryPass"/> up to just before an event that comes in order, then <see cref="Add"/>. False, with the event not taken in, where
    /// <see cref="TryPass"/> is false.
    /// </summary>
    public bool TryPassAndAdd(in PackedEvent e)
    {
        if (!state.IsOpen || e.At != state.Now)
        {
            Close();
            if (!HearsAll)
            {
                MeetDeadlines(e.At - 1, true);
            }
            if (HearsAll || e.At <= state.DecidedAt)
            {
                return HearsAll ? false : throw new InvalidOperationException("An event came out of order: refold the profile.");
            }
            state.Now = e.At;
            state.IsOpen = true;
        }
        else if (HearsAll)
        {
            return false;
        }
        // Whoever has entered was seen before.
        Feed(e);
        return true;
    }

    /// <summary>
    /// Writes the whole state as one block: what <see cref="Load"/> needs for a fold of the same <see cref="Plan"/> to go on as this one would,
    /// but for the lists of past moves, memberships and loops, which are the caller's to keep. For memory only: its form follows the plan.
    /// </summary>
    public void Save(IBufferWriter<byte> output)
    {
        block.Clear();
        FoldBlock.Write(state, block);
        output.Write(block.Written);
    }

    /// <summary>
    /// Takes the state of a saved fold of the same plan in place of its own. <see cref="Moves"/>, <see cref="MembershipMoves"/> and <see cref="Loops"/> are
    /// empty afterwards and hold only what happens from here on.
    /// </summary>
    public void Load(ReadOnlySpan<byte> saved)
    {
        Reset();
        FoldBlock.Read(state, saved);
    }

    private void Feed(in PackedEvent e)
    {
        if (e.Type == CallType.Track)
        {
            Apply(plan.GroupsOfName(e.Name), e);
        }
        else if (FeedKinds.Of(e.Type) is { } kind)
        {
            Apply(plan.GroupsOfFeed(kind), e);
        }
        if (!e.IsSystem)
        {
            Apply(plan.GroupsOfFeed(FeedKind.Any), e);
        }
        if ((e.Flags & PackedFlags.Consent) != 0)
        {
            Apply(plan.GroupsOfFeed(FeedKind.Consent), e);
        }
    }

    private void Apply(EventGroup[] groups, in PackedEvent e)
    {
        foreach (var group in groups)
        {
            group.Apply(state, e);
            state.IsHeard = true;
        }
    }

    private void MeetDeadlines(long until, bool stopsAtLoop)
    {
        if (state.Deadlines.Bound <= until)
        {
            while (state.Deadlines.Peek(out _) is var next && next <= until)
            {
                state.Now = next;
                decisions.Decide(false);
                if (stopsAtLoop && state.LoopingCount > 0)
                {
                    return;
                }
            }
        }
        state.Now = Math.Max(state.Now, until);
    }

    /// <summary>Decides the instant whose events have been taken in.</summary>
    private void Close()
    {
        if (state.IsOpen)
        {
            state.IsOpen = false;
            decisions.Decide(true);
        }
    }
}
