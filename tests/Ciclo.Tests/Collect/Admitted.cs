using System.Text;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;

namespace Ciclo.Tests.Collect;

/// <summary>An event record as texts, to be compared in tests.</summary>
public sealed record SeenEvent(
    CallType Type, EventFlags Flags, long Timestamp, long ReceivedAt, long Original, long SentAt, string MessageId, string Name,
    string UserId, string AnonymousId, string Email, string GroupId, string PreviousId, string Externals, string Json, string Properties, string Context);

/// <summary>Runs admission over a body and reads the frame back.</summary>
public sealed class Admitted
{
    /// <summary>2026-11-21T12:00:00Z.</summary>
    public const long Now = 1_795_262_400_000;

    public required AdmissionResult Result { get; init; }

    public List<SeenEvent> Events { get; } = [];

    public List<RejectedItem> Rejected { get; } = [];

    public SeenEvent Event => Assert.Single(Events);

    public string Reason => Assert.Single(Rejected).Reason;

    public static Admitted Single(CallType call, string body, Func<RequestFacts, RequestFacts>? with = null) => Read(Encoding.UTF8.GetBytes(body), call, with);

    public static Admitted Batch(string body, Func<RequestFacts, RequestFacts>? with = null) => Read(Encoding.UTF8.GetBytes(body), null, with);

    public static Admitted Read(byte[] body, CallType? call, Func<RequestFacts, RequestFacts>? with = null)
    {
        var facts = new RequestFacts(call, Now, "203.0.113.9");
        facts = with is null ? facts : with(facts);
        var frame = new FrameBuilder();
        var result = new Admission(MessageIds.FromSystem()).Read(body, facts, frame);
        var seen = new Admitted { Result = result };
        var reader = new FrameReader(frame.Payload.Span);
        while (reader.Read())
        {
            if (reader.Kind == RecordKind.Rejected)
            {
                seen.Rejected.Add(RejectedItem.Read(reader.Body));
            }
            else
            {
                Assert.Equal(RecordKind.Event, reader.Kind);
                Assert.True(EventRecord.TryRead(reader.Body, out var record));
                seen.Events.Add(Seen(record));
            }
        }
        Assert.Equal(result.Admitted, seen.Events.Count);
        Assert.Equal(result.Rejected, seen.Rejected.Count);
        return seen;
    }

    private static SeenEvent Seen(EventRecord record) => new(
        record.Type, record.Flags, record.Timestamp, record.ReceivedAt, record.OriginalTimestamp, record.SentAt,
        Utf8(record.MessageId), Utf8(record.Name), Utf8(record.UserId), Utf8(record.AnonymousId), Utf8(record.Email), Utf8(record.GroupId),
        Utf8(record.PreviousId), Externals(record.ExternalIdBytes), Utf8(record.Json), Utf8(record.PropertiesJson), Utf8(record.Context));

    private static string Externals(ReadOnlySpan<byte> bytes)
    {
        var all = new List<string>();
        while (ExternalIds.TryTake(ref bytes, out var type, out var value))
        {
            all.Add($"{Utf8(type)}={Utf8(value)}");
        }
        return string.Join(' ', all);
    }

    private static string Utf8(ReadOnlySpan<byte> bytes) => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
}
