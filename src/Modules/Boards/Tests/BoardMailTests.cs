using System.Text.RegularExpressions;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Kit;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Boards.Mails;
using Ciclo.Modules.Messages.Email;
using Ciclo.Modules.Messages.Tests;

namespace Ciclo.Modules.Boards.Tests;

/// <summary>Reports by mail: to whom a schedule names, over a mail service, with what failed shown and a way to leave.</summary>
public sealed class BoardMailTests
{
    [Fact]
    public async Task A_report_goes_to_whom_the_schedule_names_in_its_language_and_whoever_leaves_gets_no_more()
    {
        await using var world = await BoardWorld.StartAsync();
        await using var peer = MailPeer.Start();
        await SetAsync(world, peer.Port);
        var owner = await world.OwnerAsync();
        var ana = await world.Server.AddUserAsync("ana@example.com", Role.Analyst);
        await world.Server.AddUserAsync("luis@example.com", Role.Agent);
        const string Share = "/dashboards/overview/share";
        var page = (await owner.GetAsync(Share)).Text;
        Assert.Contains("ana@example.com", page, StringComparison.Ordinal);
        // Who may not see numbers is not offered, and not taken.
        Assert.DoesNotContain("luis@example.com", page, StringComparison.Ordinal);
        Assert.Equal(302, (await owner.SubmitAsync(Share, "/dashboards/overview/schedules", ("every", "month"), ("day", "1"), ("hour", "8"), ("language", "es"), ("to", ana), ("to", "usr_nobody"))).Code);
        await DueAsync(world);
        var mail = Assert.Single(await TakenAsync(world, peer, 1));
        Assert.Equal("ana@example.com", mail.To);
        var text = mail.Text;
        Assert.Contains("Panorama", text, StringComparison.Ordinal);
        Assert.Contains("Abrir el tablero", text, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated", text, StringComparison.Ordinal);
        Assert.DoesNotContain(BoardWorld.Customer, text, StringComparison.Ordinal);
        // The session ended in that month.
        owner = await world.OwnerAsync();
        Assert.Contains("sent", (await owner.GetAsync(Share)).Text, StringComparison.Ordinal);
        // The link: a look changes nothing, the button does; the next report finds nobody.
        var leave = Regex.Match(text, "/reports/leave/[A-Za-z0-9_-]{43}").Value;
        using var reader = world.Server.NewBrowser();
        Assert.Contains("Do not send it any more", (await reader.GetAsync(leave)).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await reader.GetAsync("/reports/leave/guessed")).Code);
        Assert.Contains("off the list", (await reader.PostAsync(leave, ("List-Unsubscribe", "One-Click"))).Text, StringComparison.Ordinal);
        Assert.Contains("left the list", (await owner.GetAsync(Share)).Text, StringComparison.Ordinal);
        await DueAsync(world);
        Assert.Single(peer.All);
    }

    [Fact]
    public async Task What_fails_is_shown_with_its_reason_and_sent_again_when_somebody_says_so()
    {
        await using var world = await BoardWorld.StartAsync();
        await using var peer = MailPeer.Start();
        var owner = await world.OwnerAsync();
        var ana = await world.Server.AddUserAsync("ana@example.com", Role.Analyst);
        const string Share = "/dashboards/overview/share";
        await owner.SubmitAsync(Share, "/dashboards/overview/schedules", ("every", "day"), ("hour", "8"), ("language", "en"), ("to", ana));
        await DueAsync(world);
        await UntilAsync(world, () => Latest(world).State == MailState.Failed);
        owner = await world.OwnerAsync();
        Assert.Contains("No mail service is set up", (await owner.GetAsync(Share)).Text, StringComparison.Ordinal);
        await SetAsync(world, peer.Port);
        var schedule = Latest(world).ScheduleId;
        Assert.Equal(302, (await owner.SubmitAsync(Share, $"/dashboards/overview/schedules/{schedule}/again")).Code);
        await TakenAsync(world, peer, 1);
        await UntilAsync(world, () => Latest(world).State == MailState.Sent);
        // What an ended server had under way may have arrived: it is not sent again by itself.
        await world.Server.Host.Database.WriteAsync((connection, transaction) => MailStore.Move(connection, transaction, "default", Latest(world) with { State = MailState.Unknown, Reason = "crash" }, MailState.Sent), default);
        Assert.Contains("in doubt", (await owner.GetAsync(Share)).Text, StringComparison.Ordinal);
        Assert.Single(peer.All);
        Assert.Equal(302, (await owner.SubmitAsync(Share, $"/dashboards/overview/schedules/{schedule}/remove")).Code);
        Assert.Empty(world.Server.Host.Database.Read(connection => MailStore.Recipients(connection, null, "default", schedule)));
    }

