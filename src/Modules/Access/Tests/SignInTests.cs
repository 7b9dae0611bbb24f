using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Access.Tests;

/// <summary>Getting in and out, over HTTP: the first user, sign-in, throttling, sessions.</summary>
public sealed class SignInTests
{
    [Fact]
    public async Task The_first_user_comes_by_the_setup_link_once_and_is_owner()
    {
        await using var server = await AccessServer.StartAsync();
        using var browser = server.NewBrowser();
        Assert.Contains("Nobody has an account yet", (await browser.GetAsync("/signin")).Text, StringComparison.Ordinal);
        var stale = await server.SetupPathAsync();
        var link = await server.SetupPathAsync();
        Assert.Equal(404, (await browser.GetAsync(stale)).Code);
        Assert.Equal(404, (await browser.GetAsync("/setup/" + new string('A', 43))).Code);
        Assert.Equal(400, (await SetUpAsync(browser, link, "short")).Code);
        Assert.Equal(400, (await SetUpAsync(browser, link, "password1234")).Code);
        var entered = await SetUpAsync(browser, link, AccessServer.Password);
        Assert.Equal((302, "/"), (entered.Code, entered.Location));
        Assert.Equal(200, (await browser.GetAsync("/settings/users")).Code);

        using var second = server.NewBrowser();
        Assert.Equal(404, (await second.GetAsync(link)).Code);
        Assert.Null(await FirstUser.SetupPathAsync(server.Host, default));
        Assert.Equal(302, (await second.SignInAsync("ana@example.com", AccessServer.Password)).Code);

        static Task<Seen> SetUpAsync(Browser browser, string link, string password) =>
            browser.SubmitAsync(link, link, ("name", "Ana"), ("email", "Ana@Example.com"), ("password", password), ("again", password));
    }

    [Fact]
    public async Task A_setup_link_opens_nothing_once_somebody_has_an_account()
    {
        await using var server = await AccessServer.StartAsync();
        using var browser = server.NewBrowser();
        var link = await server.SetupPathAsync();
        var token = await browser.TokenAsync(link);
        await server.AddUserAsync("first@example.com", Role.Owner);
        Assert.Equal(404, (await browser.GetAsync(link)).Code);
        var late = await browser.PostAsync(link, ("_form", token), ("name", "Eve"), ("email", "eve@example.com"), ("password", AccessServer.Password), ("again", AccessServer.Password));
        Assert.Equal(404, late.Code);
        Assert.Single(new MemberService(server.Host).List("default"));
    }

