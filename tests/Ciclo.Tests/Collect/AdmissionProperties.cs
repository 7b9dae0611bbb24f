using System.Text;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;

namespace Ciclo.Tests.Collect;

public sealed class AdmissionProperties
{
    private static readonly string[] Names =
    [
        "type", "userId", "anonymousId", "event", "properties", "traits", "context", "timestamp", "originalTimestamp", "sentAt", "messageId",
        "groupId", "previousId", "name", "integrations", "email", "externalIds", "id", "ip", "direct", "a", "\\u0061", "\\ud800", "é", "",
    ];

    private static readonly string[] Scalars =
    [
        "null", "true", "false", "0", "-1", "1e300", "1795258800", "-0.5", "\"\"", "\"track\"", "\"identify\"", "\"group\"", "\"alias\"", "\"page\"",
        "\"u1\"", "\"null\"", "\"Ana@B.co\"", "\"2026-11-21T11:00:00Z\"", "\"9999-12-31T23:59:59.999+18:00\"", "\"0001-01-01\"", "\"\\ud83d\\ude00\"",
        "\"\\udc00\"", "\"\\\\ud800\"", "\"\\u0000\"", "\"\\ufffe é\\u0301\"", "\" \"", "\"İ@K\"", "\"" + "x".PadRight(600, 'x') + "\"",
    ];

    private static readonly int Times = Fuzzing.FuzzRun.Times;

    [Fact]
    public void Random_items_never_throw_and_each_is_admitted_or_refused()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var admission = new Admission(MessageIds.FromSystem());
        var frame = new FrameBuilder();
        int admitted = 0, rejected = 0;
        for (var round = 0; round < 4_000 * Times; round++)
        {
            var count = random.Next(0, 8);
            var items = Enumerable.Range(0, count).Select(_ => Item(random)).ToList();
            var around = random.Next(4) == 0 ? $",\"context\":{Value(random, 3)},\"integrations\":{Value(random, 2)},\"sentAt\":{Value(random, 1)}" : "";
            var body = Bytes(random, $"{{\"batch\":[{string.Join(',', items)}]{around}}}");
            frame.Clear();
            try
            {
                var result = admission.Read(body, new RequestFacts(null, Admitted.Now, "::1"), frame);
                Assert.True(result.Error == BodyError.None && result.Admitted + result.Rejected == count, result.ToString());
                Assert.Equal(count, frame.Records);
                WholeFrames.Assert(frame.Payload.Span);
                (admitted, rejected) = (admitted + result.Admitted, rejected + result.Rejected);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}: {Encoding.UTF8.GetString(body)}", e);
            }
        }
        // The generator is worth something only if it makes both.
        Assert.True(admitted > 500 && rejected > 500, $"seed {seed}: {admitted} admitted, {rejected} rejected");
    }

    [Fact]
    public void Bytes_cut_or_changed_anywhere_never_throw()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var admission = new Admission(MessageIds.FromSystem());
        var frame = new FrameBuilder();
        for (var round = 0; round < 20_000 * Times; round++)
        {
            var body = Encoding.UTF8.GetBytes($"{{\"batch\":[{Item(random)},{Item(random)}],\"context\":{Value(random, 2)}}}");
            for (var i = random.Next(4); i >= 0; i--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }
            body = body[..random.Next(body.Length / 2, body.Length + 1)];
            try
            {
                frame.Clear();
                var result = admission.Read(body, new RequestFacts(null, Admitted.Now, "::1"), frame);
                Assert.Equal(result.Error == BodyError.None ? result.Admitted + result.Rejected : 0, frame.Records);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}: {Convert.ToHexString(body)}", e);
            }
        }
    }

    /// <summary>Allocations are exact where times are not: they are the budget of the hot path.</summary>
    [Fact]
    public void A_batch_of_100_ordinary_events_is_admitted_without_allocating()
    {
        var items = Enumerable.Range(0, 100).Select(i =>
            $$$$"""{"type":"track","event":"Order Completed","userId":"user-{{{{i}}}}","messageId":"m-{{{{i}}}}","timestamp":"2026-11-21T10:00:00.123Z","properties":{"order_id":"o-{{{{i}}}}","revenue":49.99,"products":[{"product_id":"p1"}]},"context":{"library":{"name":"analytics-node"},"traits":{"email":"Ana@example.com"},"externalIds":[{"id":"7","type":"crm"}]}}""");
        var body = Encoding.UTF8.GetBytes($$$"""{"batch":[{{{string.Join(',', items)}}}],"sentAt":"2026-11-21T10:00:01.000Z","context":{"locale":"es"}}""");
        var admission = new Admission(MessageIds.FromSystem());
        var frame = new FrameBuilder();
        var facts = new RequestFacts(null, Admitted.Now, "203.0.113.9");
        for (var i = 0; i < 50; i++)
        {
            frame.Clear();
            admission.Read(body, in facts, frame);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        frame.Clear();
        var result = admission.Read(body, in facts, frame);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(100, result.Admitted);
        Assert.True(allocated < 100, $"{allocated} bytes for 100 events");
    }

    private static string Item(Random random)
    {
        if (random.Next(12) == 0)
        {
            return Value(random, 2);
        }
        var start = random.Next(3) > 0 ? "\"type\":\"track\",\"userId\":\"u\",\"event\":\"E\"" : "\"type\":\"identify\"";
        var fields = Enumerable.Range(0, random.Next(0, 5)).Select(_ => $",\"{Names[random.Next(Names.Length)]}\":{Value(random, 3)}");
        return "{" + start + string.Concat(fields) + "}";
    }

    private static string Value(Random random, int depth) => random.Next(depth > 0 ? 4 : 2) switch
    {
        2 => "[" + string.Join(',', Enumerable.Range(0, random.Next(0, 4)).Select(_ => Value(random, depth - 1))) + "]",
        3 => "{" + string.Join(',', Enumerable.Range(0, random.Next(0, 4)).Select(_ => $"\"{Names[random.Next(Names.Length)]}\":{Value(random, depth - 1)}")) + "}",
        _ => random.Next(60) == 0 ? new string('[', 40) + new string(']', 40) : Scalars[random.Next(Scalars.Length)],
    };

    /// <summary>Now and then a byte inside a text is broken.</summary>
    private static byte[] Bytes(Random random, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var at = bytes.AsSpan().IndexOf("xxx"u8);
        if (at >= 0 && random.Next(3) == 0)
        {
            bytes[at] = 0xC3;
        }
        return bytes;
    }
}
