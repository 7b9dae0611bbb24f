using System.Text;
using Ciclo.Core;
using Ciclo.Data.Journal;

namespace Ciclo.Modules.Imports.Tests;

/// <summary>How a file goes to the journal: frames, failures, progress, the rejects file; and that nothing makes it throw.</summary>
public class RunnerTests
{
    private const string Map = "source: s\nemit:\n  - { type: track, event: A, user_id: id, key: id, properties: { n: n } }\n";

    [Fact]
    public async Task Two_frames_are_in_flight_and_none_is_touched_before_it_is_durable()
    {
        var target = new MemoryTarget { Disk = async frame => await Task.Delay(frame % 3) };
        var result = await ImportFixture.RunAsync(Map, ManyRows(20_000), target);
        Assert.Equal((20_000L, 20_000), (result.Events, target.Bodies.Count));
        Assert.Equal(2, target.MostInFlight);
        Assert.InRange(target.Frames, 40, 60);
        Assert.True(target.LargestFrame < 300 * 1024);
        Assert.Equal([new ImportEnd(true, 20_000, 0, 0)], target.Ended);
    }

    [Fact]
    public async Task Large_events_go_in_frames_of_their_own()
    {
        var rows = string.Concat(Enumerable.Range(0, 20).Select(row => $"u{row},{new string('x', 200_000)}\n"));
        var target = new MemoryTarget();
        await ImportFixture.RunAsync(Map, "id,n\n" + rows, target);
        Assert.Equal(20, target.Bodies.Count);
        Assert.True(target.LargestFrame < 500 * 1024, $"a frame had {target.LargestFrame} bytes");
    }

    [Fact]
    public async Task An_import_that_breaks_off_is_ended_as_broken_and_can_be_repeated()
    {
        var target = new MemoryTarget { Disk = frame => frame == 5 ? Task.FromException(new IOException("full")) : Task.CompletedTask };
        await Assert.ThrowsAsync<IOException>(() => ImportFixture.RunAsync(Map, ManyRows(20_000), target));
        Assert.False(Assert.Single(target.Ended).IsWhole);
        target.Disk = _ => Task.CompletedTask;
        var result = await ImportFixture.RunAsync(Map, ManyRows(20_000), target);
        Assert.Equal(20_000, target.Bodies.Count);
        Assert.Equal(20_000, result.Events + result.Duplicates);
        Assert.True(result.Duplicates > 1_000);
    }

