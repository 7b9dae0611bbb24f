using System.Globalization;
using Ciclo.Core.Metrics;
using Ciclo.Kit;
using Ciclo.Modules.Boards.Reading;
using Markdig;

namespace Ciclo.Modules.Boards.Pdf;

/// <summary>Puts one card on paper: how high it is for a width, and its drawing.</summary>
internal sealed class FacePrinter(Locale l)
{
    private const double Inset = 12;
    private const double Row = 16;
    private const double Chart = 118;
    private const int MostTextLines = 34;

    private static readonly Letters TitleFont = new(10.5, IsStrong: true);
    private static readonly Letters SubFont = new(8);
    private static readonly Letters Body = new(8.5);
    private static readonly Letters Strong = new(8.5, IsStrong: true);
    private static readonly Letters Small = new(7);
    private static readonly Letters Large = new(21, IsStrong: true);

    public double HeightOf(CardReading card, double width) => HeadHeight(card, width) + BodyHeight(card.Face, width - (2 * Inset)) + Inset;

    public void Print(Sheet sheet, CardReading card, double x, double y, double width, double height)
    {
        sheet.Aside(() => sheet.Frame(x, y, width, height));
        var inner = width - (2 * Inset);
        var at = y + Inset + 8;
        foreach (var line in TitleLines(card, inner))
        {
            var base1 = at;
            sheet.Block("H2", () => sheet.Text(line, x + Inset, base1, inner, TitleFont, Tint.Ink));
            at += 13;
        }
        foreach (var line in SubLines(card, inner))
        {
            var base1 = at;
            sheet.Block("P", () => sheet.Text(line, x + Inset, base1, inner, SubFont, Tint.Soft));
            at += 10.5;
        }
        PrintBody(sheet, card, x + Inset, y + HeadHeight(card, width), inner);
    }

    private double HeadHeight(CardReading card, double width) =>
        Inset + (TitleLines(card, width - (2 * Inset)).Count * 13) + (SubLines(card, width - (2 * Inset)).Count * 10.5) + 3;

    private List<string> TitleLines(CardReading card, double width) => card.Title.Length == 0 ? [] : TitleFont.Wrap(card.Title, width, 2);

    private List<string> SubLines(CardReading card, double width) => card.Sub.Length == 0 ? [] : SubFont.Wrap(card.Sub, width, 2);

    private double BodyHeight(CardFace face, double width) => face switch
    {
        NumberFace number => 44 + (number.Course.Count > 1 ? 30 : 0),
        CourseFace { Lines.Count: 0 } => Row,
        CourseFace course => Chart + 14 + (course.Lines.Count * 12),
        BarsFace bars => ((bars.Lines.Count + 1) * Row) + 4,
        MatrixFace matrix => (matrix.Lines.Count + 1) * 14,
        TextFace text => Words(text, width).Count * 12,
        RefusalFace refusal => Body.Wrap(l.Say(refusal.Says), width, 8).Count * 12,
        _ => 0,
    };

    private void PrintBody(Sheet sheet, CardReading card, double x, double y, double width)
    {
        switch (card.Face)
        {
            case NumberFace number:
                Print(sheet, number, x, y, width);
                break;
            case CourseFace { Lines.Count: 0 }:
                Lines(sheet, [l.Say("Nothing was counted.", "No se contó nada.")], x, y, width);
                break;
            case CourseFace course:
                CoursePrinter.Print(sheet, l, card.Title, course, x, y, width, Chart);
                break;
            case BarsFace bars:
                Print(sheet, bars, x, y, width);
                break;
            case MatrixFace matrix:
                Print(sheet, matrix, x, y, width);
                break;
            case TextFace text:
                Lines(sheet, Words(text, width), x, y, width);
                break;
            case RefusalFace refusal:
                Lines(sheet, Body.Wrap(l.Say(refusal.Says), width, 8), x, y, width);
                break;
        }
    }

    private List<string> Words(TextFace text, double width) => Body.Wrap(Markdown.ToPlainText(text.Markdown).Trim(), width, MostTextLines);

