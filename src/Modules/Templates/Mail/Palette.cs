using System.Globalization;
using Ciclo.Modules.Templates.Content;

namespace Ciclo.Modules.Templates.Mail;

/// <summary>The colours of a message, made from those of its theme.</summary>
internal sealed class Palette
{
    public Palette(Theme theme)
    {
        (Accent, Background, Surface, Ink) = (theme.Accent, theme.Background, theme.Surface, theme.Ink);
        OnAccent = Contrast(Accent, "#ffffff") >= Contrast(Accent, "#111111") ? "#ffffff" : "#111111";
        Muted = Readable(Mix(Ink, Surface, 0.38), Surface, Ink);
        MutedOutside = Readable(Mix(Ink, Background, 0.38), Background, Ink);
        Line = Mix(Ink, Surface, 0.88);
        Soft = Mix(Accent, Surface, 0.92);
        // A link must be told from the text around it and still be read.
        Link = Readable(Accent, Surface, Ink);
        DarkLink = Mix(Accent, "#ffffff", 0.55);
    }

    public string Accent { get; }

    public string OnAccent { get; }

    public string Background { get; }

    public string Surface { get; }

    public string Ink { get; }

    public string Muted { get; }

    public string MutedOutside { get; }

    public string Line { get; }

    public string Soft { get; }

    public string Link { get; }

    public string DarkLink { get; }

    /// <summary>Contrast of two colours by WCAG 2.2, from 1 to 21.</summary>
    public static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    /// <summary>A colour between two: 0 is the first, 1 the second.</summary>
    public static string Mix(string one, string other, double share)
    {
        var (a, b) = (Parts(one), Parts(other));
        return "#" + string.Concat(Enumerable.Range(0, 3).Select(i => ((int)Math.Round(a[i] + ((b[i] - a[i]) * share))).ToString("x2", CultureInfo.InvariantCulture)));
    }

    private static string Readable(string colour, string on, string towards)
    {
        for (var share = 0d; share <= 1; share += 0.1)
        {
            if (Mix(colour, towards, share) is var mixed && Contrast(mixed, on) >= 4.5)
            {
                return mixed;
            }
        }
        return towards;
    }

    private static double Luminance(string colour)
    {
        var parts = Parts(colour).Select(part => part / 255d).Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4)).ToArray();
        return (0.2126 * parts[0]) + (0.7152 * parts[1]) + (0.0722 * parts[2]);
    }

    private static int[] Parts(string colour) => [.. Enumerable.Range(0, 3).Select(i => int.Parse(colour.AsSpan(1 + (2 * i), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
