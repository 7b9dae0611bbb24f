using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Kit;

namespace Ciclo.Modules.Home;

/// <summary>How a stage's numbers read.</summary>
internal static class FigureWords
{
    public static string Conversion(Locale l, StageFigures figures) => figures.Conversion.IsKnown ? l.Share(figures.Conversion.Part, figures.Conversion.Whole) : "–";

    /// <summary>In whole days from two on: hours are noise then.</summary>
    public static string Median(Locale l, StageFigures figures) => figures.MedianMs is not { } median
        ? l.Say(figures.Stays == 0 ? HomeWords.NoData : HomeWords.NotReached)
        : median >= 2 * Durations.Day ? l.Number(median / Durations.Day) + " d" : l.Number(median / Durations.Hour) + " h";

    /// <summary>The change of the conversion against the period before, from -1 to 1.</summary>
    public static double Points(StageFigures figures) => figures.Conversion.Value - figures.ConversionBefore.Value;

    public static Verdict Verdict(StageFigures figures) => !Proportions.DifferClearly(figures.Conversion, figures.ConversionBefore)
        ? Kit.Verdict.None
        : Points(figures) > 0 ? Kit.Verdict.Good : Kit.Verdict.Bad;
}
