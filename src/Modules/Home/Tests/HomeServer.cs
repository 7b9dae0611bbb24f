using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ciclo.Data.Journal;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Keys.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Server;
using Microsoft.AspNetCore.Builder;

namespace Ciclo.Tests.Home;

/// <summary>The whole server on a free port of the loopback address over a small shop, which came in through the collecting API.</summary>
public sealed class HomeServer : IAsyncLifetime
{
    /// <summary>A user id that would run if a page forgot to escape it.</summary>
    public const string Evil = "<script>alert(1)</script>";

    private const string Lifecycle = """
        lifecycle: shop
        label: { en: Shop lifecycle, es: Ciclo de la tienda }
        timezone: America/Mexico_City
        movement: forward
        stages:
          - id: visitor
            label: { en: Visitor, es: Visitante }
          - id: buyer
            label: { en: Buyer, es: Comprador }
            when: count("Order Completed") >= 1
          - id: asleep
            label: { en: Asleep, es: Dormido }
            when: count("Order Completed") >= 1 and since("Order Completed") > 60d
            returns_to: [buyer]
        """;

    private const string Second = """
        lifecycle: short
        label: { en: Short one, es: El corto }
        timezone: UTC
        movement: free
        stages:
          - id: known
            label: { en: Known, es: Conocido }
        """;

    private const string Segment = """
        segment: first-order
        label: { en: Has ordered, es: Ya compró }
        timezone: UTC
        when: ever("Order Completed")
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("ciclo-home-").FullName;
    private DataHost host = null!;
    private WebApplication app = null!;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>A key that may send events and read.</summary>
    public string Key { get; private set; } = "";

    public WorkspaceEngine Engine { get; private set; } = null!;

    public DataHost Host => host;

    public async Task InitializeAsync()
    {
        var commandLine = new CommandLine(TimeProvider.System);
        host = commandLine.OpenOrRefuse(folder);
        var engine = Engine = await host.WorkspaceAsync("default", default);
        var files = new[] { (Lifecycle, "shop.yaml"), (Second, "short.yaml"), (Segment, "first-order.yaml") };
        var findings = await WorkspaceSetup.ApplyAsync(host, engine, [.. files.Select(file => DefinitionFile.Read(file.Item1, file.Item2))], "MXN", "America/Mexico_City", "test", default);
        Assert.DoesNotContain(findings, found => found.IsError);
        var key = await FirstKeys.MakeAsync(host, "default", "test", default);
        Key = key!;
        // As the demo is served: whoever sits at this machine is in. Signing in has tests of its own.
        app = WebHost.Build(host, commandLine, CommandLine.NewToken(), new ServerOptions("http://127.0.0.1:0") { DemoWorkspace = "default" });
        await app.StartAsync();
        Client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(app.Urls.First()) };
        await SendAsync(key!, Events());
        await engine.FoldedAsync(engine.Journal.End - 1, default);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
        await host.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Asks for a page as a browser does.</summary>
    public async Task<(HttpStatusCode Status, string Html, HttpResponseHeaders Headers)> GetAsync(string path, string language = "en", string? hostHeader = null, Action<HttpRequestMessage>? with = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", "text/html,*/*");
        request.Headers.TryAddWithoutValidation("Accept-Language", language);
        request.Headers.Host = hostHeader;
        with?.Invoke(request);
        using var response = await Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    /// <summary>The address of the person with that user id.</summary>
    public async Task<string> PathOfAsync(string userId)
    {
        var (status, _, headers) = await GetAsync("/customers/" + Uri.EscapeDataString("user_id:" + userId));
        Assert.Equal(HttpStatusCode.Redirect, status);
        return headers.Location!.OriginalString;
    }

    private static IEnumerable<object> Events()
    {
        yield return new { type = "identify", userId = "ana", traits = new { name = "Ana <b>López</b>", email = "ana@correo.example", note = Evil } };
        yield return new { type = "track", userId = "ana", @event = "Order Completed", properties = new { order_id = "A-1", total = 1240.5, currency = "MXN", products = new[] { new { name = Evil, quantity = 2 } } } };
        yield return new { type = "track", userId = Evil, @event = Evil, properties = new Dictionary<string, string>(StringComparer.Ordinal) { [Evil] = Evil } };
        yield return new { type = "track", userId = "luis", @event = "Email Sent", properties = new { email_subject = "Hola" } };
        for (var i = 0; i < 120; i++)
        {
            yield return new { type = "page", userId = "visitor-" + (i % 60).ToString("00"), properties = new { title = $"Page {i}" } };
        }
        for (var i = 0; i < 150; i++)
        {
            yield return new { type = "page", userId = "busy", messageId = $"busy-{i:000}", timestamp = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 + i).ToString("O"), properties = new { title = $"Visit {i:000}." } };
        }
    }

    /// <summary>Sends events through the collecting API and waits until they can be read.</summary>
    public async Task SendAsync(params object[] events)
    {
        await SendAsync(Key, events);
        await Engine.FoldedAsync(Engine.Journal.End - 1, default);
    }

    /// <summary>Posts a form as a page does: with the token of a page that was asked for before.</summary>
    public async Task<(HttpStatusCode Status, string Text, string? Location)> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        var (_, page, headers) = await GetAsync("/lists");
        var token = WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Match(page, "name=\"_form\" value=\"([^\"]*)\"", System.Text.RegularExpressions.RegexOptions.NonBacktracking).Groups[1].Value);
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(fields.Append(("_form", token)).Select(field => new KeyValuePair<string, string>(field.Item1, field.Item2))),
        };
        request.Headers.Add("Cookie", string.Join("; ", headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0])));
        request.Headers.TryAddWithoutValidation("Accept-Language", "en");
        using var response = await Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Location?.OriginalString);
    }

    private async Task SendAsync(string key, IEnumerable<object> events)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batch") { Content = new StringContent(JsonSerializer.Serialize(new { batch = events }), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":")));
        using var response = await Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
