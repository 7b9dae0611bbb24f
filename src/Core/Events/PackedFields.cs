using System.Buffers.Binary;
using System.Text.Json;
using Ciclo.Core.Values;

namespace Ciclo.Core.Events;

/// <summary>The fields of one event while it is packed. Values of one path through a list are gathered into one list field.</summary>
public sealed class PackedFields
{
    private struct Field
    {
        public int Path;
        /// <summary>First and last of the field's values, as a chain through <see cref="PackedFields.values"/>; -1 for none.</summary>
        public int First;
        public int Last;
        public bool IsList;
        public int Items;
    }

    private struct Item
    {
        public int Start;
        public int Length;
        public int Next;
    }

    private readonly Dictionary<int, int> lists = [];
    private Field[] fields = new Field[64];
    private Item[] values = new Item[64];
    private int valueCount;
    private byte[] bytes = new byte[4_096];
    private int byteCount;

    public int Count { get; private set; }

    /// <summary>An upper bound of what <see cref="Write"/> writes.</summary>
    public int MaxBytes => byteCount + (Count * 16) + 10;

    public void Clear()
    {
        Count = 0;
        valueCount = 0;
        byteCount = 0;
        lists.Clear();
    }

    public void AddNull(int path) => AddTag(path, PackedValue.Null, false);

    public void AddObject(int path) => AddTag(path, PackedValue.Object, false);

    public void AddBoolean(int path, bool inList, bool value) => AddTag(path, value ? PackedValue.True : PackedValue.False, inList);

    public void AddList(int path)
    {
        if (path >= 0)
        {
            ListField(path);
        }
    }

    public void AddNumber(int path, bool inList, Number number)
    {
        var start = byteCount;
        var span = Room(17);
        byteCount += PackedValue.WriteNumber(span, number.Micros);
        Append(path, inList, start);
    }

    public void AddText(int path, ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return;
        }
        var start = byteCount;
        var span = Room(utf8.Length + 11);
        span[0] = PackedValue.Text;
        var head = 1 + Varint.Write(span[1..], (ulong)utf8.Length);
        utf8.CopyTo(span[head..]);
        byteCount += head + utf8.Length;
        Append(path, false, start);
    }

    public void AddText(int path, ref Utf8JsonReader reader, bool inList = false)
    {
        var start = byteCount;
        if (!reader.ValueIsEscaped)
        {
            var raw = reader.ValueSpan;
            var span = Room(raw.Length + 11);
            span[0] = PackedValue.Text;
            var head = 1 + Varint.Write(span[1..], (ulong)raw.Length);
            raw.CopyTo(span[head..]);
            byteCount += head + raw.Length;
        }
        else
        {
            var scratch = new byte[reader.ValueSpan.Length];
            var length = reader.CopyString(scratch);
            var span = Room(length + 11);
            span[0] = PackedValue.Text;
            var head = 1 + Varint.Write(span[1..], (ulong)length);
            scratch.AsSpan(0, length).CopyTo(span[head..]);
            byteCount += head + length;
        }
        Append(path, inList, start);
    }

    /// <summary>Writes the number of fields, then each field; answers the bytes written.</summary>
    public int Write(Span<byte> output)
    {
        var next = Varint.Write(output, (ulong)Count);
        for (var i = 0; i < Count; i++)
        {
            ref var field = ref fields[i];
            next += Varint.Write(output[next..], (ulong)field.Path);
            if (field.IsList)
            {
                output[next++] = PackedValue.List;
                next += Varint.Write(output[next..], (ulong)field.Items);
            }
            for (var value = field.First; value >= 0; value = values[value].Next)
            {
                bytes.AsSpan(values[value].Start, values[value].Length).CopyTo(output[next..]);
                next += values[value].Length;
            }
        }
        return next;
    }

    private void AddTag(int path, byte tag, bool inList)
    {
        var start = byteCount;
        Room(1)[0] = tag;
        byteCount++;
        Append(path, inList, start);
    }

    private void Append(int path, bool inList, int start)
    {
        if (path < 0)
        {
            byteCount = start;
            return;
        }
        if (valueCount == values.Length)
        {
            Array.Resize(ref values, valueCount * 2);
        }
        var index = valueCount++;
        values[index] = new Item { Start = start, Length = byteCount - start, Next = -1 };
        ref var field = ref inList ? ref fields[ListField(path)] : ref fields[NewField(path, false)];
        if (field.First < 0)
        {
            field.First = index;
        }
        else
        {
            values[field.Last].Next = index;
        }
        field.Last = index;
        field.Items++;
    }

    private int ListField(int path)
    {
        if (!lists.TryGetValue(path, out var field))
        {
            field = NewField(path, true);
            lists.Add(path, field);
        }
        return field;
    }

    private int NewField(int path, bool isList)
    {
        if (Count == fields.Length)
        {
            Array.Resize(ref fields, Count * 2);
        }
        fields[Count] = new Field { Path = path, First = -1, Last = -1, IsList = isList };
        return Count++;
    }

    private Span<byte> Room(int size)
    {
        if (byteCount + size > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, byteCount + size));
        }
        return bytes.AsSpan(byteCount);
    }
}
