using System.Collections.Frozen;
using Ciclo.Core.Rules;

namespace Ciclo.Core.Liquid;

/// <summary>Every filter by its name.</summary>
public static class LiquidFilters
{
    private static readonly FrozenDictionary<string, LiquidFilter> All = new[] { MathFilters.All, StringFilters.All, WebFilters.All, ArrayFilters.All, DateFilters.All, LocalFilters.All }
        .SelectMany(group => group).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names, in the order of the alphabet.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Keys.Order(StringComparer.Ordinal)];

    internal static LiquidFilter? Find(string name) => All.GetValueOrDefault(name);

    internal static Text Unknown(string name) => Nearest.Find(name, Names) is { } near
        ? new($"There is no filter called “{name}”. Did you mean {near}?", $"No existe el filtro «{name}». ¿Quisiste decir {near}?")
        : new($"There is no filter called “{name}”. The guide on templates lists them.", $"No existe el filtro «{name}». La guía de plantillas los enumera.");
}

internal static class MathFilters
{
    public static Dictionary<string, LiquidFilter> All { get; } = new(StringComparer.Ordinal)
    {
        ["abs"] = (c, v, _) => Of(Math.Abs(Number(c, v))),
        ["at_least"] = (c, v, a) => Of(Each(c, a).Aggregate(Number(c, v), Math.Max)),
        ["at_most"] = (c, v, a) => Of(Each(c, a).Aggregate(Number(c, v), Math.Min)),
        ["ceil"] = (c, v, _) => Of(Math.Ceiling(Number(c, v))),
        ["floor"] = (c, v, _) => Of(Math.Floor(Number(c, v))),
        ["divided_by"] = (c, v, a) => Of(Argument(c, a, 1) is not (0 or double.NaN) ? Math.Floor(Number(c, v) / Argument(c, a, 0)) : Number(c, v) / Argument(c, a, 0)),
        ["minus"] = (c, v, a) => Of(Number(c, v) - Argument(c, a, 0)),
        ["plus"] = (c, v, a) => Of(Number(c, v) + Argument(c, a, 0)),
        ["times"] = (c, v, a) => Of(Number(c, v) * Argument(c, a, 0)),
        ["modulo"] = (c, v, a) => Of(((Number(c, v) % Argument(c, a, 0)) + Argument(c, a, 0)) % Argument(c, a, 0)),
        ["round"] = (c, v, a) => Of(Round(Number(c, v), a.Count > 0 ? Number(c, a[0]) : 0)),
        ["to_integer"] = (c, v, _) => Of(JsText.ToNumber(c, v.Plain)),
    };

    /// <summary>A value as a number; 0 for what is none.</summary>
    public static double Number(LiquidContext context, LiquidValue value) => JsText.ToNumber(context, value.Plain) is var number && double.IsNaN(number) ? 0 : JsText.ToNumber(context, value.Plain);

    private static LiquidValue Of(double number) => LiquidValue.Of(number);

    private static double Argument(LiquidContext context, LiquidArguments arguments, int i) => i < arguments.Count ? Number(context, arguments[i]) : double.NaN;

    private static IEnumerable<double> Each(LiquidContext context, LiquidArguments arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            yield return Number(context, arguments[i]);
        }
    }

    private static double Round(double value, double places)
    {
        var scaled = Shift(Math.Abs(value), places);
        if (!(scaled <= 9_007_199_254_740_991))
        {
            return value;
        }
        var whole = Math.Floor(scaled);
        var rounded = Shift(scaled - whole >= 0.5 ? whole + 1 : whole, -places);
        return value < 0 ? -rounded : rounded;
    }

    /// <summary>Moves the point by its written form: 1.005 becomes 100.5, as multiplying does not.</summary>
    private static double Shift(double value, double places)
    {
        var text = JsText.Of(value);
        var e = text.IndexOf('e', StringComparison.Ordinal);
        var power = e < 0 ? 0 : JsText.ToNumber(text[(e + 1)..]);
        return JsText.ToNumber($"{(e < 0 ? text : text[..e])}e{JsText.Of(power + places)}");
    }
}
