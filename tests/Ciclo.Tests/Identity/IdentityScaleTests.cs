using System.Diagnostics;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;

namespace Ciclo.Tests.Identity;

public sealed class IdentityScaleTests
{
    [Fact]
    public void A_kiosk_with_5000_users_is_quarantined_and_costs_its_last_visitor_no_more_than_its_first()
    {
        var graph = new IdentityGraph(new IdentityLimits());
        var changes = new List<IdentityChange>();
        var clock = Stopwatch.StartNew();
        for (var user = 0; user < 5_000; user++)
        {
            changes.Clear();
            graph.Observe($"u:u{user} a:kiosk", user);
            graph.TakeChanges(changes);
            // Only the event that fills the component touches those that are there: the rest is the visitor's own profile.
            Assert.True(changes.Count <= 3, $"visitor {user} changed {changes.Count} profiles");
        }
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"took {clock.Elapsed}");
        var row = Assert.Single(graph.Quarantined);
        Assert.Equal((5_001, Identifier.AnonymousId("kiosk"), 5_000), (row.Identifiers, row.Hub, row.HubLinks));
        Assert.Equal(5_001, graph.Profiles().Length);
    }

    [Fact]
    public void In_a_quarantine_a_person_can_still_join_and_separate()
    {
        var graph = new IdentityGraph(new IdentityLimits(MaxComponent: 3));
        graph.Observe("u:ana a:kiosk", 1);
        graph.Observe("u:bea a:kiosk", 2);
        Assert.Equal(["user_id:ana anonymous_id:kiosk", "user_id:bea"], graph.Profiles());
        graph.Observe("u:eva a:kiosk", 3);
        Assert.Equal(["anonymous_id:kiosk", "user_id:ana", "user_id:bea", "user_id:eva"], graph.Profiles());
        graph.Join("user_id:ana", "user_id:bea", 4, "j");
        Assert.Equal(["anonymous_id:kiosk", "user_id:ana user_id:bea", "user_id:eva"], graph.Profiles());
        graph.Separate("user_id:ana", "user_id:bea", 5, "s");
        Assert.Equal(4, graph.Profiles().Length);
    }

    [Fact]
    public void Evidence_that_says_nothing_new_allocates_nothing()
    {
        var graph = new IdentityGraph(new IdentityLimits());
        ObserveKnown(graph, 100);
        graph.TakeChanges([]);
        Assert.Equal(0, Allocated.By(() =>
        {
            ObserveKnown(graph, 100);
            ObserveKnown(graph, 500);
        }));
    }

    [Fact]
    public void Other_limits_at_a_restart_compute_everything_again()
    {
        var graph = new IdentityGraph(new IdentityLimits());
        graph.Observe("u:ana a:p1", 1);
        graph.Observe("u:bea a:p1", 2);
        Assert.Equal(2, graph.Profiles().Length);
        Assert.Single(graph.Reread(new IdentityLimits(UserIds: 2)).Profiles());
        Assert.Equal(3, graph.Reread(new IdentityLimits(MaxComponent: 2)).Profiles().Length);
        Assert.Equal(2, graph.Reread().Profiles().Length);
    }

    private static void ObserveKnown(IdentityGraph graph, long at)
    {
        Span<byte> externals = stackalloc byte[64];
        externals[0] = 2;
        "ga"u8.CopyTo(externals[1..]);
        externals[3] = 1;
        externals[5] = (byte)'7';
        graph.Observe(new EventRecord
        {
            Type = CallType.Alias,
            Timestamp = at,
            MessageId = "message-1"u8,
            UserId = "ana"u8,
            AnonymousId = "0d7a58c5-9d3f-4a34-8f0e-6a3d8c2b1f11"u8,
            Email = "ana@example.com"u8,
            PreviousId = "old"u8,
            ExternalIdBytes = externals[..6],
        });
    }
}
