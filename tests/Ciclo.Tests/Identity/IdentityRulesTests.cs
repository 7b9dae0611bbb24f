using Ciclo.Core.Identity;

namespace Ciclo.Tests.Identity;

public sealed class IdentityRulesTests
{
    private readonly IdentityGraph graph = new(new IdentityLimits());

    [Fact]
    public void An_anonymous_visitor_who_signs_up_and_later_gives_an_email_is_one_profile()
    {
        graph.Observe("a:phone", 1);
        graph.Observe("u:ana a:phone", 2);
        graph.Observe("u:ana e:Ana@Example.com", 3);
        Assert.Equal(["user_id:ana email:ana@example.com anonymous_id:phone"], graph.Profiles());
        var profile = graph.ProfileOf(graph.Find("ana"));
        Assert.Equal("anonymous_id:phone", graph.IdentifierOf(profile).ToString());
        Assert.Equal("ana", graph.PrintedUserId(profile));
        Assert.Equal(profile, graph.ProfileOf(graph.Find("anonymous:phone")));
        Assert.Equal(-1, graph.Find("anonymous_id:tablet"));
    }

    [Fact]
    public void A_shared_device_stays_with_the_user_id_that_had_it_first()
    {
        graph.Observe("u:bea a:tablet", 20);
        graph.Observe("u:ana a:tablet", 10);
        Assert.Equal(["user_id:ana anonymous_id:tablet", "user_id:bea"], graph.Profiles());
        Assert.Equal("user_id:bea", graph.IdentifierOf(graph.Observe("u:bea a:tablet", 30)).ToString());
    }

    [Fact]
    public void An_email_is_stronger_than_an_older_device()
    {
        graph.Observe("e:ana@x a:tablet", 1);
        graph.Observe("u:bea a:tablet", 2);
        graph.Observe("u:ana e:ana@x", 3);
        Assert.Equal(["user_id:ana email:ana@x anonymous_id:tablet", "user_id:bea"], graph.Profiles());
    }

    [Fact]
    public void The_sixth_anonymous_id_stays_outside()
    {
        for (var device = 1; device <= 6; device++)
        {
            graph.Observe($"u:ana a:{device}", device);
        }
        Assert.Equal(
            ["anonymous_id:6", "user_id:ana anonymous_id:1 anonymous_id:2 anonymous_id:3 anonymous_id:4 anonymous_id:5"], graph.Profiles());
        graph.Observe("u:ana a:6", 0);
        Assert.Contains("anonymous_id:5", graph.Profiles());
    }

