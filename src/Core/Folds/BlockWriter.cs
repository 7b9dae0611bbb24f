using System.Buffers.Binary;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>Writes a fold's state: varints, instants as distances, numbers in the fewest bytes. Its buffer is kept from block to block.</summary>
internal sealed class BlockWriter
{
    private byte[] bytes = new byte[512];
    private int used;

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, used);

    public void Clear() => used = 0;

    public void Add(ulong value)
    {
        Room(10);
        if (value < 0x80)
        {
            bytes[used++] = (byte)value;
            return;
        }
        used += Varint.Write(bytes.AsSpan(used), value);
    }

    public void Add(int value) => Add((ulong)value);

    public void Add(bool value) => Add(value ? 1UL : 0UL);

    public void AddSigned(long value) => Add(ZigZag.Of(value));

    public void AddWord(ulong value)
    {
        Room(8);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(used), value);
        used += 8;
    }

    public void Add(ReadOnlySpan<byte> raw)
    {
        Add(raw.Length);
        Room(raw.Length);
        raw.CopyTo(bytes.AsSpan(used));
        used += raw.Length;
    }

    public void AddNumber(Int128 micros)
    {
        Room(NumberCode.MaxBytes);
        used += NumberCode.Write(bytes.AsSpan(used), micros);
    }

    public void AddValue(in Value value)
    {
        Add((int)value.Kind);
        switch (value.Kind)
        {
            case ValueKind.Boolean:
                Add(value.AsBoolean);
                break;
            case ValueKind.Number:
                AddNumber(value.AsNumber.Micros);
                break;
            case ValueKind.Text:
                Add(Encoding.UTF8.GetBytes(value.AsText));
                break;
            case ValueKind.Instant or ValueKind.Duration:
                AddSigned(value.AsMs);
                break;
            case ValueKind.List:
                Add(value.AsList.Length);
                foreach (var item in value.AsList)
                {
                    AddValue(item);
                }
                break;
        }
    }

    private void Room(int size)
    {
        if (used + size > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, used + size));
        }
    }
}

/// <summary>Reads what a <see cref="BlockWriter"/> wrote.</summary>
internal ref struct BlockReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int next;

    public ulong Next()
    {
        ulong value = bytes[next];
        if (value < 0x80)
        {
            next++;
            return value;
        }
        return Varint.Read(bytes, ref next);
    }

    public int NextInt() => (int)Next();

    public bool NextBool() => Next() != 0;

    public long NextSigned() => ZigZag.Undo(Next());

    public ulong NextWord()
    {
        var word = BinaryPrimitives.ReadUInt64LittleEndian(bytes[next..]);
        next += 8;
        return word;
    }

    public ReadOnlySpan<byte> NextBytes()
    {
        var length = NextInt();
        next += length;
        return bytes.Slice(next - length, length);
    }

    public Int128 NextNumber()
    {
        NumberCode.TryRead(bytes, ref next, out var micros);
        return micros;
    }

    public Value NextValue()
    {
        switch ((ValueKind)NextInt())
        {
            case ValueKind.Boolean:
                return Value.Of(NextBool());
            case ValueKind.Number:
                return Value.Of(Number.FromMicros(NextNumber()));
            case ValueKind.Text:
                return Value.Of(Encoding.UTF8.GetString(NextBytes()));
            case ValueKind.Instant:
                return Value.Instant(NextSigned());
            case ValueKind.Duration:
                return Value.Duration(NextSigned());
            case ValueKind.List:
                var items = new Value[NextInt()];
                for (var i = 0; i < items.Length; i++)
                {
                    items[i] = NextValue();
                }
                return Value.Of(items);
            case ValueKind.Object:
                return Value.Object;
            default:
                return Value.Null;
        }
    }
}

internal static class ZigZag
{
    internal static ulong Of(long value) => (ulong)((value << 1) ^ (value >> 63));

    internal static long Undo(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}

/// <summary>
/// An exact number in few bytes: whole units, hundredths or millionths as a varint with two bits that say which; 16 bytes beyond 61 bits.
/// A lone zero byte is "no number".
/// </summary>
internal static class NumberCode
{
    internal const int MaxBytes = 17;
    private const long Range = 1L << 59;

    internal static int Write(Span<byte> bytes, Int128 micros)
    {
        if (micros <= -Range || micros >= Range)
        {
            bytes[0] = 4;
            BinaryPrimitives.WriteInt128LittleEndian(bytes[1..], micros);
            return 17;
        }
        var small = (long)micros;
        var whole = small / Number.Scale;
        if (whole * Number.Scale == small)
        {
            return Varint.Write(bytes, (ZigZag.Of(whole) << 2) | 1);
        }
        var hundredths = small / 10_000;
        return hundredths * 10_000 == small
            ? Varint.Write(bytes, (ZigZag.Of(hundredths) << 2) | 2)
            : Varint.Write(bytes, (ZigZag.Of(small) << 2) | 3);
    }

    internal static bool TryRead(ReadOnlySpan<byte> bytes, ref int next, out Int128 micros)
    {
        var code = Varint.Read(bytes, ref next);
        switch (code & 3)
        {
            case 1:
                micros = (Int128)ZigZag.Undo(code >> 2) * Number.Scale;
                return true;
            case 2:
                micros = ZigZag.Undo(code >> 2) * 10_000;
                return true;
            case 3:
                micros = ZigZag.Undo(code >> 2);
                return true;
            default:
                micros = 0;
                if (code == 0)
                {
                    return false;
                }
                micros = BinaryPrimitives.ReadInt128LittleEndian(bytes[next..]);
                next += 16;
                return true;
        }
    }
}
