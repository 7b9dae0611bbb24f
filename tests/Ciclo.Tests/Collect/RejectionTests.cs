using System.Text;
using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Engine.Collect;

namespace Ciclo.Tests.Collect;

public sealed class RejectionTests
{
    private const string Good = """{"type":"track","userId":"u","event":"Good"}""";

    public static TheoryData<string, string> Poison => new()
    {
        { "not_an_object", "7" },
        { "not_an_object", "null" },
        { "not_an_object", "[]" },
        { "not_an_object", "\"text\"" },
        { "unknown_type", """{"userId":"u","event":"E"}""" },
        { "unknown_type", """{"type":"Track","userId":"u","event":"E"}""" },
        { "unknown_type", """{"type":7,"userId":"u","event":"E"}""" },
        { "no_id", """{"type":"track","event":"E"}""" },
        { "no_id", """{"type":"track","event":"E","userId":"","anonymousId":null}""" },
        { "no_id", """{"type":"track","event":"E","userId":"  "}""" },
        { "no_id", """{"type":"identify","traits":{"email":"nobody"}}""" },
        { "blocked_id", """{"type":"track","event":"E","userId":"null"}""" },
        { "blocked_id", """{"type":"track","event":"E","userId":0,"anonymousId":"anonymous"}""" },
        { "blocked_id", """{"type":"track","event":"E","context":{"externalIds":[{"id":"-1","type":"crm"}]}}""" },
        { "blocked_id", """{"type":"alias","userId":"u","previousId":"null"}""" },
        { "no_event", """{"type":"track","userId":"u"}""" },
        { "no_event", """{"type":"track","userId":"u","event":" \t "}""" },
        { "no_event", """{"type":"track","userId":"u","event":null}""" },
        { "no_group_id", """{"type":"group","userId":"u"}""" },
        { "no_previous_id", """{"type":"alias","userId":"u"}""" },
        { "wrong_type", """{"type":"track","userId":{"a":[1,{"b":2}]},"event":"E"}""" },
        { "wrong_type", """{"type":"track","userId":true,"event":"E"}""" },
        { "wrong_type", """{"type":"track","userId":"u","event":["E"]}""" },
        { "wrong_type", """{"type":"track","userId":"u","event":"E","properties":"x"}""" },
        { "wrong_type", """{"type":"track","userId":"u","event":"E","properties":[[1],{"a":2}],"context":{}}""" },
        { "wrong_type", """{"type":"identify","userId":"u","traits":7}""" },
        { "wrong_type", """{"type":"identify","userId":"u","context":"x"}""" },
        { "wrong_type", """{"type":"track","userId":"u","event":"E","messageId":{}}""" },
        { "id_too_long", $$"""{"type":"track","userId":"{{new string('u', 513)}}","event":"E"}""" },
        { "name_too_long", $$"""{"type":"track","userId":"u","event":"{{new string('é', 513)}}"}""" },
        { "message_id_too_long", $$"""{"type":"track","userId":"u","event":"E","messageId":"{{new string('m', 100)}}"}""" },
        { "invalid_text", """{"type":"track","userId":"u","event":"E","properties":{"a":"cut \ud83d"}}""" },
        { "invalid_text", """{"type":"track","userId":"\ude00","event":"E"}""" },
        { "invalid_text", """{"type":"track","userId":"u","event":"E","properties":{"\ud83dx":1}}""" },
        { "invalid_text", """{"type":"track","userId":"u","event":"\ufffe"}""" },
        { "too_deep", Deep(1_000) },
        { "too_deep", Deep(31) },
        { "too_many_properties", $$$"""{"type":"track","userId":"u","event":"E","properties":{{{{Names(2_001)}}}}}""" },
        { "too_large", $$$"""{"type":"track","userId":"u","event":"E","properties":{"a":"{{{new string('x', 33_000)}}}"}}""" },
        { "too_large", $$$"""{"type":"track","userId":"u","event":"E","properties":{"a":"{{{new string('x', 400_000)}}}"}}""" },
        { "too_large", $$$"""{"type":"track","userId":"u","event":"E","properties":{{{{Names(10_000)}}}}}""" },
    };

    [Theory]
    [MemberData(nameof(Poison))]
    public void A_poisoned_item_is_refused_alone_with_its_reason_and_kept(string reason, string item)
    {
        var seen = Admitted.Batch($$"""{"batch":[{{Good}},{{item}},{{Good}}],"sentAt":"2026-11-21T12:00:00Z"}""");
        Assert.Equal(new AdmissionResult(BodyError.None, 2, 1), seen.Result);
        Assert.Equal(reason, seen.Reason);
        var kept = seen.Rejected[0];
        Assert.Equal(Encoding.UTF8.GetByteCount(item), kept.ItemLength);
        Assert.StartsWith(Encoding.UTF8.GetString(kept.Item.Span), item, StringComparison.Ordinal);
        Assert.Equal(("api", Admitted.Now), (kept.Source, kept.ReceivedAt));
    }

    [Fact]
    public void Broken_utf8_in_a_text_refuses_its_item_only()
    {
        var before = Encoding.ASCII.GetBytes("{\"batch\":[{\"type\":\"track\",\"userId\":\"u");
        var after = Encoding.ASCII.GetBytes("\",\"event\":\"E\"}," + Good + "]}");
        var seen = Admitted.Read([.. before, 0xC3, 0x28, 0xFF, .. after], null);
        Assert.Equal("invalid_text", seen.Reason);
        Assert.Equal("Good", seen.Event.Name);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(1)]
    public void What_is_nested_within_the_limit_is_admitted(int levels) =>
        Assert.Equal(1, Admitted.Batch($$"""{"batch":[{{Deep(levels)}}]}""").Result.Admitted);

