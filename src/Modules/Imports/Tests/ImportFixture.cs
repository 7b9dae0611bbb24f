using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;

namespace Ciclo.Modules.Imports.Tests;

/// <summary>Admits what it is given, as the engine would: one event a key, the first copy wins unless the import replaces.</summary>
internal sealed class MemoryTarget : IImportTarget
{
    private readonly Dictionary<string, byte[]> bodies = new(StringComparer.Ordinal);
    private uint imports;
    private int running;
    private (long Events, long Duplicates, long Changed) counts;
    private readonly List<string> changedKeys = [];

    public List<RejectedItem> Rejected { get; } = [];

    public List<(uint Id, ImportStart Start)> Started { get; } = [];

    public List<ImportEnd> Ended { get; } = [];

    public int Frames { get; private set; }

    public int MostInFlight { get; private set; }

    public int LargestFrame { get; private set; }

    /// <summary>What an append waits for; a test may hold the disk back or let it fail.</summary>
    public Func<int, Task> Disk { get; set; } = _ => Task.CompletedTask;

    /// <summary>For each key, its event's record, sorted by key.</summary>
    public SortedDictionary<string, byte[]> Bodies => new(bodies, StringComparer.Ordinal);

    public List<Admitted> Events => [.. Bodies.Select(pair => new Admitted(pair.Key, pair.Value))];

    public ValueTask<uint> BeginAsync(ImportStart start, CancellationToken cancellation)
    {
        counts = default;
        changedKeys.Clear();
        Started.Add((++imports, start));
        return new ValueTask<uint>(imports);
    }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> framePayload, CancellationToken cancellation)
    {
        MostInFlight = Math.Max(MostInFlight, Interlocked.Increment(ref running));
        LargestFrame = Math.Max(LargestFrame, framePayload.Length);
        await Disk(Frames++);
        lock (bodies)
        {
            Read(framePayload.Span);
        }
        Interlocked.Decrement(ref running);
    }

    public ValueTask<ImportCounts> CompleteAsync(uint id, ImportEnd end, CancellationToken cancellation)
    {
        Ended.Add(end);
        var people = Events.Where(admitted => admitted.ImportId == id).Select(admitted => admitted.UserId).Distinct(StringComparer.Ordinal).Count();
        return new ValueTask<ImportCounts>(new ImportCounts(counts.Events, counts.Duplicates, counts.Changed, people, [.. changedKeys]));
    }

    public ImportKeyState Check(ReadOnlySpan<byte> messageId, UInt128 contentHash)
    {
        if (!bodies.TryGetValue(Encoding.UTF8.GetString(messageId), out var body))
        {
            return ImportKeyState.New;
        }
        EventRecord.TryRead(body, out var known);
        return Hash.Of(known.Json) == contentHash ? ImportKeyState.Duplicate : ImportKeyState.Changed;
    }

    private void Read(ReadOnlySpan<byte> payload)
    {
        var frame = new FrameReader(payload);
        while (frame.Read())
        {
            if (frame.Kind == RecordKind.Rejected)
            {
                Rejected.Add(RejectedItem.Read(frame.Body));
                continue;
            }
            Assert.Equal(RecordKind.Event, frame.Kind);
            Assert.True(EventRecord.TryRead(frame.Body, out var record));
            Admit(record, frame.Body);
        }
    }

    private void Admit(in EventRecord record, ReadOnlySpan<byte> body)
    {
        var key = Encoding.UTF8.GetString(record.MessageId);
        switch (Check(record.MessageId, Hash.Of(record.Json)))
        {
            case ImportKeyState.New:
                counts.Events++;
                bodies.Add(key, body.ToArray());
                break;
            case ImportKeyState.Duplicate:
                counts.Duplicates++;
                break;
            default:
                counts.Changed++;
                changedKeys.Add(key);
                if ((record.Flags & EventFlags.Replace) != 0)
                {
                    bodies[key] = body.ToArray();
                }
                break;
        }
    }
}

/// <summary>An event as it was admitted, in strings.</summary>
internal sealed record Admitted
{
    public Admitted(string messageId, byte[] body)
    {
        Assert.True(EventRecord.TryRead(body, out var record));
        MessageId = messageId;
        Type = record.Type;
        Flags = record.Flags;
        Timestamp = record.Timestamp;
        OriginalTimestamp = record.OriginalTimestamp;
        ReceivedAt = record.ReceivedAt;
        ImportId = record.ImportId;
        Name = Encoding.UTF8.GetString(record.Name);
        UserId = Encoding.UTF8.GetString(record.UserId);
        AnonymousId = Encoding.UTF8.GetString(record.AnonymousId);
        Email = Encoding.UTF8.GetString(record.Email);
        GroupId = Encoding.UTF8.GetString(record.GroupId);
        PreviousId = Encoding.UTF8.GetString(record.PreviousId);
        Json = Encoding.UTF8.GetString(record.Json);
        Properties = Encoding.UTF8.GetString(record.PropertiesJson);
        Context = Encoding.UTF8.GetString(record.Context);
        using var document = JsonDocument.Parse(record.Json.ToArray());
        Assert.True(document.RootElement.ValueKind == JsonValueKind.Object);
    }

    public string MessageId { get; }
    public CallType Type { get; }
    public EventFlags Flags { get; }
    public long Timestamp { get; }
    public long OriginalTimestamp { get; }
    public long ReceivedAt { get; }
    public uint ImportId { get; }
    public string Name { get; }
    public string UserId { get; }
    public string AnonymousId { get; }
    public string Email { get; }
    public string GroupId { get; }
    public string PreviousId { get; }
    public string Json { get; }
    public string Properties { get; }
    public string Context { get; }
}

internal static class ImportFixture
{
    /// <summary>2026-11-21, noon.</summary>
    public const long Now = 1_795_262_400_000;

    public static ImportOptions Options { get; } = new() { Now = Now };

    public static ImportMap Map(string yaml)
    {
        var diagnostics = new List<Diagnostic>();
        var map = MapReader.Read(yaml, diagnostics);
        Assert.True(map is not null, string.Join('\n', diagnostics.Select(found => found.Say(Language.En))));
        return map;
    }

    public static Task<ImportResult> RunAsync(string yaml, string file, MemoryTarget target, ImportOptions? options = null) =>
        RunAsync(yaml, Encoding.UTF8.GetBytes(file), target, options);

    public static async Task<ImportResult> RunAsync(string yaml, byte[] file, MemoryTarget target, ImportOptions? options = null)
    {
        var result = await ImportRunner.RunAsync(new MemoryStream(file), "file.csv", Map(yaml), options ?? Options, target, null, CancellationToken.None);
        Assert.False(result.IsRefused, string.Join('\n', result.Diagnostics.Select(found => found.Say(Language.En))));
        return result;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }
        return packed.ToArray();
    }

    /// <summary>A file of the shared data; null where it is absent.</summary>
    public static string? Shared(string path)
    {
        var roots = new List<string?> { Environment.GetEnvironmentVariable("CICLO_SHARED") };
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            roots.Add(Path.Combine(folder.FullName, "shared"));
        }
        return roots.Where(root => root is not null).Select(root => Path.Combine(root!, "data", path)).FirstOrDefault(File.Exists);
    }
}

/// <summary>A test on shared data: skipped, and said so, where the file is absent.</summary>
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string path)
    {
        if (ImportFixture.Shared(path) is null)
        {
            Skip = $"The shared file {path} is not here.";
        }
    }
}
