using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Ciclo.Data.Journal;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Keys;
using Ciclo.Server;
using Microsoft.AspNetCore.Builder;

namespace Ciclo.Tests.Integration;

/// <summary>What a command did: its exit code and what it printed.</summary>
public sealed record Ran(int Code, string Out, string Error)
{
    /// <summary>The rows of `--format csv` without the header, as they stand.</summary>
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>
/// The whole server in this process, on a free port of the loopback address and a directory of its own, with keys of two workspaces.
/// Every answer that passes through here is held to be `nosniff` and never a 5xx.
/// </summary>
public sealed class LiveServer : IAsyncDisposable
{
    public const string OtherWorkspace = "other";

    private readonly WebApplication app;
    private readonly Server.CommandLine commandLine;

    private LiveServer(WebApplication app, DataHost host, Server.CommandLine commandLine, string token)
    {
        this.app = app;
        this.commandLine = commandLine;
        Host = host;
        Token = token;
        Url = app.Urls.First();
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(Url), Timeout = TimeSpan.FromSeconds(60) };
    }

    public DataHost Host { get; }

    public string Token { get; }

    public string Url { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    public string WriteKey { get; private set; } = "";

    public string SecretKey { get; private set; } = "";

    public string OtherWriteKey { get; private set; } = "";

    public string OtherSecretKey { get; private set; } = "";

    public string RevokedKey { get; private set; } = "";

    /// <summary>A live secret key that may only send events.</summary>
    public string CollectingKey { get; private set; } = "";

    public WorkspaceEngine Engine => Host.FindWorkspace("default")!;

    public static async Task<LiveServer> StartAsync(bool withShop = true)
    {
        var folder = Directory.CreateTempSubdirectory("ciclo-api-").FullName;
        var commands = new Server.CommandLine(TimeProvider.System, TextWriter.Null, TextWriter.Null);
        var host = commands.Open(folder)!;
        await host.OpenAllAsync(CancellationToken.None);
        var token = Server.CommandLine.NewToken();
        var web = WebHost.Build(host, commands, token, "http://127.0.0.1:0");
        await web.StartAsync();
        var server = new LiveServer(web, host, commands, token);
        await server.MakeKeysAsync();
        if (withShop)
        {
            await server.FillAsync();
        }
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await Host.DisposeAsync();
        Directory.Delete(Host.Folder, recursive: true);
    }

    /// <summary>Runs a command as the server runs those of the command line that come to it.</summary>
    public async Task<Ran> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        var request = new RemoteCommandRequest(arguments, Host.Folder, "En", false);
        var code = await commandLine.RunInServerAsync(Host, request, output, error, CancellationToken.None);
        return new Ran(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command that must do its work.</summary>
    public async Task<string> DoAsync(params string[] arguments)
    {
        var ran = await RunAsync(arguments);
        Assert.True(ran.Code == 0, $"{string.Join(' ', arguments)}: {ran.Code}\n{ran.Out}\n{ran.Error}");
        return ran.Out;
    }

    public string Write(string name, string text)
    {
        var path = Path.Combine(Host.Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>An answer's status, body and headers. The key goes as Bearer token; null: the default workspace's secret key; "": none.</summary>
    public async Task<Answered> SendAsync(HttpMethod method, string path, string? key = null, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        var sent = key ?? SecretKey;
        if (sent.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", sent);
        }
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        // A refusal comes before the body then, and not while it is being sent into a connection that closes.
        request.Headers.ExpectContinue = body?.Headers.ContentLength > 1 << 20;
        using var response = await Client.SendAsync(request);
        var answered = new Answered(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType,
            response.Headers.Concat(response.Content.Headers).ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value), StringComparer.OrdinalIgnoreCase));
        Assert.True(answered.Headers.GetValueOrDefault("X-Content-Type-Options") == "nosniff", $"{method} {path}: an answer without nosniff");
        Assert.True((int)answered.Status < 500, $"{method} {path}: {(int)answered.Status} {answered.Body}");
        return answered;
    }

    public Task<Answered> GetAsync(string path, string? key = null, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, key, null, headers);

    public Task<Answered> PostAsync(string path, string json, string? key = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, key, new StringContent(json, Encoding.UTF8, "application/json"), headers);

    /// <summary>The JSON of an answer that must be 200.</summary>
    public async Task<JsonNode> ReadAsync(string path, string? key = null)
    {
        var answered = await GetAsync(path, key);
        Assert.True(answered.Status == HttpStatusCode.OK, $"{path}: {(int)answered.Status} {answered.Body}");
        return JsonNode.Parse(answered.Body)!;
    }

    /// <summary>All rows of a list, a page at a time.</summary>
    public async Task<List<JsonNode>> WalkAsync(string path, int limit, string cursorName = "cursor", Func<Task>? betweenPages = null)
    {
        var rows = new List<JsonNode>();
        for (string? cursor = null; ;)
        {
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var page = await ReadAsync($"{path}{separator}limit={limit}{(cursor is null ? "" : $"&{cursorName}={Uri.EscapeDataString(cursor)}")}");
            var data = page["data"]!.AsArray();
            Assert.True(data.Count <= limit, $"{path}: {data.Count} rows where {limit} were asked for");
            rows.AddRange(data.Select(row => row!));
            cursor = page["next"]?.GetValue<string>();
            Assert.True(rows.Count < 10_000, $"{path}: the pages do not end");
            if (cursor is null || data.Count == 0)
            {
                return rows;
            }
            await (betweenPages?.Invoke() ?? Task.CompletedTask);
        }
    }

    /// <summary>Posts events with a write key and waits until they are folded.</summary>
    public async Task TrackAsync(string json, string? writeKey = null, string path = "/v1/batch")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes((writeKey ?? WriteKey) + ":")));
        using var response = await Client.SendAsync(request);
        Assert.Equal("""200 {"success":true}""", $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        foreach (var engine in Host.Workspaces)
        {
            await engine.FoldedAsync(engine.Journal.End - 1, CancellationToken.None);
        }
    }