    private static void Lines(Sheet sheet, IReadOnlyList<string> lines, double x, double y, double width)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var (line, at) = (lines[i], y + 9 + (i * 12));
            if (line.Length > 0)
            {
                sheet.Block("P", () => sheet.Text(line, x, at, width, Body, Tint.Ink));
            }
        }
    }

    private void Print(Sheet sheet, NumberFace number, double x, double y, double width)
    {
        // A number is made smaller rather than cut: half of one is another number.
        var font = (number.Number.Value is null ? new Letters(13) : Large).Fitting(number.Number.Says, width);
        sheet.Block("P", () => sheet.Text(number.Number.Says, x, y + 22, width, font, number.Number.Value is null ? Tint.Soft : Tint.Ink));
        var (says, color) = number.Change is { } change
            ? (ChangeSays(change) + l.Say($" against {number.BeforeName}: {number.Before.Says}", $" frente a {number.BeforeName}: {number.Before.Says}"), ColorOf(change))
            : number.Before.Value is not null ? ($"{number.BeforeName}: {number.Before.Says}", Tint.Soft) : (l.Say("Nothing to compare with", "Nada con qué comparar"), Tint.Soft);
        sheet.Block("P", () => sheet.Text(says, x, y + 37, width, SubFont.Fitting(says, width), color));
        if (number.Course.Count > 1)
        {
            var (least, greatest) = (number.Course.Min(), number.Course.Max());
            var points = number.Course.Select((value, i) => (
                x + (width * i / (number.Course.Count - 1)), y + 70 - (greatest == least ? 12 : 24.0 * (value - least) / (greatest - least)))).ToList();
            sheet.Aside(() => sheet.Course(Tint.Accent, 1.2, points));
        }
    }

    private void Print(Sheet sheet, BarsFace bars, double x, double y, double width)
    {
        var hasMore = bars.Lines.Any(line => line.Aside is not null || line.Change is not null);
        var (name, number, more) = (width * 0.34, width * 0.24, hasMore ? width * 0.2 : 0);
        var (bar, barAt) = (width - name - number - more - 12, x + name + 6);
        sheet.Block("P", () =>
        {
            sheet.Text(l.Say(bars.Head), x, y + 10, name, Small, Tint.Soft);
            sheet.Text(l.Say(bars.NumberHead), x + width - more - number, y + 10, number, Small, Tint.Soft, isEnd: true);
        });
        for (var i = 0; i < bars.Lines.Count; i++)
        {
            var (line, top) = (bars.Lines[i], y + ((i + 1) * Row));
            sheet.Aside(() =>
            {
                sheet.Box(Tint.Line, x, top, width, 0.5);
                sheet.Box(Tint.Sunken, barAt, top + 4.5, bar, 7);
                sheet.Box(ToneOf(line.Tone), barAt + (line.From * bar), top + 4.5, Math.Max((line.To - line.From) * bar, line.To > line.From ? 0.8 : 0), 7);
            });
            sheet.Block("P", () =>
            {
                sheet.Text(line.Name, x, top + 11, name, Body, Tint.Ink);
                sheet.Text(line.Number.Says + (line.Note.Length > 0 ? "  " + line.Note : ""), x + width - more - number, top + 11, number, Strong, Tint.Ink, isEnd: true);
                if (line.Aside is { } aside)
                {
                    sheet.Text(aside.Says, x + width - more + 4, top + 11, more - 4, Small, Tint.Soft, isEnd: true);
                }
                else if (line.Change is { } change)
                {
                    sheet.Text(ChangeSays(change), x + width - more + 4, top + 11, more - 4, Small, ColorOf(change), isEnd: true);
                }
            });
        }
    }

    private void Print(Sheet sheet, MatrixFace matrix, double x, double y, double width)
    {
        var (name, size) = (70.0, 44.0);
        var cell = (width - name - size) / Math.Max(1, matrix.Columns - 1);
        var font = matrix.Columns > 16 ? new Letters(5.5) : Small;
        sheet.Block("P", () =>
        {
            sheet.Text(l.Say("First", "Primera vez"), x, y + 10, name, Small, Tint.Soft);
            sheet.Text(l.Say("People", "Personas"), x + name, y + 10, size - 6, Small, Tint.Soft, isEnd: true);
            for (var k = 1; k < matrix.Columns; k++)
            {
                sheet.Text(k.ToString(CultureInfo.InvariantCulture), x + name + size + ((k - 1) * cell), y + 10, cell - 3, Small, Tint.Soft, isEnd: true);
            }
        });
        for (var i = 0; i < matrix.Lines.Count; i++)
        {
            var (line, top) = (matrix.Lines[i], y + ((i + 1) * 14));
            sheet.Aside(() =>
            {
                for (var k = 0; k < line.Cells.Count; k++)
                {
                    sheet.Box(ShadeOf(line.Cells[k].Shade), x + name + size + (k * cell) + 0.5, top + 0.5, cell - 1, 13);
                }
            });
            sheet.Block("P", () =>
            {
                sheet.Text(line.Name, x, top + 10, name, Body, Tint.Ink);
                sheet.Text(line.Size.Says, x + name, top + 10, size - 6, Body, Tint.Ink, isEnd: true);
                for (var k = 0; k < line.Cells.Count; k++)
                {
                    sheet.Text(line.Cells[k].Share, x + name + size + (k * cell), top + 10, cell - 3, font, Tint.Ink, isEnd: true);
                }
            });
        }
    }

    private string ChangeSays(ShownChange change) => change.Direction == 0 ? l.Say(KitWords.Same) : (change.Direction > 0 ? "↑ " : "↓ ") + change.Says;

    private static Tint ColorOf(ShownChange change) => change.Verdict switch { Verdict.Good => Tint.Good, Verdict.Bad => Tint.Bad, _ => Tint.Soft };

    private static Tint ToneOf(string tone) => tone switch
    {
        "good" => Tint.Good,
        "bad" => Tint.Bad,
        "total" => Tint.Ink,
        [>= '1' and <= '6'] => Tint.Stages[tone[0] - '1'],
        _ => Tint.Accent,
    };

    private static Tint ShadeOf(int shade)
    {
        // As on pages: from 4 to 45 % of the accent over white.
        var part = 0.04 + (shade * 0.0455);
        byte Mixed(byte one) => (byte)Math.Round(255 - ((255 - one) * part));
        return new Tint(Mixed(Tint.Accent.R), Mixed(Tint.Accent.G), Mixed(Tint.Accent.B));
    }
}

