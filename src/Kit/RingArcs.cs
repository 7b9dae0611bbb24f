using System.Globalization;

namespace Ciclo.Kit;

/// <summary>Ciclo's sign: a ring in as many arcs as there are stages, drawn clockwise from the top in a box of 32 × 32.</summary>
public static class RingArcs
{
    /// <summary>The path of each arc, with a gap of at most <paramref name="gapDegrees"/> on both sides.</summary>
    public static IReadOnlyList<string> Of(int count, double radius, double gapDegrees)
    {
        var step = 360.0 / count;
        var gap = Math.Min(gapDegrees, step * 0.18);
        return [.. Enumerable.Range(0, count).Select(arc => Path(radius, (arc * step) + gap, ((arc + 1) * step) - gap))];
    }

    private static string Path(double radius, double from, double to)
    {
        var (x1, y1) = At(radius, from);
        var (x2, y2) = At(radius, to);
        return string.Create(CultureInfo.InvariantCulture, $"M{x1:0.##} {y1:0.##}A{radius} {radius} 0 {(to - from > 180 ? 1 : 0)} 1 {x2:0.##} {y2:0.##}");
    }

    private static (double X, double Y) At(double radius, double degrees)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        return (16 + (radius * sin), 16 - (radius * cos));
    }
}

/// <summary>A stage as pages show it: its name, where it stands (from 1) and among how many.</summary>
public sealed record StageMark(string Label, int Position, int Count)
{
    /// <summary>Six colours are held apart for sure; a longer lifecycle begins again, and ring and name tell its stages apart.</summary>
    public int Tone => ((Position - 1) % 6) + 1;
}
