using Ciclo.Core.Time;

namespace Ciclo.Core.Folds;

/// <summary>Where a profile stands in one lifecycle.</summary>
internal struct StageState
{
    public int Current;
    public int Persona;
    public long Since;
    public bool IsLooping;
    public int QuietMoves;

    /// <summary>The <see cref="FoldState.Heard"/> up to which <see cref="QuietMoves"/> counts; older, it is 0.</summary>
    public int QuietSince;
}

/// <summary>
/// All that a fold knows of a profile, in arrays as long as the plan and lists of what has been touched: to begin anew, to save and to load
/// cost what the profile has touched.
/// </summary>
internal sealed class FoldState
{
    /// <summary>Four times the calendar: what lies further ahead never comes.</summary>
    private const long FarAway = Instants.MaxMs * 4;

    public FoldState(FoldPlan plan)
    {
        Plan = plan;
        Slots = new Slot[plan.Inputs.Length];
        Groups = new TouchedSet(plan.Groups.Length);
        Streams = new WindowStream?[plan.StreamCount];
        Queues = new WindowQueue?[plan.QueueCount];
        SavedQueueFrom = new long[plan.QueueCount];
        Numbers = new Int128[plan.ColumnCount];
        HasNumber = new bool[plan.ColumnCount];
        Places = new int[plan.Ladders.Length];
        Climbed = new TouchedSet(plan.Ladders.Length);
        Flipped = new SparseBits(plan.Atoms.Length);
        Awake = new TouchedSet(plan.Atoms.Length);
        DirtyLadders = new TouchedSet(plan.Ladders.Length);
        DirtyAtoms = new PendingBits(plan.Atoms.Length);
        Pending = new PendingBits(plan.Order.Length);
        Stages = new StageState[plan.Lifecycles.Length];
        HeldStages = new TouchedSet(plan.Lifecycles.Select(lifecycle => lifecycle.Definition.Stages.Count).DefaultIfEmpty(0).Max());
        Members = new SparseBits(plan.AllSegments.Length);
        Deadlines = new Deadlines(plan.Inputs.Length + plan.Ladders.Length + plan.Atoms.Length);
        plan.InitialPlaces.CopyTo(Places, 0);
    }

    public FoldPlan Plan { get; }

    public Slot[] Slots { get; }

    /// <summary>Groups that took an event in.</summary>
    public TouchedSet Groups { get; }

    public WindowStream?[] Streams { get; }

    public WindowQueue?[] Queues { get; }

    /// <summary>While a group is saved: what stands at position 0 of the stream that is read back.</summary>
    public long SavedFrom { get; set; }

    public long[] SavedQueueFrom { get; }

    /// <summary>The numbers of the event at hand by the group's columns.</summary>
    public Int128[] Numbers { get; }

    public bool[] HasNumber { get; }

    /// <summary>Where the event at hand stands in its group's stream.</summary>
    public long Appended { get; set; }

    /// <summary>The place on each ladder.</summary>
    public int[] Places { get; }

    /// <summary>Ladders whose place or deadline is not that of a profile of which nothing is known.</summary>
    public TouchedSet Climbed { get; }

    /// <summary>Atoms on no ladder whose truth is not that of a profile of which nothing is known.</summary>
    public SparseBits Flipped { get; }

    /// <summary>Atoms on no ladder that have, or had, a deadline.</summary>
    public TouchedSet Awake { get; }

    public TouchedSet DirtyLadders { get; }

    public PendingBits DirtyAtoms { get; }

    /// <summary>Definitions to decide, by their place in the order.</summary>
    public PendingBits Pending { get; }

    public StageState[] Stages { get; }

    /// <summary>While a lifecycle is decided: the stages that it has held in this instant.</summary>
    public TouchedSet HeldStages { get; }

    public SparseBits Members { get; }

    /// <summary>Of inputs, then ladders, then atoms.</summary>
    public Deadlines Deadlines { get; }

    public long Now { get; set; }

    public long DecidedAt { get; set; }

