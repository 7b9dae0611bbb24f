using Ciclo.Core.Identity;

namespace Ciclo.Tests.Identity;

public sealed class IdentityPropertyTests
{
    private const int Worlds = 2_500;

    [Fact]
    public void In_any_order_with_duplicates_and_restarts_the_graph_is_the_function_of_the_evidence()
    {
        for (var seed = 1; seed <= Worlds; seed++)
        {
            var world = new IdentityWorld(seed);
            for (var order = 0; order < 2; order++)
            {
                new Run(world, seed, new Random(seed * 10 + order)).Play();
            }
        }
    }

    [Fact]
    public void The_worlds_hold_what_the_rules_speak_of()
    {
        var (refused, inert, separated, quarantined, merged, aliases) = (0, 0, 0, 0, 0, 0);
        for (var seed = 1; seed <= 500; seed++)
        {
            var world = new IdentityWorld(seed);
            var graph = new IdentityGraph(world.Limits);
            world.Calls.ForEach(call => graph.Observe(call));
            world.Commands.ForEach(command => Run.Apply(graph, command));
            graph.TakeChanges([]);
            refused += graph.Links.Count(link => link.State == LinkState.Refused);
            inert += graph.Links.Count(link => link.State == LinkState.Inert);
            aliases += graph.Links.Count(link => link.Source == LinkSource.Alias && link.State == LinkState.Joined);
            separated += graph.Separations.Count();
            quarantined += graph.Quarantined.Count();
            merged += Enumerable.Range(0, graph.NodeCount).Count(node => graph.MembersOf(node).Length > 2);
        }
        Assert.All(new[] { refused, inert, separated, quarantined, merged, aliases }, count => Assert.True(count > 100, $"only {count}"));
    }

    /// <summary>One world in one order, with a mirror that knows only what changes were reported.</summary>
    private sealed class Run(IdentityWorld world, int seed, Random random)
    {
        private readonly List<IdentityCall> calls = [];
        private readonly List<IdentityCommand> commands = [];
        private readonly Dictionary<int, int[]> mirror = [];
        private IdentityGraph graph = new(world.Limits);

        public void Play()
        {
            foreach (var act in Acts())
            {
                act();
                if (random.Next(6) == 0)
                {
                    TakeChanges();
                }
                if (random.Next(25) == 0)
                {
                    Compare();
                }
                if (random.Next(25) == 0)
                {
                    graph = graph.Reread();
                }
            }
            Compare();
            Assert.False(graph.TakeChanges([]), Say("changes are reported twice"));
        }

        public static void Apply(IdentityGraph graph, IdentityCommand command)
        {
            var (a, b) = (command.A.ToString(), command.B.ToString());
            Assert.True(command.Kind switch
            {
                IdentityCommandKind.Join => graph.Join(a, b, command.At, command.CommandId),
                IdentityCommandKind.Lift => graph.Lift(a, b, command.At, command.CommandId),
                _ => graph.Separate(a, b, command.At, command.CommandId),
            });
        }

        private Action[] Acts()
        {
            var acts = world.Calls.Select(call => (Action)(() => Observe(call)))
                .Concat(world.Commands.Select(command => (Action)(() => Command(command)))).ToList();
            acts.AddRange(random.GetItems(acts.ToArray(), random.Next(10)));
            var shuffled = acts.ToArray();
            random.Shuffle(shuffled);
            return shuffled;
        }

        private void Observe(IdentityCall call)
        {
            calls.Add(call);
            var node = graph.Observe(call);
            var primary = call.Identifiers.Where(identifier => identifier.Counts)
                .OrderBy(identifier => identifier.Kind).ThenBy(identifier => identifier.ExternalType + "\0" + identifier.Value, StringComparer.Ordinal)
                .Select(identifier => identifier.ToString()).FirstOrDefault("none");
            Assert.Equal(primary, node < 0 ? "none" : graph.IdentifierOf(node).ToString());
        }

        private void Command(IdentityCommand command)
        {
            commands.Add(command);
            Apply(graph, command);
        }

        private void TakeChanges()
        {
            var changes = new List<IdentityChange>();
            graph.TakeChanges(changes);
            foreach (var change in changes.Where(change => change.IsRetired))
            {
                Assert.True(mirror.Remove(change.Profile), Say("a profile that was never reported is retired"));
                Assert.Equal(graph.ProfileOf(change.Profile), change.Successor);
            }
            foreach (var change in changes.Where(change => !change.IsRetired))
            {
                var now = graph.MembersOf(change.Profile).ToArray();
                Assert.False(mirror.TryGetValue(change.Profile, out var known) && known.SequenceEqual(now), Say("a change that is none is reported"));
                mirror[change.Profile] = now;
            }
            var profiles = Enumerable.Range(0, graph.NodeCount).Where(graph.IsProfile).ToArray();
            Assert.True(profiles.Length == mirror.Count && profiles.All(profile => graph.MembersOf(profile).SequenceEqual(mirror[profile])),
                Say("the reported changes do not add up"));
        }

        private void Compare()
        {
            TakeChanges();
            var partition = IdentityFunction.Of(calls, commands, world.Limits);
            Assert.True(partition.Profiles.Count == mirror.Count, Say($"{mirror.Count} profiles, not {partition.Profiles.Count}"));
            foreach (var expected in partition.Profiles)
            {
                var profile = graph.ProfileOf(graph.Find(expected.Canonical.ToString()));
                var members = graph.IdentifiersOf(profile).Select(row => row.Identifier).ToHashSet();
                Assert.True(members.SetEquals(expected.Members), Say($"{expected.PrintedUserId} has {string.Join(' ', members)}"));
                Assert.True(graph.IdentifierOf(profile) == expected.Canonical, Say($"{graph.IdentifierOf(profile)} is canonical, not {expected.Canonical}"));
                Assert.True(graph.PrintedUserId(profile) == expected.PrintedUserId, Say($"{expected.PrintedUserId} is printed otherwise"));
                Assert.All(expected.Members, member => Assert.Equal(profile, graph.ProfileOf(graph.Find(PublicIds.Of(member.Key)))));
            }
            Assert.Equal(partition.Quarantined.Order(), graph.Quarantined.Select(row => row.Identifiers).Order());
        }

        private string Say(string what) => $"World {seed}, after {calls.Count} calls and {commands.Count} commands: {what}.";
    }
}
