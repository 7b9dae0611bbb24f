using System.Buffers.Binary;
using System.Text;
using Ciclo.Core.Values;

namespace Ciclo.Core.Events;

/// <summary>What the folds need of an event beyond its type. Part of the packed form; bits only grow.</summary>
[Flags]
public enum PackedFlags : byte
{
    None = 0,
    System = 1,
    /// <summary>Carries consent preferences (fields below <see cref="FieldPaths.Consent"/>).</summary>
    Consent = 2,
}

/// <summary>Field paths that are not properties; a `$` cannot begin a bare name in a rule.</summary>
public static class FieldPaths
{
    public const string Group = "$group";
    public const string Consent = "$consent.";
    public const string PageName = "name";
    public const string PageCategory = "category";
}

/// <summary>
/// One event as the folds read it: a view over packed bytes. Layout: type and flags (1 byte each), name id + 1 (varint), messageId
/// (length, bytes), journal address (8), number of fields (varint), then for each field path id (varint), kind (1) and value.
/// </summary>
public readonly ref struct PackedEvent
{
    private readonly ReadOnlySpan<byte> fields;
    private readonly int fieldCount;

    public PackedEvent(long at, ReadOnlySpan<byte> bytes)
    {
        At = at;
        Type = (CallType)bytes[0];
        Flags = (PackedFlags)bytes[1];
        var next = 2;
        Name = (int)Varint.Read(bytes, ref next) - 1;
        var length = bytes[next++];
        MessageId = bytes.Slice(next, length);
        next += length;
        Address = BinaryPrimitives.ReadInt64LittleEndian(bytes[next..]);
        next += 8;
        fieldCount = (int)Varint.Read(bytes, ref next);
        fields = bytes[next..];
    }

    public long At { get; }

    public CallType Type { get; }

    public PackedFlags Flags { get; }

    public bool IsSystem => (Flags & PackedFlags.System) != 0;

    /// <summary>The name's number in the workspace's event names, or -1.</summary>
    public int Name { get; }

    public ReadOnlySpan<byte> MessageId { get; }

    /// <summary>Where the event stands in the journal.</summary>
    public long Address { get; }

    /// <summary>The value at a property path; <see cref="Value.Null"/> where there is none or it is null.</summary>
    public Value Get(int path) => TryGet(path, out var value) ? value : Value.Null;

    /// <summary>True if the path was sent, be it with null.</summary>
    public bool TryGet(int path, out Value value)
    {
        var next = 0;
        for (var i = 0; i < fieldCount; i++)
        {
            var id = (int)Varint.Read(fields, ref next);
            if (id == path)
            {
                value = PackedValue.Read(fields, ref next);
                return true;
            }
            PackedValue.Skip(fields, ref next);
        }
        value = default;
        return false;
    }

    /// <summary>The number at a path, without touching anything else; false where there is none.</summary>
    public bool TryGetNumber(int path, out Number number)
    {
        var next = 0;
        for (var i = 0; i < fieldCount; i++)
        {
            var id = (int)Varint.Read(fields, ref next);
            if (id == path)
            {
                return PackedValue.TryReadNumber(fields, next, out number);
            }
            PackedValue.Skip(fields, ref next);
        }
        number = default;
        return false;
    }

    /// <summary>The text at a path as UTF-8; empty where there is none.</summary>
    public ReadOnlySpan<byte> GetText(int path)
    {
        var next = 0;
        for (var i = 0; i < fieldCount; i++)
        {
            var id = (int)Varint.Read(fields, ref next);
            if (id == path)
            {
                return PackedValue.TextBytes(fields, next);
            }
            PackedValue.Skip(fields, ref next);
        }
        return default;
    }

    /// <summary>Adds the paths of all fields to a set.</summary>
    public void NotePaths(HashSet<int> seen)
    {
        var next = 0;
        for (var i = 0; i < fieldCount; i++)
        {
            seen.Add((int)Varint.Read(fields, ref next));
            PackedValue.Skip(fields, ref next);
        }
    }

    public FieldEnumerator GetEnumerator() => new(fields, fieldCount);

    public ref struct FieldEnumerator(ReadOnlySpan<byte> fields, int count)
    {
        private readonly ReadOnlySpan<byte> fields = fields;
        private int left = count;
        private int next;

        public (int Path, Value Value) Current { get; private set; }

        public bool MoveNext()
        {
            if (left == 0)
            {
                return false;
            }
            left--;
            var path = (int)Varint.Read(fields, ref next);
            Current = (path, PackedValue.Read(fields, ref next));
            return true;
        }
    }
}