/// <summary>Numbers over time on paper: lines or bars, with what each ended with in its legend.</summary>
internal static class CoursePrinter
{
    private static readonly Letters Small = new(7);
    private static readonly Letters Strong = new(7.5, IsStrong: true);

    /// <summary>Between the lines of the scale.</summary>
    private const int Steps = 4;

    public static void Print(Sheet sheet, Locale l, string title, CourseFace course, double x, double y, double width, double height)
    {
        var values = course.Lines.SelectMany(line => line.Numbers).Select(number => (double)(number.Value ?? 0)).ToList();
        var (least, greatest) = (Math.Min(0, values.Min()), Math.Max(0, values.Max()));
        greatest = least < 0 ? greatest : Steps * NiceStep(greatest == 0 ? 1 : greatest / Steps);
        var (left, top, bottom) = (x + 40, y + 6, y + height - 12);
        var plot = width - 40;
        double HeightOf(double value) => bottom - ((value - least) / (greatest - least) * (bottom - top));
        sheet.Figure(title, x, y, width, height, () =>
        {
            for (var i = 0; i <= Steps; i++)
            {
                var value = least + ((greatest - least) * i / Steps);
                sheet.Box(Tint.Line, left, HeightOf(value), plot, 0.5);
                sheet.Text(Axis(l, course.Unit, value), x, HeightOf(value) + 2.5, 36, Small, Tint.Soft, isEnd: true);
            }
            if (course.IsBars)
            {
                Bars(sheet, course, left, plot, HeightOf);
            }
            else
            {
                Lines(sheet, course, left, plot, HeightOf);
            }
            var apart = Math.Max(1, (int)Math.Ceiling(course.Periods.Count / Math.Max(1, plot / 62)));
            for (var i = 0; i < course.Periods.Count; i += apart)
            {
                sheet.Text(course.Periods[i], left + (plot * i / course.Periods.Count), y + height, plot / course.Periods.Count * apart, Small, Tint.Soft);
            }
        });
        for (var i = 0; i < course.Lines.Count; i++)
        {
            var (line, color, at) = (course.Lines[i], Tint.Series[i % Tint.Series.Count], y + height + 14 + (i * 12));
            sheet.Aside(() => sheet.Box(color, x, at - 5, 8, 5));
            sheet.Block("P", () =>
            {
                sheet.Text(line.Name, x + 12, at, (width * 0.6) - 12, Small, Tint.Ink);
                sheet.Text($"{course.Periods[^1]}: {line.Numbers[^1].Says}", x + (width * 0.6), at, width * 0.4, Strong, Tint.Ink, isEnd: true);
            });
        }
    }

