using System.Buffers.Binary;
using Ciclo.Core.Events;
using Ciclo.Core.Time;

namespace Ciclo.Engine.Runtime;

/// <summary>A move as it was made known, by numbers of names that outlive any version of a definition.</summary>
public readonly record struct PlacedMove(int Lifecycle, int From, int To, long At);

/// <summary>A segment held, by number of name, and since when.</summary>
public readonly record struct Membership(int Segment, long Since);

/// <summary>What is known of one profile's place, taken out of the table: its moves, memberships, and when to look again.</summary>
public sealed class ProfilePlace
{
    public PlacedMove[] Moves { get; init; } = [];

    public Membership[] Memberships { get; init; } = [];

    public long NextDeadline { get; init; } = Instants.Never;
}

/// <summary>
/// The places of all profiles, one packed block each in an arena per shard: an object a profile would cost four times the memory. Reading
/// runs on any number of threads; the blocks of one shard are changed by one thread at a time, with no reader beside it.
/// </summary>
public sealed class PlaceTable
{
    public const int ShardCount = Placement.ShardCount;

    private readonly PlaceArena[] arenas = new PlaceArena[ShardCount];

    /// <summary>By profile: where its block begins in its shard's arena, plus one; 0 for none.</summary>
    private int[] blocks = new int[1_024];

    public PlaceTable()
    {
        for (var i = 0; i < ShardCount; i++)
        {
            arenas[i] = new PlaceArena();
        }
    }

    /// <summary>Profiles that have a place.</summary>
    public int Count => arenas.Sum(arena => arena.Blocks);

    /// <summary>Bytes held in memory.</summary>
    public long Size => (blocks.Length * 4L) + arenas.Sum(arena => (long)arena.Capacity);

    /// <summary>Makes room for numbers up to <paramref name="profile"/>. With nobody else beside it.</summary>
    public void Reserve(int profile)
    {
        if (profile >= blocks.Length)
        {
            Array.Resize(ref blocks, Math.Max(blocks.Length * 2, profile + 1));
        }
    }

    public bool Has(int profile) => profile < blocks.Length && blocks[profile] != 0;

    /// <summary>A view that is valid until the profile's shard changes; only for a profile that has a place.</summary>
    public PlaceView View(int profile) => new(ArenaOf(profile).At(blocks[profile] - 1));

    public ProfilePlace? Of(int profile) => Has(profile) ? View(profile).ToPlace() : null;

    public long DeadlineOf(int profile) => Has(profile) ? View(profile).NextDeadline : Instants.Never;

    /// <summary>Profiles that have a place, by number.</summary>
    public IEnumerable<int> Profiles()
    {
        for (var profile = 0; profile < blocks.Length; profile++)
        {
            if (blocks[profile] != 0)
            {
                yield return profile;
            }
        }
    }

    public void Set(int profile, ReadOnlySpan<PlacedMove> moves, ReadOnlySpan<Membership> memberships, long nextDeadline)
    {
        Remove(profile);
        var arena = ArenaOf(profile);
        Place(profile, arena.Add(profile, PlaceBlock.Measure(moves, memberships)));
        PlaceBlock.Write(arena.At(blocks[profile] - 1), moves, memberships, nextDeadline);
        Settle(arena);
    }

    public void SetMemberships(int profile, ReadOnlySpan<Membership> memberships)
    {
        var place = View(profile).ToPlace();
        Set(profile, place.Moves, memberships, place.NextDeadline);
    }

    public void SetDeadline(int profile, long nextDeadline) => PlaceBlock.SetDeadline(ArenaOf(profile).At(blocks[profile] - 1), nextDeadline);

    /// <summary>Adds moves behind those that are there.</summary>
    public void Append(int profile, ReadOnlySpan<PlacedMove> moves)
    {
        var arena = ArenaOf(profile);
        var block = arena.At(blocks[profile] - 1);
        var more = PlaceBlock.Measure(moves, []) - PlaceBlock.Header;
        var used = PlaceBlock.Used(block);
        if (used + more > block.Length)
        {
            // Room for half as much again: a profile that moves often is not copied at each move.
            var room = used + more + ((used + more) / 2);
            var larger = arena.Add(profile, room);
            var before = arena.At(blocks[profile] - 1);
            block = arena.At(larger);
            before[..used].CopyTo(block);
            PlaceBlock.SetOwner(block, profile, room);
            arena.Free(blocks[profile] - 1);
            Place(profile, larger);
        }
        PlaceBlock.Append(block, moves);
        Settle(arena);
    }

