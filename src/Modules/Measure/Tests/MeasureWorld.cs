using System.Globalization;
using System.Text;
using System.Text.Json;
using Ciclo.Core.Analytics;
using Ciclo.Core.Time;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Keys;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Measure.Tests;

/// <summary>What one person did, as a plain reference sees it.</summary>
public sealed record Deed(string Person, string Event, long At, int Score = -1, string Type = "", string Referred = "", string Campaign = "");

/// <summary>A server with events that were sent as a client sends them.</summary>
public sealed class MeasureWorld : IAsyncDisposable
{
    /// <summary>2026-01-01, UTC.</summary>
    public const long Start = 1_767_225_600_000;

    private MeasureWorld(AccessServer server) => Server = server;

    public AccessServer Server { get; }

    public Engine.Runtime.WorkspaceEngine Engine => Server.Host.FindWorkspace("default")!;

    public static async Task<MeasureWorld> StartAsync(IEnumerable<Deed> deeds, Func<Ciclo.Server.ServerOptions, Ciclo.Server.ServerOptions>? with = null)
    {
        var server = await AccessServer.StartAsync(with);
        var (_, key) = await server.AddKeyAsync(KeyKind.Write);
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":")));
        foreach (var some in deeds.Select(JsonOf).Chunk(500))
        {
            using var content = new StringContent($$"""{"batch":[{{string.Join(',', some)}}]}""", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), content);
            answer.EnsureSuccessStatusCode();
        }
        var engine = server.Host.FindWorkspace("default")!;
        await engine.RestAsync(default);
        return new MeasureWorld(server);
    }

    /// <summary>A metric's values by (period's first date, breakdown).</summary>
    public Dictionary<(string Period, string Value), decimal?> Values(string metric, Periods periods, params (string, string)[] settings)
    {
        var catalogue = MetricCatalogue.Of(Server.Host);
        var question = new MetricQuestion([catalogue.Find(metric)!], periods, "", settings.ToDictionary(pair => pair.Item1, pair => pair.Item2));
        return catalogue.Answer(Engine, question, default)
            .SelectMany(series => series.Cells.Select((cell, i) => ((PeriodOptions.NameOf(periods, i), series.Breakdown), cell?.Value))).ToDictionary();
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static string JsonOf(Deed deed)
    {
        var type = deed.Event == "page" ? "\"type\":\"page\",\"name\":\"Home\"" : $"\"type\":\"track\",\"event\":{JsonSerializer.Serialize(deed.Event)}";
        var properties = (deed.Score >= 0 ? $"\"score\":{deed.Score.ToString(CultureInfo.InvariantCulture)}," : "")
            + (deed.Type.Length > 0 ? $"\"type\":\"{deed.Type}\"," : "") + (deed.Campaign.Length > 0 ? $"\"campaign_id\":\"{deed.Campaign}\"," : "") + (deed.Referred.Length > 0 ? $"\"referred_user_id\":\"{deed.Referred}\"," : "");
        return "{" + type + $",\"userId\":\"{deed.Person}\",\"timestamp\":\"{Instants.Format(deed.At)}\",\"properties\":{{{properties.TrimEnd(',')}}}}}";
    }
}