    [Fact]
    public void External_types_are_limited_each_on_their_own()
    {
        for (var number = 1; number <= 5; number++)
        {
            graph.Observe($"u:ana phone:{number} ga:{number}", number);
        }
        Assert.Single(graph.Profiles());
        graph.Observe("u:ana phone:6 ios:6", 6);
        Assert.Equal(2, graph.Profiles().Length);
        Assert.Equal(graph.ProfileOf(graph.Find("ana")), graph.ProfileOf(graph.Find("external_id:ios:6")));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("Anonymous")]
    [InlineData("-1")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void A_blocked_value_joins_no_strangers(string value)
    {
        graph.Observe($"u:ana a:{value}", 1);
        graph.Observe($"u:{value} a:phone", 2);
        graph.Observe($"u:bea ga:{value} e:{value} ={value}", 3);
        Assert.Equal(["anonymous_id:phone", "user_id:ana", "user_id:bea"], graph.Profiles());
        Assert.Equal(-1, graph.Observe($"u:{value} a:{value}", 4));
        Assert.False(graph.Join($"user_id:{value}", "user_id:ana", 5, "j"));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("0", true)]
    [InlineData("-", true)]
    [InlineData("0-00", true)]
    [InlineData("-1", true)]
    [InlineData("NULL", true)]
    [InlineData("anonymous", true)]
    [InlineData("1", false)]
    [InlineData("-10", false)]
    [InlineData("nulls", false)]
    [InlineData("anonymous1", false)]
    [InlineData(" ", false)]
    public void Exactly_the_placeholders_are_blocked(string value, bool blocked) => Assert.Equal(blocked, BlockedValues.IsBlocked(value));

    [Fact]
    public void An_alias_joins_the_user_id_or_the_anonymous_id_whichever_events_hold_and_both_if_both()
    {
        graph.Observe("u:old a:p1", 1);
        graph.Observe("u:new =old", 2);
        Assert.Equal(["user_id:old user_id:new anonymous_id:p1"], graph.Profiles());
        graph.Observe("a:old", 3);
        Assert.Equal(["user_id:old user_id:new anonymous_id:p1 anonymous_id:old"], graph.Profiles());
        graph.Observe("u:third =visitor", 4);
        Assert.Equal("user_id:third", graph.Profiles()[^1]);
        graph.Observe("a:visitor", 5);
        Assert.Equal("user_id:third anonymous_id:visitor", graph.Profiles()[^1]);
    }

    [Fact]
    public void An_alias_of_an_anonymous_caller_joins_from_its_anonymous_id()
    {
        graph.Observe("a:old", 1);
        graph.Observe("a:new =old", 2);
        Assert.Equal(["anonymous_id:old anonymous_id:new"], graph.Profiles());
        Assert.Equal("anonymous:old", graph.PrintedUserId(graph.ProfileOf(graph.Find("anonymous_id:new"))));
    }

    [Fact]
    public void An_alias_is_exempt_from_the_limit_on_user_ids_alone()
    {
        for (var device = 1; device <= 5; device++)
        {
            graph.Observe($"u:ana a:a{device}", device);
            graph.Observe($"u:bea a:b{device}", device);
        }
        graph.Observe("u:ana =bea", 9);
        Assert.Equal(
            [
                "anonymous_id:a4", "anonymous_id:a5", "anonymous_id:b3", "anonymous_id:b4", "anonymous_id:b5",
                "user_id:ana user_id:bea anonymous_id:a1 anonymous_id:b1 anonymous_id:a2 anonymous_id:b2 anonymous_id:a3",
            ],
            graph.Profiles());
    }

    [Fact]
    public void Texts_of_identifiers_read_back()
    {
        foreach (var identifier in new[]
        {
            Identifier.UserId("a:b"), Identifier.Email("x@y"), Identifier.AnonymousId("ñ"), Identifier.External("a:b%3A", "c:d"), Identifier.External("user_id", "1"),
        })
        {
            Assert.True(Identifier.TryParse(identifier.ToString(), out var read));
            Assert.Equal(identifier, read);
        }
        Assert.All(["", "ana", "ga:1", "external_id:ga", "external_id::1", "user_id:", "email:null"], text => Assert.False(Identifier.TryParse(text, out _)));
    }

    [Fact]
    public void A_bare_reference_is_a_user_id_first()
    {
        graph.Observe("u:anonymous:phone", 1);
        graph.Observe("a:phone", 1);
        graph.Observe("e:ana@x", 1);
        Assert.Equal("user_id:anonymous:phone", graph.IdentifierOf(graph.Find("anonymous:phone")).ToString());
        Assert.Equal("anonymous_id:phone", graph.IdentifierOf(graph.Find("anonymous_id:phone")).ToString());
        Assert.Equal("email:ana@x", graph.IdentifierOf(graph.Find("email:ANA@x")).ToString());
        Assert.Equal(-1, graph.Find("ana@x"));
    }

    [Fact]
    public void A_profile_of_external_ids_is_printed_by_its_public_id()
    {
        var node = graph.Observe("phone:2 ga:1", 1);
        graph.TakeChanges([]);
        var profile = graph.ProfileOf(node);
        Assert.Equal("external_id:ga:1", graph.IdentifierOf(node).ToString());
        Assert.Matches("^prf_[a-z2-7]{20}$", graph.PrintedUserId(profile));
        Assert.Equal(profile, graph.ProfileOf(graph.Find(graph.PrintedUserId(profile))));
    }
}
