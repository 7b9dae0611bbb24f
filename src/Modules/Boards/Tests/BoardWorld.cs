using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Boards.Schedules;
using Ciclo.Modules.Keys;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Boards.Tests;

/// <summary>A server with the orders of some customers in the last two whole months.</summary>
internal sealed class BoardWorld : IAsyncDisposable
{
    /// <summary>A customer whose name must not be on anything that leaves the workspace.</summary>
    public const string Customer = "Ximena Ñandú";

    private BoardWorld(AccessServer server) => Server = server;

    public AccessServer Server { get; }

    public Engine.Runtime.WorkspaceEngine Engine => Server.Host.FindWorkspace("default")!;

    public ReportTimer Timer => Server.Services.GetRequiredService<ReportTimer>();

    public static async Task<BoardWorld> StartAsync()
    {
        var server = await AccessServer.StartAsync();
        var (_, key) = await server.AddKeyAsync(KeyKind.Write);
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":")));
        var today = server.Host.Clock.GetUtcNow();
        var month = new DateTimeOffset(today.Year, today.Month, 1, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var batch = new List<object> { new { type = "identify", userId = "ximena", traits = new { name = Customer, email = "ximena@correo.example" }, timestamp = Instants.Format(month - (50 * Durations.Day)) } };
        for (var i = 0; i < 30; i++)
        {
            var (user, at) = (i == 0 ? "ximena" : $"c{i:00}", month - ((1 + i) * 2 * Durations.Day));
            batch.Add(new { type = "track", userId = user, @event = "Product Viewed", timestamp = Instants.Format(at - Durations.Hour), properties = new { name = "Café" } });
            batch.Add(new { type = "track", userId = user, @event = "Order Completed", timestamp = Instants.Format(at), properties = new { order_id = $"A-{i}", revenue = 100.5 + i, currency = "MXN" } });
        }
        using var content = new StringContent(JsonSerializer.Serialize(new { batch }), Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
        await server.Host.FindWorkspace("default")!.RestAsync(default);
        return new BoardWorld(server);
    }

    /// <summary>Makes a dashboard with some cards by the forms of its pages; answers its path.</summary>
    public static async Task<string> MakeAsync(Browser browser, params (string, string)[][] cards)
    {
        var made = await browser.SubmitAsync("/dashboards", "/dashboards", ("name", "Ventas ñ"), ("description", "Lo de cada mes"));
        Assert.Equal(302, made.Code);
        var path = made.Location![..^"/edit".Length];
        foreach (var card in cards)
        {
            Assert.Equal(302, (await browser.SubmitAsync(path + "/edit", path + "/card", [("version", await VersionAsync(browser, path)), .. card])).Code);
        }
        return path;
    }

    public static async Task<string> VersionAsync(Browser browser, string path) =>
        Regex.Match((await browser.GetAsync(path + "/edit")).Html, "name=\"version\" value=\"(?<v>[0-9]+)\"", RegexOptions.ExplicitCapture).Groups["v"].Value;

    /// <summary>The cards of a dashboard in their order.</summary>
    public static async Task<IReadOnlyList<string>> CardsAsync(Browser browser, string path) =>
        [.. Regex.Matches((await browser.GetAsync(path)).Html, "id=\"card-(?<id>[^\"]+)\"", RegexOptions.ExplicitCapture).Select(match => match.Groups["id"].Value)];

    public Task<Browser> OwnerAsync() => Server.AsAsync(Role.Owner);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
