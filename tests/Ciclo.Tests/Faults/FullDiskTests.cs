using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Ciclo.Tests.RealProcess;

namespace Ciclo.Tests.Faults;

/// <summary>F3: the real program on a disk that is really full.</summary>
public sealed class FullDiskTests
{
    private const int Batch = 100;
    private const long Room = 2 << 20;

    [MountFact]
    public async Task A_full_disk_is_503_reading_goes_on_and_with_space_it_accepts_within_a_second_and_has_lost_nothing()
    {
        using var disk = SmallDisk.Mount(96);
        await using var ciclo = new CicloProcess(Path.Combine(disk.Folder, "data"));
        await ciclo.ServeAsync();
        var (acknowledged, resumed) = (new List<string>(), new List<double>());
        using (var client = ciclo.Client())
        {
            await PostAsync(client, acknowledged);
            for (var round = 0; round < 3; round++)
            {
                disk.Fill(Room);
                while (await PostAsync(client, acknowledged))
                {
                    Assert.True(acknowledged.Count < 1_000_000, "The disk is never full.");
                }
                disk.Fill(0);
                for (var again = 0; again < 5; again++)
                {
                    Assert.False(await PostAsync(client, acknowledged));
                    await ReadAsync(ciclo, client);
                }
                disk.Free();
                var clock = Stopwatch.StartNew();
                while (!await PostAsync(client, acknowledged))
                {
                    Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), "It never accepts again.");
                }
                resumed.Add(clock.Elapsed.TotalMilliseconds);
            }
        }
        await ciclo.FoldedAsync();
        await CheckAsync(ciclo, acknowledged, "after the last round");
        await ciclo.ServeAsync();
        await ciclo.FoldedAsync();
        await CheckAsync(ciclo, acknowledged, "after a kill");
        Assert.True(resumed.Max() < 1_000, $"It accepted again after {resumed.Max():0} ms.");
        Figures.Say("F3", $"{acknowledged.Count:N0} events acknowledged around 3 full disks, none lost; accepted again after {string.Join(", ", resumed.Select(ms => $"{ms:0}"))} ms");
    }

    /// <summary>Sends a batch; true if it was acknowledged. A refusal must be 503 with Retry-After.</summary>
    private static async Task<bool> PostAsync(HttpClient client, List<string> acknowledged)
    {
        var ids = Enumerable.Range(acknowledged.Count, Batch).Select(number => $"m{number}").ToList();
        var items = ids.Select(id => $$"""{"type":"track","event":"Tick","userId":"u{{id[^1]}}","messageId":"{{id}}","properties":{"t":"{{new string('x', 200)}}"} }""");
        using var body = new StringContent($$"""{"batch":[{{string.Join(',', items)}}]}""", Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), body);
        if (answer.IsSuccessStatusCode)
        {
            acknowledged.AddRange(ids);
            return true;
        }
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)), (answer.StatusCode, answer.Headers.RetryAfter!.Delta));
        return false;
    }

    private static async Task ReadAsync(CicloProcess ciclo, HttpClient client)
    {
        using var health = await client.GetAsync(new Uri("/healthz", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.NotEqual("0", (await ciclo.DoctorAsync())["events"]);
    }

    private static async Task CheckAsync(CicloProcess ciclo, List<string> acknowledged, string when)
    {
        using var events = JsonDocument.Parse(await ciclo.RunAsync("events", "--format", "json"));
        var ids = events.RootElement.EnumerateArray().Select(e => e.GetProperty("message_id").GetString()!).ToList();
        Assert.True(ids.Count == ids.Distinct().Count(), $"{when}: {ids.Count - ids.Distinct().Count()} events counted twice");
        Assert.True(acknowledged.ToHashSet().SetEquals(ids), $"{when}: {acknowledged.Except(ids).Count()} lost, {ids.Except(acknowledged).Count()} unknown");
    }
}
