using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Time;

namespace Ciclo.Kit;

/// <summary>
/// How one reader reads: the language, numbers and dates as CLDR writes them there (es-MX, en-US), and the zone in which instants are
/// told. Instants are Unix milliseconds.
/// </summary>
public sealed class Locale(Language language, Zone zone)
{
    /// <summary>How a visitor who told nothing is printed.</summary>
    private const string Anonymous = "anonymous:";

    private static readonly CultureInfo Spanish = CultureInfo.GetCultureInfo("es-MX");
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-US");
    private static readonly string[] DollarSigns = ["MXN", "USD", "CAD", "ARS", "CLP", "COP", "AUD", "NZD", "UYU"];

    public Language Language => language;

    public Zone Zone => zone;

    public CultureInfo Culture => language == Language.Es ? Spanish : English;

    /// <summary>The BCP 47 tag for the page's `lang`.</summary>
    public string Tag => Culture.Name;

    /// <summary>The zone by its place: `America/Mexico_City` is Mexico City.</summary>
    public string ZoneName => language == Language.Es && CityNames.Spanish.TryGetValue(zone.Id, out var city) ? city : zone.Id[(zone.Id.LastIndexOf('/') + 1)..].Replace('_', ' ');

    public string Say(Text text) => text.In(language);

    public string Say(string en, string es) => language == Language.Es ? es : en;

    /// <summary>What a person is called on a page: of a visitor without a name only the beginning of the id that the browser made up.</summary>
    public string Person(string name) => name.StartsWith(Anonymous, StringComparison.Ordinal)
        ? Say("Anonymous ", "Anónimo ") + name[Anonymous.Length..Math.Min(name.Length, Anonymous.Length + 8)]
        : name;

    public string Number(long value) => value.ToString("#,##0", Culture);

    public string Number(decimal value) => value.ToString("#,##0.######", Culture);

    /// <summary>A change of a number, with its sign: `+805`, `−288`, `0`.</summary>
    public string Signed(long value) => (value > 0 ? "+" : value < 0 ? "−" : "") + Number(Math.Abs(value));

    /// <summary>How long something took: `0.8 s`.</summary>
    public string Seconds(TimeSpan took) => (took.TotalSeconds < 0.1 ? "<" + 0.1.ToString("0.0", Culture) : took.TotalSeconds.ToString("0.0", Culture)) + " s";

    /// <summary>`1 person`, `2 people`: the number, then the word for one or for many.</summary>
    public string Count(long value, Text one, Text many) => Number(value) + " " + Say(value == 1 ? one : many);

    /// <summary>A share of a whole with one decimal, `22.4%`; a share that is not zero never reads 0.0%, one that is not all never 100.0%.</summary>
    public string Share(long part, long whole)
    {
        if (whole == 0)
        {
            return "–";
        }
        var percent = 100m * part / whole;
        return percent switch
        {
            > 0 and < 0.1m => "<" + 0.1m.ToString("0.0", Culture) + "%",
            > 99.9m and < 100 => ">" + 99.9m.ToString("0.0", Culture) + "%",
            0 or 100 => percent.ToString("0", Culture) + "%",
            _ => percent.ToString("0.0", Culture) + "%",
        };
    }

    /// <summary>`$1,240.50 MXN`: the sign where the currency has one, and always its code, for a $ alone could be of nine countries.</summary>
    public string Money(decimal amount, string currency)
    {
        var sign = currency switch { "EUR" => "€", "GBP" => "£", "BRL" => "R$", _ => DollarSigns.Contains(currency) ? "$" : "" };
        var digits = Math.Abs(amount).ToString(decimal.IsInteger(amount) ? "#,##0" : "#,##0.00", Culture);
        return $"{(amount < 0 ? "−" : "")}{sign}{digits} {currency}".TrimEnd();
    }

    /// <summary>`Nov 21, 2026`, `21 nov 2026`.</summary>
    public string Date(long ms) => Local(ms, Say("MMM d, yyyy", "d MMM yyyy"));

