using System.Globalization;
using System.Text;
using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Imports.Tests;

/// <summary>What rows become: times, identifiers, keys, groups, and what happens the second time.</summary>
public class EmissionTests
{
    private static string TimeMap(string time) => $"source: s\ncolumns: {{ t: text }}\nemit:\n  - {{ type: track, event: A, user_id: id, key: id, timestamp: {{ column: t, {time} }} }}\n";

    [Theory]
    [InlineData("format: iso", "2026-01-31", "2026-01-31T00:00:00.000Z")]
    [InlineData("format: iso, timezone: America/Mexico_City", "2026-01-31T10:00", "2026-01-31T16:00:00.000Z")]
    [InlineData("format: iso, timezone: America/Mexico_City", "2026-01-31T10:00:00.1239+01:00", "2026-01-31T09:00:00.123Z")]
    [InlineData("format: unix", "1767225600", "2026-01-01T00:00:00.000Z")]
    [InlineData("format: unix", "-0.0005", "1969-12-31T23:59:59.999Z")]
    [InlineData("format: unix_ms", "1767225600123", "2026-01-01T00:00:00.123Z")]
    [InlineData("format: yyyyMMdd", "20260131", "2026-01-31T00:00:00.000Z")]
    [InlineData("format: d/M/yyyy H:mm", "5/3/2026 7:05", "2026-03-05T07:05:00.000Z")]
    [InlineData("format: d/M/yyyy H:mm", "15/12/2025 17:05", "2025-12-15T17:05:00.000Z")]
    [InlineData("format: dd-MMM-yy", "05-sept.-25", "2025-09-05T00:00:00.000Z")]
    [InlineData("format: dd-MMM-yy", "05-Sep-99", "1999-09-05T00:00:00.000Z")]
    [InlineData("format: \"d 'de' MMMM 'de' yyyy\"", "5 de enero de 2026", "2026-01-05T00:00:00.000Z")]
    [InlineData("format: \"dddd, d MMMM yyyy\"", "miércoles, 5 AGOSTO 2026", "2026-08-05T00:00:00.000Z")]
    [InlineData("format: \"MMMM d, yyyy h:mm tt\"", "March 5, 2026 12:07 AM", "2026-03-05T00:07:00.000Z")]
    [InlineData("format: \"MMMM d, yyyy h:mm tt\"", "March 5, 2026 1:07 p. m.", "2026-03-05T13:07:00.000Z")]
    [InlineData("format: \"yyyy-MM-ddTHH:mm:ss.fffffff\"", "2026-01-31T10:00:00.1239999", "2026-01-31T10:00:00.123Z")]
    [InlineData("format: \"yyyy-MM-dd HH:mm:ss zzz\", timezone: Europe/London", "2026-01-31 10:00:00 -06:00", "2026-01-31T16:00:00.000Z")]
    // London's clock was put forward at 01:00 on 29 March 2026, and back at 02:00 on 25 October.
    [InlineData("format: \"yyyy-MM-dd HH:mm\", timezone: Europe/London", "2026-03-29 01:30", "2026-03-29T01:30:00.000Z")]
    [InlineData("format: \"yyyy-MM-dd HH:mm\", timezone: Europe/London", "2026-03-29 02:30", "2026-03-29T01:30:00.000Z")]
    [InlineData("format: \"yyyy-MM-dd HH:mm\", timezone: Europe/London", "2026-10-25 01:30", "2026-10-25T00:30:00.000Z")]
    [InlineData("format: \"yyyy-MM-dd HH:mm\", timezone: Europe/London", "2026-10-25 02:30", "2026-10-25T02:30:00.000Z")]
    public async Task A_time_is_read_by_its_format_in_its_zone(string time, string cell, string instant)
    {
        var target = new MemoryTarget();
        var result = await ImportFixture.RunAsync(TimeMap(time), $"id\tt\nu\t{cell}\n", target);
        Assert.True(result.Rejected == 0, string.Join(" ", result.Rejects.Select(reject => reject.Detail.En)));
        Assert.Equal(instant, Instants.Format(Assert.Single(target.Events).Timestamp));
    }

