using System.Globalization;

namespace Ciclo.Modules.Consent;

/// <summary>A workspace's colour for what can be clicked, made dark or light enough to be read on either ground (WCAG 2: 4.5 to 1).</summary>
internal static class BrandColor
{
    private const double Readable = 4.5;
    private static readonly int[] White = [255, 255, 255];
    private static readonly int[] Light = [244, 246, 247];
    private static readonly int[] Dark = [21, 31, 39];
    private static readonly int[] Ink = [4, 33, 43];

    /// <summary>The style sheet of the public pages; empty without a colour.</summary>
    public static string Css(string color)
    {
        if (color.Length == 0)
        {
            return "";
        }
        var light = Toward(Parse(color), [0, 0, 0], Light);
        var dark = Toward(Parse(color), White, Dark);
        return $":root,[data-bs-theme=\"light\"]{{{Rule(light, White)}}}@media (prefers-color-scheme:dark){{:root:not([data-bs-theme=\"light\"]){{{Rule(dark, Ink)}}}}}[data-bs-theme=\"dark\"]{{{Rule(dark, Ink)}}}";
    }

    /// <summary>The contrast of two colours, 1 to 21.</summary>
    public static double Contrast(int[] a, int[] b)
    {
        var (one, two) = (Luminance(a), Luminance(b));
        return (Math.Max(one, two) + 0.05) / (Math.Min(one, two) + 0.05);
    }

    public static int[] Parse(string color) =>
        [.. Enumerable.Range(0, 3).Select(i => int.Parse(color.AsSpan(1 + (2 * i), 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];

    /// <summary>Mixes a colour with another, as little as it takes to be read on a ground.</summary>
    internal static int[] Toward(int[] color, int[] end, int[] ground)
    {
        for (var part = 0; part <= 100; part += 4)
        {
            int[] mixed = [.. color.Zip(end, (from, to) => from + ((to - from) * part / 100))];
            if (Contrast(mixed, ground) >= Readable)
            {
                return mixed;
            }
        }
        return end;
    }

    private static string Rule(int[] color, int[] on) => $"--c-accent:{Hex(color)};--c-accent-2:{Hex(color)};--tblr-primary:{Hex(color)};--c-on-accent:{Hex(on)}";

    private static string Hex(int[] color) => string.Create(CultureInfo.InvariantCulture, $"#{color[0]:x2}{color[1]:x2}{color[2]:x2}");

    private static double Luminance(int[] color) => color.Zip([0.2126, 0.7152, 0.0722], (part, weight) =>
    {
        var share = part / 255.0;
        return weight * (share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4));
    }).Sum();
}
