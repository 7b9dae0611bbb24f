using Ciclo.Core.Time;

namespace Ciclo.Core.Folds;

/// <summary>
/// A fold's state as bytes, in proportion to what the profile has touched. Deadlines are not kept but found again: each follows from a
/// window's oldest event or from a place on a ladder.
/// </summary>
internal static class FoldBlock
{
    [Flags]
    private enum Parts
    {
        None = 0,
        Begun = 1,
        Open = 2,
        Heard = 4,
        Decided = 8,
        Seen = 16,
        Entered = 32,
        Dirty = 64,
    }

    public static void Write(FoldState state, BlockWriter writer)
    {
        var parts = PartsOf(state);
        writer.Add((int)parts);
        if (parts == Parts.None)
        {
            return;
        }
        writer.AddSigned(state.Now);
        if (Has(parts, Parts.Decided))
        {
            writer.AddSigned(state.Now - state.DecidedAt);
        }
        if (Has(parts, Parts.Seen))
        {
            writer.AddSigned(state.Now - state.FirstSeenAt);
        }
        if (Has(parts, Parts.Entered))
        {
            WriteStages(state, writer);
            WriteBits(state.Members, writer);
        }
        WriteGroups(state, writer);
        WriteLadders(state, writer);
        WriteAtoms(state, writer);
        if (Has(parts, Parts.Dirty))
        {
            WriteDirty(state, writer);
        }
    }

    /// <summary>Reads into a state that has been reset.</summary>
    public static void Read(FoldState state, ReadOnlySpan<byte> saved)
    {
        var reader = new BlockReader(saved);
        var parts = (Parts)reader.NextInt();
        if (parts == Parts.None)
        {
            return;
        }
        state.Now = reader.NextSigned();
        state.IsOpen = Has(parts, Parts.Open);
        state.IsHeard = Has(parts, Parts.Heard);
        state.DecidedAt = Has(parts, Parts.Decided) ? state.Now - reader.NextSigned() : long.MinValue;
        state.FirstSeenAt = Has(parts, Parts.Seen) ? state.Now - reader.NextSigned() : Instants.Never;
        if (Has(parts, Parts.Entered))
        {
            state.IsEntered = true;
            ReadStages(state, ref reader);
            ReadBits(state.Members, ref reader);
        }
        ReadGroups(state, ref reader);
        ReadLadders(state, ref reader);
        ReadAtoms(state, ref reader);
        if (Has(parts, Parts.Dirty))
        {
            ReadDirty(state, ref reader);
        }
    }

    private static bool Has(Parts parts, Parts part) => (parts & part) != 0;

    private static Parts PartsOf(FoldState state)
    {
        if (state.Now == long.MinValue)
        {
            return Parts.None;
        }
        return Parts.Begun
            | (state.IsOpen ? Parts.Open : 0)
            | (state.IsHeard ? Parts.Heard : 0)
            | (state.DecidedAt != long.MinValue ? Parts.Decided : 0)
            | (state.FirstSeenAt != Instants.Never ? Parts.Seen : 0)
            | (state.IsEntered ? Parts.Entered : 0)
            | (state.DirtyLadders.Count > 0 || state.DirtyAtoms.First() >= 0 ? Parts.Dirty : 0);
    }

    private static void WriteStages(FoldState state, BlockWriter writer)
    {
        for (var i = 0; i < state.Stages.Length; i++)
        {
            ref readonly var stage = ref state.Stages[i];
            var personas = state.Plan.Lifecycles[i].PersonaConditions.Length + 1;
            var quiet = stage.QuietSince == state.Heard ? stage.QuietMoves : 0;
            writer.Add((((stage.Current * personas) + stage.Persona) * 4) + (stage.IsLooping ? 2 : 0) + (quiet > 0 ? 1 : 0));
            writer.Add((ulong)(stage.Since - state.FirstSeenAt));
            if (quiet > 0)
            {
                writer.Add(quiet);
            }
        }
    }

