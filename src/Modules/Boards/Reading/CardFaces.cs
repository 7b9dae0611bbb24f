using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Kit;

namespace Ciclo.Modules.Boards.Reading;

/// <summary>What a card shows, in one reader's language: the same for the page, the shared link, paper and the API. `Href` is where a number's rows are.</summary>
public abstract record CardFace;

/// <summary>A number as it reads, its raw value (money in major units, shares from 0 to 1, durations in milliseconds), and its rows.</summary>
public sealed record Shown(string Says, decimal? Value, string? Href)
{
    public static Shown Nothing(string says) => new(says, null, null);
}

/// <summary>A change against the period before.</summary>
public sealed record ShownChange(double Direction, string Says, Verdict Verdict);

/// <summary>One number. <paramref name="Before"/>: that of the period before, and what the period is called.</summary>
/// <param name="Course">Values of the periods that are over, oldest first, scaled to a thousand; empty where there is no course.</param>
public sealed record NumberFace(Shown Number, ShownChange? Change, Shown Before, string BeforeName, IReadOnlyList<int> Course) : CardFace;

/// <summary>Numbers over periods, a line for each value of the breakdown; the largest come first.</summary>
/// <param name="Left">How many values were left out.</param>
public sealed record CourseFace(MetricUnit Unit, IReadOnlyList<string> Periods, IReadOnlyList<CourseLine> Lines, bool IsBars, int Left) : CardFace
{
    public const int MostLines = 8;
}

public sealed record CourseLine(string Name, IReadOnlyList<Shown> Numbers);

/// <summary>
/// Rows with a bar each: values of a breakdown, steps of a funnel, movements of MRR, stages. Bars lie between <see cref="BarLine.From"/> and
/// <see cref="BarLine.To"/> of the whole width, from 0 to 1.
/// </summary>
/// <param name="Zero">Where nothing is, where bars lie on both sides of it.</param>
public sealed record BarsFace(Text Head, Text NumberHead, IReadOnlyList<BarLine> Lines, int Left, double? Zero = null) : CardFace
{
    public const int MostLines = 20;
}

/// <param name="Tone">What colours the bar: empty, `good`, `bad`, `total`, or a stage's number.</param>
/// <param name="Aside">A second number of the row, such as who left after a step.</param>
public sealed record BarLine(string Name, double From, double To, string Tone, Shown Number, ShownChange? Change = null, Shown? Aside = null, string Note = "");

/// <summary>Cohorts by period and how many of each came back.</summary>
public sealed record MatrixFace(int Columns, IReadOnlyList<MatrixLine> Lines) : CardFace;

/// <param name="Shade">From 0 to 9 against the largest share shown.</param>
public sealed record MatrixCell(Shown Number, string Share, int Shade, bool IsOpen);

public sealed record MatrixLine(string Name, Shown Size, IReadOnlyList<MatrixCell> Cells);

/// <summary>Words that somebody wrote. <paramref name="Html"/> holds no more than formatting and links.</summary>
public sealed record TextFace(string Markdown, string Html) : CardFace;

/// <summary>Why there is nothing, and what to do. <paramref name="IsBusy"/>: it can be asked again in a moment.</summary>
public sealed record RefusalFace(Text Says, bool IsBusy) : CardFace;

/// <summary>A card that was read.</summary>
/// <param name="Href">Where what it shows is looked into further; null for nowhere.</param>
/// <param name="Definitions">What its numbers are and how they are counted.</param>
public sealed record CardReading(BoardCard Card, string Title, string Sub, string? Href, IReadOnlyList<Metric> Definitions, CardFace Face);
