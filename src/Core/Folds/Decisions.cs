using Ciclo.Core.Time;

namespace Ciclo.Core.Folds;

/// <summary>Decides one instant of a profile: what is due, what has flipped, and the definitions that this concerns, in their order.</summary>
internal sealed class Decisions(ProfileFold fold, FoldState state)
{
    private readonly FoldPlan plan = state.Plan;

    public void Decide(bool hasEvents)
    {
        state.DecidedAt = state.Now;
        if (state.Deadlines.Bound <= state.Now)
        {
            TakeDue();
        }
        if (!state.IsEntered)
        {
            if (state.FirstSeenAt != state.Now)
            {
                return;
            }
            Enter();
        }
        else if (hasEvents)
        {
            Hear();
        }
        if (state.DirtyLadders.Count == 0 && state.DirtyAtoms.IsEmpty && state.Pending.IsEmpty)
        {
            return;
        }
        Refresh();
        for (var position = state.Pending.First(); position >= 0; position = state.Pending.First(position + 1))
        {
            state.Work++;
            var definition = plan.Order[position];
            if (definition >= 0)
            {
                DecideLifecycle(definition);
            }
            else
            {
                DecideSegment(~definition);
            }
            // What it did to itself it has already answered for.
            state.Pending.Remove(position);
        }
    }

    private void Enter()
    {
        state.IsEntered = true;
        state.IsHeard = false;
        for (var lifecycle = 0; lifecycle < state.Stages.Length; lifecycle++)
        {
            state.Stages[lifecycle] = new StageState { Since = state.Now, Persona = -1 };
            fold.Moves.Add(new StageMove(lifecycle, -1, 0, state.Now));
        }
        state.MarkAll(plan.AtomsOfEntry);
        MarkLadders(plan.LaddersOfEntry);
        // All others hold only if something has flipped, and are put in line by that.
        foreach (var position in plan.OrderOfEntry)
        {
            state.Pending.Add(position);
        }
    }

    /// <summary>An event lets what was held back try again.</summary>
    private void Hear()
    {
        if (state.IsHeard)
        {
            state.IsHeard = false;
            state.Heard++;
        }
        for (var lifecycle = 0; state.LoopingCount > 0 && lifecycle < state.Stages.Length; lifecycle++)
        {
            if (state.Stages[lifecycle].IsLooping)
            {
                state.Stages[lifecycle].QuietMoves = 0;
                state.Pending.Add(plan.OrderOfLifecycle[lifecycle]);
            }
        }
    }

    private void DecideLifecycle(int index)
    {
        var lifecycle = plan.Lifecycles[index];
        ref var stage = ref state.Stages[index];
        var (stageBefore, personaBefore) = (stage.Current, stage.Persona);
        state.HeldStages.Clear();
        state.HeldStages.Add(stage.Current);
        SetLooping(ref stage, false);
        while (true)
        {
            stage.Persona = PersonaNow(lifecycle);
            var next = NextStage(lifecycle, stage);
            if (next == stage.Current)
            {
                break;
            }
            if (!state.HeldStages.Add(next) || QuietMoves(ref stage) == ProfileFold.MaxQuietMoves)
            {
                SetLooping(ref stage, true);
                fold.Loops.Add((index, state.Now));
                break;
            }
            stage.QuietMoves++;
            fold.Moves.Add(new StageMove(index, stage.Current, next, state.Now));
            stage.Current = next;
            stage.Since = state.Now;
            state.MarkAll(plan.AtomsOfStage[index]);
            MarkLadders(plan.LaddersOfStage[index]);
            Refresh();
        }
        if (stage.Current != stageBefore || stage.Persona != personaBefore)
        {
            // Of all other stages the profile is no member, and cannot be.
            PendAll(lifecycle.SubSegmentsOfStage[stageBefore]);
            PendAll(lifecycle.SubSegmentsOfStage[stage.Current]);
        }
    }

    private void PendAll(int[] segments)
    {
        foreach (var segment in segments)
        {
            state.Pending.Add(plan.OrderOfSegment[segment]);
        }
    }

    private void SetLooping(ref StageState stage, bool isLooping)
    {
        if (stage.IsLooping != isLooping)
        {
            stage.IsLooping = isLooping;
            state.LoopingCount += isLooping ? 1 : -1;
        }
    }

    private int QuietMoves(ref StageState stage)
    {
        if (stage.QuietSince != state.Heard)
        {
            stage.QuietSince = state.Heard;
            stage.QuietMoves = 0;
        }
        return stage.QuietMoves;
    }

