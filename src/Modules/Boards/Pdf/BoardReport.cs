using System.Globalization;
using System.Text;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Boards.Reading;
using Ciclo.Modules.Measure.Contracts;
using PdfSharp;
using PdfSharp.Drawing;
using PdfSharp.Pdf;
using PdfSharp.UniversalAccessibility;

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

    /// <summary>Drawing keeps fonts and all pages in memory: one report at a time bounds that.</summary>
    private static readonly Lock Press = new();

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
        lock (Press)
        {
            return Print(engine.Id, l, board, told, now, cards);
        }
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
        using var document = new PdfDocument();
        var access = UAManager.ForDocument(document);
        access.SetDocumentLanguage(l.Tag);
        document.Info.Title = $"{board.Name}, {told}";
        document.Info.Author = workspace;
        document.Info.Subject = board.Description;
        document.Info.Creator = "Ciclo";
        document.Info.CreationDate = DateTimeOffset.FromUnixTimeMilliseconds(now).UtcDateTime;
        document.ViewerPreferences.DisplayDocTitle = true;
        using var measure = XGraphics.CreateMeasureContext(new XSize(PageWidth, PageHeight), XGraphicsUnit.Point, XPageDirection.Downwards);
        var printer = new FacePrinter(l, measure);
        var pages = Lay(printer, readings);
        var definitions = Definitions(measure, l, readings);
        var appendix = Lay(definitions);
        var count = pages.Count + appendix.Count;
        for (var i = 0; i < pages.Count; i++)
        {
            var number = i;
            Page(document, access, sheet =>
            {
                if (number == 0)
                {
                    Head(sheet, workspace, l, board, told, now);
                }
                foreach (var one in pages[number])
                {
                    printer.Print(sheet, one.Card, one.X, one.Y, one.Width, one.Height);
                }
                Footer(sheet, l, board, told, number + 1, count);
            });
        }
        for (var i = 0; i < appendix.Count; i++)
        {
            var number = i;
            Page(document, access, sheet =>
            {
                sheet.Block(PdfBlockLevelElementTag.Heading1, () => sheet.Text(l.Say("What the numbers mean", "Qué significan las cifras"), Margin, Margin + 14, PageWidth - (2 * Margin), ReportFonts.Of(15, isStrong: true), Sheet.Ink));
                Appendix(sheet, appendix[number]);
                Footer(sheet, l, board, told, pages.Count + number + 1, count);
            });
        }
        using var target = new MemoryStream();
        document.Save(target, closeStream: false);
        return target.ToArray();
    }

    private static void Page(PdfDocument document, UAManager access, Action<Sheet> draw)
    {
        var page = document.AddPage();
        (page.Width, page.Height) = (XUnit.FromPoint(PageWidth), XUnit.FromPoint(PageHeight));
        using var graphics = XGraphics.FromPdfPage(page);
        var tags = access.StructureBuilder;
        tags.BeginElement(PdfGroupingElementTag.Section);
        draw(new Sheet(graphics, tags));
        tags.End();
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
        sheet.Aside(() => sheet.Box(Sheet.Accent, Margin, Margin - 8, 28, 3));
        sheet.Block(PdfBlockLevelElementTag.Heading1, () => sheet.Text(board.Name, Margin, Margin + 16, width * 0.7, ReportFonts.Of(20, isStrong: true), Sheet.Ink));
        sheet.Block(PdfBlockLevelElementTag.Paragraph, () => sheet.Text(told, Margin + (width * 0.7), Margin + 16, width * 0.3, ReportFonts.Of(13, isStrong: true), Sheet.Accent, isEnd: true));
        sheet.Block(PdfBlockLevelElementTag.Paragraph, () => sheet.Text(board.Description, Margin, Margin + 34, width * 0.6, ReportFonts.Of(9), Sheet.Soft));
        sheet.Block(PdfBlockLevelElementTag.Paragraph, () => sheet.Text(
            l.Say($"{workspace} · made {l.Moment(now)}, times of {l.ZoneName}", $"{workspace} · hecho el {l.Moment(now)}, horas de {l.ZoneName}"), Margin + (width * 0.6), Margin + 34, width * 0.4, ReportFonts.Of(8.5), Sheet.Soft, isEnd: true));
    }

    private static void Footer(Sheet sheet, Locale l, Board board, string told, int page, int count) => sheet.Aside(() =>
    {
        var (font, width) = (ReportFonts.Of(7.5), PageWidth - (2 * Margin));
        sheet.Box(Sheet.Line, Margin, PageHeight - 32, width, 0.6);
        sheet.Text($"{board.Name} · {told}", Margin, PageHeight - 20, width * 0.7, font, Sheet.Soft);
        sheet.Text(l.Say($"Page {page} of {count}", $"Página {page} de {count}"), Margin + (width * 0.7), PageHeight - 20, width * 0.3, font, Sheet.Soft, isEnd: true);
    });

    private static List<Definition> Definitions(XGraphics measure, Locale l, IReadOnlyList<CardReading> readings) =>
    [
        .. readings.SelectMany(reading => reading.Definitions).DistinctBy(metric => metric.Id).Select(metric => new Definition(
            l.Say(metric.Label), Sheet.Wrap(measure, l.Say(metric.Formula), PageWidth - (2 * Margin) - 190, ReportFonts.Of(8.5), 12))),
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
            sheet.Aside(() => sheet.Box(Sheet.Line, Margin, top - 12, PageWidth - (2 * Margin), 0.5));
            sheet.Block(PdfBlockLevelElementTag.Heading2, () => sheet.Text(one.Label, Margin, top, 180, ReportFonts.Of(8.5, isStrong: true), Sheet.Ink));
            for (var i = 0; i < one.Lines.Count; i++)
            {
                var (line, at) = (one.Lines[i], top + (i * 12));
                sheet.Block(PdfBlockLevelElementTag.Paragraph, () => sheet.Text(line, Margin + 190, at, PageWidth - (2 * Margin) - 190, ReportFonts.Of(8.5), Sheet.Soft));
            }
            y += (one.Lines.Count * 12) + 8;
        }
    }
}
