using System.Buffers.Binary;

namespace Ciclo.Core.Identity;

/// <summary>
/// The graph as bytes, version 2: magic and version, then in blocks with checksums: limits, the tables as they lie in memory (little-endian), commands,
/// queues; last the texts. What is read is checked so far that no number leads out of a table; that the tables agree with each other the checksums vouch for.
/// </summary>
internal static class IdentityCheckpoint
{
    public const int Version = 2;
    public const int Magic = 0x44494443;
    public const int HeadBytes = 8;
    private const int MaxText = 1 << 20;

    public static void Capture(IdentityState state, SnapshotBlocks blocks)
    {
        blocks.Add(state.Limits.UserIds);
        blocks.Add(state.Limits.Others);
        blocks.Add(state.Limits.MaxComponent);
        blocks.Add(state.Arena.Extent.Chunks);
        blocks.Add(state.Arena.Extent.Used);
        state.Nodes.Capture(blocks);
        state.Calls.Capture(blocks);
        state.Exempt.Capture(blocks);
        state.Components.Capture(blocks);
        state.Profiles.Capture(blocks);
        AddList(state.Queue, blocks);
        AddList(state.Quarantined, blocks);
        blocks.Add(state.Commands.Latest.Count);
        foreach (var ((a, b), command) in state.Commands.Latest)
        {
            blocks.Add<int>([a, b, (int)command.Kind, command.Id.Length]);
            blocks.Add(command.At);
            blocks.Add<byte>(command.Id);
        }
    }

    public static IdentityState Read(Stream stream, IdentityLimits limits)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        stream.ReadExactly(head);
        Require(BitConverter.IsLittleEndian
            && BinaryPrimitives.ReadInt32LittleEndian(head) == Version && BinaryPrimitives.ReadInt32LittleEndian(head[4..]) == Magic);
        var reader = new SnapshotReader(stream);
        var sameLimits = (reader.Int(), reader.Int(), reader.Int()) == (limits.UserIds, limits.Others, limits.MaxComponent);
        var (chunks, used) = (reader.Int(), reader.Int());
        var state = new IdentityState(limits);
        state.Nodes.Restore(reader);
        var nodes = state.Nodes.Count;
        state.Calls.Restore(reader, nodes);
        state.Exempt.Restore(reader, nodes);
        state.Components.Restore(reader, nodes);
        state.Profiles.Restore(reader, state.Nodes);
        ReadList(state.Queue, reader, nodes);
        ReadList(state.Quarantined, reader, nodes);
        ReadCommands(state, reader);
        state.Arena.Restore(reader, chunks, used);
        state.Nodes.Check();
        state.Calls.Check(nodes);
        state.Exempt.Check(nodes);
        if (!sameLimits)
        {
            FindQuarantined(state);
            MarkAllDirty(state);
        }
        return state;
    }

    public static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidDataException("The identity checkpoint is damaged; delete it and it is made anew from the journal.");
        }
    }

    private static void AddList(List<int> list, SnapshotBlocks blocks)
    {
        blocks.Add(list.Count);
        blocks.Add<int>(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(list));
    }

    private static void ReadList(List<int> list, SnapshotReader reader, int nodes)
    {
        var count = reader.Count();
        var rows = reader.Table<int>(count).AsSpan(0, count);
        foreach (var node in rows)
        {
            Require((uint)node < (uint)nodes);
        }
        list.AddRange(rows);
    }

    private static void ReadCommands(IdentityState state, SnapshotReader reader)
    {
        Span<int> row = stackalloc int[4];
        for (var left = reader.Count(); left > 0; left--)
        {
            reader.Fill(row);
            var (a, b, kind, length) = (row[0], row[1], (IdentityCommandKind)row[2], row[3]);
            Require(a >= 0 && a < b && b < state.Nodes.Count && kind <= IdentityCommandKind.Separate && length is >= 0 and <= MaxText);
            var at = reader.Long();
            var id = new byte[length];
            reader.Fill<byte>(id);
            state.Commands.Offer(a, b, new PairCommands.Command(kind, at, id));
            state.MarkSeparated(a);
            state.MarkSeparated(b);
        }
    }

    private static void FindQuarantined(IdentityState state)
    {
        state.Quarantined.Clear();
        for (var node = 0; node < state.Nodes.Count; node++)
        {
            if (state.Components.RootOf(node) == node && state.IsQuarantined(node))
            {
                state.Quarantined.Add(node);
            }
        }
    }

    private static void MarkAllDirty(IdentityState state)
    {
        for (var node = 0; node < state.Nodes.Count; node++)
        {
            if (state.Nodes.IsHeld(node))
            {
                state.MarkDirty(node);
            }
        }
    }
}
