namespace Ciclo.Core.Liquid;

/// <summary>Filters of ours: money and dates as the reader of the message writes them.</summary>
internal static class LocalFilters
{
    private static readonly string[] DollarSigns = ["MXN", "USD", "CAD", "ARS", "CLP", "COP", "AUD", "NZD", "UYU"];

    public static Dictionary<string, LiquidFilter> All { get; } = new(StringComparer.Ordinal)
    {
        ["money"] = Money,
        ["date_local"] = DateLocal,
    };

    // A figure that is no number stays as it is: "ask us" for a price is an answer too.
    private static LiquidValue Money(LiquidContext context, LiquidValue value, LiquidArguments arguments)
    {
        var number = JsText.ToNumber(context, value.Plain);
        if (value.Plain.IsNothing || !double.IsFinite(number) || Math.Abs(number) > 1e15)
        {
            return value;
        }
        var currency = arguments[0].IsTruthy ? JsText.Output(context, arguments[0]).ToUpperInvariant() : context.Options.Currency;
        var amount = Math.Round((decimal)number, 2, MidpointRounding.AwayFromZero);
        var sign = currency switch { "EUR" => "€", "GBP" => "£", "BRL" => "R$", "JPY" => "¥", _ => DollarSigns.Contains(currency) ? "$" : "" };
        var digits = Math.Abs(amount).ToString(decimal.IsInteger(amount) ? "#,##0" : "#,##0.00", context.Options.Culture);
        return LiquidValue.Of($"{(amount < 0 ? "−" : "")}{sign}{digits} {currency}".TrimEnd());
    }

    private static LiquidValue DateLocal(LiquidContext context, LiquidValue value, LiquidArguments arguments)
    {
        if (DateFilters.DateOf(context, value, arguments[1]) is not { } date)
        {
            return value;
        }
        var isSpanish = context.Options.Culture.TwoLetterISOLanguageName == "es";
        var style = arguments[0].IsTruthy ? JsText.Output(context, arguments[0]) : "long";
        var format = (style, isSpanish) switch
        {
            ("short", true) => "%-d %b %Y",
            ("short", false) => "%b %-d, %Y",
            ("day", true) => "%A %-d de %B",
            ("day", false) => "%A, %B %-d",
            ("time", true) => "%-H:%M",
            ("time", false) => "%-I:%M %p",
            ("moment", true) => "%-d de %B de %Y, %-H:%M",
            ("moment", false) => "%B %-d, %Y, %-I:%M %p",
            ("long", true) => "%-d de %B de %Y",
            ("long", false) => "%B %-d, %Y",
            _ => throw new LiquidException(new(
                $"date_local does not know “{style}”: it writes long, short, day, time or moment.", $"date_local no conoce «{style}»: escribe long, short, day, time o moment.")),
        };
        return LiquidValue.Of(Strftime.Write(context, date, format, context.Options.Culture));
    }
}
