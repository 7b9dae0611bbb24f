using System.Globalization;
using System.Text;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Boards.Reading;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Boards.Pdf;

/// <summary>A dashboard on paper: A4 lying, cards in their order on the same grid, every number's definition at the end, tagged for assistive technology.</summary>
internal static class BoardReport
{
    private const double PageWidth = 842;
    private const double PageHeight = 595;
    private const double Margin = 36;
    private const double Gap = 10;
    private const double FirstTop = 96;
    private const double Top = 44;
    private const double Foot = PageHeight - 40;

    private sealed record Printed(CardReading Card, double X, double Y, double Width, double Height);

    private sealed record Definition(string Label, IReadOnlyList<string> Lines);

    /// <summary>The file's bytes.</summary>
    /// <param name="now">When it is made; Unix milliseconds.</param>
    /// <param name="readings">What it says, card by card.</param>
    public static byte[] Make(DataHost host, WorkspaceEngine engine, Locale l, Board board, BoardPeriod period, long now, out IReadOnlyList<CardReading> readings)
    {
        var reader = BoardReader.Of(host);
        var cards = readings = [.. board.Cards.Select(card => reader.Read(engine, l, board, card, period))];
        var told = BoardEndpoints.ModelOf(l, engine, board, period, mayChange: false, []).Told;
        return Print(engine.Id, l, board, told, now, cards);
    }

