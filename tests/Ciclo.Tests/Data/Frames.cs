using System.Text;
using Ciclo.Data.Files;
using Ciclo.Data.Journal;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Data;

/// <summary>A frame as tests compare it: where it is and the text in it.</summary>
public sealed record KeptFrame(long Position, string Text);

internal static class Frames
{
    public const string Folder = "journal";
    public const string FirstFile = "journal/000000000001.log";

    public static readonly JournalOptions Plain = new() { Salt = 0x0123456789abcdef };

    public static byte[] Payload(string text) => Encoding.UTF8.GetBytes(text);

    public static async Task<KeptFrame> AppendAsync(Journal journal, string text) =>
        new(await journal.AppendAsync(Payload(text), CancellationToken.None), text);

    public static async Task<List<KeptFrame>> AppendAllAsync(Journal journal, params string[] texts)
    {
        var kept = new List<KeptFrame>();
        foreach (var text in texts)
        {
            kept.Add(await AppendAsync(journal, text));
        }
        return kept;
    }

    public static List<KeptFrame> All(Journal journal)
    {
        using var reader = journal.ReadFrom(0);
        var kept = new List<KeptFrame>();
        while (reader.TryRead(out var position, out var payload))
        {
            kept.Add(new KeptFrame(position, Encoding.UTF8.GetString(payload.Span)));
        }
        Assert.Equal(journal.End, reader.NextPosition);
        return kept;
    }

    public static async Task<List<KeptFrame>> ReopenAsync(IStorage storage, JournalOptions options)
    {
        await using var journal = Journal.Open(storage, Folder, options);
        return All(journal);
    }

    /// <summary>Appends while the disk is held inside a flush, so that everything after the first append becomes one group.</summary>
    public static async Task<List<KeptFrame>> AppendAsGroupAsync(SimulatedStorage storage, Journal journal, string first, string[] group, Action? held = null)
    {
        using var flushing = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        storage.BeforeFlush = () =>
        {
            flushing.Release();
            release.Wait();
        };
        var appends = new List<Task<KeptFrame>> { AppendAsync(journal, first) };
        await flushing.WaitAsync();
        appends.AddRange(group.Select(text => AppendAsync(journal, text)));
        storage.BeforeFlush = held is null ? null : () =>
        {
            storage.BeforeFlush = null;
            held();
        };
        release.Set();
        return [.. await Task.WhenAll(appends)];
    }
}
