using System.Buffers.Binary;
using System.Text;
using Ciclo.Core.Values;

namespace Ciclo.Core.Events;

/// <summary>How a value stands in packed bytes. Persisted: tags only grow.</summary>
public static class PackedValue
{
    public const byte Null = 0;
    public const byte False = 1;
    public const byte True = 2;
    /// <summary>Micros as 8 bytes.</summary>
    public const byte Small = 3;
    /// <summary>Micros as 16 bytes.</summary>
    public const byte Big = 4;
    /// <summary>Whole units as a zigzag varint.</summary>
    public const byte Integer = 5;
    public const byte Text = 6;
    public const byte List = 7;
    public const byte Object = 8;

    public static bool IsNumber(byte tag) => tag is Small or Big or Integer;

    public static Value Read(ReadOnlySpan<byte> bytes, ref int next)
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

    /// <summary>Writes a number in its shortest form; answers the bytes written, at most 17.</summary>
    public static int WriteNumber(Span<byte> output, Int128 micros)
    {
        if (micros % Number.Scale == 0 && Int128.Abs(micros) < (Int128)Number.Scale << 40)
        {
            var whole = (long)(micros / Number.Scale);
            output[0] = Integer;
            return 1 + Varint.Write(output[1..], (ulong)((whole << 1) ^ (whole >> 63)));
        }
        if (micros >= long.MinValue && micros <= long.MaxValue)
        {
            output[0] = Small;
            BinaryPrimitives.WriteInt64LittleEndian(output[1..], (long)micros);
            return 9;
        }
        output[0] = Big;
        BinaryPrimitives.WriteInt128LittleEndian(output[1..], micros);
        return 17;
    }

    public static void Skip(ReadOnlySpan<byte> bytes, ref int next)
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

    public static bool TryReadNumber(ReadOnlySpan<byte> bytes, int next, out Number number)
    {
        number = default;
        switch (bytes[next])
        {
            case Small:
                number = Number.FromSmallMicros(BinaryPrimitives.ReadInt64LittleEndian(bytes[(next + 1)..]));
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

    public static ReadOnlySpan<byte> TextBytes(ReadOnlySpan<byte> bytes, int next)
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
