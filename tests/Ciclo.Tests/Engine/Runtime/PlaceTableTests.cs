using System.Text;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;

namespace Ciclo.Tests.Engine.Runtime;

public sealed class PlaceTableTests
{
    private const int Profiles = 400;

    [Fact]
    public void A_table_holds_what_a_dictionary_of_objects_would()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var (table, model) = Live(seed, 3_000);
            Assert.True(Says(table) == Says(model), $"seed {seed}");
            Assert.Equal(model.Count, table.Count);
        }
    }

    [Fact]
    public void The_way_over_all_shards_meets_every_place_once_as_it_stands()
    {
        var (table, model) = Live(11, 3_000);
        var met = new Dictionary<int, ProfilePlace>();
        for (var shard = 0; shard < PlaceTable.ShardCount; shard++)
        {
            table.Each(shard, (profile, place) => met.Add(profile, place.ToPlace()));
        }
        Assert.Equal(Says(model), Says(met));
    }

    [Fact]
    public void A_snapshot_is_what_the_table_was_whatever_happens_to_the_table_then()
    {
        var (table, model) = Live(7, 2_000);
        var snapshot = table.Capture();
        foreach (var profile in table.Profiles().ToList())
        {
            table.Remove(profile);
        }
        Assert.Equal(Says(model), Says(PlaceSnapshot.Read(new BinaryReader(new MemoryStream(Written(snapshot))))));
    }

    [Fact]
    public void Places_that_were_cut_short_are_refused()
    {
        var bytes = Written(Live(3, 50).Table.Capture());
        for (var length = 0; length < bytes.Length; length += 7)
        {
            var cut = new BinaryReader(new MemoryStream(bytes[..length]));
            Assert.Throws<InvalidDataException>(() => PlaceSnapshot.Read(cut));
        }
    }

    [Fact]
    public void Bytes_that_are_no_places_are_refused_or_can_be_read_to_their_end()
    {
        var whole = Written(Live(5, 400).Table.Capture());
        var refused = 0;
        for (var seed = 0; seed < 8_000; seed++)
        {
            var random = new Random(seed);
            var damaged = whole.ToArray();
            for (var changes = random.Next(1, 5); changes > 0; changes--)
            {
                damaged[random.Next(damaged.Length)] = random.Next(3) == 0 ? (byte)255 : (byte)random.Next(256);
            }
            var error = Record.Exception(() => Says(PlaceSnapshot.Read(new BinaryReader(new MemoryStream(damaged)))));
            Assert.True(error is null or InvalidDataException, $"seed {seed}: {error}");
            refused += error is null ? 0 : 1;
        }
        Assert.InRange(refused, 800, 7_999);
    }

    [Fact]
    public void A_snapshot_stays_what_it_was_while_everything_changes_and_its_pages_are_used_again()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var (table, model) = Live(seed, 3_000);
            for (var round = 0; round < 6; round++)
            {
                var expected = Says(table);
                var snapshot = table.Capture();
                Change(table, model, random, 1_500);
                Assert.True(expected == Says(PlaceSnapshot.Read(new BinaryReader(new MemoryStream(Written(snapshot))))), $"seed {seed} round {round}");
                snapshot.Dispose();
                Change(table, model, random, 500);
                Assert.True(Says(table) == Says(model), $"seed {seed} round {round}");
            }
        }
    }

    [Fact]
    public void What_is_given_up_makes_room_for_what_comes()
    {
        var table = new PlaceTable();
        table.Reserve(64);
        for (var round = 0; round < 100_000; round++)
        {
            table.Set(round % 64, [new PlacedMove(0, -1, round % 3, round)], [new Membership(1, round)], round);
        }
        Assert.InRange(table.Size, 1, 200_000);
    }

    [Fact]
    public void A_place_takes_fewer_than_a_hundred_bytes()
    {
        var table = new PlaceTable();
        table.Reserve(20_000);
        for (var profile = 0; profile < 20_000; profile++)
        {
            table.Set(profile, [new PlacedMove(0, -1, 1, profile), new PlacedMove(0, 1, 2, profile), new PlacedMove(0, 2, 3, profile)], [new Membership(9, 1), new Membership(8, 2)], 5);
        }
        Assert.InRange(table.Size / 20_000.0, 40, 100);
    }

    private static (PlaceTable Table, Dictionary<int, ProfilePlace> Model) Live(int seed, int steps)
    {
        var random = new Random(seed);
        var (table, model) = (new PlaceTable(), new Dictionary<int, ProfilePlace>());
        table.Reserve(Profiles);
        Change(table, model, random, steps);
        return (table, model);
    }

    private static void Change(PlaceTable table, Dictionary<int, ProfilePlace> model, Random random, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            var profile = random.Next(Profiles);
            if (!model.TryGetValue(profile, out var known) || random.Next(4) == 0)
            {
                var fresh = new ProfilePlace { Moves = Moves(random), Memberships = Memberships(random), NextDeadline = random.NextInt64() };
                table.Set(profile, fresh.Moves, fresh.Memberships, fresh.NextDeadline);
                model[profile] = fresh;
                continue;
            }
            switch (random.Next(4))
            {
                case 0:
                    var more = Moves(random);
                    table.Append(profile, more);
                    model[profile] = new ProfilePlace { Moves = [.. known.Moves, .. more], Memberships = known.Memberships, NextDeadline = known.NextDeadline };
                    break;
                case 1:
                    var memberships = Memberships(random);
                    table.SetMemberships(profile, memberships);
                    model[profile] = new ProfilePlace { Moves = known.Moves, Memberships = memberships, NextDeadline = known.NextDeadline };
                    break;
                case 2:
                    var deadline = random.Next(2) == 0 ? Instants.Never : random.NextInt64();
                    table.SetDeadline(profile, deadline);
                    model[profile] = new ProfilePlace { Moves = known.Moves, Memberships = known.Memberships, NextDeadline = deadline };
                    break;
                default:
                    table.Remove(profile);
                    model.Remove(profile);
                    break;
            }
        }
    }

    private static PlacedMove[] Moves(Random random) => [.. Enumerable.Range(0, random.Next(6)).Select(_ =>
        new PlacedMove(random.Next(3), random.Next(-1, 300), random.Next(20_000), random.NextInt64(Instants.MinMs, Instants.MaxMs)))];

    private static Membership[] Memberships(Random random) =>
        [.. Enumerable.Range(0, random.Next(4)).Select(_ => new Membership(random.Next(40_000), random.NextInt64(-1_000, 4_000_000_000_000)))];

    private static byte[] Written(PlaceSnapshot snapshot)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        snapshot.Write(writer);
        return stream.ToArray();
    }

    private static string Says(PlaceTable table) => Says(table.Profiles().ToDictionary(profile => profile, profile => table.Of(profile)!));

    private static string Says(Dictionary<int, ProfilePlace> places)
    {
        var text = new StringBuilder();
        foreach (var (profile, place) in places.OrderBy(pair => pair.Key))
        {
            text.AppendLine($"{profile}: {string.Join(' ', place.Moves)} | {string.Join(' ', place.Memberships)} | {place.NextDeadline}");
        }
        return text.ToString();
    }
}
