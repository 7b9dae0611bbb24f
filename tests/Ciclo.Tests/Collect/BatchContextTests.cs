using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Engine.Collect;

namespace Ciclo.Tests.Collect;

public sealed class BatchContextTests
{
    [Fact]
    public void An_item_without_a_context_has_the_batchs()
    {
        var seen = Admitted.Batch("""
            {"context":{"library":{"name":"x"},"traits":{"email":"A@B"}},"batch":[{"type":"track","event":"E"}]}
            """).Event;
        Assert.Equal("""{"library":{"name":"x"},"traits":{"email":"A@B"}}""", seen.Context);
        Assert.Equal("a@b", seen.Email);
        Assert.Equal("""{"type":"track","event":"E"}""", seen.Json);
    }

    [Fact]
    public void An_items_own_context_takes_from_the_batch_what_it_lacks_and_keeps_what_it_has()
    {
        var seen = Admitted.Batch("""
            {"batch":[{"type":"track","userId":"u","event":"E","context":{"locale":"es","traits":{"plan":"pro"}}},{"type":"track","userId":"u","event":"F","context":{}}],
             "context":{"locale":"en","traits":{"email":"a@b"},"ip":"1.2.3.4"}}
            """);
        Assert.Equal("""{"locale":"es","traits":{"plan":"pro"},"ip":"1.2.3.4"}""", seen.Events[0].Context);
        Assert.Equal("", seen.Events[0].Email);
        Assert.Equal("""{"locale":"en","traits":{"email":"a@b"},"ip":"1.2.3.4"}""", seen.Events[1].Context);
        Assert.Equal("a@b", seen.Events[1].Email);
    }

    [Fact]
    public void The_batchs_integrations_are_given_to_items_that_have_none()
    {
        var seen = Admitted.Batch("""
            {"integrations":{"All":false},"batch":[{"type":"track","userId":"u","event":"E","properties":{"a":1}},{"type":"track","userId":"u","event":"F","integrations":{"X":true}}]}
            """);
        Assert.Equal("""{"type":"track","userId":"u","event":"E","properties":{"a":1},"integrations":{"All":false}}""", seen.Events[0].Json);
        Assert.Equal("""{"a":1}""", seen.Events[0].Properties);
        Assert.Equal("""{"type":"track","userId":"u","event":"F","integrations":{"X":true}}""", seen.Events[1].Json);
    }

    [Fact]
    public void The_batchs_integrations_stay_within_an_items_limits_for_those_that_take_them()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 60)) + "1" + new string('}', 60);
        var seen = Admitted.Batch($$$"""
            {"integrations":{{{deep}}},"batch":[{"type":"page","userId":"u","name":"A"},{"type":"page","userId":"u","name":"B","integrations":{"X":true}}]}
            """);
        Assert.Equal("B", Assert.Single(seen.Events).Name);
        var refused = Assert.Single(seen.Rejected);
        Assert.Equal(("too_deep", "integrations"), (refused.Reason, refused.Detail));
    }

    [Theory]
    [InlineData("""{"direct":true}""", "203.0.113.9")]
    [InlineData("""{"direct":true,"ip":null}""", "203.0.113.9")]
    [InlineData("""{"direct":true,"ip":""}""", "203.0.113.9")]
    [InlineData("""{"direct":true,"ip":"198.51.100.7"}""", "198.51.100.7")]
    [InlineData("""{"direct":false}""", null)]
    [InlineData("""{"locale":"es"}""", null)]
    public void The_callers_address_is_taken_where_the_context_asks_for_it(string context, string? address)
    {
        var seen = Admitted.Single(CallType.Track, $$"""{"userId":"u","event":"E","context":{{context}}}""").Event;
        using var document = JsonDocument.Parse(seen.Context);
        Assert.Equal(address, document.RootElement.TryGetProperty("ip", out var ip) ? ip.GetString() : null);
        Assert.Contains(context, seen.Json, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_can_ask_for_the_address_for_all_its_items()
    {
        var seen = Admitted.Batch("""{"context":{"direct":true},"batch":[{"type":"track","userId":"u","event":"E"},{"type":"track","userId":"u","event":"F","context":{"a":1}}]}""");
        Assert.Equal("""{"direct":true,"ip":"203.0.113.9"}""", seen.Events[0].Context);
        Assert.Equal("""{"a":1,"direct":true,"ip":"203.0.113.9"}""", seen.Events[1].Context);
    }

    [Theory]
    [InlineData("too_deep", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")]
    [InlineData("invalid_text", "\"\\ud800\"")]
    public void A_poisoned_batch_context_refuses_the_items_that_would_inherit_it(string reason, string value)
    {
        var seen = Admitted.Batch($$"""{"context":{"a":{{value}}},"batch":[{"type":"track","userId":"u","event":"E"}]}""");
        Assert.Equal(reason, seen.Reason);
        Assert.Equal("context", seen.Rejected[0].Detail);
    }

    [Fact]
    public void A_large_batch_context_counts_in_each_items_size()
    {
        var seen = Admitted.Batch($$$"""{"context":{"a":"{{{new string('x', 33_000)}}}"},"batch":[{"type":"track","userId":"u","event":"E"}]}""");
        Assert.Equal("too_large", seen.Reason);
    }

    [Fact]
    public void A_small_body_cannot_grow_without_bound_by_its_context()
    {
        var items = string.Join(',', Enumerable.Repeat("""{"type":"track","userId":"u","event":"E"}""", 2_000));
        var seen = Admitted.Batch($$$"""{"context":{"a":"{{{new string('x', 30_000)}}}"},"batch":[{{{items}}}]}""");
        Assert.Equal(BodyError.TooLargeMerged, seen.Result.Error);
    }
}
