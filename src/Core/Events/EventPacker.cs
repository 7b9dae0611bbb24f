using System.Buffers.Binary;
using System.Text.Json;
using Ciclo.Core.Values;

namespace Ciclo.Core.Events;

/// <summary>
/// Turns a journal record into the packed form that folds read: properties flattened to paths (`shipping.country`; a path through a list
/// gives the list of values), names as numbers. One packer belongs to one thread; its buffers are reused.
/// </summary>
public sealed class EventPacker(Names eventNames, Names paths)
{
    /// <summary>Distinct paths of one event beyond this many are left to the journal.</summary>
    public const int MaxFields = 1_000;

    private const int MaxDepth = 32;

    private readonly int groupPath = paths.Add(FieldPaths.Group);
    private readonly int namePath = paths.Add(FieldPaths.PageName);
    private readonly int categoryPath = paths.Add(FieldPaths.PageCategory);
    private readonly ContextFields context = new(paths);
    private readonly PackedFields fields = new();
    private readonly byte[] pathBuffer = new byte[16_384];
    private byte[] output = new byte[1_024];

    /// <summary>Packs a record; the bytes are valid until the next call.</summary>
    public ReadOnlySpan<byte> Pack(scoped in EventRecord record, long address, out int nameId)
    {
        fields.Clear();
        nameId = record.Type == CallType.Track ? eventNames.Add(record.Name) : Names.None;
        var flags = record.Origin == Origin.System ? PackedFlags.System : PackedFlags.None;
        if (record.Type is CallType.Page or CallType.Screen)
        {
            fields.AddText(namePath, record.Name);
            AddCategory(record.Json);
        }
        if (record.Type == CallType.Group)
        {
            fields.AddText(groupPath, record.GroupId);
        }
        var isTraits = record.Type is CallType.Identify or CallType.Group;
        if (!record.PropertiesJson.IsEmpty)
        {
            ReadObject(record.PropertiesJson, "", isTraits);
        }
        if (record.Type is CallType.Track or CallType.Page or CallType.Screen)
        {
            flags |= context.Add(record, fields);
        }
        if (ConsentFields.Applies(record))
        {
            flags |= PackedFlags.Consent;
            ConsentFields.Add(record, fields, paths);
        }
        return Write(record, address, nameId, flags);
    }

    private ReadOnlySpan<byte> Write(scoped in EventRecord record, long address, int nameId, PackedFlags flags)
    {
        var size = 2 + 10 + 1 + record.MessageId.Length + 8 + 10 + fields.MaxBytes;
        if (output.Length < size)
        {
            output = new byte[size * 2];
        }
        var span = output.AsSpan();
        span[0] = (byte)record.Type;
        span[1] = (byte)flags;
        var next = 2;
        next += Varint.Write(span[next..], (ulong)(nameId + 1));
        span[next++] = (byte)record.MessageId.Length;
        record.MessageId.CopyTo(span[next..]);
        next += record.MessageId.Length;
        BinaryPrimitives.WriteInt64LittleEndian(span[next..], address);
        next += 8;
        next += fields.Write(span[next..]);
        return span[..next];
    }

    private void AddCategory(ReadOnlySpan<byte> json)
    {
        // What was admitted is at most 32 deep; a journal of before 2026-11-22 may hold deeper integrations, which are passed over.
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1_000_000 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isCategory = reader.ValueTextEquals("category"u8);
            reader.Read();
            if (isCategory && reader.TokenType == JsonTokenType.String)
            {
                fields.AddText(categoryPath, ref reader);
            }
            reader.Skip();
        }
    }

    private void ReadObject(ReadOnlySpan<byte> json, string prefix, bool isTraits)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1_000 });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }
        var length = System.Text.Encoding.UTF8.GetBytes(prefix, pathBuffer);
        ReadMembers(ref reader, length, false, 0, isTraits);
    }

    private void ReadMembers(ref Utf8JsonReader reader, int prefixLength, bool inList, int depth, bool isTraits)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var length = AppendName(ref reader, prefixLength);
            reader.Read();
            if (length < 0 || depth >= MaxDepth || fields.Count >= MaxFields)
            {
                reader.Skip();
                continue;
            }
            if (isTraits)
            {
                length = ReservedTraits.Canonical(pathBuffer, length);
            }
            ReadValue(ref reader, length, inList, depth, isTraits);
        }
    }

    private void ReadValue(ref Utf8JsonReader reader, int length, bool inList, int depth, bool isTraits)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                if (!inList)
                {
                    fields.AddObject(paths.Add(pathBuffer.AsSpan(0, length)));
                }
                pathBuffer[length] = (byte)'.';
                ReadMembers(ref reader, length + 1, inList, depth + 1, isTraits);
                break;
            case JsonTokenType.StartArray:
                ReadArray(ref reader, length, inList, depth, isTraits);
                break;
            default:
                AddScalar(ref reader, length, inList, isTraits);
                break;
        }
    }

    private void ReadArray(ref Utf8JsonReader reader, int length, bool inList, int depth, bool isTraits)
    {
        var path = paths.Add(pathBuffer.AsSpan(0, length));
        if (!inList)
        {
            fields.AddList(path);
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (depth >= MaxDepth)
            {
                reader.Skip();
                continue;
            }
            ReadValue(ref reader, length, true, depth + 1, isTraits);
        }
    }

    private void AddScalar(ref Utf8JsonReader reader, int length, bool inList, bool isTraits)
    {
        var name = pathBuffer.AsSpan(0, length);
        var path = paths.Add(name);
        if (path == Names.None)
        {
            return;
        }
        switch (reader.TokenType)
        {
            case JsonTokenType.True or JsonTokenType.False:
                fields.AddBoolean(path, inList, reader.TokenType == JsonTokenType.True);
                break;
            case JsonTokenType.Number:
                if (Number.TryParse(reader.ValueSpan, out var number))
                {
                    fields.AddNumber(path, inList, number);
                }
                else if (!inList)
                {
                    // Out of range is not numeric: it behaves as null, and as a trait it takes the place of what was set before.
                    fields.AddNull(path);
                }
                break;
            case JsonTokenType.String:
                if (!isTraits && ReservedNumbers.Contains(name) && !reader.ValueIsEscaped && Number.TryParse(reader.ValueSpan.Trim((byte)' '), out var fromText))
                {
                    fields.AddNumber(path, inList, fromText);
                }
                else
                {
                    fields.AddText(path, ref reader, inList);
                }
                break;
            case JsonTokenType.Null when !inList:
                fields.AddNull(path);
                break;
        }
    }

    private int AppendName(ref Utf8JsonReader reader, int prefixLength)
    {
        var room = pathBuffer.Length - prefixLength - 16;
        var needed = reader.ValueSpan.Length;
        if (needed > room || needed > 4_096)
        {
            return -1;
        }
        return prefixLength + reader.CopyString(pathBuffer.AsSpan(prefixLength));
    }
}
