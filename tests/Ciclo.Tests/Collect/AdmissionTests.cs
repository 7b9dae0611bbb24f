using Ciclo.Core.Events;
using Ciclo.Engine.Collect;

namespace Ciclo.Tests.Collect;

public sealed class AdmissionTests
{
    [Fact]
    public void The_steps_of_admission_are_these_in_this_order() => Assert.Equal(
        ["size", "object", "text", "read", "type", "shapes", "inherit", "identifiers", "group", "previous", "name", "message_id", "times", "origin", "content"],
        Admission.StepNames);

    [Fact]
    public void A_track_call_becomes_an_event_with_its_json_whole()
    {
        const string body = """ {"userId":"u1","anonymousId":"a1","event":" Order Completed ","messageId":"m1","properties":{"revenue":5},"context":{"locale":"es-MX"}} """;
        var seen = Admitted.Single(CallType.Track, body).Event;
        Assert.Equal(CallType.Track, seen.Type);
        Assert.Equal(("Order Completed", "u1", "a1", "m1"), (seen.Name, seen.UserId, seen.AnonymousId, seen.MessageId));
        Assert.Equal(body.Trim(), seen.Json);
        Assert.Equal("""{"revenue":5}""", seen.Properties);
        Assert.Equal("""{"locale":"es-MX"}""", seen.Context);
        Assert.Equal(Admitted.Now, seen.Timestamp);
    }

    [Theory]
    [InlineData("track", CallType.Track)]
    [InlineData("identify", CallType.Identify)]
    [InlineData("page", CallType.Page)]
    [InlineData("screen", CallType.Screen)]
    [InlineData("group", CallType.Group)]
    [InlineData("alias", CallType.Alias)]
    public void An_item_of_a_batch_is_the_call_its_type_names(string type, CallType call)
    {
        var body = $$"""{"batch":[{"type":"{{type}}","userId":"u","event":"E","groupId":"g","previousId":"p"}]}""";
        Assert.Equal(call, Admitted.Batch(body).Event.Type);
    }

    [Fact]
    public void The_path_wins_over_the_type_of_a_single_call()
    {
        var seen = Admitted.Single(CallType.Identify, """{"type":"track","userId":"u","traits":{"plan":"pro"}}""").Event;
        Assert.Equal(CallType.Identify, seen.Type);
        Assert.Equal("""{"plan":"pro"}""", seen.Properties);
    }

    [Fact]
    public void Numbers_as_ids_are_taken_as_their_text()
    {
        var seen = Admitted.Single(CallType.Group, """{"userId":42,"anonymousId":1.5,"groupId":7,"messageId":99}""").Event;
        Assert.Equal(("42", "1.5", "7", "99"), (seen.UserId, seen.AnonymousId, seen.GroupId, seen.MessageId));
    }

    [Fact]
    public void Names_and_values_in_escapes_are_read()
    {
        var seen = Admitted.Single(CallType.Track, """{"user\u0049d":"\u0061na \"x\"","event":"Pago \u2713 \ud83d\ude00"}""").Event;
        Assert.Equal("ana \"x\"", seen.UserId);
        Assert.Equal("Pago ✓ 😀", seen.Name);
    }

    [Fact]
    public void The_last_of_two_equal_names_counts()
    {
        var seen = Admitted.Single(CallType.Track, """{"userId":{},"userId":"b","event":"E","properties":{"a":1},"properties":{"a":2}}""").Event;
        Assert.Equal("b", seen.UserId);
        Assert.Equal("""{"a":2}""", seen.Properties);
    }

    [Fact]
    public void An_event_name_is_kept_in_normal_form_c()
    {
        var seen = Admitted.Single(CallType.Track, "{\"userId\":\"u\",\"event\":\"\\u00a0Suscripcio\\u0301n\\u00a0\"}").Event;
        Assert.Equal("Suscripci\u00f3n", seen.Name);
    }

    [Fact]
    public void A_page_needs_no_name_and_keeps_the_one_it_has()
    {
        Assert.Equal("", Admitted.Single(CallType.Page, """{"userId":"u"}""").Event.Name);
        Assert.Equal("Home", Admitted.Single(CallType.Screen, """{"userId":"u","name":"Home"}""").Event.Name);
    }

    [Theory]
    [InlineData("identify", """ "traits":{"email":" Ana@Example.COM "} """, "ana@example.com")]
    [InlineData("identify", """ "traits":{"email":"a@b"},"context":{"traits":{"email":"c@d"}} """, "a@b")]
    [InlineData("identify", """ "traits":{"email":7},"context":{"traits":{"email":"C@D"}} """, "c@d")]
    [InlineData("track", """ "event":"E","context":{"traits":{"email":"C@D"}} """, "c@d")]
    [InlineData("track", """ "event":"E","traits":{"email":"a@b"},"properties":{"email":"e@f"} """, "")]
    [InlineData("group", """ "groupId":"g","traits":{"email":"office@firm"} """, "")]
    [InlineData("identify", """ "traits":{"email":"no address"} """, "")]
    [InlineData("identify", """ "traits":{"email":"ÁNA@EXAMPLE.COM"} """, "ána@example.com")]
    public void The_email_is_the_one_of_an_identify_or_of_the_context(string type, string fields, string email)
    {
        Assert.Equal(email, Admitted.Batch($$"""{"batch":[{"type":"{{type}}","userId":"u",{{fields}}}]}""").Event.Email);
    }

