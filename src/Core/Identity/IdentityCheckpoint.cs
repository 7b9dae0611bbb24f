using System.Runtime.InteropServices;
using Ciclo.Core.Events;

namespace Ciclo.Core.Identity;

/// <summary>
/// The graph as bytes: version, limits, nodes, links of calls, exempt links, commands. Keys, tables and components are made anew when it is read;
/// the partition is kept, so that a restart reports nothing twice and computes nothing again.
/// </summary>
internal static class IdentityCheckpoint
{
    private const byte Version = 1;
    private const int MaxText = 1 << 20;

    // Counts are believed only so far before there is data to back them: a damaged one must not take the memory.
    private const int MostReserved = 1 << 22;

    public static void Write(IdentityState state, BinaryWriter writer)
    {
        writer.Write(Version);
        writer.Write(state.Limits.UserIds);
        writer.Write(state.Limits.Others);
        writer.Write(state.Limits.MaxComponent);
        writer.Write(state.Nodes.Count);
        for (var node = 0; node < state.Nodes.Count; node++)
        {
            WriteNode(state, writer, node);
        }
        WriteLinks(state.Calls, writer);
        WriteLinks(state.Exempt, writer);
        writer.Write(state.Commands.Latest.Count);
        foreach (var ((a, b), command) in state.Commands.Latest)
        {
            writer.Write(a);
            writer.Write(b);
            writer.Write((byte)command.Kind);
            writer.Write(command.At);
            WriteText(writer, command.Id);
        }
    }

