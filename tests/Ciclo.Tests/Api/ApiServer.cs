using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Keys;
using Ciclo.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Tests.Api;

/// <summary>The whole server on a free port of the loopback address, over real files, with a lifecycle, a segment and a secret key.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    public const string Lifecycle = """
        lifecycle: shop
        label: { en: Shop, es: Tienda }
        stages:
          - id: visitor
          - id: buyer
            when: count("Order Completed") >= 1
          - id: regular
            when: count("Order Completed") >= 2
            segments:
              - id: vip
                when: sum("Order Completed".revenue) >= 100
        """;

    private const string Segment = """
        segment: named
        label: { en: Named, es: Con nombre }
        when: traits.name != null
        """;

    private readonly string folder;
    private readonly CommandLine commandLine = new(TimeProvider.System);
    private WebApplication app = null!;

    private ApiServer(string folder) => this.folder = folder;

    public DataHost Host { get; private set; } = null!;

    public WorkspaceEngine Engine { get; private set; } = null!;

    /// <summary>A secret key of the workspace `default` that may collect, read and write.</summary>
    public string Key { get; private set; } = "";

    public HttpClient Client { get; private set; } = null!;

    /// <summary>A hundred days ago, from which tests count their instants.</summary>
    public long Start { get; private set; }

    public static async Task<ApiServer> StartAsync()
    {
        var server = new ApiServer(Directory.CreateTempSubdirectory("ciclo-api-").FullName);
        await server.OpenAsync();
        server.Start = server.Host.NowMs - (100 * Durations.Day);
        await server.ApplyAsync("lifecycle", Lifecycle);
        await server.ApplyAsync("segments", Segment);
        return server;
    }

    /// <summary>Ends the server and starts another one on its files; the key stays.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
        await Engine.Ready;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(folder, recursive: true);
    }

    public IReadOnlyList<RouteEndpoint> Routes => [.. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    /// <summary>Makes a key of any kind, scopes and workspace; answers its text.</summary>
    public async Task<string> MakeKeyAsync(KeyKind kind, string[]? scopes = null, string workspace = "default")
    {
        var made = ApiKey.Generate(workspace, kind, "made", scopes, Host.NowMs);
        await Host.Database.WriteAsync((connection, transaction) => Store.Add(connection, transaction, made.Key!), default);
        // Adding one through the service makes it read all keys again.
        await KeyService.Of(Host).AddAsync("default", KeyKind.Write, "reload", Host.NowMs, default);
        return made.Text!;
    }

    /// <summary>Runs a command as the command line does while a server owns the files.</summary>
    public async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var request = new RemoteCommandRequest(arguments, folder, "En", IsTerminal: false);
        var code = await commandLine.RunInServerAsync(Host, request, output, error, default);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The rows that a command prints as JSON.</summary>
    public async Task<List<JsonObject>> RowsAsync(params string[] arguments)
    {
        var (code, output, error) = await RunAsync([.. arguments, "--format", "json"]);
        Assert.True(code == 0, error);
        return [.. JsonNode.Parse(output)!.AsArray().Select(row => row!.AsObject())];
    }

    /// <summary>Sends tracking calls and waits until they are folded.</summary>
    public async Task SendAsync(params JsonObject[] calls)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batch")
        {
            Content = JsonContent.Create(new JsonObject { ["batch"] = new JsonArray([.. calls]) }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(Key + ":")));
        using var response = await Client.SendAsync(request);
        Assert.Equal(200, (int)response.StatusCode);
        await Engine.FoldedAsync(Engine.Journal.End - 1, default);
    }

    public JsonObject Order(string user, int day, int revenue = 10) => new()
    {
        ["type"] = "track", ["event"] = "Order Completed", ["userId"] = user, ["messageId"] = $"order-{user}-{day}",
        ["timestamp"] = Instants.Format(Start + (day * Durations.Day)),
        ["properties"] = new JsonObject { ["revenue"] = revenue },
    };

    public JsonObject Page(string anonymous, int day) => new()
    {
        ["type"] = "page", ["anonymousId"] = anonymous, ["messageId"] = $"page-{anonymous}-{day}", ["timestamp"] = Instants.Format(Start + (day * Durations.Day)),
        ["properties"] = new JsonObject { ["path"] = "/" },
    };

    public JsonObject Identify(string user, int day, JsonObject traits, string? anonymous = null)
    {
        var call = new JsonObject
        {
            ["type"] = "identify", ["userId"] = user, ["messageId"] = $"identify-{user}-{day}",
            ["timestamp"] = Instants.Format(Start + (day * Durations.Day)), ["traits"] = traits,
        };
        if (anonymous is not null)
        {
            call["anonymousId"] = anonymous;
        }
        return call;
    }

    public string At(int day) => Instants.Format(Start + (day * Durations.Day));

    public async Task<JsonObject> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>Every row of a list, taken in pages of this many.</summary>
    public async Task<List<JsonObject>> AllAsync(string path, int limit)
    {
        var rows = new List<JsonObject>();
        for (string? next = ""; next is not null;)
        {
            var page = await GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={limit}&cursor={Uri.EscapeDataString(next)}");
            var data = page["data"]!.AsArray();
            Assert.InRange(data.Count, 0, limit);
            rows.AddRange(data.Select(row => row!.AsObject()));
            next = (string?)page["next"];
        }
        return rows;
    }

    public async Task<(int Status, JsonObject? Body, HttpResponseMessage Response)> SendAsync(HttpMethod method, string path, string? key, JsonNode? body = null, Action<HttpRequestMessage>? with = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        if (key is null)
        {
            // An empty header of its own keeps the client's from being added.
            request.Headers.TryAddWithoutValidation("Authorization", "");
        }
        request.Content = body is null ? null : JsonContent.Create(body);
        with?.Invoke(request);
        var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json" ? JsonNode.Parse(text)!.AsObject() : null, response);
    }

    private async Task OpenAsync()
    {
        Host = commandLine.OpenOrRefuse(folder);
        await Host.OpenAllAsync(default);
        app = WebHost.Build(Host, commandLine, CommandLine.NewToken(), "http://127.0.0.1:0");
        await app.StartAsync();
        Engine = Host.FindWorkspace("default")!;
        Key = Key.Length > 0 ? Key : (await KeyService.Of(Host).AddAsync("default", KeyKind.Secret, "tests", Host.NowMs, default)).Text!;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    private async Task CloseAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await Host.DisposeAsync();
    }

    private async Task ApplyAsync(string command, string yaml)
    {
        var path = Path.Combine(folder, command + ".yaml");
        await File.WriteAllTextAsync(path, yaml);
        var (code, _, error) = await RunAsync(command, "apply", path);
        Assert.True(code == 0, error);
    }
}

internal static class JsonRows
{
    /// <summary>The row without some of its fields.</summary>
    public static JsonObject Without(this JsonObject row, params string[] fields)
    {
        var copy = row.DeepClone().AsObject();
        Array.ForEach(fields, field => copy.Remove(field));
        return copy;
    }

    public static void Same(IReadOnlyList<JsonObject> expected, IReadOnlyList<JsonObject> actual) =>
        Assert.Equal(expected.Select(Print), actual.Select(Print));

    private static string Print(JsonObject row) => JsonSerializer.Serialize(new SortedDictionary<string, JsonNode?>(row.ToDictionary(field => field.Key, field => field.Value), StringComparer.Ordinal));
}
