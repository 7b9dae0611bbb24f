using System.Buffers.Binary;
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
    /// <summary>A track call that a server sent, or a file: it is part of no visit.</summary>
    Server = 4,
    /// <summary>Sent by a program that says it is one: nobody's visit.</summary>
    Bot = 8,
}

/// <summary>Field paths that are not properties; a `$` cannot begin a bare name in a rule.</summary>
public static class FieldPaths
{
    public const string Group = "$group";
    public const string Consent = "$consent.";
    public const string PageName = "name";
    public const string PageCategory = "category";
    public const string CampaignSource = "$campaign.source";
    public const string CampaignMedium = "$campaign.medium";
    public const string CampaignName = "$campaign.name";
    public const string CampaignTerm = "$campaign.term";
    public const string CampaignContent = "$campaign.content";

    /// <summary>The network whose click brought the visitor: `google`.</summary>
    public const string Click = "$click";

    /// <summary>Of the page that a call was made from; page calls mostly have it as a property.</summary>
    public const string Referrer = "$referrer";
    public const string Os = "$os";

    /// <summary>`mobile`, `tablet` or `desktop`.</summary>
    public const string Device = "$device";
    public const string Browser = "$browser";
    public const string Locale = "$locale";
}

/// <summary>
/// One event as the folds read it: a view, either over packed bytes or over a row of columns. Packed bytes: type and flags (1 byte each),
/// name id + 1 (varint), messageId (length, bytes), journal address (8), number of fields (varint), then for each field path id (varint),
/// kind (1) and value. Where a path stands twice, the first counts.
/// </summary>
public readonly ref struct PackedEvent
{
    private readonly ReadOnlySpan<byte> bytes;
    private readonly EventColumns? columns;
    private readonly int row;
    private readonly int idAt;
    private readonly int fieldsAt;

    public PackedEvent(long at, ReadOnlySpan<byte> bytes)
    {
        this.bytes = bytes;
        At = at;
        Type = (CallType)bytes[0];
        Flags = (PackedFlags)bytes[1];
        var next = 2;
        Name = (int)Varint.Read(bytes, ref next) - 1;
        idAt = next;
        fieldsAt = next + 1 + bytes[next] + sizeof(long);
    }

    public PackedEvent(long at, EventKind kind, EventColumns columns, int row)
    {
        At = at;
        Type = kind.Type;
        Flags = kind.Flags;
        Name = kind.Name;
        this.columns = columns;
        this.row = row;
    }

    public long At { get; }

    public CallType Type { get; }

    public PackedFlags Flags { get; }

    public bool IsSystem => (Flags & PackedFlags.System) != 0;

    /// <summary>The name's number in the workspace's event names, or -1.</summary>
    public int Name { get; }

    public EventKind Kind => new(Type, Flags, Name);

    /// <summary>Columns do not hold it: for a row of columns this reads the journal.</summary>
    public ReadOnlySpan<byte> MessageId => columns is null ? bytes.Slice(idAt + 1, bytes[idAt]) : columns.MessageId(row);

    /// <summary>Where the event stands in the journal.</summary>
    public long Address => columns is null ? BinaryPrimitives.ReadInt64LittleEndian(bytes[(fieldsAt - sizeof(long))..]) : columns.Address(row);

    /// <summary>The value at a property path; <see cref="Value.Null"/> where there is none or it is null.</summary>
    public Value Get(int path) => TryGet(path, out var value) ? value : Value.Null;

    /// <summary>True if the path was sent, be it with null.</summary>
    public bool TryGet(int path, out Value value)
    {
        if (columns is not null)
        {
            return columns.TryGet(row, path, out value);
        }
        var found = Find(path);
        value = found < 0 ? default : PackedValue.Read(bytes, ref found);
        return found >= 0;
    }

    /// <summary>The number at a path, without touching anything else; false where there is none.</summary>
    public bool TryGetNumber(int path, out Number number)
    {
        if (columns is not null)
        {
            return columns.TryGetNumber(row, path, out number);
        }
        number = default;
        var found = Find(path);
        return found >= 0 && PackedValue.TryReadNumber(bytes, found, out number);
    }

    /// <summary>The text at a path as UTF-8; empty where there is none.</summary>
    public ReadOnlySpan<byte> GetText(int path)
    {
        if (columns is not null)
        {
            return columns.GetText(row, path);
        }
        var found = Find(path);
        return found < 0 ? default : PackedValue.TextBytes(bytes, found);
    }

    /// <summary>Adds the paths of all fields to a set.</summary>
    public void NotePaths(HashSet<int> seen)
    {
        var raw = RawFields;
        while (raw.MoveNext())
        {
            seen.Add(raw.Path);
        }
    }

    /// <summary>The number of fields and the fields, packed. For a row of columns they are put together anew.</summary>
    public ReadOnlySpan<byte> Fields => columns is null ? bytes[fieldsAt..] : columns.PackFields(row);

    /// <summary>All fields with their values as packed bytes.</summary>
    public RawFieldEnumerator RawFields
    {
        get
        {
            var fields = Fields;
            var next = 0;
            var count = (int)Varint.Read(fields, ref next);
            return new RawFieldEnumerator(fields[next..], count);
        }
    }

    public FieldEnumerator GetEnumerator() => new(RawFields);

    /// <summary>Where the value at a path begins; -1 where there is none.</summary>
    private int Find(int path)
    {
        var next = fieldsAt;
        for (var left = (int)Varint.Read(bytes, ref next); left > 0; left--)
        {
            if ((int)Varint.Read(bytes, ref next) == path)
            {
                return next;
            }
            PackedValue.Skip(bytes, ref next);
        }
        return -1;
    }

    public ref struct RawFieldEnumerator(ReadOnlySpan<byte> fields, int count)
    {
        private readonly ReadOnlySpan<byte> fields = fields;
        private int left = count;
        private int next;

        public int Path { get; private set; }

        /// <summary>The value with its kind, as <see cref="PackedValue"/> reads it.</summary>
        public ReadOnlySpan<byte> Value { get; private set; }

        public bool MoveNext()
        {
            if (left == 0)
            {
                return false;
            }
            left--;
            Path = (int)Varint.Read(fields, ref next);
            var start = next;
            PackedValue.Skip(fields, ref next);
            Value = fields[start..next];
            return true;
        }
    }

    public ref struct FieldEnumerator(RawFieldEnumerator raw)
    {
        private RawFieldEnumerator raw = raw;

        public (int Path, Value Value) Current { get; private set; }

        public bool MoveNext()
        {
            if (!raw.MoveNext())
            {
                return false;
            }
            var next = 0;
            Current = (raw.Path, PackedValue.Read(raw.Value, ref next));
            return true;
        }
    }
}