    private int PersonaNow(CompiledLifecycle lifecycle)
    {
        var conditions = lifecycle.PersonaConditions;
        for (var persona = 0; persona < conditions.Length; persona++)
        {
            if (conditions[persona].Holds(fold))
            {
                return persona;
            }
        }
        return conditions.Length;
    }

    private int NextStage(CompiledLifecycle lifecycle, in StageState stage)
    {
        var conditions = lifecycle.StageConditions[stage.Persona];
        foreach (var candidate in lifecycle.Candidates[stage.Persona][stage.Current])
        {
            if (conditions[candidate].Holds(fold))
            {
                return candidate;
            }
        }
        return lifecycle.IsFree ? 0 : stage.Current;
    }

    private void DecideSegment(int index)
    {
        var segment = plan.AllSegments[index];
        var holds = segment.Lifecycle < 0
            ? segment.Conditions[0].Holds(fold)
            : state.Stages[segment.Lifecycle].Current == segment.Stage && segment.Conditions[state.Stages[segment.Lifecycle].Persona].Holds(fold);
        if (holds == state.Members[index])
        {
            return;
        }
        state.Members[index] = holds;
        fold.MembershipMoves.Add(new MembershipMove(index, holds, state.Now));
        state.MarkAll(plan.AtomsOfSegment[index]);
        Refresh();
    }

    private void MarkLadders(int[] ladders)
    {
        foreach (var ladder in ladders)
        {
            state.DirtyLadders.Add(ladder);
        }
    }

    /// <summary>Asks again what may have changed; what flips puts the definitions it decides, and atoms that read it, in line.</summary>
    private void Refresh()
    {
        while (state.DirtyLadders.Count > 0)
        {
            RefreshLadder(plan.Ladders[state.DirtyLadders.Pop()]);
        }
        // An atom comes after those that it reads.
        for (var atom = state.DirtyAtoms.First(); atom >= 0; atom = state.DirtyAtoms.First(atom + 1))
        {
            state.DirtyAtoms.Remove(atom);
            RefreshAtom(atom);
        }
    }

    private void RefreshLadder(Ladder ladder)
    {
        state.Work++;
        if (ladder.Input is { IsLazy: true } input)
        {
            input.Expire(state, ref state.Slots[input.Index], state.Now);
        }
        ref var place = ref state.Places[ladder.Index];
        var before = place;
        place = ladder.TryRead(state, out var value) ? ladder.PlaceOf(value, before) : Ladder.Nowhere;
        var after = place;
        state.AwaitRung(ladder);
        if (after == before)
        {
            return;
        }
        state.Climbed.Add(ladder.Index);
        if (before == Ladder.Nowhere || after == Ladder.Nowhere)
        {
            FlipAll(ladder.Atoms, before, after);
            return;
        }
        for (var rung = Math.Min(before, after); rung < Math.Max(before, after); rung++)
        {
            FlipAll(ladder.AtomsAt(rung), before, after);
        }
    }

    private void FlipAll(ReadOnlySpan<int> atoms, int before, int after)
    {
        foreach (var atom in atoms)
        {
            ref readonly var range = ref plan.Ranges[atom];
            if (range.Holds(before) != range.Holds(after))
            {
                Flip(atom);
            }
        }
    }

    private void RefreshAtom(int index)
    {
        state.Work++;
        var atom = plan.Atoms[index];
        var holds = atom.Holds(fold);
        var item = state.ItemOfAtom(index);
        var wake = atom.NextChange(fold);
        if (wake != state.Deadlines[item])
        {
            state.Deadlines.Set(item, wake);
            state.Awake.Add(index);
        }
        if (holds != fold.Truth(index))
        {
            state.Flipped[index] = !state.Flipped[index];
            Flip(index);
        }
    }

    private void Flip(int atom)
    {
        state.Work++;
        state.MarkAll(plan.AtomsOfAtom[atom]);
        foreach (var position in plan.OrderOfAtom[atom])
        {
            state.Pending.Add(position);
        }
    }

    private void TakeDue()
    {
        while (state.Deadlines.Peek(out var item) <= state.Now)
        {
            state.Deadlines.Set(item, Instants.Never);
            if (item < state.Slots.Length)
            {
                var input = plan.Inputs[item];
                input.Expire(state, ref state.Slots[item], state.Now);
                state.Changed(input);
            }
            else if (item < state.Slots.Length + state.Places.Length)
            {
                state.DirtyLadders.Add(item - state.Slots.Length);
            }
            else
            {
                state.DirtyAtoms.Add(item - state.ItemOfAtom(0));
            }
        }
    }
}
