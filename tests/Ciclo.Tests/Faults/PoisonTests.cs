using System.Globalization;
using System.Net;
using System.Text;
using Ciclo.Tests.Fuzzing;
using Ciclo.Tests.RealProcess;

namespace Ciclo.Tests.Faults;

/// <summary>F8 at the real program: poison is refused with a reason, what lies beside it is kept, and it takes less than twice the memory of good events.</summary>
public sealed class PoisonTests
{
    private const int Clients = 4;
    private const int GoodBodies = 120;
    private const int Rounds = 40;

    private static readonly Uri BatchPath = new("/v1/batch", UriKind.Relative);

    /// <summary>An item between two good ones; how many of the three are kept.</summary>
    private static readonly (string What, string Item, int Kept)[] Items =
    [
        ("33 KB", Track(new string('x', 33_000)), 2),
        ("400 KB", Track(new string('é', 200_000)), 2),
        ("1,000 levels", "{\"type\":\"track\",\"userId\":\"u\",\"event\":\"P\",\"properties\":{\"a\":" + new string('[', 1_000) + new string(']', 1_000) + "}}", 2),
        ("half a character", Track("\\ud800"), 2),
        ("10,000 keys", "{\"type\":\"track\",\"userId\":\"u\",\"event\":\"P\",\"properties\":{" + string.Join(',', Enumerable.Range(0, 10_000).Select(n => $"\"k{n}\":{n}")) + "}}", 2),
        ("wrong types", """{"type":"track","userId":{"a":1},"event":["P"],"properties":7}""", 2),
        ("no person", """{"type":"track","event":"P"}""", 2),
    ];

    /// <summary>Bodies of which nothing is kept.</summary>
    private static readonly (string What, byte[] Body, bool IsPacked)[] Bodies =
    [
        ("over the limit", Encoding.UTF8.GetBytes(new string(' ', 600_000)), false),
        ("2,501 items", Encoding.UTF8.GetBytes("{\"batch\":[" + string.Join(',', Enumerable.Repeat("{}", 2_501)) + "]}"), false),
        ("a bare NaN", Encoding.UTF8.GetBytes("""{"batch":[{"type":"track","userId":"u","event":"P","properties":{"n":NaN}}]}"""), false),
        ("cut", Encoding.UTF8.GetBytes("""{"batch":[{"type":"track","userId":"u","event":"P"},{"type":"tra"""), false),
        .. Corpus.Of("http").Where(file => file.Name.StartsWith("bomb", StringComparison.Ordinal)).Select(file => ("a bomb", file.Bytes, true)),
    ];

    [Fact]
    public async Task Poison_is_refused_alone_and_takes_less_than_twice_the_memory_of_good_events()
    {
        await using var ciclo = new CicloProcess();
        await ciclo.ServeAsync();
        using var client = ciclo.Client();
        await SideBySideAsync(GoodBodies, number => PostAsync(client, Good(number), HttpStatusCode.OK));
        await ciclo.FoldedAsync();
        var before = MostMemory(ciclo.ServerId);
        var (kept, refused) = (0, 0);
        await SideBySideAsync(Rounds, async round =>
        {
            foreach (var (what, item, count) in Items)
            {
                await PostAsync(client, Encoding.UTF8.GetBytes($$"""{"batch":[{{Track("a")}},{{item}},{{Track("b")}}]}"""), HttpStatusCode.OK);
                Interlocked.Add(ref kept, count);
                Interlocked.Add(ref refused, 3 - count);
            }
            foreach (var (_, body, isPacked) in Bodies)
            {
                await PostAsync(client, body, HttpStatusCode.BadRequest, isPacked);
            }
        });
        await ciclo.FoldedAsync();
        var after = MostMemory(ciclo.ServerId);
        var doctor = await ciclo.DoctorAsync();
        Assert.Equal((GoodBodies * 1_000) + kept, int.Parse(doctor["events"], CultureInfo.InvariantCulture));
        Assert.Equal(refused, int.Parse(doctor["rejected"], CultureInfo.InvariantCulture));
        Assert.True(after < 2 * before, $"{before >> 20} MiB before, {after >> 20} MiB after");
        Figures.Say("F8", $"{Rounds * (Items.Length + Bodies.Length):N0} poisoned bodies: {kept:N0} good items beside poison kept, {refused:N0} refused with a reason, "
            + $"{Rounds * Bodies.Length:N0} bodies answered 400; most memory {before >> 20} MiB before, {after >> 20} MiB after");
    }

    private static Task SideBySideAsync(int count, Func<int, Task> work) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (number, _) => await work(number));

    private static async Task PostAsync(HttpClient client, byte[] body, HttpStatusCode expected, bool isPacked = false)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        if (isPacked)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }
        using var answer = await client.PostAsync(BatchPath, content);
        Assert.Equal(expected, answer.StatusCode);
    }

    /// <summary>A body about as large as it may be, of a thousand good events.</summary>
    private static byte[] Good(int number) => Encoding.UTF8.GetBytes($$"""{"batch":[{{string.Join(',', Enumerable.Range(number * 1_000, 1_000).Select(n =>
        $$"""{"type":"track","userId":"u{{n % 5_000}}","event":"Good","messageId":"g{{n}}","properties":{"t":"{{new string('x', 350)}}"} }"""))}}]}""");

    private static string Track(string text) => "{\"type\":\"track\",\"userId\":\"u\",\"event\":\"P\",\"properties\":{\"t\":\"" + text + "\"}}";

    /// <summary>The most memory that a process has had so far; on other systems than Linux what it has now.</summary>
    private static long MostMemory(int process)
    {
        var status = $"/proc/{process}/status";
        if (!File.Exists(status))
        {
            using var found = System.Diagnostics.Process.GetProcessById(process);
            return found.WorkingSet64;
        }
        var line = File.ReadLines(status).First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1_024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
