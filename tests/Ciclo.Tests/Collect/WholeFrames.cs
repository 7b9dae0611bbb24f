using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;

namespace Ciclo.Tests.Collect;

/// <summary>What every frame that admission made must be, whatever was sent.</summary>
internal static class WholeFrames
{
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = 1_000_000 };

    /// <summary>Each record can be read back; what was admitted has JSON that is whole, and a time and an id.</summary>
    public static void Assert(ReadOnlySpan<byte> payload)
    {
        var reader = new FrameReader(payload);
        while (reader.Read())
        {
            if (reader.Kind != RecordKind.Event)
            {
                Xunit.Assert.NotNull(RejectReasons.Find(RejectedItem.Read(reader.Body).Reason));
                continue;
            }
            Xunit.Assert.True(EventRecord.TryRead(reader.Body, out var record));
            AssertObject(record.Json);
            AssertObject(record.Context);
            AssertObject(record.PropertiesJson);
            Xunit.Assert.True(record.Timestamp <= record.ReceivedAt);
            Xunit.Assert.True(record.MessageId.Length > 0);
        }
    }

    /// <summary>Whether bytes are one JSON text, with nothing before or after it. No document is made: that takes the square of the depth.</summary>
    public static bool IsJson(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var json = new Utf8JsonReader(bytes, AnyDepth);
            while (json.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void AssertObject(ReadOnlySpan<byte> json)
    {
        if (!json.IsEmpty)
        {
            using var document = JsonDocument.Parse(json.ToArray());
            Xunit.Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
        }
    }
}