    [Fact]
    public void An_email_over_320_characters_is_left_out_and_refuses_nothing()
    {
        var seen = Admitted.Single(CallType.Identify, $$$"""{"userId":"u","traits":{"email":"{{{new string('a', 320)}}}@b"}}""").Event;
        Assert.Equal("", seen.Email);
    }

    [Fact]
    public void External_ids_are_read_and_what_is_none_is_left_in_the_json()
    {
        var seen = Admitted.Single(CallType.Track, """
            {"event":"E","context":{"externalIds":[{"id":"x-1","type":"shopify","collection":"users"},{"id":7,"type":"crm"},{"id":"null","type":"crm"},{"id":{},"type":"crm"},3,{"type":"crm"}]}}
            """).Event;
        Assert.Equal("shopify=x-1 crm=7", seen.Externals);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("NULL")]
    [InlineData("Anonymous")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void A_blocked_id_is_emptied_where_another_one_is_left(string blocked)
    {
        var seen = Admitted.Single(CallType.Track, $$"""{"userId":"{{blocked}}","anonymousId":"a","event":"E"}""").Event;
        Assert.Equal(("", "a"), (seen.UserId, seen.AnonymousId));
    }

    [Fact]
    public void An_email_or_an_external_id_alone_is_enough()
    {
        Assert.Equal("a@b", Admitted.Single(CallType.Identify, """{"traits":{"email":"a@b"}}""").Event.Email);
        Assert.Equal("crm=1", Admitted.Single(CallType.Track, """{"event":"E","context":{"externalIds":[{"id":"1","type":"crm"}]}}""").Event.Externals);
    }

    [Fact]
    public void A_missing_messageId_is_given_and_ascends_in_the_order_of_the_batch()
    {
        var item = """{"type":"track","userId":"u","event":"E"}""";
        var seen = Admitted.Batch($$"""{"batch":[{{string.Join(',', Enumerable.Repeat(item, 50))}}]}""");
        var ids = seen.Events.ConvertAll(e => e.MessageId);
        Assert.All(ids, id => Assert.StartsWith("srv_", id, StringComparison.Ordinal));
        Assert.All(ids, id => Assert.Equal(MessageIds.Length, id.Length));
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public void Given_ids_are_a_function_of_their_source_and_go_on_when_the_clock_is_set_back()
    {
        static string Next(MessageIds ids, long now)
        {
            Span<byte> id = stackalloc byte[MessageIds.Length];
            ids.Write(id, now);
            return System.Text.Encoding.ASCII.GetString(id);
        }
        var one = new MessageIds(new Random(5).NextBytes);
        var two = new MessageIds(new Random(5).NextBytes);
        var first = Next(one, Admitted.Now);
        Assert.Equal(first, Next(two, Admitted.Now));
        Assert.True(string.CompareOrdinal(first, Next(one, Admitted.Now - 3_600_000)) < 0);
    }

    [Theory]
    [InlineData("Email Sent", true)]
    [InlineData("Score Updated", true)]
    [InlineData("Email Opened", false)]
    [InlineData("email sent", false)]
    [InlineData("Order Completed", false)]
    public void What_was_done_to_the_customer_has_origin_system(string name, bool isSystem)
    {
        Assert.Equal(isSystem, Admitted.Single(CallType.Track, $$"""{"userId":"u","event":"{{name}}"}""").Event.Flags.HasFlag(EventFlags.System));
        Assert.False(Admitted.Single(CallType.Page, $$"""{"userId":"u","name":"{{name}}"}""").Event.Flags.HasFlag(EventFlags.System));
    }

    [Fact]
    public void Global_privacy_control_is_noted_on_the_event()
    {
        var seen = Admitted.Single(CallType.Track, """{"userId":"u","event":"E"}""", facts => facts with { GlobalPrivacyControl = true }).Event;
        Assert.Equal(EventFlags.GlobalPrivacyControl, seen.Flags);
    }

    [Fact]
    public void Null_and_the_empty_list_are_absent_objects()
    {
        var seen = Admitted.Batch("""
            {"batch":[{"type":"track","userId":"u","event":"E","properties":[],"context":null},{"type":"identify","userId":"u","event":null,"properties":"x","traits":null}]}
            """);
        Assert.Equal(2, seen.Result.Admitted);
        Assert.All(seen.Events, e => Assert.Equal("", e.Properties));
    }

    [Fact]
    public void An_identify_without_traits_has_those_of_its_context()
    {
        var seen = Admitted.Single(CallType.Identify, """{"userId":"u","context":{"a":[1],"traits":{"plan":"pro"}}}""").Event;
        Assert.Equal("""{"plan":"pro"}""", seen.Properties);
        Assert.Equal("{}", Admitted.Single(CallType.Identify, """{"userId":"u","traits":{},"context":{"traits":{"plan":"pro"}}}""").Event.Properties);
    }

    [Fact]
    public void An_empty_batch_is_no_error_and_makes_no_record()
    {
        Assert.Equal(new AdmissionResult(BodyError.None, 0, 0), Admitted.Batch("""{"batch":[]}""").Result);
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        Assert.Equal("u", Admitted.Single(CallType.Track, "\ufeff{\"userId\":\"u\",\"event\":\"E\"}").Event.UserId);
    }
}