    public long FirstSeenAt { get; set; }

    public bool IsEntered { get; set; }

    public bool IsOpen { get; set; }

    /// <summary>An event of the open instant was one that a rule reads.</summary>
    public bool IsHeard { get; set; }

    /// <summary>Instants with an event that a rule reads.</summary>
    public int Heard { get; set; }

    public int LoopingCount { get; set; }

    /// <summary>See <see cref="ProfileFold.Work"/>.</summary>
    public long Work { get; set; }

    public int ItemOfLadder(int ladder) => Slots.Length + ladder;

    public int ItemOfAtom(int atom) => Slots.Length + Places.Length + atom;

    public void Reset()
    {
        foreach (var group in Groups.Items)
        {
            Plan.Groups[group].Clear(this);
        }
        foreach (var ladder in Climbed.Items)
        {
            Places[ladder] = Plan.InitialPlaces[ladder];
        }
        if (IsEntered)
        {
            Array.Clear(Stages);
        }
        Groups.Clear();
        Climbed.Clear();
        Flipped.Clear();
        Awake.Clear();
        DirtyLadders.Clear();
        DirtyAtoms.Clear();
        Pending.Clear();
        Members.Clear();
        Deadlines.Clear();
        Now = long.MinValue;
        DecidedAt = long.MinValue;
        FirstSeenAt = Instants.Never;
        IsEntered = false;
        IsOpen = false;
        IsHeard = false;
        Heard = 0;
        LoopingCount = 0;
    }

    /// <summary>Puts all that reads an input in line to be asked again.</summary>
    public void Changed(Input input)
    {
        if (input.IsWindowed && !input.IsLazy)
        {
            Deadlines.Set(input.Index, input.NextExpiry(this, Slots[input.Index]));
        }
        foreach (var ladder in input.Ladders)
        {
            if (!Stays(ladder))
            {
                DirtyLadders.Add(ladder.Index);
            }
        }
        MarkAll(input.Atoms);
    }

    public void MarkAll(int[] atoms)
    {
        foreach (var atom in atoms)
        {
            DirtyAtoms.Add(atom);
        }
    }

    /// <summary>When time must look at a ladder or at the window it reads.</summary>
    public void AwaitRung(Ladder ladder)
    {
        var place = Places[ladder.Index];
        if (ladder.GrowsWithTime)
        {
            var due = Instants.Never;
            if (ladder.RungAbove(place) is { } rung && ladder.TryRead(this, out var value) && rung - value < FarAway)
            {
                due = Now + (rung - value);
            }
            Await(ladder, ItemOfLadder(ladder.Index), due);
        }
        else if (ladder.Input is { IsLazy: true } input)
        {
            ref readonly var slot = ref Slots[input.Index];
            // Below the first rung, what leaves the window can pass no rung on its way down.
            var isQuiet = place == 0 && input.OnlyFalls(slot) && (ladder.IsSilentAtFloor || input is not WindowExtremeInput);
            Await(ladder, input.Index, isQuiet ? Instants.Never : input.NextExpiry(this, slot));
        }
    }

    /// <summary>
    /// Whether a value that changed has passed no rung, as is mostly so: then only its deadline moves, and the instant has nothing to decide for it.
    /// Before the entry nothing is asked at all.
    /// </summary>
    private bool Stays(Ladder ladder)
    {
        if (!IsEntered)
        {
            return false;
        }
        Work++;
        if (ladder.Input is { IsLazy: true } input)
        {
            input.Expire(this, ref Slots[input.Index], Now);
        }
        if (!ladder.TryRead(this, out var value) || !ladder.IsAt(Places[ladder.Index], value))
        {
            return false;
        }
        AwaitRung(ladder);
        return true;
    }

    private void Await(Ladder ladder, int item, long due)
    {
        if (Deadlines[item] == due)
        {
            return;
        }
        Deadlines.Set(item, due);
        if (due != Instants.Never)
        {
            Climbed.Add(ladder.Index);
        }
    }
}
