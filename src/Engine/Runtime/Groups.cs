using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Engine.Runtime;

/// <summary>The traits of groups over time, from the group calls of all profiles, and who ever belonged to each group.</summary>
public sealed class Groups(Names paths) : IGroupTraits
{
    private sealed class Group
    {
        public readonly List<Change> Changes = [];
        public readonly HashSet<int> Nodes = [];
        public bool IsSorted = true;
    }

    private sealed record Change(long At, byte[] MessageId, byte[] Packed);

    private readonly Dictionary<string, Group> groups = new(StringComparer.Ordinal);
    private readonly List<Group> unsorted = [];

    /// <summary>Takes a group call in: its traits, and that the caller's identifier belongs to the group.</summary>
    public void Add(string id, int node, long at, ReadOnlySpan<byte> packed)
    {
        if (!groups.TryGetValue(id, out var group))
        {
            groups.Add(id, group = new Group());
        }
        group.Nodes.Add(node);
        var e = new PackedEvent(at, packed);
        if (group.IsSorted && group.Changes.Count > 0 && group.Changes[^1].At >= at)
        {
            group.IsSorted = false;
            unsorted.Add(group);
        }
        group.Changes.Add(new Change(at, e.MessageId.ToArray(), packed.ToArray()));
    }

    /// <summary>Takes away what was said at these addresses, and that these identifiers belong to groups. Answers who else belongs to them.</summary>
    public IReadOnlySet<int> Remove(IReadOnlySet<int> nodes, IReadOnlySet<long> addresses)
    {
        var others = new HashSet<int>();
        foreach (var (id, group) in groups.Where(pair => pair.Value.Nodes.Overlaps(nodes)).ToList())
        {
            group.Nodes.ExceptWith(nodes);
            group.Changes.RemoveAll(change => addresses.Contains(new PackedEvent(change.At, change.Packed).Address));
            others.UnionWith(group.Nodes);
            if (group.Nodes.Count == 0)
            {
                groups.Remove(id);
                unsorted.Remove(group);
            }
        }
        return others;
    }

    public IReadOnlyCollection<int> NodesOf(string id) => groups.TryGetValue(id, out var group) ? group.Nodes : [];

    /// <summary>Restores the order after late calls; before folds read, from one thread.</summary>
    public void Sort()
    {
        foreach (var group in unsorted)
        {
            group.Changes.Sort((a, b) => a.At != b.At ? a.At.CompareTo(b.At) : a.MessageId.AsSpan().SequenceCompareTo(b.MessageId));
            group.IsSorted = true;
        }
        unsorted.Clear();
    }

    public Value Get(string group, string path, long now)
    {
        if (!groups.TryGetValue(group, out var found))
        {
            return Value.Null;
        }
        var (whole, top) = (paths.Find(path), paths.Find(path.Split('.')[0]));
        for (var i = CountUpTo(found, now) - 1; i >= 0; i--)
        {
            var e = new PackedEvent(found.Changes[i].At, found.Changes[i].Packed);
            if (e.TryGet(whole, out var value))
            {
                return value;
            }
            if (top >= 0 && e.TryGet(top, out _))
            {
                return Value.Null;
            }
        }
        return Value.Null;
    }

    public long NextChange(string group, long now)
    {
        if (!groups.TryGetValue(group, out var found))
        {
            return Instants.Never;
        }
        var next = CountUpTo(found, now);
        return next < found.Changes.Count ? found.Changes[next].At : Instants.Never;
    }

    private static int CountUpTo(Group group, long now)
    {
        var (low, high) = (0, group.Changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = group.Changes[middle].At <= now ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(groups.Count);
        foreach (var (id, group) in groups)
        {
            writer.Write(id);
            writer.Write(group.Nodes.Count);
            foreach (var node in group.Nodes)
            {
                writer.Write(node);
            }
            writer.Write(group.Changes.Count);
            foreach (var change in group.Changes)
            {
                writer.Write(change.At);
                writer.Write(change.Packed.Length);
                writer.Write(change.Packed);
            }
        }
    }

    public static Groups Restore(BinaryReader reader, Names paths)
    {
        var restored = new Groups(paths);
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var group = new Group { IsSorted = false };
            restored.groups.Add(reader.ReadString(), group);
            restored.unsorted.Add(group);
            for (var nodes = reader.ReadInt32(); nodes > 0; nodes--)
            {
                group.Nodes.Add(reader.ReadInt32());
            }
            for (var changes = reader.ReadInt32(); changes > 0; changes--)
            {
                var at = reader.ReadInt64();
                var packed = reader.ReadBytes(reader.ReadInt32());
                group.Changes.Add(new Change(at, new PackedEvent(at, packed).MessageId.ToArray(), packed));
            }
        }
        restored.Sort();
        return restored;
    }
}
