using System.Text;
using System.Text.Json;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Keys;
using Ciclo.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Access.Tests;

/// <summary>The system's clock, moved ahead as far as a test says.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private long aheadMs;

    public void Advance(long ms) => Interlocked.Add(ref aheadMs, ms);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddMilliseconds(Interlocked.Read(ref aheadMs));
}

/// <summary>The whole server in this process, on a free port of the loopback address and a directory of its own, where people sign in.</summary>
public sealed class AccessServer : IAsyncDisposable
{
    public const string Password = "four words do not belong";

    private readonly WebApplication app;
    private readonly CommandLine commandLine;

    private AccessServer(WebApplication app, DataHost host, CommandLine commandLine, ShiftedClock clock)
    {
        this.app = app;
        this.commandLine = commandLine;
        Host = host;
        Clock = clock;
        Url = app.Urls.First();
    }

    public DataHost Host { get; }

    public ShiftedClock Clock { get; }

    public string Url { get; }

    public IServiceProvider Services => app.Services;

    public IReadOnlyList<RouteEndpoint> Routes => [.. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    public static async Task<AccessServer> StartAsync(Func<ServerOptions, ServerOptions>? with = null)
    {
        var (folder, clock) = (Directory.CreateTempSubdirectory("ciclo-access-").FullName, new ShiftedClock());
        var commands = new CommandLine(clock, TextWriter.Null, TextWriter.Null);
        var host = commands.OpenOrRefuse(folder);
        await host.OpenAllAsync(default);
        await host.WorkspaceAsync("other", default);
        var options = new ServerOptions("http://127.0.0.1:0");
        var web = WebHost.Build(host, commands, CommandLine.NewToken(), with?.Invoke(options) ?? options);
        await web.StartAsync();
        return new AccessServer(web, host, commands, clock);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await Host.DisposeAsync();
        Directory.Delete(Host.Folder, recursive: true);
    }

    /// <summary>A browser with no cookies yet.</summary>
    public Browser NewBrowser(params (string Name, string Value)[] headers) => new(Url, headers);

    /// <summary>Puts a user with a membership into the records; the password is <see cref="Password"/> where <paramref name="withPassword"/>.</summary>
    public async Task<string> AddUserAsync(string email, Role role, string workspace = "default", bool withPassword = false)
    {
        var hash = withPassword ? await Services.GetRequiredService<Passwords>().HashAsync(Password, default) : "none";
        return await Host.Database.WriteAsync((connection, transaction) =>
        {
            var id = UserStore.ByEmail(connection, email)?.Id;
            if (id is null)
            {
                id = SecretText.NewId("usr");
                UserStore.Add(connection, transaction, new User(id, email, email.Split('@')[0], hash, Core.Language.En, Host.NowMs, null));
            }
            UserStore.PutMembership(connection, transaction, new Membership(workspace, id, role, Host.NowMs, null));
            return id;
        }, default);
    }

    /// <summary>A browser in which a user has a session, begun without the password's work.</summary>
    public async Task<Browser> SignedInAsync(string email, params (string Name, string Value)[] headers)
    {
        var user = Host.Database.Read(connection => UserStore.ByEmail(connection, email))!;
        var came = await Services.GetRequiredService<AccountService>().BeginSessionAsync(user, new Origin("test", "", "Test"), default);
        var browser = NewBrowser(headers);
        browser.Cookies[browser.IsHttps ? "__Host-ciclo_session" : "ciclo_session"] = came.Token;
        return browser;
    }

    /// <summary>A new user of that role, signed in.</summary>
    public async Task<Browser> AsAsync(Role role, string workspace = "default")
    {
        var email = $"{role.Name()}-{workspace}@example.com";
        await AddUserAsync(email, role, workspace);
        return await SignedInAsync(email);
    }

    /// <summary>Makes a key with scopes; answers its id and text.</summary>
    public async Task<(string Id, string Text)> AddKeyAsync(KeyKind kind, string[]? scopes = null, string workspace = "default")
    {
        var made = await KeyService.Of(Host).AddAsync(workspace, kind, "made", scopes, Actor.CommandLine, Host.NowMs, default);
        return (made.Key!.Id, made.Text!);
    }

    /// <summary>Runs a command as the command line does while a server owns the files.</summary>
    public async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await commandLine.RunInServerAsync(Host, new RemoteCommandRequest(arguments, Host.Folder, "En", IsTerminal: false), output, error, default);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The path of the link that a command printed as CSV.</summary>
    public async Task<string> LinkAsync(params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        Assert.True(code == 0, error);
        return new Uri(output.Trim().Split('\n')[1].Split(',')[4]).AbsolutePath;
    }

    public async Task<string> SetupPathAsync() => (await FirstUser.SetupPathAsync(Host, default))!;

    /// <summary>Sends one person through the tracking API and waits until they have a profile.</summary>
    public async Task TrackAsync(string userId, object traits, string workspace = "default")
    {
        var (_, key) = await AddKeyAsync(KeyKind.Write, null, workspace);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, Url + "/v1/identify")
        {
            Content = new StringContent(JsonSerializer.Serialize(new { userId, traits }), Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":")));
        using var response = await client.SendAsync(request);
        Assert.Equal(200, (int)response.StatusCode);
        var engine = Host.FindWorkspace(workspace)!;
        await engine.FoldedAsync(engine.Journal.End - 1, default);
    }

    /// <summary>Actions of the audit log with who and on what, oldest first.</summary>
    public IReadOnlyList<Audit.AuditRow> AuditRows() => Host.Database.Read(connection => Audit.AuditStore.From(connection, 1, 10_000));
}
