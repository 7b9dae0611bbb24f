using System.Buffers.Text;
using System.Text;

namespace Ciclo.Modules.Demo;

/// <summary>UTF-8 text that is built up and used again: the events of a person go through a handful of these, and none becomes garbage.</summary>
internal sealed class Utf8Text(int capacity = 64)
{
    private byte[] bytes = new byte[capacity];
    private long civilDay = long.MinValue;
    private int year;
    private int month;
    private int day;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => bytes.AsSpan(0, Length);

    public Utf8Text Clear()
    {
        Length = 0;
        return this;
    }

    public Utf8Text Add(ReadOnlySpan<byte> utf8)
    {
        Reserve(utf8.Length);
        utf8.CopyTo(bytes.AsSpan(Length));
        Length += utf8.Length;
        return this;
    }

    /// <summary>Adds ASCII.</summary>
    public Utf8Text Add(string ascii)
    {
        Reserve(ascii.Length);
        Length += Encoding.ASCII.GetBytes(ascii, bytes.AsSpan(Length));
        return this;
    }

    public Utf8Text Add(long value)
    {
        Reserve(20);
        Utf8Formatter.TryFormat(value, bytes.AsSpan(Length), out var written);
        Length += written;
        return this;
    }

    /// <summary>Adds an integer with leading zeros, cut to its last digits.</summary>
    public Utf8Text AddDigits(long value, int digits)
    {
        Reserve(digits);
        for (var i = digits - 1; i >= 0; i--)
        {
            bytes[Length + i] = (byte)('0' + value % 10);
            value /= 10;
        }
        Length += digits;
        return this;
    }

    /// <summary>Adds minor units as a JSON number of major units, with two decimals where there are cents.</summary>
    public Utf8Text AddMoney(long minor)
    {
        Add(minor / 100);
        return minor % 100 == 0 ? this : Add("."u8).AddDigits(minor % 100, 2);
    }

    public Utf8Text AddHex(ulong value, int digits)
    {
        Reserve(digits);
        for (var i = digits - 1; i >= 0; i--)
        {
            bytes[Length + i] = "0123456789abcdef"u8[(int)(value & 15)];
            value >>= 4;
        }
        Length += digits;
        return this;
    }

    /// <summary>Adds `2026-01-31T10:00:00.123Z`.</summary>
    public Utf8Text AddInstant(long ms)
    {
        const long DayMs = 86_400_000;
        var dayNumber = Math.DivRem(ms, DayMs, out var rest);
        if (dayNumber != civilDay)
        {
            var date = DateTime.UnixEpoch.AddDays(dayNumber);
            (civilDay, year, month, day) = (dayNumber, date.Year, date.Month, date.Day);
        }
        AddDigits(year, 4).Add("-"u8).AddDigits(month, 2).Add("-"u8).AddDigits(day, 2).Add("T"u8);
        AddDigits(rest / 3_600_000, 2).Add(":"u8).AddDigits(rest / 60_000 % 60, 2).Add(":"u8).AddDigits(rest / 1_000 % 60, 2);
        return Add("."u8).AddDigits(rest % 1_000, 3).Add("Z"u8);
    }

    private void Reserve(int more)
    {
        if (Length + more > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + more));
        }
    }
}