    [Theory]
    [InlineData("format: iso", "31/01/2026")]
    [InlineData("format: unix", "x")]
    [InlineData("format: unix", "99999999999999")]
    [InlineData("format: yyyyMMdd", "20260230")]
    [InlineData("format: yyyyMMdd", "202601311")]
    [InlineData("format: yyyy-MM-dd HH:mm", "2026-01-31 24:00")]
    [InlineData("format: \"d MMM yyyy\"", "5 xyz 2026")]
    [InlineData("format: \"yyyy-MM-dd h:mm tt\"", "2026-01-31 13:00 PM")]
    [InlineData("format: dd/MM/yyyy", "5/03/2026")]
    public async Task A_date_that_does_not_parse_rejects_its_row(string time, string cell)
    {
        var result = await ImportFixture.RunAsync(TimeMap(time), $"id\tt\nu\t{cell}\nv\t\n", new MemoryTarget());
        Assert.Equal([(2L, "bad_time"), (3L, "no_time")], result.Rejects.Select(reject => (reject.Line, reject.Reason)));
        Assert.Equal($"column t: \"{cell}\" is not a date of the format", result.Rejects[0].Detail.En);
        Assert.Equal($"columna t: \"{cell}\" no es una fecha del formato", result.Rejects[0].Detail.Es);
    }