/// <summary>LEB128, as in Protocol Buffers.</summary>
public static class Varint
{
    public static ulong Read(ReadOnlySpan<byte> bytes, ref int next)
    {
        ulong value = bytes[next];
        next++;
        if (value < 0x80)
        {
            return value;
        }
        value &= 0x7f;
        for (var shift = 7; shift < 64; shift += 7)
        {
            var b = bytes[next];
            next++;
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
        throw new InvalidDataException("A packed event holds a number that never ends.");
    }

    public static int Write(Span<byte> bytes, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            bytes[length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        bytes[length++] = (byte)value;
        return length;
    }
}

/// <summary>How a value stands in packed bytes. Persisted: tags only grow.</summary>
internal static class PackedValue
{
    internal const byte Null = 0;
    internal const byte False = 1;
    internal const byte True = 2;
    /// <summary>Micros as 8 bytes.</summary>
    internal const byte Small = 3;
    /// <summary>Micros as 16 bytes.</summary>
    internal const byte Big = 4;
    /// <summary>Whole units as a zigzag varint.</summary>
    internal const byte Integer = 5;
    internal const byte Text = 6;
    internal const byte List = 7;
    internal const byte Object = 8;

    internal static Value Read(ReadOnlySpan<byte> bytes, ref int next)
    {
        var tag = bytes[next];
        switch (tag)
        {
            case Null:
                next++;
                return Value.Null;
            case False:
                next++;
                return Value.False;
            case True:
                next++;
                return Value.True;
            case Small or Big or Integer:
                TryReadNumber(bytes, next, out var number);
                Skip(bytes, ref next);
                return Value.Of(number);
            case Text:
                var text = Encoding.UTF8.GetString(TextBytes(bytes, next));
                Skip(bytes, ref next);
                return Value.Of(text);
            case List:
                next++;
                var items = new Value[(int)Varint.Read(bytes, ref next)];
                for (var i = 0; i < items.Length; i++)
                {
                    items[i] = Read(bytes, ref next);
                }
                return Value.Of(items);
            case Object:
                next++;
                return Value.Object;
            default:
                throw new InvalidDataException($"A packed event holds a value of unknown kind {tag}.");
        }
    }

    internal static void Skip(ReadOnlySpan<byte> bytes, ref int next)
    {
        var tag = bytes[next];
        next++;
        switch (tag)
        {
            case Small:
                next += 8;
                break;
            case Big:
                next += 16;
                break;
            case Integer:
                Varint.Read(bytes, ref next);
                break;
            case Text:
                var length = (int)Varint.Read(bytes, ref next);
                next += length;
                break;
            case List:
                var count = (int)Varint.Read(bytes, ref next);
                for (var i = 0; i < count; i++)
                {
                    Skip(bytes, ref next);
                }
                break;
        }
    }

    internal static bool TryReadNumber(ReadOnlySpan<byte> bytes, int next, out Number number)
    {
        number = default;
        switch (bytes[next])
        {
            case Small:
                number = Number.FromMicros(BinaryPrimitives.ReadInt64LittleEndian(bytes[(next + 1)..]))!.Value;
                return true;
            case Big:
                number = Number.FromMicros(BinaryPrimitives.ReadInt128LittleEndian(bytes[(next + 1)..]))!.Value;
                return true;
            case Integer:
                next++;
                var zigzag = Varint.Read(bytes, ref next);
                number = Number.FromInteger((long)(zigzag >> 1) ^ -(long)(zigzag & 1));
                return true;
            default:
                return false;
        }
    }

    internal static ReadOnlySpan<byte> TextBytes(ReadOnlySpan<byte> bytes, int next)
    {
        if (bytes[next] != Text)
        {
            return default;
        }
        next++;
        var length = (int)Varint.Read(bytes, ref next);
        return bytes.Slice(next, length);
    }
}
