using System.Buffers.Binary;
using System.Globalization;
using Ciclo.Core.Identity;

namespace Ciclo.Tests.Identity;

public sealed class IdentitySnapshotTests
{
    [Fact]
    public void A_checkpoint_that_is_cut_or_has_a_byte_changed_anywhere_is_refused()
    {
        var bytes = Bytes(Small());
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.ThrowsAny<IOException>(() => IdentityGraph.Read(new MemoryStream(bytes, 0, length), new IdentityLimits()));
        }
        for (var at = 0; at < bytes.Length; at++)
        {
            var flipped = bytes.ToArray();
            flipped[at] ^= (byte)(1 << (at % 8));
            Assert.True(Record.Exception(() => Read(flipped)) is InvalidDataException or EndOfStreamException, $"byte {at}");
        }
    }

    [Fact]
    public void No_number_in_a_checkpoint_whose_sums_are_right_leads_out_of_a_table()
    {
        var bytes = Bytes(Small());
        var refused = 0;
        for (var seed = 0; seed < 12_000; seed++)
        {
            var random = new Random(seed);
            var damaged = bytes.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                damaged[random.Next(16, damaged.Length)] = random.Next(3) == 0 ? (byte)255 : (byte)random.Next(256);
            }
            SumAgain(damaged);
            var error = Record.Exception(() => Read(damaged));
            Assert.True(error is null or InvalidDataException or EndOfStreamException, $"seed {seed}: {error}");
            refused += error is null ? 0 : 1;
        }
        Assert.InRange(refused, 2_000, 11_999);
    }

    [Fact]
    public void A_snapshot_written_later_holds_what_the_graph_held_when_it_was_captured()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var graph = new IdentityGraph(new IdentityLimits());
            Grow(graph, random, 200, 1_000_000);
            var expected = Bytes(graph);
            using var snapshot = graph.Capture();
            // Evidence from before rewrites places in the order of links, message ids included.
            Grow(graph, random, 200, 0);
            using var stream = new MemoryStream();
            snapshot.Write(stream);
            Assert.True(expected.AsSpan().SequenceEqual(stream.ToArray()), $"seed {seed}");
            Assert.InRange(snapshot.Length, 1, stream.Length);
        }
    }

    [Fact]
    public void A_graph_that_was_read_goes_on_as_the_one_that_was_written()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var graph = new IdentityGraph(new IdentityLimits(MaxComponent: 6));
            Grow(graph, new Random(seed), 150, 1_000);
            graph.Separate("user_id:u1", "anonymous_id:p2", 5, "s");
            var copy = Read(Bytes(graph), graph.Limits);
            Grow(graph, new Random(seed + 1_000), 150, 500);
            Grow(copy, new Random(seed + 1_000), 150, 500);
            Assert.Equal(graph.Profiles(), copy.Profiles());
            Assert.Equal(graph.Links, copy.Links);
            Assert.Equal(graph.Quarantined, copy.Quarantined);
            Assert.Equal(graph.Separations, copy.Separations);
        }
    }

    [Fact]
    public void A_snapshot_that_was_disposed_writes_nothing_and_another_can_be_captured()
    {
        var graph = Small();
        var snapshot = graph.Capture();
        snapshot.Dispose();
        Assert.Throws<InvalidOperationException>(() => snapshot.Write(Stream.Null));
        graph.Observe("u:new a:new", 9);
        Assert.Equal(graph.Profiles(), Read(Bytes(graph)).Profiles());
    }

    private static IdentityGraph Small()
    {
        var graph = new IdentityGraph(new IdentityLimits());
        graph.Observe("u:ana a:p1 ga:1", 1);
        graph.Observe("u:bea a:p2", 2);
        graph.TakeChanges([]);
        graph.Observe("u:eva a:p2 a:p1", 3);
        graph.Separate("user_id:ana", "user_id:bea", 1, "s");
        return graph;
    }

    private static void Grow(IdentityGraph graph, Random random, int events, long latest)
    {
        for (var i = 0; i < events; i++)
        {
            var at = random.NextInt64(latest + 1);
            graph.Observe(string.Create(CultureInfo.InvariantCulture, $"u:u{random.Next(40)} a:p{random.Next(60)}"), at);
            if (random.Next(20) == 0)
            {
                graph.TakeChanges([]);
            }
        }
    }

    private static byte[] Bytes(IdentityGraph graph)
    {
        using var stream = new MemoryStream();
        using var snapshot = graph.Capture();
        snapshot.Write(stream);
        return stream.ToArray();
    }

    private static IdentityGraph Read(byte[] bytes, IdentityLimits? limits = null) =>
        IdentityGraph.Read(new MemoryStream(bytes), limits ?? new IdentityLimits());

    /// <summary>Puts right sums over the blocks of a damaged checkpoint.</summary>
    private static void SumAgain(byte[] bytes)
    {
        for (var at = 8; at + 8 <= bytes.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
            if (length <= 0 || length > bytes.Length - at - 8)
            {
                return;
            }
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 4), Ciclo.Data.Journal.Checksum.Of(bytes.AsSpan(at + 8, length)));
            at += 8 + length;
        }
    }
}