    public static IdentityState Read(BinaryReader reader, IdentityLimits limits)
    {
        Require(reader.ReadByte() == Version);
        var sameLimits = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32()) == (limits.UserIds, limits.Others, limits.MaxComponent);
        var state = new IdentityState(limits);
        var text = new byte[1_024];
        ReadNodes(state, reader, ref text);
        ReadLinks(state, state.Calls, reader, ref text);
        ReadLinks(state, state.Exempt, reader, ref text);
        ReadCommands(state, reader, ref text);
        FindQuarantined(state);
        if (!sameLimits)
        {
            MarkAllDirty(state);
        }
        return state;
    }

    private static void WriteNode(IdentityState state, BinaryWriter writer, int node)
    {
        var flags = state.Nodes[node].Flags & NodeFlags.Kept;
        writer.Write((byte)state.Nodes.KindOf(node));
        writer.Write((byte)flags);
        WriteText(writer, state.Nodes.BytesOf(node));
        if ((flags & NodeFlags.Held) != 0)
        {
            writer.Write(state.Nodes[node].FirstSeen);
            writer.Write(state.Profiles.Of(node));
        }
    }

    private static void ReadNodes(IdentityState state, BinaryReader reader, ref byte[] text)
    {
        var count = ReadCount(reader);
        state.Nodes.Reserve(Math.Min(count, MostReserved));
        var profileOf = new List<int>(Math.Min(count, MostReserved));
        for (var node = 0; node < count; node++)
        {
            profileOf.Add(ReadNode(state, reader, ref text));
        }
        RestoreProfiles(state, CollectionsMarshal.AsSpan(profileOf));
    }

    private static int ReadNode(IdentityState state, BinaryReader reader, ref byte[] text)
    {
        var kind = (IdentifierKind)reader.ReadByte();
        var flags = (NodeFlags)reader.ReadByte();
        var bytes = ReadText(reader, ref text);
        Require(kind <= IdentifierKind.External && (flags & ~NodeFlags.Kept) == 0 && (kind != IdentifierKind.External || bytes.Contains((byte)0)));
        var key = Hash.Of((byte)kind, bytes);
        Require(state.Nodes.Find(key) < 0);
        var node = state.AddNode(key, kind, bytes);
        state.Nodes[node].Flags = flags;
        if ((flags & NodeFlags.Dirty) != 0)
        {
            state.Queue.Add(node);
        }
        if ((flags & NodeFlags.Held) == 0)
        {
            Require(flags == NodeFlags.None);
            return -1;
        }
        state.Nodes[node].FirstSeen = reader.ReadInt64();
        return reader.ReadInt32();
    }

    private static void RestoreProfiles(IdentityState state, ReadOnlySpan<int> profileOf)
    {
        // A counting sort by profile: ends[p] is where the members of p end, and after placing them, where they begin.
        var ends = new int[profileOf.Length + 1];
        for (var node = 0; node < profileOf.Length; node++)
        {
            var profile = profileOf[node];
            Require(profile < profileOf.Length && (profile < 0 ? !state.Nodes.IsHeld(node) : profileOf[profile] == profile));
            ends[Math.Max(profile, -1) + 1]++;
        }
        ends[0] = 0;
        for (var profile = 1; profile < ends.Length; profile++)
        {
            ends[profile] += ends[profile - 1];
        }
        var members = new int[ends[^1]];
        for (var node = profileOf.Length - 1; node >= 0; node--)
        {
            if (profileOf[node] >= 0)
            {
                members[--ends[profileOf[node] + 1]] = node;
            }
        }
        for (var profile = 0; profile < profileOf.Length; profile++)
        {
            if (profileOf[profile] == profile)
            {
                var start = ends[profile + 1];
                var end = profile + 2 < ends.Length ? ends[profile + 2] : members.Length;
                state.Profiles.Set(profile, members.AsSpan(start, end - start));
            }
        }
    }

    private static void WriteLinks(LinkTable links, BinaryWriter writer)
    {
        writer.Write(links.Count);
        for (var number = 0; number < links.Count; number++)
        {
            ref readonly var link = ref links[number];
            writer.Write(link.A);
            writer.Write(link.B);
            writer.Write(link.At);
            writer.Write((byte)link.Source);
            WriteText(writer, links.MessageOf(number));
        }
    }

    private static void ReadLinks(IdentityState state, LinkTable links, BinaryReader reader, ref byte[] text)
    {
        var count = ReadCount(reader);
        links.Reserve(Math.Min(count, MostReserved), state.Nodes.Count);
        for (var number = 0; number < count; number++)
        {
            var (a, b) = ReadPair(state, reader);
            var at = reader.ReadInt64();
            var source = (LinkSource)reader.ReadByte();
            Require(source <= LinkSource.Person);
            var rank = (byte)Math.Max(state.Nodes.RankOf(a), state.Nodes.RankOf(b));
            var message = ReadText(reader, ref text);
            Require(message.Length <= ushort.MaxValue && links.Offer(a, b, rank, at, message, source) == Evidence.New);
            if (state.Nodes.IsHeld(a) && state.Nodes.IsHeld(b)
                && (state.Components.RootOf(a), state.Components.RootOf(b)) is var (root, other) && root != other)
            {
                state.Components.Unite(root, other);
            }
        }
    }

    private static void ReadCommands(IdentityState state, BinaryReader reader, ref byte[] text)
    {
        var count = ReadCount(reader);
        for (var number = 0; number < count; number++)
        {
            var (a, b) = ReadPair(state, reader);
            var kind = (IdentityCommandKind)reader.ReadByte();
            Require(kind <= IdentityCommandKind.Separate);
            var at = reader.ReadInt64();
            state.Commands.Offer(a, b, new PairCommands.Command(kind, at, ReadText(reader, ref text).ToArray()));
            state.MarkSeparated(a);
            state.MarkSeparated(b);
        }
    }

    private static void FindQuarantined(IdentityState state)
    {
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

    private static (int A, int B) ReadPair(IdentityState state, BinaryReader reader)
    {
        var (a, b) = (reader.ReadInt32(), reader.ReadInt32());
        Require(a >= 0 && a < b && b < state.Nodes.Count);
        return (a, b);
    }

    private static int ReadCount(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        Require(count >= 0);
        return count;
    }

    private static void WriteText(BinaryWriter writer, ReadOnlySpan<byte> text)
    {
        writer.Write7BitEncodedInt(text.Length);
        writer.Write(text);
    }

    private static ReadOnlySpan<byte> ReadText(BinaryReader reader, ref byte[] text)
    {
        var length = reader.Read7BitEncodedInt();
        Require(length is >= 0 and <= MaxText);
        Rows.Ensure(ref text, length);
        reader.ReadExactly(text.AsSpan(0, length));
        return text.AsSpan(0, length);
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidDataException("The identity checkpoint is damaged; delete it and it is made anew from the journal.");
        }
    }
}
