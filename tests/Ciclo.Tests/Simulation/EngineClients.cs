using System.Globalization;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;

namespace Ciclo.Tests.Simulation;

/// <summary>What random clients send: few people, so that they meet often; late, repeated, out of order, with clocks that are wrong.</summary>
internal sealed class EngineClients(Random random)
{
    private static readonly string[] EventNames =
        ["Order Completed", "Order Completed", "Purchased", "Signed Up", "Product Viewed", "NPS Answered", "Email Sent"];

    private readonly List<string> sent = [];
    private readonly int people = random.Next(2, 8);
    private int nextMessage;

    /// <summary>A batch in JSON: new items, and some that were sent before.</summary>
    public byte[] Batch(long now)
    {
        var items = new List<string>();
        for (var left = random.Next(1, 6); left > 0; left--)
        {
            items.Add(Item(now));
        }
        sent.AddRange(items);
        while (random.Next(3) == 0)
        {
            var again = sent[random.Next(sent.Count)];
            items.AddRange(Enumerable.Repeat(again, random.Next(1, 10)));
        }
        var order = items.ToArray();
        random.Shuffle(order);
        var sentAt = random.Next(3) == 0 ? $$""", "sentAt": "{{Instants.Format(now + Skew())}}" """ : "";
        return Encoding.UTF8.GetBytes($$"""{"batch": [{{string.Join(',', order)}}] {{sentAt}} }""");
    }

    /// <summary>An imported event under one of few keys, its content one of few.</summary>
    public void Import(FrameBuilder frame, uint import, bool replaces, long now)
    {
        var json = Encoding.UTF8.GetBytes($$"""{"properties":{"revenue":{{random.Next(1, 4) * 20}},"currency":"EUR"} }""");
        var from = Encoding.UTF8.GetString(json).IndexOf("{\"revenue", StringComparison.Ordinal);
        var key = random.Next(8);
        var record = new EventRecord
        {
            Type = CallType.Track,
            Flags = EventFlags.Imported | (replaces ? EventFlags.Replace : EventFlags.None),
            Timestamp = now - (key * 3 * Durations.Day),
            ReceivedAt = now,
            OriginalTimestamp = EventRecord.NoTime,
            SentAt = EventRecord.NoTime,
            ImportId = import,
            MessageId = Encoding.UTF8.GetBytes("shop:track:" + key),
            Name = Encoding.UTF8.GetBytes(EventNames[random.Next(4)]),
            UserId = Encoding.UTF8.GetBytes("u" + (key % people)),
            Email = random.Next(4) == 0 ? Encoding.UTF8.GetBytes($"e{random.Next(people)}@x") : default,
            Json = json,
            Properties = new Range(from, json.Length - 2),
        };
        frame.Begin(RecordKind.Event);
        record.Write(frame);
        frame.End();
    }

    /// <summary>An identifier as a person names it.</summary>
    public string Identifier() => random.Next(3) switch
    {
        0 => "user_id:u" + random.Next(people),
        1 => "anonymous_id:a" + random.Next(people),
        _ => $"email:e{random.Next(people)}@x",
    };

    private string Item(long now)
    {
        var fields = new List<string> { $$""" "messageId": "{{MessageId()}}" """ };
        AddIds(fields);
        AddTime(fields, now);
        fields.Add(random.Next(12) switch
        {
            0 => $$""" "type": "identify", "traits": {{Traits()}} """,
            1 => $$""" "type": "group", "groupId": "g{{random.Next(2)}}", "traits": { "plan": {{Plan()}} } """,
            2 => $$""" "type": "group", "groupId": "g{{random.Next(2)}}" """,
            3 => $$""" "type": "alias", "previousId": "{{(random.Next(2) == 0 ? "a" : "u")}}{{random.Next(people)}}" """,
            4 => """ "type": "page", "name": "Home" """,
            5 => """ "type": "unheard-of" """,
            _ => Track(),
        });
        return "{" + string.Join(',', fields) + "}";
    }

    private string Track()
    {
        var name = EventNames[random.Next(EventNames.Length)];
        var currency = random.Next(5) switch { 0 => ", \"currency\": \"MXN\"", 1 => "", _ => ", \"currency\": \"eur\"" };
        var properties = string.Create(CultureInfo.InvariantCulture, $$"""{ "revenue": {{random.Next(1, 5) * 15}}, "score": {{random.Next(6, 11)}} {{currency}} }""");
        return $$""" "type": "track", "event": "{{name}}", "properties": {{properties}} """;
    }

    private string Traits() => $$"""{ "plan": {{Plan()}} {{(random.Next(2) == 0 ? "" : $", \"email\": \"E{random.Next(people)}@x\"")}} }""";

    private string Plan() => random.Next(4) switch { 0 => "null", 1 => "\"free\"", _ => "\"pro\"" };

    private string MessageId() => random.Next(20) == 0 ? "m" + random.Next(Math.Max(1, nextMessage)) : "m" + nextMessage++;

    private void AddIds(List<string> fields)
    {
        var which = random.Next(1, 8);
        if ((which & 1) != 0)
        {
            fields.Add($$""" "userId": "{{(random.Next(15) == 0 ? "null" : "u" + random.Next(people))}}" """);
        }
        if ((which & 2) != 0)
        {
            fields.Add($$""" "anonymousId": "a{{random.Next(people)}}" """);
        }
        if ((which & 4) != 0 && random.Next(2) == 0)
        {
            fields.Add($$""" "context": { "externalIds": [ { "type": "phone", "id": "p{{random.Next(people)}}" } ] } """);
        }
    }

    private void AddTime(List<string> fields, long now)
    {
        var late = random.Next(4) == 0 ? random.Next(30 * 24) * Durations.Hour : random.Next(30) * Durations.Hour;
        var at = random.Next(12) switch
        {
            0 => (long?)null,
            1 => Year(2001),
            2 => Year(2099),
            _ => now - late,
        };
        if (at is { } instant)
        {
            fields.Add($$""" "timestamp": "{{Instants.Format(instant)}}" """);
        }
        if (random.Next(6) == 0)
        {
            fields.Add($$""" "sentAt": "{{Instants.Format(now + Skew())}}" """);
        }
    }

    private long Skew() => random.Next(-2, 3) * Durations.Hour;

    private static long Year(int year) => new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
