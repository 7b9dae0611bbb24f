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
/// The places of all profiles, one packed block each in an arena per shard: an object a profile would cost four times the memory. All lies in
/// pages of a fixed size: nothing is copied to grow, and a snapshot shares the pages. Reading runs on any number of threads; the blocks of
/// one shard are changed by one thread at a time, with no reader beside it.
/// </summary>
public sealed class PlaceTable
{
    public const int ShardCount = Placement.ShardCount;

    private const int NumberBits = 14;
    private const int NumbersAPage = 1 << NumberBits;

    private readonly PlacePages spares = new();
    private readonly PlaceArena[] arenas = new PlaceArena[ShardCount];

    /// <summary>By profile, in pages: where its block begins in its shard's arena, plus one; 0 for none.</summary>
    private int[]?[] blocks = new int[]?[4];

    public PlaceTable()
    {
        for (var i = 0; i < ShardCount; i++)
        {
            arenas[i] = new PlaceArena(spares);
        }
    }

    /// <summary>Profiles that have a place.</summary>
    public int Count => arenas.Sum(arena => arena.Blocks);

    /// <summary>Bytes held in memory.</summary>
    public long Size => blocks.Sum(page => (page?.Length ?? 0) * 4L) + arenas.Sum(arena => arena.Capacity);

    /// <summary>Makes room for numbers up to <paramref name="profile"/>. With nobody else beside it.</summary>
    public void Reserve(int profile)
    {
        Stretch(profile);
        for (var page = 0; page <= profile >> NumberBits; page++)
        {
            blocks[page] ??= new int[NumbersAPage];
        }
    }

    public bool Has(int profile) => BlockOf(profile) != 0;

    /// <summary>A view that is valid until the profile's shard changes; only for a profile that has a place.</summary>
    public PlaceView View(int profile) => new(ArenaOf(profile).At(BlockOf(profile) - 1));

    public ProfilePlace? Of(int profile) => Has(profile) ? View(profile).ToPlace() : null;

    public long DeadlineOf(int profile) => Has(profile) ? View(profile).NextDeadline : Instants.Never;

    /// <summary>Profiles that have a place, by number.</summary>
    public IEnumerable<int> Profiles()
    {
        for (var page = 0; page < blocks.Length; page++)
        {
            for (var i = 0; i < (blocks[page]?.Length ?? 0); i++)
            {
                if (blocks[page]![i] != 0)
                {
                    yield return (page << NumberBits) + i;
                }
            }
        }
    }

    /// <summary>
    /// Every place of one shard, in no order: the way over all of them that touches memory once, for several threads with a shard each.
    /// Not beside a change.
    /// </summary>
    public void Each(int shard, PlaceReader read) => arenas[shard].Each(read);

    public void Set(int profile, ReadOnlySpan<PlacedMove> moves, ReadOnlySpan<Membership> memberships, long nextDeadline)
    {
        Remove(profile);
        var arena = ArenaOf(profile);
        var offset = arena.Add(profile, PlaceBlock.Measure(moves, memberships));
        PlaceBlock.Write(arena.Own(offset), moves, memberships, nextDeadline);
        Place(profile, offset);
        Settle(arena);
    }

    public void SetMemberships(int profile, ReadOnlySpan<Membership> memberships)
    {
        var place = View(profile).ToPlace();
        Set(profile, place.Moves, memberships, place.NextDeadline);
    }

    public void SetDeadline(int profile, long nextDeadline)
    {
        // Nothing is written where nothing changes: a page that a snapshot shares stays shared.
        if (View(profile).NextDeadline != nextDeadline)
        {
            PlaceBlock.SetDeadline(ArenaOf(profile).Own(BlockOf(profile) - 1), nextDeadline);
        }
    }

    /// <summary>Adds moves behind those that are there.</summary>
    public void Append(int profile, ReadOnlySpan<PlacedMove> moves)
    {
        var arena = ArenaOf(profile);
        var at = BlockOf(profile) - 1;
        var more = PlaceBlock.Measure(moves, []) - PlaceBlock.Header;
        var used = PlaceBlock.Used(arena.At(at));
        if (used + more > arena.At(at).Length)
        {
            // Room for half as much again: a profile that moves often is not copied at each move.
            var room = used + more + ((used + more) / 2);
            var larger = arena.Add(profile, room);
            arena.At(at)[..used].CopyTo(arena.Own(larger));
            PlaceBlock.SetOwner(arena.Own(larger), profile, room);
            arena.Free(at);
            Place(profile, at = larger);
        }
        PlaceBlock.Append(arena.Own(at), moves);
        Settle(arena);
    }

    public void Remove(int profile)
    {
        if (Has(profile))
        {
            ArenaOf(profile).Free(BlockOf(profile) - 1);
            Place(profile, -1);
        }
    }

    /// <summary>What stands now, for a checkpoint to write: pages are shared until the snapshot is disposed. Not beside a change.</summary>
    public PlaceSnapshot Capture()
    {
        var hold = new PlaceHold();
        return new PlaceSnapshot([.. arenas.Select(arena => arena.Share(hold))], () => spares.Release(hold));
    }

    internal void Restore(int profile, ReadOnlySpan<byte> block)
    {
        // Only its own page: the numbers of a damaged checkpoint may lie anywhere.
        Stretch(profile);
        blocks[profile >> NumberBits] ??= new int[NumbersAPage];
        var arena = ArenaOf(profile);
        var offset = arena.Add(profile, block.Length);
        block.CopyTo(arena.Own(offset));
        Place(profile, offset);
    }

    private void Stretch(int profile)
    {
        if (profile >> NumberBits >= blocks.Length)
        {
            Array.Resize(ref blocks, Math.Max(blocks.Length * 2, (profile >> NumberBits) + 1));
        }
    }

    private PlaceArena ArenaOf(int profile) => arenas[Placement.ShardOf(profile)];

    private int BlockOf(int profile) => profile >> NumberBits < blocks.Length && blocks[profile >> NumberBits] is { } page ? page[profile & (NumbersAPage - 1)] : 0;

    private void Place(int profile, int offset) => blocks[profile >> NumberBits]![profile & (NumbersAPage - 1)] = offset + 1;

    /// <summary>Closes the gaps once half of an arena is gaps.</summary>
    private void Settle(PlaceArena arena)
    {
        if (arena.IsWorthClosing)
        {
            arena.Close(Place);
        }
    }
}

/// <summary>Takes one profile's place; the view is valid until it returns.</summary>
public delegate void PlaceReader(int profile, PlaceView place);

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