    private static void ReadStages(FoldState state, ref BlockReader reader)
    {
        for (var i = 0; i < state.Stages.Length; i++)
        {
            var personas = state.Plan.Lifecycles[i].PersonaConditions.Length + 1;
            var code = reader.NextInt();
            ref var stage = ref state.Stages[i];
            (stage.Current, stage.Persona) = Math.DivRem(code >> 2, personas);
            stage.IsLooping = (code & 2) != 0;
            stage.Since = state.FirstSeenAt + (long)reader.Next();
            stage.QuietMoves = (code & 1) != 0 ? reader.NextInt() : 0;
            state.LoopingCount += stage.IsLooping ? 1 : 0;
        }
    }

    private static void WriteGroups(FoldState state, BlockWriter writer)
    {
        writer.Add(state.Groups.Count);
        foreach (var group in state.Groups.Items)
        {
            writer.Add(group);
            state.Plan.Groups[group].Save(state, writer);
        }
    }

    private static void ReadGroups(FoldState state, ref BlockReader reader)
    {
        for (var left = reader.NextInt(); left > 0; left--)
        {
            var group = state.Plan.Groups[reader.NextInt()];
            state.Groups.Add(group.Index);
            group.Load(state, ref reader);
            foreach (var input in group.Inputs)
            {
                if (input.IsWindowed && !input.IsLazy)
                {
                    state.Deadlines.Set(input.Index, input.NextExpiry(state, state.Slots[input.Index]));
                }
            }
        }
    }

    private static void WriteLadders(FoldState state, BlockWriter writer)
    {
        writer.Add(state.Climbed.Count);
        foreach (var ladder in state.Climbed.Items)
        {
            writer.Add(ladder);
            writer.Add(state.Places[ladder] - Ladder.Nowhere);
        }
    }

    private static void ReadLadders(FoldState state, ref BlockReader reader)
    {
        for (var left = reader.NextInt(); left > 0; left--)
        {
            var ladder = reader.NextInt();
            state.Climbed.Add(ladder);
            state.Places[ladder] = reader.NextInt() + Ladder.Nowhere;
            state.AwaitRung(state.Plan.Ladders[ladder]);
        }
    }

    private static void WriteAtoms(FoldState state, BlockWriter writer)
    {
        WriteBits(state.Flipped, writer);
        var first = state.ItemOfAtom(0);
        foreach (var atom in state.Awake.Items)
        {
            if (state.Deadlines[first + atom] is var due && due != Instants.Never)
            {
                writer.Add(atom + 1);
                writer.AddSigned(due - state.Now);
            }
        }
        writer.Add(0);
    }

    private static void ReadAtoms(FoldState state, ref BlockReader reader)
    {
        ReadBits(state.Flipped, ref reader);
        for (var atom = reader.NextInt(); atom > 0; atom = reader.NextInt())
        {
            state.Awake.Add(atom - 1);
            state.Deadlines.Set(state.ItemOfAtom(atom - 1), state.Now + reader.NextSigned());
        }
    }

    private static void WriteDirty(FoldState state, BlockWriter writer)
    {
        writer.Add(state.DirtyLadders.Count);
        foreach (var ladder in state.DirtyLadders.Items)
        {
            writer.Add(ladder);
        }
        for (var atom = state.DirtyAtoms.First(); atom >= 0; atom = state.DirtyAtoms.First(atom + 1))
        {
            writer.Add(atom + 1);
        }
        writer.Add(0);
    }

    private static void ReadDirty(FoldState state, ref BlockReader reader)
    {
        for (var left = reader.NextInt(); left > 0; left--)
        {
            state.DirtyLadders.Add(reader.NextInt());
        }
        for (var atom = reader.NextInt(); atom > 0; atom = reader.NextInt())
        {
            state.DirtyAtoms.Add(atom - 1);
        }
    }

    private static void WriteBits(SparseBits bits, BlockWriter writer)
    {
        foreach (var word in bits.TouchedWords)
        {
            if (bits.WordAt(word) != 0)
            {
                writer.Add(word + 1);
                writer.Add(bits.WordAt(word));
            }
        }
        writer.Add(0);
    }

    private static void ReadBits(SparseBits bits, ref BlockReader reader)
    {
        for (var word = reader.NextInt(); word > 0; word = reader.NextInt())
        {
            bits.SetWord(word - 1, reader.Next());
        }
    }
}
