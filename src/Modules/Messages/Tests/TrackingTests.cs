using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Ciclo.Core.Access;
using Ciclo.Core.Mail;
using Ciclo.Core.Time;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Messages.Contracts;

namespace Ciclo.Modules.Messages.Tests;

/// <summary>What people and machines do with a message, and what a mail service reports of it.</summary>
public sealed class TrackingTests
{
    private const string Firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    private static readonly Regex Address = new("https?://[^/\"]+(?<path>/[co]/[A-Za-z0-9_-]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    [Fact]
    public async Task An_opening_and_a_click_by_a_person_are_counted_once_and_become_events()
    {
        await using var world = await MessageWorld.StartAsync();
        var (message, paths) = await SentAsync(world);
        world.Server.Clock.Advance(Durations.Hour);
        using var reader = world.Server.NewBrowser(("User-Agent", Firefox));
        Assert.Equal((200, "image/gif"), ((await reader.GetAsync(Open(paths))).Code, (await reader.GetAsync(Open(paths))).Headers["Content-Type"]));
        var led = await reader.GetAsync(paths[0]);
        Assert.Equal((302, "https://shop.example.com/cart?a=1&b=2"), (led.Code, led.Location));
        await world.ToldAsync();
        message = world.Find(message.Key);
        Assert.Equal((true, true, 1, 0, 0), (message.OpenedAt is not null, message.ClickedAt is not null, message.Clicks, message.MachineOpens, message.MachineClicks));
        Assert.Equal(["Email Sent", "Email Opened", "Email Link Clicked"], (await world.EventsAsync("ana")).Where(name => name.StartsWith("Email", StringComparison.Ordinal)));
        var counts = world.Host.Database.Read(connection => MessageOutbox.CountsOf(connection, "default", "campaign:7:A"))["campaign:7:A"];
        Assert.Equal((1, 1), (counts.Opened, counts.Clicked));
    }

    [Fact]
    public async Task Machines_are_told_apart_and_leave_no_event()
    {
        await using var world = await MessageWorld.StartAsync();
        var (message, paths) = await SentAsync(world);
        world.Server.Clock.Advance(Durations.Minute);
        using var apple = world.Server.NewBrowser(("User-Agent", "Mozilla/5.0"));
        await apple.GetAsync(Open(paths));
        using var person = world.Server.NewBrowser(("User-Agent", Firefox));
        await person.SendAsync(HttpMethod.Head, paths[0], null);
        using var scanner = world.Server.NewBrowser(("User-Agent", "Mozilla/5.0 (compatible; Barracuda Link Scanner)"));
        await scanner.GetAsync(paths[1]);
        // A filter that looks like a person and follows every link, the hidden one too.
        foreach (var path in paths.Where(path => path.StartsWith("/c/", StringComparison.Ordinal)))
        {
            await person.GetAsync(path);
        }
        world.Server.Clock.Advance(Readers.BurstMs + 1_000);
        await world.AddAsync(world.Draft("nobody"));
        await world.ToldAsync();
        message = world.Find(message.Key);
        Assert.Equal((null, null, 1, 5), (message.OpenedAt, message.ClickedAt, message.MachineOpens, message.MachineClicks));
        Assert.DoesNotContain(await world.EventsAsync("ana"), name => name is "Email Opened" or "Email Link Clicked");
    }

    [Fact]
    public async Task An_address_that_we_did_not_sign_leads_nowhere()
    {
        await using var world = await MessageWorld.StartAsync();
        var (_, paths) = await SentAsync(world);
        using var reader = world.Server.NewBrowser(("User-Agent", Firefox));
        var foreign = new TrackingToken("default", "msg_" + new string('0', 32), 1, "https://evil.example").Sign(TrackingToken.NewSecret());
        foreach (var path in new[] { "/c/" + foreign, paths[0][..^3] + "AAA", "/c/x", "/c/" + new string('A', 5_000), "/v/" + foreign })
        {
            var seen = await reader.GetAsync(path);
            Assert.Equal((404, null), (seen.Code, seen.Location));
        }
        // A picture is a picture, but nothing is counted.
        Assert.Equal(200, (await reader.GetAsync("/o/" + foreign)).Code);
    }

    [Fact]
    public async Task Reports_of_mail_servers_and_services_find_their_message_and_stop_the_address()
    {
        await using var world = await MessageWorld.StartAsync();
        var (ana, _) = await SentAsync(world);
        var (bea, _) = await SentAsync(world, "bea");
        var (cai, _) = await SentAsync(world, "cai");
        using var service = world.Server.NewBrowser();
        var hook = "/hooks/mail/" + MessageDesk.Of(world.Host).Tracking.HookOf("default");
        async Task<Seen> PostAsync(string body, string type, string? to = null, params (string, string)[] headers) => await service.SendAsync(HttpMethod.Post, to ?? hook, new StringContent(body, Encoding.UTF8, type), headers);
        Assert.Equal(404, (await PostAsync(Reported.Bounce(ana.Id, "ana@example.net"), "message/rfc822", "/hooks/mail/wrong")).Code);
        Assert.Equal("""{"reports":1,"taken":1}""", (await PostAsync(Reported.Bounce(ana.Id, "ana@example.net"), "message/rfc822")).Html);
        Assert.Equal("""{"reports":1,"taken":1}""", (await PostAsync(Reported.Complaint(bea.Id, "bea@example.net"), "message/rfc822")).Html);
        Assert.Equal("""{"reports":2,"taken":1}""", (await PostAsync($$"""[{"event":"delivered","email":"cai@example.net","smtp-id":"<{{cai.Id}}@example.com>"},{"event":"open","email":"cai@example.net"},{"event":"bounce","email":"who@example.net","smtp-id":"<msg_{{new string('1', 32)}}@x>"}]""", "application/json")).Html);
        await world.ToldAsync();
        Assert.Equal((true, true, true), (world.Find(ana.Key).BouncedAt is not null, world.Find(bea.Key).ComplainedAt is not null, world.Find(cai.Key).DeliveredAt is not null));
        string? Suppressed(string address) => world.Host.Database.Read(connection => Suppressions.Find(connection, "default", "email", address))?.Reason;
        Assert.Equal((SuppressionReasons.HardBounce, SuppressionReasons.Complaint, null), (Suppressed("ana@example.net"), Suppressed("bea@example.net"), Suppressed("cai@example.net")));
        Assert.Contains("Email Bounced", await world.EventsAsync("ana"));
        Assert.Contains("Email Marked as Spam", await world.EventsAsync("bea"));
        Assert.Contains("Email Delivered", await world.EventsAsync("cai"));
        await world.SetAsync(world.Settings with { HookKey = "key-1" });
        Assert.Equal(401, (await PostAsync("""{"signature":{"timestamp":"1","token":"t","signature":"00"},"event-data":{"event":"complained","recipient":"cai@example.net"}}""", "application/json")).Code);
        Assert.Null(Suppressed("cai@example.net"));
    }

    /// <summary>A message to a person, sent, with the paths of its links in their order and the picture last but one.</summary>
    private static async Task<(Message Message, IReadOnlyList<string> Paths)> SentAsync(MessageWorld world, string user = "ana")
    {
        await world.PersonAsync(user);
        await world.AddAsync(world.Draft(user));
        var message = await world.InAsync($"test/{user}", MessageState.Sent);
        var html = world.Host.Database.Read(connection => BodyStore.Read(connection, "default", message.Id))!.Html;
        return (message, [.. Address.Matches(WebUtility.HtmlDecode(html)).Select(match => match.Groups["path"].Value)]);
    }

    private static string Open(IReadOnlyList<string> paths) => paths.Single(path => path.StartsWith("/o/", StringComparison.Ordinal));
}

/// <summary>Reports as mail servers write them.</summary>
internal static class Reported
{
    public static string Bounce(string id, string address, string status = "5.1.1", string action = "failed") => $"""
        From: MAILER-DAEMON@mx.example.net
        To: shop@example.com
        Subject: Undelivered Mail Returned to Sender
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
         boundary="A1.B2/mx"

        --A1.B2/mx
        Content-Type: text/plain

        I'm sorry to have to inform you that your message could not be delivered.

        --A1.B2/mx
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.net
        Arrival-Date: Sun, 22 Nov 2026 10:00:00 +0000

        Final-Recipient: rfc822; {address}
        Action: {action}
        Status: {status}
        Diagnostic-Code: smtp; 550 {status} user unknown;
         try another

        --A1.B2/mx
        Content-Type: text/rfc822-headers

        From: shop@example.com
        To: {address}
        Message-ID: <{id}@example.com>

        --A1.B2/mx--
        """;

    public static string Complaint(string id, string address) => $"""
        From: fbl@provider.example
        To: shop@example.com
        Subject: FW: Hi
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary=part

        --part
        Content-Type: text/plain

        This is an email abuse report.

        --part
        Content-Type: message/feedback-report

        Feedback-Type: abuse
        User-Agent: SomeGenerator/1.0
        Version: 1
        Original-Rcpt-To: <{address}>

        --part
        Content-Type: message/rfc822
        Content-Disposition: inline

        From: shop@example.com
        To: {address}
        X-Ciclo-Message: {id}
        Subject: Hi

        Body
        --part--
        """;
}