    [Fact]
    public void Patterns_read_what_the_framework_reads()
    {
        const int Seed = 5;
        var random = new Random(Seed);
        string[] patterns = ["yyyy-MM-dd HH:mm:ss", "d/M/yyyy H:m:s", "dd.MM.yy", "MMM d, yyyy h:mm tt", "yyyyMMddHHmmssfff", "MMMM dd yyyy", "ddd dd MMM yyyy", "yyyy-MM-dd'T'HH:mm:ss.fff"];
        foreach (var culture in new[] { "en-US", "es-MX" })
        {
            var format = CultureInfo.GetCultureInfo(culture);
            for (var round = 0; round < 4_000; round++)
            {
                var pattern = patterns[random.Next(patterns.Length)];
                var text = new DateTime(1950 + random.Next(99), 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMilliseconds(random.NextInt64(31_536_000_000)).ToString(pattern, format);
                var expected = DateTime.ParseExact(text, pattern, format, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
                var read = TimePattern.TryParse(pattern, out _)!.TryRead(Encoding.UTF8.GetBytes(text.Replace('\u202f', ' ').Replace('\u00a0', ' ')), out var localMs, out var offset);
                Assert.True(read && offset is null && localMs == new DateTimeOffset(expected).ToUnixTimeMilliseconds(), $"seed {Seed}, round {round}: {text} by {pattern}");
            }
        }
    }

    [Fact]
    public async Task A_time_after_the_import_is_set_to_it_and_kept()
    {
        var target = new MemoryTarget();
        await ImportFixture.RunAsync(TimeMap("format: iso"), "id,t\nu,2099-01-01\nv,2026-01-01\n", target);
        var (late, early) = (target.Events[0], target.Events[1]);
        Assert.Equal((ImportFixture.Now, "2099-01-01T00:00:00.000Z"), (late.Timestamp, Instants.Format(late.OriginalTimestamp)));
        Assert.Equal(EventFlags.Imported | EventFlags.Clamped, late.Flags);
        Assert.Equal("""{"type":"track","event":"A","userId":"u","timestamp":"2099-01-01T00:00:00.000Z"}""", late.Json);
        Assert.Equal((EventFlags.Imported, ImportFixture.Now), (early.Flags, early.ReceivedAt));
    }

    [Fact]
    public async Task Each_call_carries_its_identifiers_in_their_places()
    {
        const string Map = """
            source: crm
            emit:
              - { type: identify, user_id: id, email: mail, key: id, traits: { name: name, address: { city: city, tags: [ name, '"x"' ] } } }
              - { type: identify, id: anon, anonymous_id: cookie, key: id, traits: { email: mail } }
              - { type: group, user_id: id, group_id: company, key: id, traits: { n: 1 + 1, ok: n > 3 } }
              - { type: alias, user_id: id, previous_id: old, key: id }
              - { type: page, anonymous_id: cookie, name: Home, category: { column: city }, key: id, email: mail }
              - { type: screen, user_id: id, name: { column: name }, key: id, properties: { none: null, big: n * 1000000 } }
              - { type: track, event: { column: name }, user_id: id, key: id, group_id: company }
            """;
        var target = new MemoryTarget();
        await ImportFixture.RunAsync(Map, "id,mail,name,city,cookie,company,old,n\n 7 , Ana@X.MX ,e\u0301 \"q\",Tuxtla,ck,acme,6,3.5\n", target);
        Assert.Equal(
            [
                """{"type":"alias","userId":"7","previousId":"6"}""",
                """{"type":"identify","anonymousId":"ck","traits":{"email":" Ana@X.MX "}}""",
                """{"type":"group","userId":"7","groupId":"acme","traits":{"n":2,"ok":true}}""",
                """{"type":"identify","userId":"7","traits":{"email":"Ana@X.MX","name":"é \"q\"","address":{"city":"Tuxtla","tags":["é \"q\"","x"]}}}""",
                """{"type":"page","name":"Home","category":"Tuxtla","anonymousId":"ck","context":{"traits":{"email":"Ana@X.MX"}}}""",
                """{"type":"screen","name":"é \"q\"","userId":"7","properties":{"none":null,"big":3500000}}""",
                """{"type":"track","event":"é \"q\"","userId":"7","groupId":"acme"}""",
            ],
            target.Events.Select(admitted => admitted.Json.Replace("e\u0301", "é")));
        Assert.Equal(["", "ana@x.mx", "", "ana@x.mx", "ana@x.mx", "", ""], target.Events.Select(admitted => admitted.Email));
        Assert.Equal("é \"q\"", target.Events[^1].Name);
        Assert.Equal(["crm:alias:7", "crm:anon:7", "crm:group:7", "crm:identify:7", "crm:page:7", "crm:screen:7", "crm:track:name:7"], target.Events.Select(admitted => admitted.MessageId));
        Assert.Equal(target.Events.Select(admitted => admitted.Timestamp).Distinct(), [ImportFixture.Now]);
    }

    [Fact]
    public async Task Values_that_stand_for_nobody_are_no_identifiers()
    {
        const string Map = "source: s\nemit:\n  - { type: track, event: A, user_id: u, anonymous_id: a, email: m, properties: { x: u } }\n";
        var target = new MemoryTarget();
        var result = await ImportFixture.RunAsync(Map, "u,a,m\n0,anon,\nNULL,-1,a@b.c\n000-,Anonymous,none\n,,\n -1 ,,\n" + new string('x', 513) + ",,\n", target);
        Assert.Equal([(4L, "blocked_id"), (5L, "no_id"), (6L, "blocked_id"), (7L, "id_too_long")], result.Rejects.Select(reject => (reject.Line, reject.Reason)));
        Assert.Equal([("", "", "a@b.c"), ("", "anon", "")], target.Events.Select(admitted => (admitted.UserId, admitted.AnonymousId, admitted.Email)).Order());
        Assert.Equal(4, target.Rejected.Count);
        var kept = target.Rejected[0];
        Assert.Equal((ImportFixture.Now, "blocked_id", "import:1", "000-,Anonymous,none", 19), (kept.ReceivedAt, kept.Reason, kept.Source, Encoding.UTF8.GetString(kept.Item.Span), kept.ItemLength));
        Assert.StartsWith("line 4: ", kept.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ type: track, event: { column: e }, user_id: u, key: k }", "u,1,", "no_event")]
    [InlineData("{ type: track, event: { column: e }, user_id: u, key: k }", "u,1,LONG", "name_too_long")]
    [InlineData("{ type: track, event: A, user_id: u, key: k }", "u,,x", "no_key")]
    [InlineData("{ type: track, event: A, user_id: u, key: k * 2 }", "u,,x", "no_key")]
    [InlineData("{ type: group, user_id: u, group_id: e }", "u,1,", "no_group_id")]
    [InlineData("{ type: alias, user_id: u, previous_id: e }", "u,1,null", "no_previous_id")]
    [InlineData("{ type: alias, user_id: e, previous_id: u }", "u,1,", "no_id")]
    public async Task What_an_event_lacks_rejects_its_row_with_all_of_its_events(string emit, string row, string reason)
    {
        var target = new MemoryTarget();
        var result = await ImportFixture.RunAsync($"source: s\ncolumns: {{ k: number }}\nemit:\n  - {{ type: identify, user_id: u, key: u }}\n  - {emit.Replace("type:", "id: second, type:")}\n", "u,k,e\n" + row.Replace("LONG", new string('n', 513)) + "\nok,2,fine\n", target);
        Assert.Equal((2L, reason), (Assert.Single(result.Rejects).Line, result.Rejects[0].Reason));
        Assert.Equal(2, target.Events.Count);
        Assert.Equal("ok", target.Events.Single(admitted => admitted.Type == CallType.Identify).UserId);
    }

    [Fact]
    public async Task Keys_are_cut_at_99_bytes_and_stay_apart()
    {
        var source = string.Concat(Enumerable.Repeat("ñ", 55));
        var target = new MemoryTarget();
        await ImportFixture.RunAsync($"source: {source}\nemit:\n  - {{ type: track, event: A, user_id: id, key: id }}\n", "id\n" + new string('k', 80) + "1\n" + new string('k', 80) + "2\nshort\n", target);
        Assert.Equal(3, target.Events.Count);
        Assert.All(target.Events, admitted => Assert.InRange(Encoding.UTF8.GetByteCount(admitted.MessageId), 90, 99));
        Assert.All(target.Events, admitted => Assert.StartsWith(source[..36] + ":", admitted.MessageId, StringComparison.Ordinal));
        Assert.All(target.Events, admitted => Assert.DoesNotContain('\ufffd', admitted.MessageId));
    }

    [Fact]
    public async Task Without_a_key_equal_rows_are_numbered_and_a_second_import_changes_nothing()
    {
        const string Map = "source: s\nemit:\n  - { type: track, event: A, user_id: id, properties: { n: n } }\n";
        var target = new MemoryTarget();
        var first = await ImportFixture.RunAsync(Map, "id,n\na,1\na,1\nb,1\na,1\n", target);
        Assert.Equal((4L, 0L), (first.Events, first.Duplicates));
        Assert.Equal(["-1", "-1", "-2", "-3"], target.Events.Select(admitted => admitted.MessageId[^2..]).Order());
        // Another delimiter, other quotes, another order: the same rows.
        var second = await ImportFixture.RunAsync(Map, "id;n\r\n\"b\";1\r\na;1\r\na;\"1\"\r\na;1\r\na;1\r\n", target);
        Assert.Equal((1L, 4L, 0L), (second.Events, second.Duplicates, second.Changed));
    }

    [Theory]
    [InlineData("keep", "1")]
    [InlineData("replace", "2")]
    public async Task Other_content_under_a_known_key_is_counted_and_listed(string onChange, string left)
    {
        var map = $"source: s\non_change: {onChange}\nemit:\n  - {{ type: track, event: A, user_id: id, key: id, properties: {{ n: n }} }}\n";
        var target = new MemoryTarget();
        await ImportFixture.RunAsync(map, "id,n\na,1\nb,1\n", target);
        var dry = await ImportFixture.RunAsync(map, "id,n\na,2\nb,1\nc,1\nc,2\nc,1\n", target, ImportFixture.Options with { IsDryRun = true });
        Assert.Equal((1L, 2L, 2L, 3L), (dry.Events, dry.Duplicates, dry.Changed, dry.Profiles));
        Assert.Equal(["s:track:A:a", "s:track:A:c"], dry.ChangedKeys);
        Assert.Equal("""{"type":"track","event":"A","userId":"a","properties":{"n":2}}""", dry.SampleEvents[0]);
        Assert.Equal(2, target.Bodies.Count);
        var result = await ImportFixture.RunAsync(map, "id,n\na,2\nb,1\n", target);
        Assert.Equal((0L, 1L, 1L), (result.Events, result.Duplicates, result.Changed));
        Assert.Equal(["s:track:A:a"], result.ChangedKeys);
        Assert.Equal($$"""{"n":{{left}}}""", target.Events[0].Properties);
    }

    [Fact]
    public async Task Rows_of_a_group_need_not_be_neighbours_and_their_order_is_that_of_time_and_content()
    {
        const string Map = """
            source: s
            columns: { qty: number, order: text }
            group_by: order
            emit:
              - type: track
                event: Order Completed
                user_id: u
                timestamp: at
                key: order
                properties:
                  total: sum(qty * price)
                  average: sum(qty * price) / count()
                  least: min(price)
                  most: max(price)
                  rows: count()
                  cheap: count(price < 2)
                  noted: count(note)
                  first_note: first(note)
                  last_note: last(note)
                  note: note
                  zero: sum(note)
                  items: { each: { sku: sku, "n": qty + 0, nested: { p: price } } }
            """;
        const string Header = "order,u,at,sku,qty,price,note\n";
        string[] rows = ["o1,u1,2026-01-02,b,2,1.10,", "o2,u2,2026-01-01,x,1,9,n", "o1,u9,2026-01-03,a,1,0.333333,late", "o1,u1,2026-01-02,a,3,5,early", "o1,u1,2026-01-02,a,3,5,early"];
        var target = new MemoryTarget();
        var result = await ImportFixture.RunAsync(Map, Header + string.Join('\n', rows), target);
        Assert.Equal((5L, 2L), (result.Rows, result.Events));
        var order = target.Events[0];
        Assert.Equal(("u1", "2026-01-02T00:00:00.000Z"), (order.UserId, Instants.Format(order.Timestamp)));
        Assert.Equal(
            """{"total":32.533333,"average":8.133333,"least":0.333333,"most":5,"rows":4,"cheap":2,"noted":3,"first_note":"early","last_note":"late","note":"early","zero":0,"items":[{"sku":"a","n":3,"nested":{"p":5}},{"sku":"a","n":3,"nested":{"p":5}},{"sku":"b","n":2,"nested":{"p":1.1}},{"sku":"a","n":1,"nested":{"p":0.333333}}]}""",
            order.Properties);
        var random = new Random(3);
        for (var round = 0; round < 20; round++)
        {
            random.Shuffle(rows);
            var other = new MemoryTarget();
            await ImportFixture.RunAsync(Map, Header + string.Join("\r\n", rows), other);
            RealFilesTests.AssertSame(target, other);
        }
    }

    [Fact]
    public async Task A_groups_bad_rows_are_rejected_alone_and_a_group_without_an_id_with_all_of_its_rows()
    {
        const string Map = "source: s\ngroup_by: o\ncolumns: { n: number }\nemit:\n  - { type: track, event: A, user_id: u, timestamp: at, properties: { n: sum(n), f: sum(n) } }\n";
        var target = new MemoryTarget();
        var result = await ImportFixture.RunAsync(Map, "o,u,at,n\n1,a,2026-01-01,1\n1,a,2026-01-01,x\n1,a,soon,2\n2,,2026-01-01,\"1\"\n2,,2026-01-02,2\n,a,2026-01-01,1\n1,a,2026-01-01,4\n", target);
        Assert.Equal(
            [(3L, "bad_number", "1,a,2026-01-01,x"), (4L, "bad_time", "1,a,soon,2"), (5L, "no_id", "2,,2026-01-01,1"), (6L, "no_id", "2,,2026-01-02,2"), (7L, "no_group", ",a,2026-01-01,1")],
            result.Rejects.Select(reject => (reject.Line, reject.Reason, reject.Row)));
        Assert.Equal("""{"n":5,"f":5}""", Assert.Single(target.Events).Properties);
        Assert.EndsWith("-1", target.Events[0].MessageId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Skip_is_asked_before_anything_else_is_demanded_of_a_row()
    {
        const string Map = "source: s\ncolumns: { n: number }\nskip: u == null or n < 0\nemit:\n  - { type: track, event: A, user_id: u, timestamp: at, properties: { n: n } }\n";
        var result = await ImportFixture.RunAsync(Map, "u,at,n\n,never,x\na,never,-1\na,2026-01-01,x\na,2026-01-01,1\n", new MemoryTarget());
        Assert.Equal((4L, 2L, 1L, 1L), (result.Rows, result.Skipped, result.Rejected, result.Events));
    }

    [Fact]
    public async Task Names_of_the_closed_list_have_origin_system()
    {
        var target = new MemoryTarget();
        await ImportFixture.RunAsync("source: s\nemit:\n  - { type: track, event: { column: e }, user_id: u, key: e }\n", "u,e\na,Email Sent\na,Order Completed\n", target,
            ImportFixture.Options with { IsSystem = static name => name.SequenceEqual("Email Sent"u8) });
        Assert.Equal([EventFlags.Imported | EventFlags.System, EventFlags.Imported], target.Events.Select(admitted => admitted.Flags));
    }
}
