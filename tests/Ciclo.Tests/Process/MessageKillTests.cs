using System.Diagnostics;
using System.Globalization;
using Ciclo.Modules.Messages;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Messages.Tests;
using Ciclo.Server;
using Ciclo.Tests.Collect;
using Ciclo.Tests.Faults;

namespace Ciclo.Tests.RealProcess;

/// <summary>Mail on its way to a real mail server when the program is killed (F11).</summary>
public sealed class MessageKillTests
{
    /// <summary>`CICLO_KILL_ROUNDS=200` for the long run, over 20,000 messages; some of both in every test run.</summary>
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("CICLO_KILL_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : 8;

    /// <summary>About: lines differ by the digits of the person's number alone.</summary>
    private const int LineBytes = 54;

    [ClientFact("mailbox.mjs")]
    public async Task Killed_at_random_points_each_person_gets_a_message_at_most_once_doubt_is_listed_and_none_is_lost()
    {
        var (folder, seed, messages) = (Directory.CreateTempSubdirectory("ciclo-mail-kill-").FullName, Environment.TickCount, Rounds * 100);
        var (data, took) = (Path.Combine(folder, "data"), Path.Combine(folder, "took.txt"));
        var random = new Random(seed);
        using var mailbox = Start("node", ["mailbox.mjs", "serve", took], ClientFactAttribute.Folder!);
        try
        {
            var port = (await mailbox.StandardOutput.ReadLineAsync())!;
            await using (var host = new CommandLine(TimeProvider.System, TextWriter.Null, TextWriter.Null).OpenOrRefuse(data))
            {
                await MailWorker.FillAsync(host, messages);
            }
            var killed = 0;
            for (var round = 0; round < Rounds && await KillAsync(data, port, took, random, messages, round); round++)
            {
                killed++;
            }
            Assert.True(await EndsAsync(data, port));
            await CheckAsync(data, took, messages, killed, seed);
        }
        finally
        {
            mailbox.Kill();
            await mailbox.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Starts a sender and kills it when the mailbox has taken some more; false if it was done before.</summary>
    private static async Task<bool> KillAsync(string data, string port, string took, Random random, int messages, int round)
    {
        using var sender = Sender(data, port);
        await sender.StandardOutput.ReadLineAsync();
        var so = Lines(took);
        // The last rounds must find something left.
        var more = random.Next(0, Math.Max(2, (messages - so) / Math.Max(1, Rounds - round)));
        var ended = sender.WaitForExitAsync();
        while (Lines(took) - so < more && !ended.IsCompleted)
        {
            await Task.Yield();
        }
        sender.Kill();
        await ended;
        return sender.ExitCode != 0;
    }

    private static async Task<bool> EndsAsync(string data, string port)
    {
        using var sender = Sender(data, port);
        var (said, errors) = (sender.StandardOutput.ReadToEndAsync(), sender.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        await sender.WaitForExitAsync(limit.Token);
        Assert.True((await said).EndsWith("done\n", StringComparison.Ordinal), await errors);
        return sender.ExitCode == 0;
    }

    private static async Task CheckAsync(string data, string took, int messages, int killed, int seed)
    {
        await using var host = new CommandLine(TimeProvider.System, TextWriter.Null, TextWriter.Null).OpenOrRefuse(data);
        var engine = await host.WorkspaceAsync("default", default);
        var stored = host.Database.Read(connection => ListStore.List(connection, "default", new MessagesAsked(), null, messages + 1));
        var arrived = (await File.ReadAllLinesAsync(took)).Select(line => line.Split(' ')).ToList();
        var (sent, unknown) = (stored.Count(message => message.State == MessageState.Sent), stored.Count(message => message.State == MessageState.Unknown));
        var twice = arrived.GroupBy(line => line[0]).Where(group => group.Count() > 1).Select(group => group.Key).ToList();
        var byId = arrived.Select(line => line[1]).ToHashSet(StringComparer.Ordinal);
        var notThere = stored.Where(message => message.State == MessageState.Sent && !byId.Contains(message.Id)).Select(message => message.Id).ToList();
        var events = engine.Read(state => state.Staged.EventNames.Find("Email Sent") is >= 0 and var name
            ? Ciclo.Engine.Runtime.Queries.AllProfiles(state).Sum(profile => state.Staged.History.Read(state.Staged.Identity.MembersOf(profile)).Count(one => one.Read().Name == name)) : 0);
        Figures.Say("mail and kills", $"killed {killed} times while {messages} messages went out: {arrived.Count} arrived, {sent} known as sent, {unknown} in doubt ({stored.Count(message => message.State == MessageState.Unknown && byId.Contains(message.Id))} of them arrived), {twice.Count} twice, {events} events");
        Assert.True(twice.Count == 0, $"seed {seed}: {string.Join(' ', twice.Take(5))}");
        Assert.True(notThere.Count == 0, $"seed {seed}: {notThere.Count} are said to be sent and did not arrive");
        Assert.Equal((messages, messages), (stored.Count, sent + unknown));
        Assert.Equal(sent, events);
        // At most what the connections had under way at each kill.
        Assert.InRange(unknown, 0, killed * 4);
    }

    private static Process Sender(string data, string port) => Start("dotnet", [typeof(MessageKillTests).Assembly.Location, "mail", data, port, "4"], AppContext.BaseDirectory);

    private static int Lines(string path) => File.Exists(path) ? (int)(new FileInfo(path).Length / LineBytes) : 0;

    private static Process Start(string program, string[] arguments, string folder)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        return Process.Start(start)!;
    }
}