    [Fact]
    public async Task A_mail_says_each_number_with_its_change_and_no_more_rows_than_a_mail_bears()
    {
        await using var world = await BoardWorld.StartAsync();
        var l = new Locale(Language.En, world.Engine.Rules.Zone);
        var board = ReadyBoards.Find(world.Server.Host, world.Engine, "overview", Language.En)!;
        Pdf.BoardReport.Make(world.Server.Host, world.Engine, l, board, board.Period, world.Server.Host.NowMs, out var readings);
        var (subject, html, text) = BoardLetter.Of(l, board with { Name = "A <b> & Co" }, "October 2026", readings, "https://x.example/dashboards/overview");
        Assert.Equal("A <b> & Co: October 2026", subject);
        Assert.Contains("A &lt;b&gt; &amp; Co", html, StringComparison.Ordinal);
        foreach (var number in readings.Select(reading => reading.Face).OfType<Reading.NumberFace>())
        {
            Assert.Contains(number.Number.Says, text, StringComparison.Ordinal);
            Assert.Contains(System.Net.WebUtility.HtmlEncode(number.Number.Says), html, StringComparison.Ordinal);
        }
        Assert.Contains(readings, reading => reading.Face is Reading.NumberFace { Change: { } change } && text.Contains(change.Says, StringComparison.Ordinal));
        Assert.InRange(html.Length, 1_000, 100_000);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
    }

    private static Task SetAsync(BoardWorld world, int port) => world.Server.Host.Database.WriteAsync((connection, transaction) =>
    {
        SettingsStore.Put(connection, transaction, "default", new EmailSettings { Host = "127.0.0.1", Port = port, Security = SmtpSecurity.Opportunistic, FromAddress = "shop@example.com" }, world.Server.Host.NowMs);
        return 0;
    }, default);

    /// <summary>Lets the clock pass the next due instant, and the report be made.</summary>
    private static async Task DueAsync(BoardWorld world)
    {
        world.Server.Clock.Advance(32 * Durations.Day);
        await world.Timer.MakeDueAsync(default);
    }

    private static BoardMail Latest(BoardWorld world) => world.Server.Host.Database.Read(connection =>
        MailStore.Latest(connection, null, "default", Schedules.ScheduleStore.List(connection, null, "default", "overview")[0].Id)) is [var one] ? one : new BoardMail("", 0, "", "", "", "", MailState.Due, "", 0, 0, null);

    private static async Task<IReadOnlyList<PeerMail>> TakenAsync(BoardWorld world, MailPeer peer, int count)
    {
        await UntilAsync(world, () => peer.All.Count >= count);
        return [.. peer.All.Select(one => new PeerMail(one.To, Decoded(one.Text)))];
    }

    private sealed record PeerMail(string To, string Text);

    /// <summary>The parts of a mail as they read.</summary>
    private static string Decoded(string mail) => Regex.Replace(mail.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=\n", "", StringComparison.Ordinal), "=(?<b>[0-9A-F]{2})", match => ((char)Convert.ToInt32(match.Groups["b"].Value, 16)).ToString(), RegexOptions.ExplicitCapture);

    private static async Task UntilAsync(BoardWorld world, Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var seen = world.Server.Host.Database.Commits; !isSo(); seen = world.Server.Host.Database.Commits)
        {
            await world.Server.Host.Database.CommittedAsync(seen, limit.Token);
        }
    }
}
