using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ciclo.Data.Sql;

/// <summary>An exact number: <paramref name="Value"/> divided by ten to the power of <paramref name="Scale"/>.</summary>
public readonly record struct SqlNumber(Int128 Value, int Scale)
{
    public override string ToString()
    {
        var digits = Int128.Abs(Value).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        var text = Scale == 0 ? digits : (digits[..^Scale] + "." + digits[^Scale..].TrimEnd('0')).TrimEnd('.');
        return Value < 0 ? "-" + text : text;
    }

    public double ToDouble() => (double)Value / Math.Pow(10, Scale);
}

/// <summary>An instant, a local time or a day: microseconds since 1970-01-01, and which of them it is.</summary>
/// <param name="HasZone">An instant; otherwise a time or a day that no zone is said of.</param>
public readonly record struct SqlTime(long Micros, bool HasZone, bool IsDay)
{
    private const long MicrosPerDay = 86_400_000_000;
    private const long Least = -62_135_596_800_000_000;
    private const long Most = 253_402_300_799_999_999;

    public static object OfDay(int day) => new SqlTime(day * MicrosPerDay, false, true);

    public static object OfMicros(long micros, bool hasZone) => new SqlTime(micros, hasZone, false);

    public static string ClockOf(long micros) => TimeSpan.FromMicroseconds(micros).ToString("c", CultureInfo.InvariantCulture);

    public static string IntervalOf(int months, int days, long micros)
    {
        var parts = new List<string>();
        if (months != 0)
        {
            parts.Add(months.ToString(CultureInfo.InvariantCulture) + " months");
        }
        if (days != 0)
        {
            parts.Add(days.ToString(CultureInfo.InvariantCulture) + " days");
        }
        if (micros != 0 || parts.Count == 0)
        {
            parts.Add(ClockOf(micros));
        }
        return string.Join(' ', parts);
    }

    /// <summary>Milliseconds since 1970-01-01.</summary>
    public long Ms => (long)Math.Floor(Micros / 1_000.0);

    /// <summary>RFC 3339; without a zone where none is said.</summary>
    public override string ToString()
    {
        if (Micros is < Least or > Most)
        {
            return Micros < 0 ? "-infinity" : "infinity";
        }
        var at = DateTime.UnixEpoch.AddTicks(Micros * TimeSpan.TicksPerMicrosecond);
        return at.ToString(IsDay ? "yyyy-MM-dd" : Micros % 1_000 == 0 ? "yyyy-MM-ddTHH:mm:ss.fff" : "yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture) + (HasZone ? "Z" : "");
    }
}

/// <summary>A list, struct or map, as JSON.</summary>
public readonly record struct SqlNested(string Json)
{
    public override string ToString() => Json;
}

/// <summary>Cells as JSON.</summary>
public static class SqlJson
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static SqlNested List(IEnumerable<object?> items) => Made(json =>
    {
        json.WriteStartArray();
        foreach (var item in items)
        {
            Write(json, item);
        }
        json.WriteEndArray();
    });

    public static SqlNested Object(IEnumerable<(string Name, object? Value)> fields) => Made(json =>
    {
        json.WriteStartObject();
        foreach (var (name, value) in fields)
        {
            json.WritePropertyName(name);
            Write(json, value);
        }
        json.WriteEndObject();
    });

    /// <summary>Writes a cell; numbers as they are, whatever their length.</summary>
    public static void Write(Utf8JsonWriter json, object? cell)
    {
        switch (cell)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case long whole:
                json.WriteNumberValue(whole);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case SqlNumber exact:
                json.WriteRawValue(exact.ToString());
                break;
            case SqlNested nested:
                json.WriteRawValue(nested.Json);
                break;
            default:
                json.WriteStringValue(Print(cell));
                break;
        }
    }

    /// <summary>A cell as text; null is empty.</summary>
    public static string Print(object? cell) => cell switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "",
    };

    private static SqlNested Made(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            write(json);
        }
        return new SqlNested(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }
}
