using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.RealProcess;

/// <summary>The running program as clients of the tracking API see it.</summary>
public sealed class ClientLibraryTests
{
    /// <summary>What each script sends beside its tracks: identify, page, screen, group, alias.</summary>
    private const int Others = 5;

    [ClientFact("segment-node.mjs")]
    public async Task A_thousand_tracks_of_Segments_library_and_two_hundred_of_RudderStacks_are_twelve_hundred_events()
    {
        await using var ciclo = new CicloProcess();
        await ciclo.ServeAsync();
        await RunScriptAsync(ciclo, "segment-node.mjs", 1_000);
        await RunScriptAsync(ciclo, "rudder-node.mjs", 200);
        await ciclo.FoldedAsync();
        var doctor = await ciclo.DoctorAsync();
        Assert.Equal(("1210", "0", "0"), (doctor["events"], doctor["duplicates"], doctor["rejected"]));
        using var events = JsonDocument.Parse(await ciclo.RunAsync("events", "--format", "json"));
        var byType = events.RootElement.EnumerateArray().CountBy(e => e.GetProperty("type").GetString()!).ToDictionary();
        Assert.Equal((1_200, 2 * Others), (byType["track"], byType.Where(type => type.Key != "track").Sum(type => type.Value)));
    }

    [Fact]
    public async Task One_message_id_ten_times_is_one_event_also_across_a_restart()
    {
        await using var ciclo = new CicloProcess();
        await ciclo.ServeAsync();
        for (var i = 0; i < 10; i++)
        {
            if (i == 5)
            {
                await ciclo.KillAsync();
                await ciclo.ServeAsync();
            }
            Assert.Equal(HttpStatusCode.OK, await SendAsync(ciclo, """{"userId":"ana","event":"Signed Up","messageId":"m-1"}"""));
        }
        await ciclo.FoldedAsync();
        var doctor = await ciclo.DoctorAsync();
        Assert.Equal(("1", "9"), (doctor["events"], doctor["duplicates"]));
    }

    [Fact]
    public async Task An_item_without_ids_is_answered_200_and_stands_among_the_rejected_with_its_reason()
    {
        await using var ciclo = new CicloProcess();
        await ciclo.ServeAsync();
        Assert.Equal(HttpStatusCode.OK, await SendAsync(ciclo, """{"event":"Signed Up"}"""));
        await ciclo.FoldedAsync();
        Assert.Equal("0", (await ciclo.DoctorAsync())["events"]);
        using var rejected = JsonDocument.Parse(await ciclo.RunAsync("rejected", "--format", "json"));
        var row = Assert.Single(rejected.RootElement.EnumerateArray());
        Assert.StartsWith("no_id", row.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> SendAsync(CicloProcess ciclo, string track)
    {
        using var client = ciclo.Client();
        using var body = new StringContent(track, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/v1/track", UriKind.Relative), body);
        return answer.StatusCode;
    }

    private static async Task RunScriptAsync(CicloProcess ciclo, string script, int count)
    {
        var start = new ProcessStartInfo("node") { UseShellExecute = false, RedirectStandardError = true, WorkingDirectory = ClientFactAttribute.Folder! };
        foreach (var argument in new[] { script, ciclo.Url!.ToString(), ciclo.WriteKey, $"{count}" })
        {
            start.ArgumentList.Add(argument);
        }
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == 0, $"{script}: {await errors}");
    }
}
