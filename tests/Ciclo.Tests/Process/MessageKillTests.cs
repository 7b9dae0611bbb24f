using System.Diagnostics;
using System.Globalization;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Campaigns;
using Ciclo.Modules.Experiments.Contracts;
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
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("CICLO_KILL_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : 4;

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

    [ClientFact("mailbox.mjs")]
    public async Task A_campaign_killed_in_the_middle_of_its_run_goes_on_and_nobody_is_written_to_twice_or_left_out()
    {
        const int People = 1_200;
        var (folder, seed, rounds) = (Directory.CreateTempSubdirectory("ciclo-campaign-kill-").FullName, Environment.TickCount, Math.Max(2, Rounds / 2));
        var (data, took) = (Path.Combine(folder, "data"), Path.Combine(folder, "took.txt"));
        var random = new Random(seed);
        using var mailbox = Start("node", ["mailbox.mjs", "serve", took], ClientFactAttribute.Folder!);
        try
        {
            var port = (await mailbox.StandardOutput.ReadLineAsync())!;
            await using (var host = new CommandLine(TimeProvider.System, TextWriter.Null, TextWriter.Null).OpenOrRefuse(data))
            {
                await MailWorker.PeopleAsync(host, People);
                var plan = CampaignPlan.New with { Include = [CampaignPlan.Everybody], Arms = [new("A", "welcome", 1), new("B", "welcome", 1)], Holdout = 0.1 };
                var made = await CampaignDesk.Of(host).PutAsync("default", 0, "Killed", plan, Actor.CommandLine, default);
                Assert.Null((await CampaignDesk.Of(host).StartAsync("default", made.Campaign!.Id, Actor.CommandLine, default)).Refusal);
            }
            var killed = 0;
            for (var round = 0; round < rounds && await KillAsync(data, port, took, random, (int)(People * 0.8), round, "campaign"); round++)
            {
                killed++;
            }
            Assert.True(await EndsAsync(data, port, "campaign"));
            await CheckCampaignAsync(data, took, People, killed, seed);
        }
        finally
        {
            mailbox.Kill();
            await mailbox.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CheckCampaignAsync(string data, string took, int people, int killed, int seed)
    {
        await using var host = new CommandLine(TimeProvider.System, TextWriter.Null, TextWriter.Null).OpenOrRefuse(data);
        await host.WorkspaceAsync("default", default);
        var campaign = Assert.Single(CampaignDesk.Of(host).List("default"));
        var audience = host.Database.Read(connection => CampaignStore.People(connection, null, campaign.Id, 0, people + 1));
        var stored = host.Database.Read(connection => ListStore.List(connection, "default", new MessagesAsked(), null, people + 1));
        var arrived = (await File.ReadAllLinesAsync(took)).Select(line => line.Split(' ')[0]).ToList();
        var control = audience.Count(person => person.Arm == IAssignments.Control);
        Figures.Say("campaign and kills", $"killed {killed} times: {people} people, {control} kept back, {arrived.Count} mails arrived, {stored.Count(message => message.State == MessageState.Unknown)} in doubt");
        Assert.True(arrived.Distinct(StringComparer.Ordinal).Count() == arrived.Count, $"seed {seed}: somebody got it twice");
        Assert.Equal((CampaignState.Done, people, people), (campaign.State, campaign.Audience, audience.Count));
        Assert.DoesNotContain(audience, person => person.Arm is null or Campaign.SkippedArm);
        // Each of an arm has one message; it was sent, or is in doubt, and whoever is kept back has none.
        var written = stored.Select(message => message.Person).ToHashSet(StringComparer.Ordinal);
        Assert.True(people - control == stored.Count && stored.Count == written.Count, $"seed {seed}: {stored.Count} messages to {written.Count} of {people - control}");
        Assert.All(stored, message => Assert.True(message.State is MessageState.Sent or MessageState.Unknown, $"seed {seed}: {message.State} {message.Reason}"));
        Assert.DoesNotContain(audience, person => person.Arm == IAssignments.Control && person.Identifiers.Any(written.Contains));
    }

    /// <summary>Starts a sender and kills it when the mailbox has taken some more; false if it was done before.</summary>
    private static async Task<bool> KillAsync(string data, string port, string took, Random random, int messages, int round, string what = "mail")
    {
        using var sender = Sender(what, data, port);
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

    private static async Task<bool> EndsAsync(string data, string port, string what = "mail")
    {
        using var sender = Sender(what, data, port);
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

    private static Process Sender(string what, string data, string port) => Start("dotnet", [typeof(MessageKillTests).Assembly.Location, what, data, port, "4"], AppContext.BaseDirectory);

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