    private static void Lines(Sheet sheet, CourseFace course, double left, double plot, Func<double, double> height)
    {
        var step = plot / course.Periods.Count;
        for (var i = course.Lines.Count - 1; i >= 0; i--)
        {
            var color = Tint.Series[i % Tint.Series.Count];
            var run = new List<(double X, double Y)>();
            for (var k = 0; k <= course.Periods.Count; k++)
            {
                // Where there is no data the line breaks; a lone value is a point.
                if (k < course.Periods.Count && course.Lines[i].Numbers[k].Value is { } value)
                {
                    run.Add((left + ((k + 0.5) * step), height((double)value)));
                    continue;
                }
                if (run.Count > 1)
                {
                    sheet.Course(color, 1.4, run);
                }
                else if (run.Count == 1)
                {
                    sheet.Dot(color, run[0].X, run[0].Y);
                }
                run.Clear();
            }
        }
    }

    private static void Bars(Sheet sheet, CourseFace course, double left, double plot, Func<double, double> height)
    {
        var step = plot / course.Periods.Count;
        var bar = step * 0.72 / course.Lines.Count;
        for (var i = 0; i < course.Lines.Count; i++)
        {
            for (var k = 0; k < course.Periods.Count; k++)
            {
                var value = (double)(course.Lines[i].Numbers[k].Value ?? 0);
                var (top, foot) = (height(Math.Max(value, 0)), height(Math.Min(value, 0)));
                sheet.Box(Tint.Series[i % Tint.Series.Count], left + (k * step) + (step * 0.14) + (i * bar), top, Math.Max(0.6, bar - 0.4), foot - top);
            }
        }
    }

    /// <summary>The least of 1, 2, 2.5 and 5 times a power of ten that is no smaller.</summary>
    private static double NiceStep(double step)
    {
        var ten = Math.Pow(10, Math.Floor(Math.Log10(step)));
        return new[] { 1, 2, 2.5, 5, 10 }.First(times => times * ten >= step * 0.999_999) * ten;
    }

    /// <summary>A value in the width of an axis: `1.2 k`, `35%`, `4 h`.</summary>
    private static string Axis(Locale l, MetricUnit unit, double value) => unit switch
    {
        MetricUnit.Share => (value * 100).ToString("0.#", l.Culture) + "%",
        MetricUnit.Duration => l.Duration((long)value),
        _ => Math.Abs(value) switch
        {
            >= 1e6 => (value / 1e6).ToString("0.#", l.Culture) + " M",
            >= 1e4 => (value / 1e3).ToString("0.#", l.Culture) + " k",
            >= 100 => value.ToString("#,##0", l.Culture),
            _ => value.ToString("0.#", l.Culture),
        },
    };
}
