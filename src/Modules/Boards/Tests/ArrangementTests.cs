namespace Ciclo.Modules.Boards.Tests;

/// <summary>Cards in a grid, over random dashboards: the seed of what fails is in the message.</summary>
public sealed class ArrangementTests
{
    private const int Worlds = 300;

    [Fact]
    public void No_two_cards_overlap_and_the_order_of_reading_is_the_order_of_the_cards()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var places = Arrangement.Place([.. Cards(new Random(seed)).Select(card => card.Size)]);
            var taken = new HashSet<(int, int)>();
            for (var i = 0; i < places.Count; i++)
            {
                var place = places[i];
                Assert.True(place.Column >= 0 && place.Column + place.Width <= Arrangement.Columns, $"seed {seed}: card {i} sticks out");
                Assert.All(Enumerable.Range(place.Column, place.Width), column => Assert.True(taken.Add((place.Row, column)), $"seed {seed}: two cards at row {place.Row}, column {column}"));
                Assert.True(i == 0 || (place.Row, place.Column).CompareTo((places[i - 1].Row, places[i - 1].Column)) > 0, $"seed {seed}: card {i} stands before the one before it");
            }
        }
    }

    [Fact]
    public void No_row_has_room_for_the_card_that_begins_the_next()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var places = Arrangement.Place([.. Cards(new Random(seed)).Select(card => card.Size)]);
            Assert.All(Enumerable.Range(1, Math.Max(0, places.Count - 1)).Where(i => places[i].Row > places[i - 1].Row), i =>
                Assert.True(places[i].Row == places[i - 1].Row + 1 && places[i - 1].Column + places[i - 1].Width + places[i].Width > Arrangement.Columns, $"seed {seed}: card {i}"));
        }
    }

    [Fact]
    public void Whatever_is_moved_resized_or_dragged_no_card_is_lost_and_the_others_keep_their_order()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var random = new Random(seed);
            var before = Cards(random);
            var moved = before[random.Next(before.Count)].Id;
            var after = random.Next(3) switch
            {
                0 => Arrangement.Move(before, moved, random.Next(-50, 50)),
                1 => Arrangement.Resize(before, moved, (CardSize)random.Next(4)),
                _ => Dragged(before, moved, random.Next(before.Count)),
            };
            Assert.Equal(before.Select(card => card.Id).Order(StringComparer.Ordinal), after.Select(card => card.Id).Order(StringComparer.Ordinal));
            Assert.Equal(before.Where(card => card.Id != moved).Select(card => card.Id), after.Where(card => card.Id != moved).Select(card => card.Id));
        }
    }

    [Fact]
    public void One_step_back_and_one_on_leave_all_as_it_was_and_ends_hold()
    {
        var cards = Cards(new Random(1));
        Assert.Equal(cards, Arrangement.Move(Arrangement.Move(cards, cards[2].Id, -1), cards[2].Id, 1));
        Assert.Equal(cards, Arrangement.Move(cards, cards[0].Id, -1));
        Assert.Equal(cards, Arrangement.Move(cards, cards[^1].Id, 1));
        Assert.Equal(cards, Arrangement.Move(cards, "no-such-card", 1));
    }

    [Fact]
    public void An_order_with_unknown_doubled_or_missing_cards_loses_none()
    {
        var cards = Cards(new Random(2)).Take(4).ToList();
        var (a, b, c, d) = (cards[0].Id, cards[1].Id, cards[2].Id, cards[3].Id);
        Assert.Equal([d, b, c, a], Arrangement.Order(cards, [d, "gone", b, b, c, a]).Select(card => card.Id));
        Assert.Equal([c, b, a, d], Arrangement.Order(cards, [c, a]).Select(card => card.Id));
        Assert.Equal(cards, Arrangement.Order(cards, []));
    }

    private static IReadOnlyList<BoardCard> Dragged(IReadOnlyList<BoardCard> cards, string id, int to)
    {
        var ids = cards.Select(card => card.Id).Where(one => one != id).ToList();
        ids.Insert(Math.Min(to, ids.Count), id);
        return Arrangement.Order(cards, ids);
    }

    private static List<BoardCard> Cards(Random random) =>
        [.. Enumerable.Range(0, random.Next(5, 40)).Select(i => new BoardCard($"c{i}", CardKind.Number, (CardSize)random.Next(4)))];
}
