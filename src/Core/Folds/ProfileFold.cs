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
/// What it answers does not depend on how the feeding was cut into calls.
/// </summary>
public sealed class ProfileFold
{
    private readonly FoldPlan plan;
    private readonly Slot[] slots;
    private readonly bool[] truth;
    private readonly long[] wakes;
    private readonly bool[] isDirty;
    private readonly int[] dirty;
    private readonly bool[] isPending;
    private readonly StageState[] stages;
    private readonly bool[] members;
    private readonly DeadlineQueue deadlines = new();
    private int dirtyCount;
    private int pendingFrom = int.MaxValue;
    private long decidedAt;
    private bool isOpen;

    /// <summary>
    /// Moves of one lifecycle with no event in between, past which time alone moves a profile no further: rules over time_in_stage can
    /// chase each other for ever, millisecond by millisecond. It is kept as a loop; the next event goes on.
    /// </summary>
    public const int MaxQuietMoves = 10_000;

    private struct StageState
    {
        public int QuietMoves;
        public int Current;
        public int Persona;
        public long Since;
        public bool IsLooping;
    }

    public ProfileFold(FoldPlan plan)
        : this(plan, plan.InitialTruth)
    {
    }

    internal ProfileFold(FoldPlan plan, bool[]? initialTruth)
    {
        this.plan = plan;
        slots = new Slot[plan.Inputs.Length];
        truth = new bool[plan.Atoms.Length];
        wakes = new long[plan.Atoms.Length];
        isDirty = new bool[plan.Atoms.Length];
        dirty = new int[plan.Atoms.Length];
        isPending = new bool[plan.Order.Length];
        stages = new StageState[plan.Lifecycles.Length];
        members = new bool[plan.Segments.Length];
        if (initialTruth is not null)
        {
            Reset();
        }
    }

    public FoldPlan Plan => plan;

    /// <summary>Where the clock of this fold stands.</summary>
    public long Now { get; private set; }

    /// <summary>The first event of origin customer, once there is one.</summary>
    public long FirstSeenAt { get; private set; }

    public bool IsEntered { get; private set; }

    public List<StageMove> Moves { get; } = [];

    public List<MembershipMove> MembershipMoves { get; } = [];

    /// <summary>Lifecycles in which a move was held back because its stage had already been held in that instant, with the instant.</summary>
    public List<(int Lifecycle, long At)> Loops { get; } = [];

    /// <summary>When time alone may next change something; <see cref="Instants.Never"/> if it cannot.</summary>
    public long NextDeadline
    {
        get
        {
            Close();
            return PeekDeadline();
        }
    }

    public int StageOf(int lifecycle) => IsEntered ? stages[lifecycle].Current : -1;

    public long StageSince(int lifecycle) => stages[lifecycle].Since;

    /// <summary>The persona that applies, as an index; the number of personas where none does.</summary>
    public int PersonaOf(int lifecycle) => stages[lifecycle].Persona;

    public bool IsMember(int segment) => members[segment];

    public Value StageIdOf(int lifecycle) =>
        IsEntered ? Value.Of(plan.Lifecycles[lifecycle].Definition.Stages[stages[lifecycle].Current].Id) : Value.Null;

    internal ref readonly Slot SlotOf(Input input) => ref slots[input.Index];

    internal bool Truth(int atom) => truth[atom];

    /// <summary>Back to a profile without events.</summary>
    public void Reset()
    {
        Array.Clear(slots);
        plan.InitialTruth.CopyTo(truth, 0);
        Array.Fill(wakes, Instants.Never);
        Array.Clear(isDirty);
        Array.Clear(isPending);
        Array.Clear(stages);
        Array.Clear(members);
        deadlines.Clear();
        Moves.Clear();
        MembershipMoves.Clear();
        Loops.Clear();
        dirtyCount = 0;
        pendingFrom = int.MaxValue;
        isOpen = false;
        IsEntered = false;
        Now = long.MinValue;
        decidedAt = long.MinValue;
        FirstSeenAt = Instants.Never;
    }

    /// <summary>
    /// Whether an event at that instant still comes in order: no change point at or after it has been decided yet. The clock may have gone
    /// past it, as it always has for a live event.
    /// </summary>
    public bool CanAdd(long at) => isOpen ? at >= Now : at > decidedAt;

    /// <summary>Takes the next event in. Out of order it throws: the caller refolds the profile from its history.</summary>
    public void Add(in PackedEvent e)
    {
        if (!CanAdd(e.At))
        {
            throw new InvalidOperationException("An event came out of order: refold the profile.");
        }
        if (!isOpen || e.At != Now)
        {
            Close();
            MeetDeadlines(e.At - 1);
            Now = e.At;
            isOpen = true;
        }
        if (!e.IsSystem && FirstSeenAt == Instants.Never)
        {
            FirstSeenAt = e.At;
        }
        Feed(e);
    }

