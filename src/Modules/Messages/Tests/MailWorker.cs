using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ciclo.Core.Identity;
using Ciclo.Core.Mail;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Campaigns;
using Ciclo.Modules.Consent;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Messages.Email;
using Ciclo.Modules.Messages.Sending;
using Ciclo.Modules.Templates;
using Ciclo.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ciclo.Modules.Messages.Tests;

/// <summary>
/// Sends what a data directory has in its outbox, in a process of its own that can be killed at any moment: everything of the server that sends, without its web pages.
/// </summary>
internal static class MailWorker
{
    /// <summary>Sends until nothing is left, then says so and ends.</summary>
    public static async Task<int> RunAsync(string folder, int port, int connections)
    {
        var commands = new CommandLine(TimeProvider.System, TextWriter.Null, TextWriter.Null);
        await using var host = commands.OpenOrRefuse(folder);
        var engine = await host.WorkspaceAsync("default", default);
        var desk = await PrepareAsync(host, port, connections, "");
        using var courier = new Courier(host, desk, NullLogger<Courier>.Instance);
        await courier.StartAsync(default);
        Console.WriteLine("sending");
        while (true)
        {
            var seen = host.Database.Commits;
            if (host.Database.Read(connection => OutboxStore.NextDue(connection, engine.Id, EmailChannel.Name) is null && OutboxStore.Sending(connection).Count == 0 && OutboxStore.Untold(connection, engine.Id, 1).Count == 0))
            {
                break;
            }
            await host.Database.CommittedAsync(seen, default);
        }
        await courier.StopAsync(default);
        Console.WriteLine("done");
        return 0;
    }

    /// <summary>Carries a campaign out and sends its messages until both are done, then says so and ends.</summary>
    public static async Task<int> CampaignAsync(string folder, int port, int connections)
    {
        var commands = new CommandLine(TimeProvider.System, TextWriter.Null, TextWriter.Null);
        await using var host = commands.OpenOrRefuse(folder);
        var engine = await host.WorkspaceAsync("default", default);
        var desk = await PrepareAsync(host, port, connections, "");
        using var courier = new Courier(host, desk, NullLogger<Courier>.Instance);
        await courier.StartAsync(default);
        Console.WriteLine("sending");
        await CampaignSteps.Of(host).RunAsync(engine, default);
        for (var seen = host.Database.Commits; host.Database.Read(connection => OutboxStore.NextDue(connection, engine.Id, EmailChannel.Name) is not null || OutboxStore.Sending(connection).Count > 0); seen = host.Database.Commits)
        {
            await host.Database.CommittedAsync(seen, default);
        }
        await courier.StopAsync(default);
        Console.WriteLine("done");
        return 0;
    }

    /// <summary>Fills a directory with so many people, writes each and hands it to the mail service at the port; says how many a second.</summary>
    public static async Task<int> SpeedAsync(string folder, int port, int people, bool isSigned)
    {
        var commands = new CommandLine(TimeProvider.System, TextWriter.Null, TextWriter.Null);
        await using var host = commands.OpenOrRefuse(folder);
        await FillAsync(host, people);
        var desk = await PrepareAsync(host, port, 4, isSigned ? DkimSigner.NewKey() : "");
        var clock = Stopwatch.StartNew();
        using var courier = new Courier(host, desk, NullLogger<Courier>.Instance);
        await courier.StartAsync(default);
        for (var seen = host.Database.Commits; host.Database.Read(connection => OutboxStore.NextDue(connection, "default", EmailChannel.Name) is not null || OutboxStore.Sending(connection).Count > 0); seen = host.Database.Commits)
        {
            await host.Database.CommittedAsync(seen, default);
        }
        var took = clock.Elapsed;
        await courier.StopAsync(default);
        var sent = host.Database.Read(connection => ListStore.States(connection, "default"))[MessageState.Sent];
        Console.WriteLine(Invariant($"{sent} sent in {took.TotalSeconds:0.0} s: {sent / took.TotalSeconds:0} a second, {(isSigned ? "signed" : "not signed")}"));
        return 0;
    }

    /// <summary>A desk that sends to a mail service on this machine, with the templates and the policy of the program; no hour is quiet.</summary>
    public static async Task<MessageDesk> PrepareAsync(DataHost host, int port, int connections, string dkimKey)
    {
        var settings = new EmailSettings
        {
            Host = "127.0.0.1", Port = port, Security = SmtpSecurity.Opportunistic, FromName = "Tienda", FromAddress = "shop@example.com", Connections = connections, DkimKey = dkimKey,
            DkimSelector = dkimKey.Length > 0 ? "ciclo" : "",
        };
        await host.Database.WriteAsync((connection, transaction) =>
        {
            SettingsStore.Put(connection, transaction, "default", settings, host.NowMs);
            ConsentStore.Put(connection, transaction, "default", ConsentSettings.Initial with { Quiet = null, BaseUrl = "https://shop.example.com" }, host.NowMs, "test");
            return 0;
        }, default);
        await TemplateService.Of(host).TakeAsync("default", "welcome", Actor.CommandLine, default);
        return MessageDesk.Of(host).With([new EmailChannel(host, SmtpPatience.Usual)], TemplateService.Of(host), SendPolicy.Of(host));
    }

    /// <summary>People with an address each.</summary>
    public static async Task PeopleAsync(DataHost host, int people)
    {
        var engine = await host.WorkspaceAsync("default", default);
        var position = 0L;
        foreach (var some in Enumerable.Range(0, people).Chunk(1_000))
        {
            var frame = new FrameBuilder();
            foreach (var i in some)
            {
                AddPerson(frame, i, host.NowMs);
            }
            position = await engine.AppendAsync(frame.Payload, default);
        }
        await engine.FoldedAsync(position, default);
    }

    /// <summary>People, each with a message in the outbox.</summary>
    public static async Task FillAsync(DataHost host, int people)
    {
        await PeopleAsync(host, people);
        var now = host.NowMs;
        foreach (var some in Enumerable.Range(0, people).Chunk(2_000))
        {
            var drafts = some.Select(i => new MessageDraft($"kill/{i}", Invariant($"user_id:u{i}"), EmailChannel.Name, "welcome", "marketing", "campaign:kill", "{}", null, 0, now, now + 86_400_000)).ToList();
            await host.Database.WriteAsync((connection, transaction) => MessageOutbox.AddMany(connection, transaction, "default", drafts, now), default);
        }
    }

    private static void AddPerson(FrameBuilder frame, int i, long now)
    {
        var (person, address) = (Identifier.UserId(Invariant($"u{i}")), Invariant($"u{i}@example.net"));
        OwnEvents.Identify(frame, person, Invariant($"fill-{i}"), Encoding.UTF8.GetBytes(Invariant($$"""{"email":"{{address}}","first_name":"U{{i}}"}""")), now, now, email: Identifier.Email(address));
        OwnEvents.Track(
            frame, person, Invariant($"agree-{i}"), "Segment Consent Preference Updated", "{}"u8, false, now, now, """{"consent":{"categoryPreferences":{"marketing":true}}}"""u8);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
