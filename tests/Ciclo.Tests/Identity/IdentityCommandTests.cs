using Ciclo.Core.Identity;

namespace Ciclo.Tests.Identity;

public sealed class IdentityCommandTests
{
    private readonly IdentityGraph graph = new(new IdentityLimits());

    [Fact]
    public void A_separation_gives_both_sides_back_as_if_never_joined()
    {
        graph.Observe("u:ana a:p1 e:ana@x", 1);
        graph.Observe("u:bea a:p2", 2);
        var before = graph.Profiles();
        var ids = new[] { "ana", "bea" }.Select(user => graph.PublicId(graph.ProfileOf(graph.Find(user)))).ToArray();

        Assert.True(graph.Join("user_id:ana", "user_id:bea", 10, "j1"));
        Assert.Single(graph.Profiles());
        Assert.Equal(graph.ProfileOf(graph.Find(ids[0])), graph.ProfileOf(graph.Find(ids[1])));

        Assert.True(graph.Separate("user_id:bea", "user_id:ana", 11, "s1"));
        Assert.Equal(before, graph.Profiles());
        Assert.Equal(ids, new[] { "ana", "bea" }.Select(user => graph.PublicId(graph.ProfileOf(graph.Find(user)))));
        Assert.Equal(graph.ProfileOf(graph.Find("bea")), graph.ProfileOf(graph.Find(ids[1])));
    }

    [Fact]
    public void A_separation_keeps_apart_whatever_links_the_two()
    {
        graph.Observe("u:ana a:p1", 1);
        graph.Observe("u:ana e:ana@x", 2);
        graph.Separate("anonymous_id:p1", "email:ana@x", 3, "s1");
        Assert.Equal(["anonymous_id:p1", "user_id:ana email:ana@x"], graph.Profiles());
        Assert.Equal("user_id:ana", graph.IdentifierOf(graph.Observe("u:ana a:p1 e:ana@x", 4)).ToString());
        Assert.Equal(2, graph.Profiles().Length);
    }

    [Fact]
    public void The_latest_of_separate_lift_and_join_decides_in_whatever_order_they_come()
    {
        graph.Observe("u:ana a:p1", 1);
        graph.Lift("user_id:ana", "anonymous_id:p1", 5, "l");
        graph.Separate("user_id:ana", "anonymous_id:p1", 4, "s");
        Assert.Single(graph.Profiles());
        graph.Separate("user_id:ana", "anonymous_id:p1", 6, "s2");
        Assert.Equal(2, graph.Profiles().Length);
        Assert.Equal("s2", Assert.Single(graph.Separations).CommandId);
        graph.Join("user_id:ana", "anonymous_id:p1", 7, "j");
        Assert.Single(graph.Profiles());
        Assert.Empty(graph.Separations);
    }

    [Fact]
    public void A_join_of_another_pair_does_not_lift_a_separation()
    {
        graph.Observe("u:ana a:p1", 1);
        graph.Observe("u:bea a:p2", 1);
        graph.Separate("user_id:ana", "user_id:bea", 2, "s");
        graph.Join("anonymous_id:p1", "anonymous_id:p2", 3, "j");
        Assert.DoesNotContain(graph.Profiles(), profile => profile.Contains("user_id:ana user_id:bea", StringComparison.Ordinal));
        graph.Lift("user_id:ana", "user_id:bea", 4, "l");
        Assert.DoesNotContain(graph.Profiles(), profile => profile.Contains("user_id:ana user_id:bea", StringComparison.Ordinal));
        Assert.Equal(LinkState.Joined, graph.Links.First(link => link.Source == LinkSource.Person).State);
    }

    [Fact]
    public void Commands_may_name_identifiers_that_come_later()
    {
        graph.Join("user_id:ana", "user_id:bea", 1, "j");
        graph.Separate("user_id:ana", "anonymous_id:p1", 1, "s");
        Assert.Empty(graph.Profiles());
        Assert.Equal(-1, graph.Find("ana"));
        graph.Observe("u:ana a:p1", 2);
        graph.Observe("u:bea", 3);
        Assert.Equal(["anonymous_id:p1", "user_id:ana user_id:bea"], graph.Profiles());
    }

    [Fact]
    public void What_cannot_be_read_is_refused_and_changes_nothing()
    {
        Assert.False(graph.Join("ana", "user_id:bea", 1, "j"));
        Assert.False(graph.Separate("user_id:ana", "user_id:ana", 1, "s"));
        Assert.False(graph.Lift("prf_aaaaaaaaaaaaaaaaaaaa", "user_id:ana", 1, "l"));
        Assert.Equal(0, graph.NodeCount);
    }

    [Fact]
    public void A_public_id_names_its_identifier_in_a_command()
    {
        var ana = graph.PublicId(graph.Observe("u:ana", 1));
        graph.Observe("u:bea", 1);
        Assert.True(graph.Join(ana, "user_id:bea", 2, "j"));
        Assert.Single(graph.Profiles());
    }

    [Fact]
    public void An_earlier_sight_moves_the_canonical_identifier_and_both_are_reported()
    {
        var ana = graph.Observe("u:ana a:p1", 10);
        graph.TakeChanges([]);
        var phone = graph.Observe("a:p1", 5);
        var changes = new List<IdentityChange>();
        Assert.True(graph.TakeChanges(changes));
        Assert.Equal([new IdentityChange(phone, phone), new IdentityChange(ana, phone)], changes);
        Assert.Equal(2, graph.MembersOf(phone).Length);
        Assert.Equal(0, graph.MembersOf(ana).Length);
    }
}