    /// <summary>Lets time pass: afterwards every change point up to and including <paramref name="clock"/> has been decided.</summary>
    public void AdvanceTo(long clock)
    {
        if (isOpen && Now > clock)
        {
            throw new InvalidOperationException("The clock stands before an event that was taken in.");
        }
        Close();
        MeetDeadlines(clock);
    }

    /// <summary>The truth of every atom for a profile of which nothing is known.</summary>
    internal bool[] TruthOfNothing()
    {
        FirstSeenAt = Instants.Never;
        for (var atom = 0; atom < truth.Length; atom++)
        {
            truth[atom] = plan.Atoms[atom].Holds(this);
        }
        return truth;
    }

    private void Feed(in PackedEvent e)
    {
        if (e.Type == CallType.Track)
        {
            Apply(plan.InputsOfName(e.Name), e);
        }
        else if (FeedKinds.Of(e.Type) is { } kind)
        {
            Apply(plan.InputsOfFeed(kind), e);
        }
        if (!e.IsSystem)
        {
            Apply(plan.InputsOfFeed(FeedKind.Any), e);
        }
        if ((e.Flags & PackedFlags.Consent) != 0)
        {
            Apply(plan.InputsOfFeed(FeedKind.Consent), e);
        }
    }

    private void Apply(int[] inputs, in PackedEvent e)
    {
        foreach (var index in inputs)
        {
            var input = plan.Inputs[index];
            ref var slot = ref slots[index];
            var expiryBefore = input.NextExpiry(slot);
            if (!input.Apply(ref slot, e))
            {
                continue;
            }
            MarkAll(plan.AtomsOfInput[index]);
            var expiry = input.NextExpiry(slot);
            if (expiry != expiryBefore)
            {
                AddDeadline(expiry, index);
            }
        }
    }

    private void MeetDeadlines(long until)
    {
        while (PeekDeadline() is var next && next <= until)
        {
            Now = next;
            Decide(false);
        }
        Now = Math.Max(Now, until);
    }

    /// <summary>Decides the instant whose events have been taken in.</summary>
    private void Close()
    {
        if (isOpen)
        {
            isOpen = false;
            Decide(true);
        }
    }

    private void Decide(bool hasEvents)
    {
        decidedAt = Now;
        TakeDue();
        if (!IsEntered)
        {
            if (FirstSeenAt != Now)
            {
                return;
            }
            Enter();
        }
        else if (hasEvents)
        {
            PendLooping();
        }
        RefreshAtoms();
        for (var position = pendingFrom; position < isPending.Length; position++)
        {
            if (isPending[position])
            {
                DecideDefinition(plan.Order[position]);
                // What it did to itself it has already answered for.
                isPending[position] = false;
            }
        }
        pendingFrom = int.MaxValue;
    }

    private void Enter()
    {
        IsEntered = true;
        for (var lifecycle = 0; lifecycle < stages.Length; lifecycle++)
        {
            stages[lifecycle] = new StageState { Since = Now, Persona = -1 };
            Moves.Add(new StageMove(lifecycle, -1, 0, Now));
        }
        MarkAll(plan.AtomsOfEntry);
        Array.Fill(isPending, true);
        pendingFrom = 0;
    }

    private void PendLooping()
    {
        for (var lifecycle = 0; lifecycle < stages.Length; lifecycle++)
        {
            stages[lifecycle].QuietMoves = 0;
            if (stages[lifecycle].IsLooping)
            {
                Pend(plan.OrderOfLifecycle[lifecycle]);
            }
        }
    }

    private void DecideDefinition(int definition)
    {
        if (definition >= 0)
        {
            DecideLifecycle(definition);
        }
        else
        {
            DecideSegment(~definition);
        }
    }

    private void DecideLifecycle(int index)
    {
        var lifecycle = plan.Lifecycles[index];
        ref var state = ref stages[index];
        var (stageBefore, personaBefore) = (state.Current, state.Persona);
        Span<bool> held = stackalloc bool[Math.Min(lifecycle.Definition.Stages.Count, 1_000)];
        held[state.Current] = true;
        state.IsLooping = false;
        while (true)
        {
            state.Persona = PersonaNow(lifecycle);
            var next = NextStage(lifecycle, state);
            if (next == state.Current)
            {
                break;
            }
            if (held[next] || state.QuietMoves == MaxQuietMoves)
            {
                state.IsLooping = true;
                Loops.Add((index, Now));
                break;
            }
            held[next] = true;
            state.QuietMoves++;
            Moves.Add(new StageMove(index, state.Current, next, Now));
            state.Current = next;
            state.Since = Now;
            MarkAll(plan.AtomsOfStage[index]);
            RefreshAtoms();
        }
        if (state.Current != stageBefore || state.Persona != personaBefore)
        {
            foreach (var segment in lifecycle.SubSegments)
            {
                Pend(plan.OrderOfSegment[segment]);
            }
        }
    }