    /// <summary>`overview.pdf`, `sales-2026-11-01.pdf`: of letters that every system takes.</summary>
    public static string FileName(Board board, long? dueAt = null, Locale? l = null)
    {
        var letters = board.Name.Normalize(NormalizationForm.FormD).Where(c => char.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            .Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-');
        var name = string.Join('-', string.Concat(letters).Split('-', StringSplitOptions.RemoveEmptyEntries));
        return (name.Length == 0 ? board.Id : name) + (dueAt is { } due && l is not null ? "-" + l.IsoDate(due) : "") + ".pdf";
    }

    private static byte[] Print(string workspace, Locale l, Board board, string told, long now, IReadOnlyList<CardReading> readings)
    {
        var printer = new FacePrinter(l);
        var (pages, appendix) = (Lay(printer, readings), Lay(Definitions(l, readings)));
        var (sheets, count) = (new List<Sheet>(), pages.Count + appendix.Count);
        foreach (var page in pages)
        {
            var sheet = new Sheet(PageWidth, PageHeight);
            sheets.Add(sheet);
            if (sheets.Count == 1)
            {
                Head(sheet, workspace, l, board, told, now);
            }
            page.ForEach(one => printer.Print(sheet, one.Card, one.X, one.Y, one.Width, one.Height));
            Footer(sheet, l, board, told, sheets.Count, count);
        }
        foreach (var page in appendix)
        {
            var sheet = new Sheet(PageWidth, PageHeight);
            sheets.Add(sheet);
            sheet.Block("H1", () => sheet.Text(l.Say("What the numbers mean", "Qué significan las cifras"), Margin, Margin + 14, PageWidth - (2 * Margin), new Letters(15, IsStrong: true), Tint.Ink));
            Appendix(sheet, page);
            Footer(sheet, l, board, told, sheets.Count, count);
        }
        return PdfFile.Of(new PdfFacts($"{board.Name}, {told}", workspace, board.Description, l.Tag, DateTimeOffset.FromUnixTimeMilliseconds(now)), sheets);
    }

    /// <summary>Rows of the grid go onto pages whole; a row is as high as its highest card.</summary>
    private static List<List<Printed>> Lay(FacePrinter printer, IReadOnlyList<CardReading> readings)
    {
        var column = (PageWidth - (2 * Margin) + Gap) / Arrangement.Columns;
        var pages = new List<List<Printed>> { new() };
        var places = Arrangement.Place([.. readings.Select(reading => reading.Card.Size)]);
        var y = FirstTop;
        foreach (var row in readings.Select((reading, i) => (Reading: reading, Place: places[i])).GroupBy(one => one.Place.Row))
        {
            var height = row.Max(one => printer.HeightOf(one.Reading, (one.Place.Width * column) - Gap));
            if (y + height > Foot && pages[^1].Count > 0)
            {
                pages.Add([]);
                y = Top;
            }
            pages[^1].AddRange(row.Select(one => new Printed(one.Reading, Margin + (one.Place.Column * column), y, (one.Place.Width * column) - Gap, height)));
            y += height + Gap;
        }
        return pages;
    }

    private static void Head(Sheet sheet, string workspace, Locale l, Board board, string told, long now)
    {
        var width = PageWidth - (2 * Margin);
        sheet.Aside(() => sheet.Box(Tint.Accent, Margin, Margin - 8, 28, 3));
        sheet.Block("H1", () => sheet.Text(board.Name, Margin, Margin + 16, width * 0.7, new Letters(20, IsStrong: true), Tint.Ink));
        sheet.Block("P", () => sheet.Text(told, Margin + (width * 0.7), Margin + 16, width * 0.3, new Letters(13, IsStrong: true), Tint.Accent, isEnd: true));
        sheet.Block("P", () => sheet.Text(board.Description, Margin, Margin + 34, width * 0.6, new Letters(9), Tint.Soft));
        sheet.Block("P", () => sheet.Text(
            l.Say($"{workspace} · made {l.Moment(now)}, times of {l.ZoneName}", $"{workspace} · hecho el {l.Moment(now)}, horas de {l.ZoneName}"), Margin + (width * 0.6), Margin + 34, width * 0.4, new Letters(8.5), Tint.Soft, isEnd: true));
    }

    private static void Footer(Sheet sheet, Locale l, Board board, string told, int page, int count) => sheet.Aside(() =>
    {
        var (font, width) = (new Letters(7.5), PageWidth - (2 * Margin));
        sheet.Box(Tint.Line, Margin, PageHeight - 32, width, 0.6);
        sheet.Text($"{board.Name} · {told}", Margin, PageHeight - 20, width * 0.7, font, Tint.Soft);
        sheet.Text(l.Say($"Page {page} of {count}", $"Página {page} de {count}"), Margin + (width * 0.7), PageHeight - 20, width * 0.3, font, Tint.Soft, isEnd: true);
    });

    private static List<Definition> Definitions(Locale l, IReadOnlyList<CardReading> readings) =>
    [
        .. readings.SelectMany(reading => reading.Definitions).DistinctBy(metric => metric.Id).Select(metric => new Definition(
            l.Say(metric.Label), new Letters(8.5).Wrap(l.Say(metric.Formula), PageWidth - (2 * Margin) - 190, 12))),
    ];

    private static List<List<Definition>> Lay(IReadOnlyList<Definition> definitions)
    {
        var pages = new List<List<Definition>>();
        var y = Foot;
        foreach (var one in definitions)
        {
            var height = (one.Lines.Count * 12) + 8;
            if (y + height > Foot)
            {
                pages.Add([]);
                y = Margin + 34;
            }
            pages[^1].Add(one);
            y += height;
        }
        return pages;
    }

    private static void Appendix(Sheet sheet, IReadOnlyList<Definition> definitions)
    {
        var y = Margin + 44;
        foreach (var one in definitions)
        {
            var top = y;
            sheet.Aside(() => sheet.Box(Tint.Line, Margin, top - 12, PageWidth - (2 * Margin), 0.5));
            sheet.Block("H2", () => sheet.Text(one.Label, Margin, top, 180, new Letters(8.5, IsStrong: true), Tint.Ink));
            for (var i = 0; i < one.Lines.Count; i++)
            {
                var (line, at) = (one.Lines[i], top + (i * 12));
                sheet.Block("P", () => sheet.Text(line, Margin + 190, at, PageWidth - (2 * Margin) - 190, new Letters(8.5), Tint.Soft));
            }
            y += (one.Lines.Count * 12) + 8;
        }
    }
}
