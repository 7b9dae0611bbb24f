using System.Globalization;
using System.Net;
using System.Text;

namespace Ciclo.Bench.Report;

/// <summary>A growth as an SVG picture with logarithmic axes, in colours that can be read on white and on black.</summary>
internal static class GrowthChart
{
    private const int Width = 560;
    private const int Height = 320;
    private const int Left = 70;
    private const int Right = 20;
    private const int Top = 34;
    private const int Bottom = 50;

    private static readonly string[] Colours = ["#3b82f6", "#e07b1a", "#2aa876", "#c2569b"];

    public static string Draw(Growth growth)
    {
        var points = growth.Lines.SelectMany(line => line.Points).ToArray();
        var sizes = Axis.Over(points.Select(point => point.Size));
        var costs = Axis.Over(points.Select(point => point.Cost));
        var text = new StringBuilder();
        Add(text, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#808080">""");
        Add(text, $"<title>{Safe(growth.Work)}: {Safe(growth.Cost)} against {Safe(growth.Size)}</title>");
        foreach (var tick in sizes.Ticks)
        {
            Add(text, $"""<line x1="{X(sizes, tick):0.#}" y1="{Top}" x2="{X(sizes, tick):0.#}" y2="{Height - Bottom}" stroke="#808080" stroke-opacity="0.3"/>""");
            Add(text, $"""<text x="{X(sizes, tick):0.#}" y="{Height - Bottom + 16}" text-anchor="middle">{Tick(tick)}</text>""");
        }
        foreach (var tick in costs.Ticks)
        {
            Add(text, $"""<line x1="{Left}" y1="{Y(costs, tick):0.#}" x2="{Width - Right}" y2="{Y(costs, tick):0.#}" stroke="#808080" stroke-opacity="0.3"/>""");
            Add(text, $"""<text x="{Left - 8}" y="{Y(costs, tick) + 4:0.#}" text-anchor="end">{Tick(tick)}</text>""");
        }
        Add(text, $"""<text x="{(Left + Width - Right) / 2}" y="{Height - 12}" text-anchor="middle">{Safe(growth.Size)}</text>""");
        Add(text, $"""<text x="{Left}" y="16">{Safe(growth.Cost)}</text>""");
        for (var i = 0; i < growth.Lines.Count; i++)
        {
            AddLine(text, growth.Lines[i], i, sizes, costs);
        }
        return text.Append("</svg>\n").ToString();
    }

    private static void AddLine(StringBuilder text, GrowthLine line, int number, Axis sizes, Axis costs)
    {
        var colour = Colours[number % Colours.Length];
        var places = line.Points.OrderBy(point => point.Size).Select(point => (X: X(sizes, point.Size), Y: Y(costs, point.Cost))).ToArray();
        var path = string.Join(' ', places.Select(place => string.Create(CultureInfo.InvariantCulture, $"{place.X:0.#},{place.Y:0.#}")));
        Add(text, $"""<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>""");
        foreach (var (x, y) in places)
        {
            Add(text, $"""<circle cx="{x:0.#}" cy="{y:0.#}" r="3.5" fill="{colour}"/>""");
        }
        Add(text, $"""<text x="{Width - Right}" y="{16 + (number * 15)}" text-anchor="end" fill="{colour}">{Safe(line.Name)} exponent {line.Exponent:0.00}</text>""");
    }

    private static double X(Axis axis, double value) => Left + (axis.Share(value) * (Width - Left - Right));

    private static double Y(Axis axis, double value) => Height - Bottom - (axis.Share(value) * (Height - Top - Bottom));

    private static void Add(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Safe(string text) => WebUtility.HtmlEncode(text);

    private static string Tick(double value) => value switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0} M"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0} k"),
        _ => value.ToString("0.######", CultureInfo.InvariantCulture),
    };

    /// <summary>Whole powers of ten around the values; at least one decade, so that noise on a flat line looks flat.</summary>
    private sealed record Axis(int From, int To)
    {
        public IEnumerable<double> Ticks => Enumerable.Range(From, To - From + 1).Select(power => Math.Pow(10, power));

        public static Axis Over(IEnumerable<double> values)
        {
            var logarithms = values.Select(Math.Log10).ToArray();
            var from = (int)Math.Floor(logarithms.Min());
            return new Axis(from, Math.Max(from + 1, (int)Math.Ceiling(logarithms.Max() - 1e-9)));
        }

        public double Share(double value) => (Math.Log10(value) - From) / (To - From);
    }
}