    private int PersonaNow(CompiledLifecycle lifecycle)
    {
        var conditions = lifecycle.PersonaConditions;
        for (var persona = 0; persona < conditions.Length; persona++)
        {
            if (conditions[persona].Holds(this))
            {
                return persona;
            }
        }
        return conditions.Length;
    }

    private int NextStage(CompiledLifecycle lifecycle, in StageState state)
    {
        var conditions = lifecycle.StageConditions[state.Persona];
        var isFree = lifecycle.Definition.Movement == Rules.Movement.Free;
        var returns = lifecycle.ReturnsTo[state.Persona][state.Current];
        for (var stage = conditions.Length - 1; stage >= 0; stage--)
        {
            var isAllowed = isFree || stage >= state.Current || Array.IndexOf(returns, stage) >= 0;
            if (isAllowed && conditions[stage].Holds(this))
            {
                return stage;
            }
        }
        return isFree ? 0 : state.Current;
    }

    private void DecideSegment(int index)
    {
        var segment = plan.Segments[index];
        var holds = segment.Lifecycle < 0
            ? segment.Conditions[0].Holds(this)
            : stages[segment.Lifecycle].Current == segment.Stage && segment.Conditions[stages[segment.Lifecycle].Persona].Holds(this);
        if (holds == members[index])
        {
            return;
        }
        members[index] = holds;
        MembershipMoves.Add(new MembershipMove(index, holds, Now));
        MarkAll(plan.AtomsOfSegment[index]);
        RefreshAtoms();
    }

    private void MarkAll(int[] atoms)
    {
        foreach (var atom in atoms)
        {
            Mark(atom);
        }
    }

    private void Mark(int atom)
    {
        if (!isDirty[atom])
        {
            isDirty[atom] = true;
            dirty[dirtyCount++] = atom;
        }
    }

    private void Pend(int position)
    {
        isPending[position] = true;
        pendingFrom = Math.Min(pendingFrom, position);
    }

    /// <summary>Asks the dirty atoms again; those that flip put the definitions they decide, and atoms that read them, in line.</summary>
    private void RefreshAtoms()
    {
        while (dirtyCount > 0)
        {
            var index = dirty[--dirtyCount];
            isDirty[index] = false;
            var atom = plan.Atoms[index];
            var holds = atom.Holds(this);
            var wake = atom.NextChange(this);
            if (wake != wakes[index])
            {
                wakes[index] = wake;
                AddDeadline(wake, plan.Inputs.Length + index);
            }
            if (holds == truth[index])
            {
                continue;
            }
            truth[index] = holds;
            MarkAll(plan.AtomsOfAtom[index]);
            foreach (var position in plan.OrderOfAtom[index])
            {
                Pend(position);
            }
        }
    }

    private void AddDeadline(long at, int item)
    {
        // Each moved deadline leaves a stale entry behind; past a few per item the heap is made anew from what is live.
        if (deadlines.Count > 64 + (4 * (slots.Length + wakes.Length)))
        {
            deadlines.Clear();
            for (var input = 0; input < slots.Length; input++)
            {
                deadlines.Add(plan.Inputs[input].NextExpiry(slots[input]), input);
            }
            for (var atom = 0; atom < wakes.Length; atom++)
            {
                deadlines.Add(wakes[atom], slots.Length + atom);
            }
            return;
        }
        deadlines.Add(at, item);
    }

    private void TakeDue()
    {
        while (deadlines.Peek() is { } due && due.At <= Now)
        {
            deadlines.Remove();
            if (due.Item >= plan.Inputs.Length)
            {
                var atom = due.Item - plan.Inputs.Length;
                if (wakes[atom] == due.At)
                {
                    wakes[atom] = Instants.Never;
                    Mark(atom);
                }
                continue;
            }
            var input = plan.Inputs[due.Item];
            ref var slot = ref slots[due.Item];
            if (input.NextExpiry(slot) > Now)
            {
                continue;
            }
            input.Expire(ref slot, Now);
            AddDeadline(input.NextExpiry(slot), due.Item);
            MarkAll(plan.AtomsOfInput[due.Item]);
        }
    }

    /// <summary>The next deadline that still means something; stale ones are dropped on the way.</summary>
    private long PeekDeadline()
    {
        while (deadlines.Peek() is { } due)
        {
            var isLive = due.Item >= plan.Inputs.Length
                ? wakes[due.Item - plan.Inputs.Length] == due.At
                : plan.Inputs[due.Item].NextExpiry(slots[due.Item]) == due.At;
            if (isLive)
            {
                return due.At;
            }
            deadlines.Remove();
        }
        return Instants.Never;
    }
}