    [Fact]
    public void Values_at_their_limits_are_admitted()
    {
        var item = $$"""{"type":"track","userId":"{{new string('u', 512)}}","event":"{{new string('é', 512)}}","messageId":"{{new string('ñ', 99)}}"}""";
        Assert.Equal(1, Admitted.Batch($$"""{"batch":[{{item}}]}""").Result.Admitted);
        // The names of the item itself count too: four, and `properties`.
        Assert.Equal(1, Admitted.Single(CallType.Track, $$$"""{"type":"track","userId":"u","event":"E","properties":{{{{Names(1_996)}}}}}""").Result.Admitted);
        Assert.Equal(1, Admitted.Single(CallType.Track, OfLength(32_768)).Result.Admitted);
        Assert.Equal("too_large", Admitted.Single(CallType.Track, OfLength(32_769)).Reason);
    }

    public static TheoryData<BodyError, string> BadBodies => new()
    {
        { BodyError.NotJson, "" },
        { BodyError.NotJson, "   " },
        { BodyError.NotJson, $$"""{"batch":[{{Good}},{"userId":NaN}]}""" },
        { BodyError.NotJson, $$"""{"batch":[{{Good}}""" },
        { BodyError.NotJson, $$"""{"batch":[{{Good}}],}""" },
        { BodyError.NotJson, $$"""{"batch":[{{Good}}]} x""" },
        { BodyError.NotJson, $$"""{"batch":[{{Good}},]}""" },
        { BodyError.NotJson, "{'batch':[]}" },
        { BodyError.NotJson, "userId=u&event=E" },
        { BodyError.NotAnObject, "[]" },
        { BodyError.NotAnObject, "7" },
        { BodyError.NotAnObject, "null" },
        { BodyError.NoBatch, "{}" },
        { BodyError.NoBatch, Good },
        { BodyError.NoBatch, """{"batch":{}}""" },
        { BodyError.NoBatch, """{"batch":null}""" },
        { BodyError.TooManyItems, $$"""{"batch":[{{string.Join(',', Enumerable.Repeat("1", 2_501))}}]}""" },
        { BodyError.TooLarge, $$"""{"batch":["{{new string('x', 512_000)}}"]}""" },
    };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public void A_bad_body_is_an_error_and_nothing_of_it_is_kept(BodyError error, string body)
    {
        var seen = Admitted.Batch(body);
        Assert.Equal(new AdmissionResult(error, 0, 0), seen.Result);
    }

    [Fact]
    public void A_body_of_2500_items_and_one_of_512000_bytes_are_read()
    {
        var many = $$"""{"batch":[{{string.Join(',', Enumerable.Repeat(Good, 2_500))}}]}""";
        Assert.Equal(2_500, Admitted.Batch(many).Result.Admitted);
        var large = $$"""{"batch":[{{Good}}]}""";
        Assert.Equal(1, Admitted.Batch(large + new string(' ', 512_000 - large.Length)).Result.Admitted);
    }

    [Fact]
    public void Every_reason_and_error_has_a_code_of_its_own_and_says_what_to_do_in_both_languages()
    {
        foreach (var reason in RejectReasons.All)
        {
            Assert.Matches("^[a-z_]+$", RejectReasons.Code(reason));
            Assert.Equal(reason, RejectReasons.Find(RejectReasons.Code(reason)));
            AssertSaid(RejectReasons.Explain(reason));
        }
        foreach (var error in Enum.GetValues<BodyError>().Where(e => e != BodyError.None))
        {
            AssertSaid(BodyErrors.Explain(error));
        }
        Assert.Equal(RejectReasons.All.Count, RejectReasons.All.Select(RejectReasons.Code).Distinct().Count());
    }

    /// <summary>The codes stand in journals: a name that changes or goes makes old refusals unreadable.</summary>
    [Fact]
    public void The_codes_of_reasons_are_persisted_and_only_grow() => Assert.Equal(
        [
            "too_large", "not_an_object", "invalid_text", "too_deep", "too_many_properties", "unknown_type", "wrong_type", "no_id", "blocked_id",
            "id_too_long", "no_group_id", "no_previous_id", "no_event", "name_too_long", "message_id_too_long", "erased",
        ],
        RejectReasons.All.Select(RejectReasons.Code));

    private static void AssertSaid(Text text)
    {
        Assert.NotEmpty(text.En);
        Assert.NotEmpty(text.Es);
        Assert.NotEqual(text.En, text.Es);
    }

    /// <summary>Lists inside properties: two levels more than <paramref name="lists"/> with the item and its properties.</summary>
    private static string Deep(int lists) =>
        $$$"""{"type":"track","userId":"u","event":"E","properties":{"a":{{{new string('[', lists)}}}{{{new string(']', lists)}}}}}""";

    private static string Names(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"k{i}\":1"));

    private static string OfLength(int length)
    {
        const string start = """{"userId":"u","event":"E","properties":{"a":" """;
        const string end = "\"}}";
        return start.TrimEnd() + new string('x', length - start.TrimEnd().Length - end.Length) + end;
    }
}