    [Fact]
    public async Task A_cancelled_import_is_ended_as_broken()
    {
        using var cancel = new CancellationTokenSource();
        var target = new MemoryTarget { Disk = _ => cancel.CancelAsync() };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ImportRunner.RunAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(ManyRows(20_000))), "f", ImportFixture.Map(Map), ImportFixture.Options, target, null, cancel.Token));
        Assert.False(Assert.Single(target.Ended).IsWhole);
    }

    [Fact]
    public async Task A_damaged_archive_fails_in_words()
    {
        var packed = ImportFixture.Gzip(Encoding.UTF8.GetBytes(ManyRows(50_000)));
        packed.AsSpan(packed.Length / 2, 2_000).Fill(0x55);
        var target = new MemoryTarget();
        var failed = await Assert.ThrowsAsync<ImportFailedException>(() => ImportFixture.RunAsync(Map, packed, target));
        Assert.Contains("damaged", failed.Reason.En, StringComparison.Ordinal);
        Assert.Contains("dañado", failed.Reason.Es, StringComparison.Ordinal);
        Assert.False(Assert.Single(target.Ended).IsWhole);
    }

    [Theory]
    [InlineData(new byte[] { 0x50, 0x4b, 3, 4, 1, 2 }, "save the sheet as CSV")]
    [InlineData(new byte[] { 0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9 }, "damaged")]
    public async Task What_is_no_text_fails_in_words_before_anything_begins(byte[] file, string said)
    {
        var target = new MemoryTarget();
        var failed = await Assert.ThrowsAsync<ImportFailedException>(() => ImportFixture.RunAsync(Map, file, target));
        Assert.Contains(said, failed.Reason.En, StringComparison.Ordinal);
        Assert.Empty(target.Started);
    }

    [Fact]
    public async Task Rejected_rows_go_to_the_journal_and_to_a_file_that_no_spreadsheet_executes()
    {
        using var file = new MemoryStream();
        var target = new MemoryTarget();
        var result = await ImportFixture.RunAsync(Map, "id,n\n=1+1\na,1\n,\"x \"\"y\"\"\"\n\"=c\nd\"\n", target, ImportFixture.Options with { RejectsTo = file, Listed = 1, Language = Language.Es });
        Assert.Equal((3L, 1, 3), (result.Rejected, result.Rejects.Count, target.Rejected.Count));
        Assert.Equal(
            """
            line,reason,text
            2,wrong_cells: 1 celdas; el archivo tiene 2 columnas,'=1+1
            4,no_id: no hay id: el evento no es de nadie,~,~~x ~~~~y~~~~~~~
            5,wrong_cells: 1 celdas; el archivo tiene 2 columnas,~~~=c
            d~~~

            """.Replace('~', '"').ReplaceLineEndings("\n"),
            Encoding.UTF8.GetString(file.ToArray()));
    }

    [Fact]
    public async Task Progress_tells_bytes_rows_and_what_is_left()
    {
        var told = new List<ImportProgress>();
        var file = Encoding.UTF8.GetBytes(ManyRows(5_000));
        await ImportRunner.RunAsync(new MemoryStream(file), "f", ImportFixture.Map(Map), ImportFixture.Options, new MemoryTarget(), new Told(told), CancellationToken.None);
        var last = told[^1];
        Assert.Equal((5_000L, (long)file.Length, (long?)file.Length, TimeSpan.Zero), (last.Rows, last.BytesRead, last.BytesTotal, last.Left));
        Assert.True(last.RowsPerSecond > 0);
    }

    [Theory]
    [InlineData("", "empty_file")]
    [InlineData("\n\n", "empty_file")]
    [InlineData("id,\"n\n", "bad_header")]
    public async Task A_file_without_a_header_is_refused(string file, string code)
    {
        var result = await ImportRunner.RunAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)), "f", ImportFixture.Map(Map), ImportFixture.Options, new MemoryTarget(), null, CancellationToken.None);
        Assert.Equal(code, Assert.Single(result.Diagnostics).Code);
    }

    [Fact]
    public async Task Random_files_are_rows_or_rejects_and_never_throw()
    {
        const int Seed = 11;
        var random = new Random(Seed);
        string[] pieces = ["id", "n", ",", ";", "\"", "\"\"", "\n", "\r\n", "\r", " ", "1", "-5,5", "é", "{\"id\":1,\"n\":{\"a\":[1,", "}", "\"\\ud800\"", "{\"id\":\"a\",\"n\":2}\n", "null", "\0", "2026-01-01"];
        const string Grouped = "source: s\ngroup_by: id\nemit:\n  - { type: identify, user_id: id, timestamp: n, traits: { a: { each: { n: n } }, s: sum(n) } }\n";
        for (var round = 0; round < 1_500; round++)
        {
            var body = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => pieces[random.Next(pieces.Length)]));
            var bytes = Encoding.UTF8.GetBytes((round % 2 == 0 ? "id,n\n" : "") + body);
            if (round % 5 == 0)
            {
                random.NextBytes(bytes.AsSpan(bytes.Length / 2));
            }
            var map = (round % 3) switch { 0 => Map, 1 => "format: jsonl\n" + Map, _ => Grouped };
            try
            {
                var result = await ImportRunner.RunAsync(new MemoryStream(bytes), "f", ImportFixture.Map(map), ImportFixture.Options, new MemoryTarget(), null, CancellationToken.None);
                Assert.True(result.IsRefused || result.Rows == result.Skipped + result.Rejected + result.Events + result.Duplicates + result.Changed || round % 3 == 2);
            }
            catch (Exception thrown) when (thrown is not ImportFailedException)
            {
                Assert.Fail($"seed {Seed}, round {round}, {Convert.ToHexString(bytes)}: {thrown}");
            }
        }
    }

    [Fact]
    public void Random_maps_are_refused_and_never_throw()
    {
        const int Seed = 12;
        var random = new Random(Seed);
        string[] pieces = ["source", ": ", "emit", "[", "]", "{", "}", ",", "type", "track", "event", "user_id", "id", "\n", "\n  - ", "\n    ", "skip", "columns", "header: false", "'", "\"", "1", "null", "timestamp", "format: yy", "column"];
        for (var round = 0; round < 5_000; round++)
        {
            var at = random.Next(Map.Length);
            var text = Map[..at] + string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => pieces[random.Next(pieces.Length)])) + Map[random.Next(at, Map.Length)..];
            var diagnostics = new List<Diagnostic>();
            try
            {
                var map = MapReader.Read(text, diagnostics);
                Assert.True(map is null == diagnostics.Any(found => found.Severity == Severity.Error), $"seed {Seed}, round {round}:\n{text}");
            }
            catch (Exception thrown) when (thrown is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {Seed}, round {round}:\n{text}\n{thrown}");
            }
        }
    }

    private static string ManyRows(int count) => "id,n\n" + string.Concat(Enumerable.Range(0, count).Select(row => $"u{row},{row * 7919 % 1000}\n"));

    /// <summary>Told at once, on the caller's thread: the framework's own is told later.</summary>
    private sealed class Told(List<ImportProgress> told) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => told.Add(value);
    }
}