    /// <summary>`Saturday, November 21, 2026`, `sábado 21 de noviembre de 2026`.</summary>
    public string Day(long ms) => Local(ms, Say("dddd, MMMM d, yyyy", "dddd d 'de' MMMM 'de' yyyy"));

    /// <summary>From one day to another: `Oct 23 – Nov 21, 2026`, `23 oct – 21 nov 2026`; a year that differs is told twice.</summary>
    public string Span(long from, long to)
    {
        var isOneYear = Local(from, "yyyy") == Local(to, "yyyy");
        return $"{(isOneYear ? Local(from, Say("MMM d", "d MMM")) : Date(from))} – {Date(to)}";
    }

    /// <summary>`2026-11-21`, as date fields take it.</summary>
    public string IsoDate(long ms) => Local(ms, "yyyy-MM-dd");

    /// <summary>`22.4%`: a share given as a number from 0 to 1.</summary>
    public string Percent(double share) => (share * 100).ToString("0.0", Culture) + "%";

    /// <summary>`8.8 pts`: a difference of shares in percentage points, without its sign.</summary>
    public string Points(double difference) => (Math.Abs(difference) * 100).ToString("0.0", Culture) + " pts";

    /// <summary>`9.6%`: how much more or less, without its sign; a change that is not zero never reads 0.0%.</summary>
    public string Change(double ratio)
    {
        var percent = Math.Abs(ratio) * 100;
        return percent is > 0 and < 0.1 ? "<" + 0.1.ToString("0.0", Culture) + "%" : percent.ToString(percent < 1_000 ? "0.0" : "#,##0", Culture) + "%";
    }

    public string Month(long ms) => Local(ms, "MMM yyyy");

    /// <summary>`2:32 PM`, `2:32 p.m.`</summary>
    public string Time(long ms) => Local(ms, "h:mm tt");

    /// <summary>`Nov 21, 2026, 2:32 PM`, `21 nov 2026, 2:32 p.m.`</summary>
    public string Moment(long ms) => $"{Date(ms)}, {Time(ms)}";

    /// <summary>How long, by its two largest units: `54 d 5 h`, `12 min`, `3 s`.</summary>
    public string Duration(long ms)
    {
        var rest = Math.Abs(ms);
        var parts = new List<string>(2);
        foreach (var (unit, name) in new[] { (Durations.Day, "d"), (Durations.Hour, "h"), (Durations.Minute, "min"), (Durations.Second, "s") })
        {
            if (rest >= unit && parts.Count < 2)
            {
                parts.Add(Number(rest / unit) + " " + name);
            }
            rest %= unit;
        }
        return (ms < 0 ? "−" : "") + (parts.Count == 0 ? "0 s" : string.Join(' ', parts));
    }

    /// <summary>Whole days between two instants, by the calendar of the zone.</summary>
    public int DaysBetween(long from, long to) => zone.DayOf(to) - zone.DayOf(from);

    /// <summary>The machine's form of an instant, for `datetime`.</summary>
    public static string Machine(long ms) => Instants.Format(ms);

    private string Local(long ms, string format)
    {
        var local = DateTimeOffset.FromUnixTimeMilliseconds(zone.ToLocal(Math.Clamp(ms, Instants.MinMs + Durations.Day, Instants.MaxMs - Durations.Day)));
        // CLDR joins "2:32 p. m." with spaces that do not break, and some versions write "sept"; people here write "p.m." and "sep".
        var text = local.UtcDateTime.ToString(format, Culture).Replace('\u202f', ' ').Replace('\u00a0', ' ');
        return text.Replace("p. m.", "p.m.", StringComparison.Ordinal).Replace("a. m.", "a.m.", StringComparison.Ordinal).Replace("sept ", "sep ", StringComparison.Ordinal) is var told && told.EndsWith("sept", StringComparison.Ordinal) ? told[..^1] : told;
    }
}
