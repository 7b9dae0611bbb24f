using System.Globalization;

namespace Ciclo.Engine.Runtime;

/// <summary>What an erasure took away, in numbers.</summary>
/// <param name="Events">Events of the person.</param>
/// <param name="Redacted">Events and other records of others that named the person, and no longer do.</param>
/// <param name="Rejected">Refused items that named the person.</param>
/// <param name="Commands">What people had said of the person's identifiers.</param>
/// <param name="Moves">Rows of the feed of transitions.</param>
public sealed record ErasedCounts(long Events, long Redacted, long Rejected, long Commands, long Moves);

/// <summary>One person's erasure as the journal tells it. <see cref="Removed"/> and <see cref="DoneAt"/> are null until no byte is left.</summary>
public sealed record Erasure(string Id, long At, string By, int Identifiers, long Events, IReadOnlyList<UInt128> Hashes, long Boundary)
{
    public ErasedCounts? Removed { get; init; }

    public long? DoneAt { get; init; }

    public long? LiftedAt { get; init; }
}

/// <summary>All erasures of a workspace, in the order of the journal.</summary>
public sealed class Erasures
{
    private readonly List<Erasure> all = [];
    private byte[]? key;

    public IReadOnlyList<Erasure> All => all;

    /// <summary>What hashes are keyed with; null before the first erasure.</summary>
    public byte[]? Key => key;

    /// <summary>Those that are still to be carried through.</summary>
    public IEnumerable<Erasure> Open => all.Where(erasure => erasure.DoneAt is null);

    public Erasure? Find(string id) => all.Find(erasure => erasure.Id == id);

    /// <summary>The tombstones that stand.</summary>
    public ErasedIdentifiers Standing() => Of(all.Where(erasure => erasure.LiftedAt is null));

    public ErasedIdentifiers Of(IEnumerable<Erasure> erasures) =>
        key is null ? ErasedIdentifiers.None : new ErasedIdentifiers(key, erasures.SelectMany(erasure => erasure.Hashes));

    /// <summary>Events at addresses before <paramref name="boundary"/> that carry the identifiers are erased; none comes after it.</summary>
    public void Take(ErasureBegunRecord begun, long boundary)
    {
        key ??= Convert.FromHexString(begun.Key);
        var erasure = new Erasure(begun.Id, begun.At, begun.By, begun.Identifiers, begun.Events,
            [.. begun.Hashes.Select(text => UInt128.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))], boundary);
        var known = all.FindIndex(one => one.Id == begun.Id);
        if (known < 0)
        {
            all.Add(erasure);
        }
        else
        {
            // More identifiers of the same person had come in meanwhile.
            all[known] = erasure with { Hashes = [.. all[known].Hashes.Union(erasure.Hashes)], Boundary = boundary, Identifiers = all[known].Identifiers + erasure.Identifiers, DoneAt = null };
        }
    }

    public void Take(ErasureDoneRecord done) => Change(done.Id, erasure => erasure with
    {
        DoneAt = done.At, Removed = new ErasedCounts(done.Events, done.Redacted, done.Rejected, done.Commands, done.Moves),
    });

    public void Take(ErasureLiftedRecord lifted) => Change(lifted.Id, erasure => erasure with { LiftedAt = lifted.At });

    public void Write(BinaryWriter writer)
    {
        writer.Write(all.Count);
        if (all.Count > 0)
        {
            writer.Write(key!);
        }
        foreach (var erasure in all)
        {
            writer.Write(erasure.Id);
            writer.Write(erasure.At);
            writer.Write(erasure.By);
            writer.Write(erasure.Identifiers);
            writer.Write(erasure.Events);
            writer.Write(erasure.Boundary);
            writer.Write(erasure.DoneAt ?? long.MinValue);
            writer.Write(erasure.LiftedAt ?? long.MinValue);
            var removed = erasure.Removed ?? new ErasedCounts(0, 0, 0, 0, 0);
            foreach (var count in new[] { removed.Events, removed.Redacted, removed.Rejected, removed.Commands, removed.Moves })
            {
                writer.Write(count);
            }
            writer.Write(erasure.Hashes.Count);
            foreach (var hash in erasure.Hashes)
            {
                writer.Write((ulong)(hash >> 64));
                writer.Write((ulong)hash);
            }
        }
    }

    public static Erasures Restore(BinaryReader reader)
    {
        var erasures = new Erasures();
        var count = reader.ReadInt32();
        erasures.key = count > 0 ? reader.ReadBytes(ErasedIdentifiers.KeyBytes) : null;
        for (; count > 0; count--)
        {
            erasures.all.Add(RestoreOne(reader));
        }
        return erasures;
    }

    private static Erasure RestoreOne(BinaryReader reader)
    {
        var (id, at, by, identifiers, events, boundary) =
            (reader.ReadString(), reader.ReadInt64(), reader.ReadString(), reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt64());
        var (doneAt, liftedAt) = (reader.ReadInt64(), reader.ReadInt64());
        var removed = new ErasedCounts(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        var hashes = new UInt128[reader.ReadInt32()];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = new UInt128(reader.ReadUInt64(), reader.ReadUInt64());
        }
        return new Erasure(id, at, by, identifiers, events, hashes, boundary)
        {
            DoneAt = doneAt == long.MinValue ? null : doneAt,
            LiftedAt = liftedAt == long.MinValue ? null : liftedAt,
            Removed = doneAt == long.MinValue ? null : removed,
        };
    }

    private void Change(string id, Func<Erasure, Erasure> change)
    {
        var at = all.FindIndex(erasure => erasure.Id == id);
        if (at >= 0)
        {
            all[at] = change(all[at]);
        }
    }
}
