using System.Globalization;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Data.Files;
using Ciclo.Data.Keys;
using Ciclo.Engine.Runtime;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Data.Keys;

/// <summary>The log of admitted ids against its definition, and what it costs. Allocations are counted, so no other test may run beside these.</summary>
[CollectionDefinition(nameof(MessageLogTests), DisableParallelization = true)]
[Collection(nameof(MessageLogTests))]
public sealed class MessageLogTests
{
    private const long Start = 1_795_262_400_000;
    private const long Forget = 31 * Durations.Day;

    [Fact]
    public void Whatever_the_clock_does_and_whenever_files_are_merged_the_answers_are_those_of_the_definition()
    {
        var (duplicates, again) = (0, 0);
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            using var busy = new LogLife(seed, random.Next(1, 60));
            using var idle = new LogLife(seed + 1, int.MaxValue);
            var memory = new MessageLog();
            var known = new Dictionary<int, long>();
            var (now, latest) = (Start, long.MinValue);
            for (var i = 0; i < 600; i++)
            {
                now += Jump(random);
                latest = Math.Max(latest, now);
                var id = random.Next(150);
                var isDuplicate = known.TryGetValue(id, out var before) && before >= latest - Forget && now - before < MessageLog.RememberMs;
                again += !isDuplicate && before > 0 ? 1 : 0;
                duplicates += isDuplicate ? 1 : 0;
                if (!isDuplicate)
                {
                    known[id] = now;
                }
                var expected = isDuplicate ? Sighting.Duplicate : Sighting.New;
                var bytes = Encoding.UTF8.GetBytes("m" + id.ToString(CultureInfo.InvariantCulture));
                var found = (busy.Log.Note(bytes, now), idle.Log.Note(bytes, now), memory.Note(bytes, now));
                Assert.True((expected, expected, expected) == found, $"seed {seed}, note {i}: {expected}, but {found}");
                busy.Act(random);
                memory = random.Next(100) == 0 ? Reread(memory) : memory;
            }
        }
        Assert.True(duplicates > 10_000 && again > 1_000, $"{duplicates} duplicates, {again} came again");
    }

    [Fact]
    public void Import_keys_never_expire_and_answer_as_a_dictionary_does()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            using var life = new LogLife(seed, 10);
            var known = new Dictionary<int, (ulong Content, long Address)>();
            for (var address = 0; address < 500; address++)
            {
                var (id, replaces) = (random.Next(80), random.Next(3) == 0);
                var record = Import(id, random.Next(3), replaces);
                var content = MessageLog.ContentOf(record);
                var expected = !known.TryGetValue(id, out var before) ? (Sighting.New, -1)
                    : before.Content == content ? (Sighting.Duplicate, -1)
                    : (Sighting.Changed, replaces ? before.Address : -1);
                Assert.Equal(expected.Item1, life.Log.Look(record.MessageId, content));
                Assert.Equal(expected, (life.Log.NoteImport(record, address, out var replaced), replaced));
                if (expected is (Sighting.New, _) or (_, >= 0))
                {
                    known[id] = (content, address);
                }
                life.Log.Note("clock"u8, Start + (address * Durations.Day));
                life.Act(random);
            }
        }
    }

    [Fact]
    public void A_manifest_with_a_missing_file_is_refused_and_other_generations_are_cleared_only_then_when_it_opened()
    {
        var storage = new SimulatedStorage(1);
        using var log = MessageLog.Create(storage, 7);
        log.Note("m1"u8, Start);
        var cut = log.Cut();
        var manifest = log.Write(cut);
        log.Committed(cut);
        using (MessageLog.Create(storage, 8))
        {
            storage.Put("keys/0/messages-00000009.keys", [1]);
        }
        using (var opened = MessageLog.Open(storage, Reread(manifest)))
        {
            Assert.Equal((7, Sighting.Duplicate), (opened.Generation, opened.Note("m1"u8, Start + 5)));
        }
        Assert.Empty(storage.List("keys/0"));
        storage.Delete("keys/3/messages-00000001.keys");
        Assert.Throws<KeysDamagedException>(() => MessageLog.Open(storage, manifest));
    }

    [Fact]
    public void A_known_id_costs_at_most_40_bytes_in_memory_and_a_byte_and_a_half_once_it_is_in_a_file()
    {
        var root = Directory.CreateTempSubdirectory("ciclo-keys-").FullName;
        try
        {
            const int Ids = 400_000;
            using var log = MessageLog.Create(new DiskStorage(root), 1, options => options with { RowsInMemory = Ids + 1 });
            var before = GC.GetTotalMemory(true);
            Note(log, 0, Ids, Start);
            var each = (GC.GetTotalMemory(true) - before) / (double)Ids;
            Assert.True(each <= 40, $"{each:F1} bytes an id in memory");
            log.Write(log.Cut());
            log.Adopt();
            log.Adopt();
            Assert.Equal(1, log.FileCount);
            using var opened = MessageLog.Open(new DiskStorage(root), log.Write(log.Cut()));
            var filed = opened.MemoryBytes / (double)Ids;
            Assert.True(filed <= 1.6, $"{filed:F2} bytes an id in a file");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void A_note_allocates_nothing_once_the_tables_have_their_room()
    {
        var root = Directory.CreateTempSubdirectory("ciclo-keys-").FullName;
        try
        {
            using var log = MessageLog.Create(new DiskStorage(root), 1, options => options with { RowsInMemory = 20_000 });
            Note(log, 0, 70_000, Start);
            while (log.Step() || log.Adopt())
            {
            }
            Note(log, 0, 70_000, Start);
            // A sealed table's room is used again: the next table, up to where it is sealed, needs none.
            Note(log, 70_000, 81_000, Start);
            while (log.Step() || log.Adopt())
            {
            }
            Note(log, 81_000, 82_000, Start);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Note(log, 0, 10_000, Start);
            var known = GC.GetAllocatedBytesForCurrentThread();
            Note(log, 82_000, 92_000, Start);
            Assert.Equal((0, 0), (known - before, GC.GetAllocatedBytesForCurrentThread() - known));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static void Note(MessageLog log, int from, int to, long at)
    {
        Span<byte> id = stackalloc byte[sizeof(int)];
        for (var i = from; i < to; i++)
        {
            BitConverter.TryWriteBytes(id, i);
            log.Note(id, at);
        }
    }

    private static long Jump(Random random) => random.Next(20) switch
    {
        0 => -random.NextInt64(Durations.Hour),
        1 => -random.NextInt64(40 * Durations.Day),
        2 => random.NextInt64(40 * Durations.Day),
        < 8 => random.NextInt64(Durations.Day),
        _ => random.NextInt64(Durations.Hour),
    };

    private static EventRecord Import(int id, int content, bool replaces) => new()
    {
        Flags = EventFlags.Imported | (replaces ? EventFlags.Replace : EventFlags.None),
        ImportId = 3,
        MessageId = Encoding.UTF8.GetBytes("shop:" + id),
        Json = Encoding.UTF8.GetBytes("{}" + content),
    };

    private static MessageLog Reread(MessageLog log)
    {
        using var stream = new MemoryStream();
        log.Write(new BinaryWriter(stream));
        stream.Position = 0;
        return MessageLog.Restore(new BinaryReader(stream));
    }

    private static MessageManifest Reread(MessageManifest manifest)
    {
        using var stream = new MemoryStream();
        manifest.Write(new BinaryWriter(stream));
        stream.Position = 0;
        return MessageManifest.Read(new BinaryReader(stream));
    }

    /// <summary>A log whose files are written, merged and opened again at random moments; or never.</summary>
    private sealed class LogLife : IDisposable
    {
        private readonly SimulatedStorage storage;
        private readonly int rows;

        public LogLife(int seed, int rows)
        {
            storage = new SimulatedStorage(seed);
            this.rows = rows;
            Log = MessageLog.Create(storage, 1, Adjust);
        }

        public MessageLog Log { get; private set; }

        public void Act(Random random)
        {
            switch (random.Next(40))
            {
                case < 6:
                    Log.Step();
                    break;
                case < 10:
                    Log.Adopt();
                    break;
                case 10:
                    var cut = Log.Cut();
                    var manifest = Log.Write(cut);
                    Log.Committed(cut);
                    if (random.Next(2) == 0)
                    {
                        Log.Dispose();
                        storage.Crash();
                        Log = MessageLog.Open(storage, manifest, Adjust);
                    }
                    break;
            }
        }

        public void Dispose() => Log.Dispose();

        private KeyStoreOptions Adjust(KeyStoreOptions options) => options with { RowsInMemory = rows, MaxFiles = 3, KeysAStep = 5 };
    }
}
