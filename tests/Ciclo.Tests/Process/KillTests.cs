using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ciclo.Tests.Faults;

namespace Ciclo.Tests.RealProcess;

/// <summary>
/// The real program, killed under load again and again. `CICLO_KILL_ROUNDS=200` runs more rounds than the suite does, `CICLO_SEED` another story,
/// `CICLO_KILL_PROFILES=1000000` with so many people there before, twenty events each.
/// </summary>
public sealed class KillTests
{
    private const int Clients = 4;
    private const int UsersPerClient = 5;
    private const int EventsOfBystander = 20;
    private const int BatchSize = 100;

    private const string Lifecycle = """
        lifecycle: ticks
        stages:
          - id: few
          - id: some
            when: count("Tick") >= 20
          - id: many
            when: count("Tick") >= 100
        """;

    [Fact]
    public async Task Killed_under_load_it_has_each_acknowledged_event_exactly_once()
    {
        var rounds = Number("CICLO_KILL_ROUNDS") ?? 4;
        var seed = Number("CICLO_SEED") ?? 7;
        var bystanders = (Number("CICLO_KILL_PROFILES") ?? 0) / BatchSize * BatchSize;
        var random = new Random(seed);
        await using var ciclo = new CicloProcess();
        await ciclo.RunAsync("lifecycle", "apply", ciclo.Write("ticks.yaml", Lifecycle));
        var load = Enumerable.Range(0, Clients).Select(number => new Load(number)).ToArray();
        var (starts, answers) = (new List<double>(), new List<double>());
        if (bystanders > 0)
        {
            await ciclo.ServeAsync();
            await FillAsync(ciclo, bystanders);
        }
        for (var round = 0; round < rounds; round++)
        {
            starts.Add((await ciclo.ServeAsync()).TotalMilliseconds);
            await DriveUntilKilledAsync(ciclo, load, random.Next(1, 60));
        }
        for (var start = 0; start < (bystanders > 0 ? 5 : 1); start++)
        {
            await ciclo.KillAsync();
            var clock = Stopwatch.StartNew();
            starts.Add((await ciclo.ServeAsync()).TotalMilliseconds);
            await ciclo.DoctorAsync();
            answers.Add(clock.Elapsed.TotalMilliseconds);
        }
        using (var client = ciclo.Client())
        {
            foreach (var one in load)
            {
                Assert.True(await one.SendAsync(client, again: true), "After the last start a client was refused.");
            }
        }
        await ciclo.FoldedAsync();
        await CheckAsync(ciclo, load, bystanders, $"seed {seed}, {rounds} rounds");
        starts.Sort();
        Figures.Say("F1", $"{rounds} kills: accepting again after {starts[starts.Count / 2]:0} ms (median), {starts[^1]:0} ms (longest); a command answered after {answers.Max():0} ms at the most");
    }

    private static async Task DriveUntilKilledAsync(CicloProcess ciclo, Load[] load, int answers)
    {
        using var client = ciclo.Client();
        var answered = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var clients = load.Select(one => Task.Run(async () =>
        {
            while (await one.SendAsync(client, again: false))
            {
                if (Interlocked.Increment(ref answered) == answers)
                {
                    enough.TrySetResult();
                }
            }
        })).ToList();
        // A client that is refused before the kill ends its loop: then all of them do, and the check below says why.
        await Task.WhenAny(enough.Task, Task.WhenAll(clients));
        await ciclo.KillAsync();
        await Task.WhenAll(clients);
    }