    public Task TrackAsync(params JsonObject[] items) => TrackAsync(new JsonObject { ["batch"] = new JsonArray([.. items]) }.ToJsonString());

    private async Task MakeKeysAsync()
    {
        WriteKey = KeyIn(await DoAsync("keys", "add", "--kind", "write", "--name", "site"));
        SecretKey = KeyIn(await DoAsync("keys", "add", "--kind", "secret", "--name", "backend"));
        OtherWriteKey = KeyIn(await DoAsync("keys", "add", "--kind", "write", "--name", "site", "--workspace", OtherWorkspace));
        OtherSecretKey = KeyIn(await DoAsync("keys", "add", "--kind", "secret", "--name", "backend", "--workspace", OtherWorkspace));
        var collecting = ApiKey.Generate("default", KeyKind.Secret, "collector", [KeyScopes.Collect], Host.NowMs);
        await Host.Database.WriteAsync((connection, transaction) => Store.Add(connection, transaction, collecting.Key!), CancellationToken.None);
        CollectingKey = collecting.Text!;
        // Adding and ending a key through the service makes it look at the table again, and so find the one above.
        RevokedKey = KeyIn(await DoAsync("keys", "add", "--kind", "secret", "--name", "old"));
        await DoAsync("keys", "revoke", KeyService.Of(Host).List("default").Single(key => key.Name == "old").Id);
    }

    private async Task FillAsync()
    {
        await DoAsync("settings", "alias", "Pedido", "Order Completed");
        await DoAsync("lifecycle", "apply", Write("customer.yaml", ShopData.Lifecycle));
        await DoAsync("segments", "apply", Write("big-spenders.yaml", ShopData.Segment));
        await TrackAsync(ShopData.Batch());
        await DoAsync("identity", "join", "user_id:u09", "user_id:u10");
    }

    private static string KeyIn(string csv) => csv.Trim().Split('\n')[1].Split(',')[3];
}

public sealed record Answered(HttpStatusCode Status, string Body, string? MediaType, IReadOnlyDictionary<string, string> Headers)
{
    public int Code => (int)Status;

    public JsonNode Json => JsonNode.Parse(Body)!;
}

/// <summary>One server with the shop's data for tests that only read.</summary>
public sealed class ShopServer : IAsyncLifetime
{
    public LiveServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await LiveServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