    public void Remove(int profile)
    {
        if (Has(profile))
        {
            ArenaOf(profile).Free(blocks[profile] - 1);
            blocks[profile] = 0;
        }
    }

    /// <summary>A copy that further changes do not touch, for a checkpoint to write.</summary>
    public PlaceSnapshot Capture() => new([.. arenas.Select(arena => arena.Copy())]);

    internal void Restore(int profile, ReadOnlySpan<byte> block)
    {
        Reserve(profile);
        var arena = ArenaOf(profile);
        Place(profile, arena.Add(profile, block.Length));
        block.CopyTo(arena.At(blocks[profile] - 1));
        PlaceBlock.SetOwner(arena.At(blocks[profile] - 1), profile, block.Length);
    }

    private PlaceArena ArenaOf(int profile) => arenas[Placement.ShardOf(profile)];

    private void Place(int profile, int offset) => blocks[profile] = offset + 1;

    /// <summary>Closes the gaps once half of an arena is gaps.</summary>
    private void Settle(PlaceArena arena)
    {
        if (arena.IsWorthClosing)
        {
            arena.Close(Place);
        }
    }
}

/// <summary>The bytes of all places as they stood at one moment.</summary>
public sealed class PlaceSnapshot
{
    private readonly byte[][] arenas;

    internal PlaceSnapshot(byte[][] arenas) => this.arenas = arenas;

    /// <summary>Writes the number of arenas, then each with its length.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(arenas.Length);
        foreach (var arena in arenas)
        {
            writer.Write(arena.Length);
            writer.Write(arena);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote. Throws <see cref="InvalidDataException"/> for bytes that are no places.</summary>
    public static PlaceTable Read(BinaryReader reader)
    {
        var table = new PlaceTable();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var length = reader.ReadInt32();
            var bytes = reader.ReadBytes(length);
            if (bytes.Length != length)
            {
                throw new InvalidDataException("The places end before their time.");
            }
            PlaceArena.Walk(bytes, bytes.Length, (profile, block) =>
            {
                if (profile >= 0)
                {
                    table.Restore(profile, block);
                }
            });
        }
        return table;
    }
}

/// <summary>One profile's block, read where it lies.</summary>
public readonly ref struct PlaceView(ReadOnlySpan<byte> block)
{
    private readonly ReadOnlySpan<byte> block = block;

    public long NextDeadline => BinaryPrimitives.ReadInt64LittleEndian(block[8..]);

    public MembershipEnumerator Memberships => new(PlaceBlock.MembershipsOf(block));

    public MoveEnumerator Moves => new(PlaceBlock.MovesOf(block));

    /// <summary>The stage held in a lifecycle (numbers of names), or <see cref="Names.None"/>.</summary>
    public int StageOf(int lifecycle)
    {
        var stage = Names.None;
        foreach (var move in Moves)
        {
            stage = move.Lifecycle == lifecycle ? move.To : stage;
        }
        return stage;
    }

    public ProfilePlace ToPlace()
    {
        var (moves, memberships) = (new List<PlacedMove>(), new List<Membership>());
        foreach (var move in Moves)
        {
            moves.Add(move);
        }
        foreach (var membership in Memberships)
        {
            memberships.Add(membership);
        }
        return new ProfilePlace { Moves = [.. moves], Memberships = [.. memberships], NextDeadline = NextDeadline };
    }

    public ref struct MoveEnumerator(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> bytes = bytes;
        private int next;

        public PlacedMove Current { get; private set; }

        public readonly MoveEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (next >= bytes.Length)
            {
                return false;
            }
            var lifecycle = (int)Varint.Read(bytes, ref next);
            var from = (int)Varint.Read(bytes, ref next) - 1;
            var to = (int)Varint.Read(bytes, ref next);
            Current = new PlacedMove(lifecycle, from, to, PlaceBlock.ReadInstant(bytes, ref next));
            return true;
        }
    }

    public ref struct MembershipEnumerator(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> bytes = bytes;
        private int next;

        public Membership Current { get; private set; }

        public readonly MembershipEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (next >= bytes.Length)
            {
                return false;
            }
            var segment = (int)Varint.Read(bytes, ref next);
            Current = new Membership(segment, PlaceBlock.ReadInstant(bytes, ref next));
            return true;
        }
    }
}