    /// <summary>People who are not part of the load: their events are of the year before.</summary>
    private static async Task FillAsync(CicloProcess ciclo, int people)
    {
        using var client = ciclo.Client();
        var batches = Enumerable.Range(0, people / BatchSize * EventsOfBystander);
        await Parallel.ForEachAsync(batches, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (number, cancellation) =>
        {
            var (first, day) = (number / EventsOfBystander * BatchSize, number % EventsOfBystander);
            var events = Enumerable.Range(first, BatchSize).Select(person =>
                $$"""{"type":"track","event":"Visit","userId":"p{{person}}","messageId":"p{{person}}-{{day}}","timestamp":"2025-01-{{day + 1:00}}T00:00:00Z"}""");
            using var body = new StringContent($$"""{"batch":[{{string.Join(',', events)}}]}""", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), body, cancellation);
            answer.EnsureSuccessStatusCode();
        });
        await ciclo.FoldedAsync();
    }

    private async Task CheckAsync(CicloProcess ciclo, Load[] load, int bystanders, string story)
    {
        var expected = load.SelectMany(one => one.Acknowledged).ToHashSet();
        using var events = JsonDocument.Parse(await ciclo.RunAsync("events", "--from", "2026-01-01", "--format", "json"));
        var ids = events.RootElement.EnumerateArray().Select(e => e.GetProperty("message_id").GetString()!).ToList();
        Assert.True(ids.Count == ids.Distinct().Count(), $"{story}: {ids.Count - ids.Distinct().Count()} events counted twice.");
        Assert.True(expected.SetEquals(ids), $"{story}: {expected.Except(ids).Count()} lost, {ids.Except(expected).Count()} unknown.");
        var doctor = await ciclo.DoctorAsync();
        Assert.Equal((expected.Count + (bystanders * EventsOfBystander)).ToString(CultureInfo.InvariantCulture), doctor["events"]);
        Assert.InRange(int.Parse(doctor["duplicates"], CultureInfo.InvariantCulture), load.Sum(one => one.SurelyRepeated), load.Sum(one => one.Repeated));
        Assert.Equal("0", doctor["rejected"]);
        var stages = await ciclo.RunAsync("stages", "--lifecycle", "ticks", "--format", "csv");
        var byUser = load.SelectMany(one => one.Acknowledged).GroupBy(Load.UserOf).ToDictionary(user => user.Key, user => user.Count());
        Assert.Equal(
            byUser.OrderBy(user => user.Key, StringComparer.Ordinal).Select(user => $"{user.Key},{(user.Value >= 100 ? "many" : user.Value >= 20 ? "some" : "few")}"),
            stages.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Where(line => line[0] == 'u').Select(line => line[..line.LastIndexOf(',')]));
        Figures.Say("F1", $"{story}: {expected.Count} events, {doctor["duplicates"]} duplicates of {load.Sum(one => one.Repeated)} repeated");
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>One client: numbered events of its users. A batch without an answer is sent again until it has one, as every library does.</summary>
    private sealed class Load(int number)
    {
        private readonly Random random = new(number);
        private int next;
        private List<string> batch = [];
        private bool isRepeat;

        public ConcurrentBag<string> Acknowledged { get; } = [];

        /// <summary>Events sent a second time after their first copy was acknowledged: each must count as a duplicate.</summary>
        public int SurelyRepeated { get; private set; }

        /// <summary>Events sent a second time at all.</summary>
        public int Repeated { get; private set; }

        public static string UserOf(string messageId) => messageId[..messageId.LastIndexOf('-')];

        /// <summary>Sends the next batch, or the last once more if it had no answer; false if there is none now either.</summary>
        public async Task<bool> SendAsync(HttpClient client, bool again)
        {
            if (batch.Count == 0 && again)
            {
                return true;
            }
            if (batch.Count == 0)
            {
                MakeBatch();
            }
            using var body = new StringContent($$"""{"batch":[{{string.Join(',', batch.Select(Json))}}]}""", Encoding.UTF8, "application/json");
            try
            {
                using var answer = await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), body);
                answer.EnsureSuccessStatusCode();
            }
            catch (HttpRequestException)
            {
                Repeated += batch.Count;
                return false;
            }
            if (isRepeat)
            {
                SurelyRepeated += batch.Count;
                Repeated += batch.Count;
            }
            else
            {
                batch.ForEach(Acknowledged.Add);
            }
            // Now and then a client whose answer got lost on the way sends again what was acknowledged.
            isRepeat = !isRepeat && random.Next(8) == 0;
            batch = isRepeat ? batch : [];
            return true;
        }

        private void MakeBatch()
        {
            for (var left = random.Next(1, 20); left > 0; left--)
            {
                batch.Add($"u{number}{next % UsersPerClient}-{next}");
                next++;
            }
        }

        private static string Json(string messageId) =>
            $$"""{"type":"track","event":"Tick","userId":"{{UserOf(messageId)}}","messageId":"{{messageId}}","properties":{"n":{{messageId[(messageId.LastIndexOf('-') + 1)..]}} } }""";
    }
}
