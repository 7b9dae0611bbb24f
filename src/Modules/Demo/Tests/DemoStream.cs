using System.Security.Cryptography;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;

namespace Ciclo.Modules.Demo.Tests;

/// <summary>Reads a demo shop's frames as a journal would.</summary>
internal static class DemoStream
{
    /// <summary>21 November 2026, 14:32 in Mexico City: the afternoon of the pictures.</summary>
    public const long Afternoon = 1_795_293_120_000;

    public delegate void Visit(in EventRecord record);

    public static void Each(DemoShop shop, Visit visit)
    {
        foreach (var frame in shop.Frames())
        {
            Each(frame.Span, visit);
        }
    }

    public static string HashOf(DemoOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var frame in new DemoShop(options).Frames())
        {
            hash.AppendData(frame.Span);
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The hash of each person's events, by the part of the message id that names the person.</summary>
    public static Dictionary<string, string> HashByPerson(DemoOptions options)
    {
        var hashes = new Dictionary<string, IncrementalHash>();
        Each(new DemoShop(options), (in EventRecord record) =>
        {
            var person = PersonOf(record);
            if (!hashes.TryGetValue(person, out var hash))
            {
                hashes[person] = hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            }
            hash.AppendData(record.Json);
            hash.AppendData(record.Name);
        });
        return hashes.ToDictionary(pair => pair.Key, pair => Convert.ToHexString(pair.Value.GetHashAndReset()));
    }

    public static string PersonOf(in EventRecord record)
    {
        var id = Encoding.ASCII.GetString(record.MessageId);
        return id[..id.LastIndexOf('-')];
    }

    private static void Each(ReadOnlySpan<byte> frame, Visit visit)
    {
        var reader = new FrameReader(frame);
        while (reader.Read())
        {
            Assert.Equal(RecordKind.Event, reader.Kind);
            Assert.True(EventRecord.TryRead(reader.Body, out var record));
            visit(record);
        }
    }
}
