using Ciclo.Data.Files;
using Ciclo.Data.Journal;
using Ciclo.Tests.Commands;
using Ciclo.Tests.Integration;

namespace Ciclo.Modules.Upkeep.Tests;

/// <summary>What the doctor says of flips and cuts in each kind of file, and what a repair saves.</summary>
public sealed class DoctorTests
{
    private const string Map = "source: s\nemit:\n  - { type: track, event: Came, user_id: id, timestamp: { column: at } }\n";

    [Fact]
    public async Task Every_file_of_a_sound_directory_is_whole()
    {
        using var folder = await FilledAsync();
        var ran = await folder.RunAsync("doctor", "--files", "--format", "csv");
        Assert.Equal(0, ran.Code);
        var lines = ran.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.True(lines.Length >= 6, ran.Out);
        Assert.All(lines, line => Assert.Contains(",whole,", line, StringComparison.Ordinal));
        Assert.Contains("events,", await folder.DoAsync("doctor", "--format", "csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flip_in_derived_files_is_made_anew_and_nothing_is_lost()
    {
        using var folder = await FilledAsync();
        var events = await folder.DoAsync("events", "--format", "csv");
        foreach (var pattern in new[] { "checkpoint", "*.seg", "*.keys" })
        {
            var path = Directory.GetFiles(folder.Data, pattern, SearchOption.AllDirectories)[0];
            Flip(path, new FileInfo(path).Length / 2);
            var ran = await folder.RunAsync("doctor", "--files", "--format", "csv");
            Assert.Equal(0, ran.Code);
            Assert.Contains(",made_anew,", ran.Out, StringComparison.Ordinal);
            await folder.DoAsync("doctor", "--repair");
            Assert.False(File.Exists(path), $"{path} was not taken away");
            Assert.Equal(events, await folder.DoAsync("events", "--format", "csv"));
        }
    }

    [Fact]
    public async Task A_flip_in_the_middle_of_the_journal_is_told_refused_and_repaired_with_the_loss_counted()
    {
        using var folder = await FilledAsync();
        var before = Count(await folder.DoAsync("events", "--format", "csv"));
        var path = Path.Combine(folder.Data, "workspaces", "default", "journal", "000000000001.log");
        Flip(path, new FileInfo(path).Length / 2);
        var ran = await folder.RunAsync("doctor", "--format", "csv");
        Assert.Equal(1, ran.Code);
        Assert.Contains("journal/000000000001.log,damaged,", ran.Out, StringComparison.Ordinal);
        await folder.FailAsync("events");
        var repaired = await folder.RunAsync("doctor", "--repair", "--lang", "en");
        Assert.Equal(0, repaired.Code);
        Assert.Contains("bytes lost", repaired.Error, StringComparison.Ordinal);
        var after = Count(await folder.DoAsync("events", "--format", "csv"));
        Assert.InRange(after, 1, before - 1);
        Assert.Contains("\"bytes_lost\":", await File.ReadAllTextAsync(Path.Combine(folder.Data, "repairs.jsonl")), StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(Path.GetDirectoryName(Path.GetDirectoryName(path)!)!, "journal.damaged-*"));
        Assert.Equal(0, (await folder.RunAsync("doctor")).Code);
    }

    [Fact]
    public async Task A_damaged_feed_is_told_and_repaired_and_says_again_what_was_lost_of_it()
    {
        using var folder = await FilledAsync();
        var stages = await folder.DoAsync("stages", "--lifecycle", "customer", "--format", "csv");
        var path = Path.Combine(folder.Data, "workspaces", "default", "feed", "000000000001.log");
        Flip(path, new FileInfo(path).Length / 2);
        var ran = await folder.RunAsync("doctor", "--format", "csv");
        Assert.Equal(1, ran.Code);
        Assert.Contains("feed/000000000001.log,damaged,", ran.Out, StringComparison.Ordinal);
        var repaired = await folder.RunAsync("doctor", "--repair", "--lang", "en");
        Assert.Equal(0, repaired.Code);
        Assert.Contains("default: feed:", repaired.Error, StringComparison.Ordinal);
        Assert.Equal(stages, await folder.DoAsync("stages", "--lifecycle", "customer", "--format", "csv"));
        Assert.Equal(0, (await folder.RunAsync("doctor")).Code);
        // Everybody entered once: what the damaged place held is in the feed again, and nothing twice.
        var moves = new HashSet<string>();
        await using var journal = Journal.Open(new DiskStorage(Path.Combine(folder.Data, "workspaces", "default")), "feed", new JournalOptions());
        Assert.All(new Ciclo.Engine.Runtime.Feed(journal).Read(null, int.MaxValue)!, row => Assert.True(moves.Add($"{row.Profile} {row.To} {row.At}"), row.ToString()));
        Assert.Equal(200, moves.Select(move => move.Split(' ')[0]).Distinct().Count());
    }

    [Fact]
    public async Task A_missing_file_in_the_middle_of_the_journal_is_told_refused_and_the_rest_is_saved()
    {
        using var folder = await FilledAsync();
        var workspace = Path.Combine(folder.Data, "workspaces", "default");
        var before = Count(await folder.DoAsync("events", "--format", "csv"));
        await CutUpAsync(workspace);
        Assert.Equal(before, Count(await folder.DoAsync("events", "--format", "csv")));
        File.Delete(Path.Combine(workspace, "journal", "000000000002.log"));
        var ran = await folder.RunAsync("doctor", "--format", "csv");
        Assert.Equal(1, ran.Code);
        Assert.Contains("journal/000000000002.log,damaged,", ran.Out, StringComparison.Ordinal);
        await folder.FailAsync("events");
        Assert.Equal(0, (await folder.RunAsync("doctor", "--repair")).Code);
        Assert.InRange(Count(await folder.DoAsync("events", "--format", "csv")), 1, before - 1);
        Assert.Equal(0, (await folder.RunAsync("doctor")).Code);
    }

    [Fact]
    public async Task Missing_files_of_history_and_keys_are_made_anew()
    {
        using var folder = await FilledAsync();
        var events = await folder.DoAsync("events", "--format", "csv");
        foreach (var pattern in new[] { "*.seg", "*.keys" })
        {
            File.Delete(Directory.GetFiles(folder.Data, pattern, SearchOption.AllDirectories)[0]);
            Assert.Equal(0, (await folder.RunAsync("doctor")).Code);
            await folder.DoAsync("doctor", "--repair");
            Assert.Equal(events, await folder.DoAsync("events", "--format", "csv"));
        }
    }

    [Fact]
    public async Task A_torn_tail_is_harmless_and_a_broken_database_is_told()
    {
        using var folder = await FilledAsync();
        var journal = Path.Combine(folder.Data, "workspaces", "default", "journal", "000000000001.log");
        await File.AppendAllTextAsync(journal, "torn");
        var torn = await folder.RunAsync("doctor", "--files", "--format", "csv");
        Assert.Equal(0, torn.Code);
        Assert.Contains(",torn_tail,", torn.Out, StringComparison.Ordinal);
        var database = Path.Combine(folder.Data, "ciclo.db");
        Flip(database, 20);
        Flip(database, 3);
        var ran = await folder.RunAsync("doctor", "--format", "csv");
        Assert.Equal(1, ran.Code);
        Assert.Contains("ciclo.db,damaged,", ran.Out, StringComparison.Ordinal);
    }

    private static async Task<CommandFolder> FilledAsync()
    {
        var folder = new CommandFolder();
        var map = folder.Write("map.yaml", Map);
        await folder.DoAsync("lifecycle", "apply", folder.Write("c.yaml", ShopData.Lifecycle));
        for (var file = 0; file < 5; file++)
        {
            var rows = string.Concat(Enumerable.Range(0, 40).Select(i => $"u{file}-{i},2024-01-01T00:00:00Z\n"));
            await folder.DoAsync("import", folder.Write($"{file}.csv", "id,at\n" + rows), "--map", map);
        }
        return folder;
    }

    /// <summary>The same journal in files of a few kilobytes.</summary>
    private static async Task CutUpAsync(string workspace)
    {
        var storage = new DiskStorage(workspace);
        await using (var whole = Journal.Open(storage, "journal", new JournalOptions()))
        await using (var small = Journal.Open(storage, "small", new JournalOptions { SegmentBytes = 4_000 }))
        {
            using var reader = whole.ReadFrom(0);
            while (reader.TryRead(out _, out var payload))
            {
                await small.AppendAsync(payload, CancellationToken.None);
            }
        }
        Directory.Delete(Path.Combine(workspace, "journal"), recursive: true);
        Directory.Move(Path.Combine(workspace, "small"), Path.Combine(workspace, "journal"));
        File.Delete(Path.Combine(workspace, "checkpoint"));
    }

    private static int Count(string csv) => csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1;

    private static void Flip(string path, long at)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        var one = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(one ^ 0x55));
    }
}
