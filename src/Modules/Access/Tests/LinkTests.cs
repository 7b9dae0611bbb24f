using Ciclo.Core.Access;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Access.Tests;

/// <summary>Invitations and links to new passwords, and what must not be reached by them.</summary>
public sealed class LinkTests
{
    private const string New = "another four words here";

    [Fact]
    public async Task Somebody_invited_chooses_a_password_and_is_in_with_the_role_once()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        var page = await owner.SubmitAsync("/settings/users", "/settings/users/invite", ("email", "Luis@Example.com"), ("role", "marketer"));
        var link = new Uri(page.Text.Split("<code>")[1].Split("</code>")[0]);
        Assert.Equal(server.Url, link.GetLeftPart(UriPartial.Authority));
        Assert.DoesNotContain(link.AbsolutePath, (await owner.GetAsync("/settings/users")).Text, StringComparison.Ordinal);

        using var luis = server.NewBrowser();
        Assert.Contains("luis@example.com", (await luis.GetAsync(link.AbsolutePath)).Text, StringComparison.Ordinal);
        Assert.Equal(400, (await AcceptAsync(luis, link.AbsolutePath, "short")).Code);
        // Opening it does not use it up, and an address that is sent along is not believed.
        Assert.Equal("/", (await AcceptAsync(luis, link.AbsolutePath, New, ("email", "owner-default@example.com"))).Location);
        Assert.Equal((200, 403), ((await luis.GetAsync("/")).Code, (await luis.GetAsync("/settings/users")).Code));
        using var again = server.NewBrowser();
        Assert.Equal(404, (await again.GetAsync(link.AbsolutePath)).Code);
        Assert.Equal(302, (await again.SignInAsync("luis@example.com", New)).Code);
    }

    [Fact]
    public async Task An_invitation_runs_out_after_72_hours_and_a_newer_or_a_revoked_one_is_dead()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        using var browser = server.NewBrowser();
        var older = await server.LinkAsync("users", "add", "--email", "luis@example.com", "--role", "analyst");
        var newer = await server.LinkAsync("users", "add", "--email", "luis@example.com", "--role", "agent");
        Assert.Equal((404, 200), ((await browser.GetAsync(older)).Code, (await browser.GetAsync(newer)).Code));
        var id = new MemberService(server.Host).Invitations("default").Single().Id;
        Assert.Equal(302, (await owner.SubmitAsync("/settings/users", $"/settings/invitations/{id}/revoke")).Code);
        Assert.Equal(404, (await browser.GetAsync(newer)).Code);
        var last = await server.LinkAsync("users", "add", "--email", "luis@example.com", "--role", "agent");
        server.Clock.Advance((72 * Durations.Hour) - Durations.Minute);
        Assert.Equal(200, (await browser.GetAsync(last)).Code);
        server.Clock.Advance(Durations.Minute);
        Assert.Equal(404, (await browser.GetAsync(last)).Code);
    }

    [Fact]
    public async Task An_invitation_of_somebody_whose_access_ended_is_dead_with_it()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        var second = await server.AddUserAsync("second@example.com", Role.Owner);
        using var leaving = await server.SignedInAsync("second@example.com");
        var page = await leaving.SubmitAsync("/settings/users", "/settings/users/invite", ("email", "back-door@example.com"), ("role", "owner"));
        var link = new Uri(page.Text.Split("<code>")[1].Split("</code>")[0]).AbsolutePath;
        Assert.Equal(302, (await owner.SubmitAsync("/settings/users", $"/settings/users/{second}/end")).Code);
        Assert.Equal(404, (await leaving.GetAsync(link)).Code);
        Assert.Equal(302, (await leaving.GetAsync("/account")).Code);
    }

    [Fact]
    public async Task Somebody_with_an_account_joins_with_its_password_and_no_link_replaces_that()
    {
        await using var server = await AccessServer.StartAsync();
        await server.AddUserAsync("ana@example.com", Role.Owner, withPassword: true);
        var link = await server.LinkAsync("users", "add", "--email", "ana@example.com", "--role", "agent", "--workspace", "other");
        using var thief = server.NewBrowser();
        Assert.Equal(400, (await thief.SubmitAsync(link, link, ("password", New), ("again", New), ("name", "Ana"))).Code);
        Assert.Equal(401, (await thief.SignInAsync("ana@example.com", New)).Code);
        using var ana = server.NewBrowser();
        Assert.Equal("/", (await ana.SubmitAsync(link, link, ("password", AccessServer.Password))).Location);
        Assert.Contains("other", (await ana.GetAsync("/account")).Text, StringComparison.Ordinal);
        Assert.Equal(Role.Owner, new MemberService(server.Host).List("default").Single().Role);
    }

    [Fact]
    public async Task A_password_link_works_once_for_an_hour_and_ends_all_sessions()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        var id = await server.AddUserAsync("luis@example.com", Role.Analyst, withPassword: true);
        using var luis = await server.SignedInAsync("luis@example.com");
        var page = await owner.SubmitAsync("/settings/users", $"/settings/users/{id}/reset");
        var link = new Uri(page.Text.Split("<code>")[1].Split("</code>")[0]).AbsolutePath;
        using var browser = server.NewBrowser();
        Assert.Equal(400, (await browser.SubmitAsync(link, link, ("password", New), ("again", New + "!"))).Code);
        Assert.Equal(200, (await luis.GetAsync("/account")).Code);
        Assert.Equal("/signin?done=password", (await browser.SubmitAsync(link, link, ("password", New), ("again", New))).Location);
        Assert.Equal(302, (await luis.GetAsync("/account")).Code);
        Assert.Equal(404, (await browser.GetAsync(link)).Code);
        Assert.Equal(401, (await browser.SignInAsync("luis@example.com", AccessServer.Password)).Code);
        Assert.Equal(302, (await browser.SignInAsync("luis@example.com", New)).Code);
        var late = await server.LinkAsync("users", "reset", "--email", "luis@example.com");
        server.Clock.Advance(Durations.Hour);
        Assert.Equal(404, (await browser.GetAsync(late)).Code);
    }

    [Fact]
    public async Task An_owner_cannot_take_over_an_account_that_opens_a_workspace_of_others()
    {
        await using var server = await AccessServer.StartAsync();
        var shared = await server.AddUserAsync("both@example.com", Role.Agent);
        await server.AddUserAsync("both@example.com", Role.Owner, "other");
        using var owner = await server.AsAsync(Role.Owner);
        var refused = await owner.SubmitAsync("/settings/users", $"/settings/users/{shared}/reset");
        Assert.Equal(400, refused.Code);
        Assert.Contains("workspaces that are not yours", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/reset/", refused.Text.Replace($"/settings/users/{shared}/reset", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workspace_keeps_its_last_owner()
    {
        await using var server = await AccessServer.StartAsync();
        var first = await server.AddUserAsync("first@example.com", Role.Owner);
        using var owner = await server.SignedInAsync("first@example.com");
        Assert.Equal(400, (await owner.SubmitAsync("/settings/users", $"/settings/users/{first}/role", ("role", "analyst"))).Code);
        Assert.Equal(400, (await owner.SubmitAsync("/settings/users", $"/settings/users/{first}/end")).Code);
        Assert.Equal(1, (await server.RunAsync("users", "disable", "--email", "first@example.com")).Code);
        var second = await server.AddUserAsync("second@example.com", Role.Analyst);
        Assert.Equal(400, (await owner.SubmitAsync("/settings/users", $"/settings/users/{second}/role", ("role", "king"))).Code);
        Assert.Equal(302, (await owner.SubmitAsync("/settings/users", $"/settings/users/{second}/role", ("role", "owner"))).Code);
        Assert.Equal(302, (await owner.SubmitAsync("/settings/users", $"/settings/users/{first}/role", ("role", "analyst"))).Code);
        // A role holds from the next request on.
        Assert.Equal(403, (await owner.GetAsync("/settings/users")).Code);
    }

    [Fact]
    public async Task Ended_access_holds_at_once_and_can_be_given_back()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        using var analyst = await server.AsAsync(Role.Analyst);
        var id = new MemberService(server.Host).List("default").Single(member => member.Role == Role.Analyst).UserId;
        await owner.SubmitAsync("/settings/users", $"/settings/users/{id}/end");
        Assert.Equal(302, (await analyst.GetAsync("/customers")).Code);
        await owner.SubmitAsync("/settings/users", $"/settings/users/{id}/restore");
        Assert.Equal(200, (await analyst.GetAsync("/customers")).Code);
        await owner.SubmitAsync("/settings/users", $"/settings/users/{id}/sessions/end");
        Assert.Equal(302, (await analyst.GetAsync("/customers")).Code);
    }

    [Fact]
    public async Task Wrong_invitations_are_refused_with_their_reason()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        foreach (var (email, role, why) in new[] { ("nobody", "agent", "no e-mail address"), ("a@example.com", "king", "Roles are"), ("owner-default@example.com", "agent", "here already") })
        {
            var seen = await owner.SubmitAsync("/settings/users", "/settings/users/invite", ("email", email), ("role", role));
            Assert.Equal(400, seen.Code);
            Assert.Contains(why, seen.Text, StringComparison.Ordinal);
        }
        var (code, _, error) = await server.RunAsync("users", "reset", "--email", "nobody@example.com");
        Assert.Equal(1, code);
        Assert.Contains("users list", error, StringComparison.Ordinal);
    }

    private static Task<Seen> AcceptAsync(Browser browser, string link, string password, params (string, string)[] more) =>
        browser.SubmitAsync(link, link, [("name", "Luis"), ("password", password), ("again", password), .. more]);
}
