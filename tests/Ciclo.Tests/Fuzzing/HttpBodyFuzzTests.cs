using System.Net;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.Fuzzing;

/// <summary>Bodies of the tracking API: nothing that a client sends breaks anything, costs more than it weighs, or takes others down with it.</summary>
public sealed class HttpBodyFuzzTests
{
    private static readonly string[] Words =
    [
        "\"type\":\"track\"", "\"userId\":\"u\"", "\"event\":\"E\"", "\"anonymousId\":", "\"traits\":", "\"properties\":", "\"context\":", "\"externalIds\":", "\"messageId\":",
        "\"timestamp\":", "\"sentAt\":", "\"batch\":", "\"integrations\":", "\"email\":\"A@b.c\"", "\"2026-11-21T11:00:00Z\"", "\"direct\":true", "{\"type\":\"identify\",\"userId\":\"u\"}",
    ];

    private static readonly byte[][] Plain = [.. Corpus.Of("http").Where(file => !file.Name.EndsWith(".gz", StringComparison.Ordinal)).Select(file => file.Bytes)];

    /// <summary>What does not fit into a small file.</summary>
    private static readonly byte[][] Large =
    [
        Batch("{\"type\":\"track\",\"userId\":\"u\",\"event\":\"A\",\"properties\":{\"t\":\"" + new string('x', 33_000) + "\"}}"),
        Batch("{\"type\":\"track\",\"userId\":\"u\",\"event\":\"A\",\"properties\":{\"t\":\"" + new string('é', 200_000) + "\"}}"),
        Batch("{\"type\":\"track\",\"userId\":\"u\",\"event\":\"A\",\"properties\":{" + string.Join(',', Enumerable.Range(0, 10_000).Select(n => $"\"{n}\":{n}")) + "}}"),
        Batch(string.Join(',', Enumerable.Repeat("7", 2_498))),
        Batch(string.Join(',', Enumerable.Repeat("{}", 2_501))),
        Batch(new string('[', 200_000) + new string(']', 200_000)),
        Encoding.UTF8.GetBytes("{\"integrations\":" + new string('[', 2_000) + new string(']', 2_000) + ",\"batch\":[{\"type\":\"page\",\"userId\":\"u\",\"name\":\"A\"}]}"),
        Encoding.UTF8.GetBytes(new string(' ', CollectLimits.BodyBytes + 1)),
    ];

    private readonly Admission admission = new(MessageIds.FromSystem());
    private readonly FrameBuilder frame = new();

    [Fact]
    public void A_body_is_refused_whole_or_each_of_its_items_is_kept_or_refused()
    {
        // The frame and the buffers have grown before memory is counted.
        Array.ForEach([.. Plain, .. Large], body => Read(body, null));
        FuzzRun.Over(Plain, 6_000, Check, Words);
        FuzzRun.Over(Large, 40, Check, Words);

        void Check(byte[] body, Random random)
        {
            var call = random.Next(3) == 0 ? (CallType?)random.Next(1, 7) : null;
            var before = GC.GetAllocatedBytesForCurrentThread();
            var result = Read(body, call);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            // A refused item may have a detail, of a few words; a large batch may make the frame grow, to twice what is in it. A body that breaks off
            // costs the reader an exception, whose message repeats the word at which it broke: a few times, and that can be the whole body.
            var breaksOff = result.Error == BodyError.None ? 0 : 10L * body.Length;
            Assert.True(allocated <= (2L * (body.Length + frame.Length)) + breaksOff + 262_144 + (128L * result.Rejected), $"{allocated} bytes for a body of {body.Length}, {result}");
            Assert.Equal(result.Error == BodyError.None ? result.Admitted + result.Rejected : 0, frame.Records);
            WholeFrames.Assert(frame.Payload.Span);
            if (!WholeFrames.IsJson(Envelope.WithoutMark(body)))
            {
                Assert.NotEqual(BodyError.None, result.Error);
            }
        }
    }

    [Fact]
    public void Whatever_one_item_is_the_rest_of_its_batch_is_kept()
    {
        var (kept, refused, valid) = (0, 0, 0);
        FuzzRun.Over(Plain, 6_000, Check, Words);
        FuzzRun.Over([.. Large.Where(body => body.Length < CollectLimits.BodyBytes)], 40, Check, Words);
        Assert.True(refused > 100 && kept > 0, $"seed {FuzzRun.Seed}: of {valid} items {kept} were kept, {refused} refused");

        void Check(byte[] item, Random _)
        {
            var body = Around(item);
            if (body.Length > CollectLimits.BodyBytes || !WholeFrames.IsJson(item))
            {
                return;
            }
            valid++;
            var result = Read(body, null);
            Assert.True(result.Error == BodyError.None && result.Admitted >= 2 && result.Admitted + result.Rejected == 3, result.ToString());
            kept += result.Admitted - 2;
            refused += result.Rejected;
        }
    }

    [Fact]
    public async Task A_server_answers_each_body_keeps_all_or_nothing_of_it_and_goes_on()
    {
        await using var server = await CollectServer.StartAsync();
        var random = new Random(FuzzRun.Seed);
        var packed = Corpus.Of("http").Where(file => file.Name.EndsWith(".gz", StringComparison.Ordinal)).Select(file => file.Bytes).ToArray();
        var plainMutants = new Mutator(random, Plain, Words);
        var packedMutants = new Mutator(random, packed);
        var requests = Plain.Concat(Large).Select(body => (Body: body, IsPacked: false)).Concat(packed.Select(body => (body, true)))
            .Concat(Enumerable.Range(0, 300 * FuzzRun.Times).Select(round => round % 4 == 0 ? (packedMutants.Next(), true) : (plainMutants.Next(), false)));
        var seen = new Dictionary<HttpStatusCode, int>();
        foreach (var (body, isPacked) in requests)
        {
            var frames = server.Target.Frames;
            var content = new ByteArrayContent(body);
            if (isPacked)
            {
                content.Headers.ContentEncoding.Add("gzip");
            }
            using var answer = await server.PostAsync("/v1/batch", content);
            seen[answer.StatusCode] = seen.GetValueOrDefault(answer.StatusCode) + 1;
            var place = $"CICLO_FUZZ_SEED={FuzzRun.Seed}, {answer.StatusCode}, packed {isPacked}, {Convert.ToBase64String(body)}";
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, place);
            Assert.True(server.Target.Frames - frames <= (answer.IsSuccessStatusCode ? 1 : 0), place);
        }
        Assert.True(seen[HttpStatusCode.OK] > 5 && seen[HttpStatusCode.BadRequest] > 20, string.Join(", ", seen));
        using var last = await server.PostAsync("/v1/batch", """{"batch":[{"type":"track","userId":"u","event":"The last one"}]}""");
        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
        Assert.Equal("Track The last one", server.Target.Events()[^1]);
    }

    private AdmissionResult Read(byte[] body, CallType? call)
    {
        frame.Clear();
        return admission.Read(body, new RequestFacts(call, Admitted.Now, "::1"), frame);
    }

    private static byte[] Batch(string item) => Around(Encoding.UTF8.GetBytes(item));

    private static byte[] Around(byte[] item) =>
        [.. """{"batch":[{"type":"track","userId":"first","event":"E"},"""u8, .. item, .. ""","""u8, .. """{"type":"track","userId":"last","event":"E"}]}"""u8];
}