    [Fact]
    public async Task A_stranger_is_led_to_sign_in_and_back_and_a_script_is_told_where()
    {
        await using var server = await AccessServer.StartAsync();
        await server.AddUserAsync("ana@example.com", Role.Owner, withPassword: true);
        using var browser = server.NewBrowser();
        var refused = await browser.GetAsync("/customers?query=a%26b");
        Assert.Equal((302, "/signin?next=%2Fcustomers%3Fquery%3Da%2526b"), (refused.Code, refused.Location));
        var script = await browser.GetAsync("/customers", ("HX-Request", "true"));
        Assert.Equal((401, "/signin?next=%2Fcustomers"), (script.Code, script.Headers["HX-Redirect"]));
        var entered = await browser.SubmitAsync(refused.Location!, "/signin", ("email", " ANA@example.com "), ("password", AccessServer.Password), ("next", "/customers?query=a%26b"));
        Assert.Equal((302, "/customers?query=a%26b"), (entered.Code, entered.Location));
        Assert.Equal(200, (await browser.GetAsync("/customers?query=a%26b")).Code);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task Sign_in_leads_nowhere_but_here(string next)
    {
        await using var server = await AccessServer.StartAsync();
        await server.AddUserAsync("ana@example.com", Role.Owner, withPassword: true);
        using var browser = server.NewBrowser();
        var entered = await browser.SubmitAsync("/signin?next=" + Uri.EscapeDataString(next), "/signin", ("email", "ana@example.com"), ("password", AccessServer.Password), ("next", next));
        Assert.Equal((302, "/"), (entered.Code, entered.Location));
    }

    [Fact]
    public async Task The_session_cookie_is_the_browsers_alone_and_a_new_one_each_time()
    {
        await using var server = await AccessServer.StartAsync();
        await server.AddUserAsync("ana@example.com", Role.Owner, withPassword: true);
        using var browser = server.NewBrowser();
        browser.Cookies["ciclo_session"] = new string('A', 43);
        await browser.SignInAsync("ana@example.com", AccessServer.Password);
        var cookie = browser.SetCookies.Single(line => line.StartsWith("ciclo_session=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.NotEqual(new string('A', 43), browser.Cookies["ciclo_session"]);
        // What is stored does not open anything.
        var stored = await File.ReadAllBytesAsync(Path.Combine(server.Host.Folder, "ciclo.db-wal"));
        Assert.DoesNotContain(browser.Cookies["ciclo_session"], System.Text.Encoding.Latin1.GetString(stored), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_wrong_closed_and_without_a_workspace_are_told_in_the_same_words()
    {
        await using var server = await AccessServer.StartAsync();
        await server.AddUserAsync("ana@example.com", Role.Owner, withPassword: true);
        await server.AddUserAsync("boss@example.com", Role.Owner);
        await server.AddUserAsync("closed@example.com", Role.Analyst, withPassword: true);
        var ended = await server.AddUserAsync("ended@example.com", Role.Analyst, withPassword: true);
        Assert.Equal(0, (await server.RunAsync("users", "disable", "--email", "closed@example.com")).Code);
        await new MemberService(server.Host).EndAccessAsync("default", ended, "cli", default);
        using var browser = server.NewBrowser();
        var answers = new List<(int, string)>();
        foreach (var (email, password) in new[] { ("nobody@example.com", AccessServer.Password), ("ana@example.com", "not the password"), ("closed@example.com", AccessServer.Password), ("ended@example.com", AccessServer.Password) })
        {
            var seen = await browser.SignInAsync(email, password);
            answers.Add((seen.Code, seen.Text.Replace(email, "E", StringComparison.Ordinal).Replace(await TokenIn(seen), "T", StringComparison.Ordinal)));
        }
        Assert.Equal(401, answers[0].Item1);
        Assert.Contains("do not fit together", answers[0].Item2, StringComparison.Ordinal);
        Assert.Single(answers.Distinct());

        static Task<string> TokenIn(Seen seen) => Task.FromResult(seen.Text.Split("name=\"_form\" value=\"")[1].Split('"')[0]);
    }

    [Fact]
    public async Task Ten_wrong_tries_lock_the_account_for_15_minutes_even_for_the_right_password()
    {
        await using var server = await AccessServer.StartAsync();
        await server.AddUserAsync("ana@example.com", Role.Owner, withPassword: true);
        using var browser = server.NewBrowser();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(401, (await browser.SignInAsync("ana@example.com", "wrong " + i)).Code);
        }
        var locked = await browser.SignInAsync("ana@example.com", AccessServer.Password);
        Assert.Equal((429, "900"), (locked.Code, locked.Headers["Retry-After"]));
        await browser.SignInAsync("ana@example.com", AccessServer.Password);
        Assert.Single(server.AuditRows(), row => row.Action == AuditActions.SignInThrottled);
        server.Clock.Advance(15 * Durations.Minute);
        Assert.Equal(302, (await browser.SignInAsync("ana@example.com", AccessServer.Password)).Code);
    }

    [Fact]
    public async Task A_session_slides_12_hours_and_ends_after_30_days_whatever_its_use()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        server.Clock.Advance((12 * Durations.Hour) - Durations.Minute);
        Assert.Equal(200, (await owner.GetAsync("/account")).Code);
        server.Clock.Advance((12 * Durations.Hour) - Durations.Minute);
        Assert.Equal(200, (await owner.GetAsync("/account")).Code);
        server.Clock.Advance(12 * Durations.Hour);
        Assert.Equal(302, (await owner.GetAsync("/account")).Code);

        using var busy = await server.SignedInAsync("owner-default@example.com");
        for (var hours = 0; hours < 30 * 24; hours += 10)
        {
            Assert.Equal(200, (await busy.GetAsync("/account")).Code);
            server.Clock.Advance(10 * Durations.Hour);
        }
        Assert.Equal(302, (await busy.GetAsync("/account")).Code);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_on_the_server_too()
    {
        await using var server = await AccessServer.StartAsync();
        using var browser = await server.AsAsync(Role.Owner);
        var token = browser.Cookies["ciclo_session"];
        Assert.Equal("/signin", (await browser.SubmitAsync("/account", "/signout")).Location);
        Assert.DoesNotContain("ciclo_session", browser.Cookies.Keys);
        browser.Cookies["ciclo_session"] = token;
        Assert.Equal(302, (await browser.GetAsync("/account")).Code);
    }

    [Fact]
    public async Task A_changed_password_ends_the_other_sessions_and_wants_the_current_one()
    {
        await using var server = await AccessServer.StartAsync();
        await server.AddUserAsync("ana@example.com", Role.Owner, withPassword: true);
        using var here = await server.SignedInAsync("ana@example.com");
        using var there = await server.SignedInAsync("ana@example.com");
        Assert.Equal(400, (await ChangeAsync(here, "not the current one", "another four words here")).Code);
        Assert.Equal(400, (await ChangeAsync(here, AccessServer.Password, "password1234")).Code);
        Assert.Equal(200, (await there.GetAsync("/account")).Code);
        var changed = await ChangeAsync(here, AccessServer.Password, "another four words here");
        Assert.Equal("/account?done=password-strong", changed.Location);
        Assert.Equal(200, (await here.GetAsync("/account")).Code);
        Assert.Equal(302, (await there.GetAsync("/account")).Code);
        Assert.Equal(401, (await there.SignInAsync("ana@example.com", AccessServer.Password)).Code);
        Assert.Equal(302, (await there.SignInAsync("ana@example.com", "another four words here")).Code);

        static Task<Seen> ChangeAsync(Browser browser, string current, string next) =>
            browser.SubmitAsync("/account", "/account/password", ("current", current), ("password", next), ("again", next));
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_one_by_one_or_all_but_this()
    {
        await using var server = await AccessServer.StartAsync();
        using var here = await server.AsAsync(Role.Analyst);
        using var second = await server.SignedInAsync("analyst-default@example.com");
        using var third = await server.SignedInAsync("analyst-default@example.com");
        using var stranger = await server.AsAsync(Role.Owner);
        var page = (await here.GetAsync("/account")).Text;
        var ids = page.Split("name=\"id\" value=\"").Skip(1).Select(part => part.Split('"')[0]).ToList();
        Assert.Equal(2, ids.Count);
        // Nobody ends a session of somebody else by its id.
        Assert.Equal(404, (await stranger.SubmitAsync("/account", "/account/sessions/end", ("id", ids[0]))).Code);
        Assert.Equal(302, (await here.SubmitAsync("/account", "/account/sessions/end", ("id", ids[0]))).Code);
        Assert.Equal(1, new[] { await second.GetAsync("/account"), await third.GetAsync("/account") }.Count(seen => seen.Code == 200));
        await here.SubmitAsync("/account", "/account/sessions/end");
        Assert.Equal(302, (await second.GetAsync("/account")).Code);
        Assert.Equal(302, (await third.GetAsync("/account")).Code);
        Assert.Equal(200, (await here.GetAsync("/account")).Code);
    }

    [Fact]
    public async Task A_stranger_cannot_make_the_server_read_a_large_form()
    {
        await using var server = await AccessServer.StartAsync();
        await server.AddUserAsync("ana@example.com", Role.Owner);
        using var browser = server.NewBrowser();
        var seen = await browser.SubmitAsync("/signin", "/signin", ("email", "ana@example.com"), ("password", new string('x', 100_000)));
        Assert.Equal(400, seen.Code);
    }
}
