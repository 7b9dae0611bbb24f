using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Kit;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Boards.Pdf;
using Ciclo.Modules.Boards.Reading;
using Ciclo.Modules.Boards.Schedules;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Boards.Tests;

public sealed class ReportTests
{
    [Theory]
    [InlineData(Language.En, "Overview", "What the numbers mean", "Page 1 of ", "Revenue", "times of")]
    [InlineData(Language.Es, "Panorama", "Qué significan las cifras", "Página 1 de ", "Ingresos", "horas de")]
    public async Task A_report_says_what_the_page_says_in_its_language_and_defines_each_number(Language language, string name, string appendix, string page, string revenue, string times)
    {
        await using var world = await BoardWorld.StartAsync();
        var l = new Locale(language, world.Engine.Rules.Zone);
        var board = ReadyBoards.Find(world.Server.Host, world.Engine, "overview", language)!;
        var bytes = BoardReport.Make(world.Server.Host, world.Engine, l, board, board.Period, world.Server.Host.NowMs, out var readings);
        var pages = PdfText.PagesOf(bytes);
        var lines = pages.SelectMany(one => one).ToList();
        Assert.All(new[] { name, revenue, "default" }, says => Assert.Contains(lines, line => line.StartsWith(says, StringComparison.Ordinal)));
        Assert.Contains(appendix, lines);
        Assert.All(new[] { page, times }, says => Assert.Contains(lines, line => line.Contains(says, StringComparison.Ordinal)));
        foreach (var number in readings.Select(reading => reading.Face).OfType<NumberFace>())
        {
            Assert.Contains(number.Number.Says, lines);
        }
        // Every definition is there whole, though broken into lines.
        var words = string.Join(' ', lines);
        Assert.All(readings.SelectMany(reading => reading.Definitions), metric => Assert.Contains(l.Say(metric.Formula), words, StringComparison.Ordinal));
        var text = System.Text.Encoding.Latin1.GetString(bytes);
        Assert.All(new[] { "/MarkInfo<</Marked true>>", "/S/H1", "/S/Figure", "/DisplayDocTitle true", "/Lang<FEFF" }, tag => Assert.Contains(tag, text, StringComparison.Ordinal));
        Assert.Equal(pages.Count, pages.Count(one => one.Any(line => line.EndsWith($" {pages.Count}", StringComparison.Ordinal))));
    }

    [Fact]
    public void Letters_of_both_languages_and_signs_of_money_are_in_the_font()
    {
        foreach (var letter in "áéíóúüñÁÉÍÓÚÜÑ¿¡€£$−–—…«»“”’·↑↓×÷%".EnumerateRunes())
        {
            Assert.All(new[] { Letters.Regular, Letters.Strong }, font => Assert.True(font.GlyphOf(letter) > 0, letter.ToString()));
        }
        Assert.Equal(new Letters(10).WidthOf("mm"), 2 * new Letters(10).WidthOf("m"), 6);
        Assert.True(new Letters(10).WidthOf(new Letters(10).Cut("a long line that does not fit", 50)) <= 50);
    }

    [Fact]
    public void A_subset_of_the_font_keeps_the_outlines_that_are_used_and_is_small()
    {
        var wanted = "áñ€".EnumerateRunes().Select(Letters.Regular.GlyphOf).ToList();
        var subset = Letters.Regular.Subset(wanted);
        Assert.InRange(subset.Length, 1_000, 60_000);
    }

    [Fact]
    public async Task A_due_report_is_made_once_kept_and_told_of_though_it_is_tried_at_the_same_time_and_after_a_crash()
    {
        await using var world = await BoardWorld.StartAsync();
        using var owner = await world.OwnerAsync();
        Assert.Equal(302, (await owner.SubmitAsync("/dashboards/revenue/share", "/dashboards/revenue/schedules", ("every", "day"), ("hour", "8"), ("language", "es"))).Code);
        var maker = world.Server.Services.GetRequiredService<ReportMaker>();
        var schedule = Assert.Single(world.Server.Host.Database.Read(ScheduleStore.All));
        world.Server.Clock.Advance(schedule.DueAt - world.Server.Host.NowMs + 1);
        // As after a crash between the file and its row: the file is there, and half of another.
        var folder = Directory.CreateDirectory(Path.Combine(world.Server.Host.Folder, "reports")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, $"rep_{schedule.Id[4..]}_{schedule.DueAt}.pdf.part"), "half");
        await Task.WhenAll(maker.MakeAsync(schedule, default), maker.MakeAsync(schedule, default));
        Assert.True(await maker.MakeAsync(schedule, default));
        var report = Assert.Single(maker.List("default", "revenue"));
        Assert.Equal((schedule.DueAt, 0, Language.Es), (report.DueAt, report.Missed, report.Language));
        Assert.Contains(PdfText.PagesOf(maker.Read(report)!)[0], line => line.StartsWith("Ingresos", StringComparison.Ordinal));
        using var later = await world.OwnerAsync();
        Assert.Equal("application/pdf", (await later.GetAsync($"/dashboards/revenue/reports/{report.Id}")).Headers["Content-Type"]);
        Assert.Equal(schedule.DueAfter(world.Engine.Rules.Zone, schedule.DueAt), Assert.Single(world.Server.Host.Database.Read(ScheduleStore.All)).DueAt);
    }

    [Fact]
    public async Task A_server_that_was_down_makes_the_last_one_and_says_how_many_it_missed_and_old_ones_go()
    {
        await using var world = await BoardWorld.StartAsync();
        using var owner = await world.OwnerAsync();
        await owner.SubmitAsync("/dashboards/satisfaction/share", "/dashboards/satisfaction/schedules", ("every", "day"), ("hour", "8"));
        var maker = world.Server.Services.GetRequiredService<ReportMaker>();
        var first = Assert.Single(world.Server.Host.Database.Read(ScheduleStore.All));
        world.Server.Clock.Advance(first.DueAt - world.Server.Host.NowMs + (3 * Durations.Day) + Durations.Hour);
        Assert.NotNull(await world.Timer.MakeDueAsync(default));
        var report = Assert.Single(maker.List("default", "satisfaction"));
        Assert.Equal(3, report.Missed);
        using var later = await world.OwnerAsync();
        Assert.Contains("3 before it were missed", (await later.GetAsync("/dashboards/satisfaction/share")).Text, StringComparison.Ordinal);
        for (var i = 0; i < Schedule.Kept + 2; i++)
        {
            world.Server.Clock.Advance(Durations.Day);
            await world.Timer.MakeDueAsync(default);
        }
        var kept = maker.List("default", "satisfaction");
        Assert.Equal(Schedule.Kept, kept.Count);
        Assert.Equal(Schedule.Kept, Directory.GetFiles(Path.Combine(world.Server.Host.Folder, "reports"), "*.pdf").Length);
    }

    [Theory]
    [InlineData("hour", "24")]
    [InlineData("day", "31")]
    [InlineData("every", "minute")]
    public async Task A_schedule_that_makes_no_sense_is_refused(string field, string value)
    {
        await using var world = await BoardWorld.StartAsync();
        using var owner = await world.OwnerAsync();
        var fields = new Dictionary<string, string> { ["every"] = "month", ["hour"] = "8", ["day"] = "1", [field] = value };
        Assert.Equal(400, (await owner.SubmitAsync("/dashboards/revenue/share", "/dashboards/revenue/schedules", [.. fields.Select(pair => (pair.Key, pair.Value))])).Code);
        Assert.Empty(world.Server.Host.Database.Read(ScheduleStore.All));
    }
}
