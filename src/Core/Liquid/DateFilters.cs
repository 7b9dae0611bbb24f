using System.Globalization;
using Ciclo.Core.Time;

namespace Ciclo.Core.Liquid;

internal static class DateFilters
{
    private const string Usual = "%A, %B %-e, %Y at %-l:%M %P %z";

    public static Dictionary<string, LiquidFilter> All { get; } = new(StringComparer.Ordinal)
    {
        ["date"] = (c, v, a) => Told(c, v, a[1], a[0].Plain.IsNothing ? Usual : JsText.Output(c, a[0])),
        ["date_to_xmlschema"] = (c, v, _) => Told(c, v, default, "%Y-%m-%dT%H:%M:%S%:z"),
        ["date_to_rfc822"] = (c, v, _) => DateOf(c, v, default) is { } date ? LiquidValue.Of(Strftime.Write(c, date, "%a, %d %b %Y %H:%M:%S %z", CultureInfo.InvariantCulture)) : v,
        ["date_to_string"] = (c, v, a) => InWords(c, v, a, "%b"),
        ["date_to_long_string"] = (c, v, a) => InWords(c, v, a, "%B"),
    };

    /// <summary>The instant that a value tells of and what the clocks of its zone show then; null where it tells of none.</summary>
    public static LiquidDate? DateOf(LiquidContext context, LiquidValue value, LiquidValue zone)
    {
        value = value.Plain;
        var ms = value.Kind switch
        {
            LiquidKind.Number => double.IsFinite(value.Number) ? (long)Math.Clamp(value.Number * 1000, -9e15, 9e15) : (long?)null,
            LiquidKind.Text when value.Text is "now" or "today" => context.Options.NowMs,
            LiquidKind.Text when value.Text.Length is > 0 and < 16 && value.Text.All(char.IsAsciiDigit) => long.Parse(value.Text) * 1000,
            LiquidKind.Text => LiquidDates.Parse(value.Text, context.Options.Zone),
            LiquidKind.Boolean => value.Boolean ? 1 : 0,
            _ => null,
        };
        if (ms is not { } at || at is < -62_135_596_800_000 + 172_800_000 or > 253_402_300_799_999 - 172_800_000)
        {
            return null;
        }
        zone = zone.Plain;
        if (zone.Kind == LiquidKind.Number)
        {
            return new LiquidDate(at, at - (long)(zone.Number * 60_000), (int)zone.Number, "");
        }
        var told = context.Options.Zone;
        if (zone.Kind == LiquidKind.Text && !Zone.TryGet(zone.Text, out told))
        {
            throw new LiquidException(new($"There is no time zone “{zone.Text}”. They are named such as America/Mexico_City.", $"No existe la zona horaria «{zone.Text}». Se llaman como America/Mexico_City."));
        }
        var local = told.ToLocal(at);
        return new LiquidDate(at, local, (int)((at - local) / 60_000), told.Id);
    }

    private static LiquidValue Told(LiquidContext context, LiquidValue value, LiquidValue zone, string format) =>
        DateOf(context, value, zone) is { } date ? LiquidValue.Of(Strftime.Write(context, date, format, context.Options.Culture)) : value;

    private static LiquidValue InWords(LiquidContext context, LiquidValue value, LiquidArguments arguments, string month)
    {
        if (DateOf(context, value, default) is not { } date)
        {
            return value;
        }
        var isOrdinal = JsText.Output(context, arguments[0]) == "ordinal";
        var format = !isOrdinal ? $"%d {month} %Y" : JsText.Output(context, arguments[1]) == "US" ? $"{month} %-d%q, %Y" : $"%-d%q {month} %Y";
        return LiquidValue.Of(Strftime.Write(context, date, format, context.Options.Culture));
    }
}

/// <summary>An instant and what the clocks of a zone show then, in Unix milliseconds; how many minutes they are behind UTC, and the zone's name.</summary>
internal readonly record struct LiquidDate(long Ms, long LocalMs, int MinutesBehind, string ZoneName)
{
    public DateTime Local => DateTime.UnixEpoch.AddMilliseconds(LocalMs);
}

/// <summary>Reads dates as people and programs write them.</summary>
internal static class LiquidDates
{
    private static readonly string[] Zoned =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFF zzz", "yyyy-MM-dd HH:mm:ss.FFFFFFF zzz'00'", "yyyy-MM-dd HH:mmK",
        "ddd, d MMM yyyy HH:mm:ss zzz", "d MMM yyyy HH:mm:ss zzz",
    ];

    private static readonly string[] Local =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm", "yyyy/M/d", "yyyy/M/d HH:mm:ss", "M/d/yyyy", "M/d/yyyy HH:mm:ss", "MMM d, yyyy", "MMMM d, yyyy",
        "MMM d yyyy", "MMMM d yyyy", "d MMM yyyy", "d MMMM yyyy", "MMMM d, yyyy HH:mm:ss", "MMM d, yyyy HH:mm:ss", "d MMM yyyy HH:mm:ss", "d MMMM yyyy HH:mm:ss", "ddd MMM d yyyy", "ddd MMM d yyyy HH:mm:ss", "ddd, d MMM yyyy",
    ];

    /// <summary>Unix milliseconds, or null. A date alone in ISO's form is midnight UTC, as in JavaScript; any other without a zone is of <paramref name="zone"/>.</summary>
    public static long? Parse(string text, Zone zone)
    {
        text = JsText.Trim(text);
        const DateTimeStyles Styles = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal;
        if (DateTime.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM", "yyyy"], CultureInfo.InvariantCulture, Styles, out var day))
        {
            return Ms(day);
        }
        if (DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return zone.FromLocal(Ms(local));
        }
        // Offsets are written +0200, +02:00, Z, UTC and GMT.
        if (text.EndsWith(" UTC", StringComparison.Ordinal) || text.EndsWith(" GMT", StringComparison.Ordinal))
        {
            text = text[..^4] + " +00:00";
        }
        else if (text.Length > 5 && text[^5] is '+' or '-' && text[^4..].All(char.IsAsciiDigit) && text.Contains(':', StringComparison.Ordinal))
        {
            text = text[..^2] + ":" + text[^2..];
        }
        return DateTime.TryParseExact(text, Zoned, CultureInfo.InvariantCulture, Styles, out var instant) ? Ms(instant) : null;
    }

    private static long Ms(DateTime at) => (at.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
}
