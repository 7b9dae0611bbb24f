using Ciclo.Tests.Commands;
using Ciclo.Tests.Integration;

namespace Ciclo.Modules.Safety.Tests;

/// <summary>A copy taken under load opens elsewhere with the same answers.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task A_backup_under_load_restores_to_the_original_as_of_its_position()
    {
        await using var server = await LiveServer.StartAsync();
        await server.Engine.CheckpointAsync(CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await server.TrackAsync($$"""{"batch":[{"type":"track","userId":"load-{{sent % 50}}","event":"Order Completed"}]}""");
                sent++;
            }
        });
        while (Volatile.Read(ref sent) < 20)
        {
            await Task.Yield();
        }
        var acknowledged = server.Engine.Journal.End;
        using var folder = new CommandFolder();
        var backup = Path.Combine(folder.Folder, "copy");
        var printed = await server.DoAsync("backup", backup, "--format", "csv");
        await stop.CancelAsync();
        await sending;
        var position = long.Parse(printed.Split('\n').Single(line => line.StartsWith("default,", StringComparison.Ordinal)).Split(',')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(position >= acknowledged, "what was acknowledged before the backup began is not in it");

        await folder.DoAsync("restore", backup);
        Assert.Equal(await AnswersAsync(folder, null), await AnswersAsync(folder, null));
        Assert.Equal(Cut(await server.DoAsync("events", "--format", "csv"), position), Cut(await folder.DoAsync("events", "--format", "csv"), position));
        var events = (await folder.DoAsync("events", "--format", "csv")).Split('\n').Length;
        await folder.DoAsync("rebuild");
        Assert.Equal(events, (await folder.DoAsync("events", "--format", "csv")).Split('\n').Length);
        Assert.Contains("not empty", (await folder.RunAsync("restore", backup, "--lang", "en")).Error, StringComparison.Ordinal);
        Assert.Contains("not empty", (await server.RunAsync("backup", backup, "--lang", "en")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quiet_backup_answers_exactly_as_the_original()
    {
        await using var server = await LiveServer.StartAsync();
        using var folder = new CommandFolder();
        var backup = Path.Combine(folder.Folder, "copy");
        await server.DoAsync("backup", backup);
        await folder.DoAsync("restore", backup);
        foreach (var command in new string[][] { ["stages", "--lifecycle", "customer"], ["transitions", "--lifecycle", "customer"], ["events"], ["rejected"], ["keys", "list"], ["lifecycle", "list"], ["imports", "list"] })
        {
            Assert.Equal(await server.DoAsync([.. command, "--format", "csv"]), await folder.DoAsync([.. command, "--format", "csv"]));
        }
    }

    [Fact]
    public async Task A_damaged_backup_is_refused_with_the_file_named_and_leaves_nothing_behind()
    {
        using var folder = new CommandFolder();
        await folder.DoAsync("settings", "set", "currency", "EUR");
        var backup = Path.Combine(folder.Folder, "copy");
        await folder.DoAsync("backup", backup);
        var files = Directory.GetFiles(backup, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(backup, path)).ToList();
        Assert.True(files.Count > 3);
        var restored = Path.Combine(folder.Folder, "restored");
        foreach (var file in files)
        {
            var path = Path.Combine(backup, file);
            var bytes = await File.ReadAllBytesAsync(path);
            foreach (var damage in new byte[][] { bytes[..(bytes.Length / 2)], [.. bytes[..^1], (byte)(bytes[^1] ^ 1)] })
            {
                await File.WriteAllBytesAsync(path, damage);
                if (file == "backup.json" && damage.Length == bytes.Length)
                {
                    continue;
                }
                var ran = await new CommandAt(restored).RunAsync("restore", backup, "--lang", "en");
                Assert.True(ran.Code == 1 && ran.Error.Contains(file, StringComparison.Ordinal), $"{file}: {ran.Code} {ran.Error}");
                Assert.False(Directory.Exists(restored) && Directory.EnumerateFileSystemEntries(restored).Any());
            }
            await File.WriteAllBytesAsync(path, bytes);
        }
        Assert.Equal(0, (await new CommandAt(restored).RunAsync("restore", backup)).Code);
    }

    private sealed class CommandAt(string data)
    {
        public async Task<Ran> RunAsync(params string[] arguments)
        {
            await using var output = new StringWriter { NewLine = "\n" };
            await using var error = new StringWriter { NewLine = "\n" };
            var code = await new Server.CommandLine(TimeProvider.System, output, error).RunAsync([.. arguments, "--data", data]);
            return new Ran(code, output.ToString(), error.ToString());
        }
    }

    private static async Task<string> AnswersAsync(CommandFolder folder, string? at) =>
        await folder.DoAsync(["stages", "--lifecycle", "customer", "--format", "csv", .. at is null ? Array.Empty<string>() : ["--at", at]]);

    /// <summary>Rows of events that stand before a position of the journal, by their ids, which are addresses.</summary>
    private static List<string> Cut(string csv, long position)
    {
        var end = Profiles.Contracts.EventId.Of(position);
        return [.. csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith("evt_", StringComparison.Ordinal) && string.CompareOrdinal(line[..17], end) < 0)];
    }
}
