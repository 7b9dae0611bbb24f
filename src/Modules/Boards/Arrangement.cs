namespace Ciclo.Modules.Boards;

/// <summary>Where a card stands in a grid of 12 columns; rows count from 0.</summary>
public readonly record struct CardPlace(int Row, int Column, int Width);

/// <summary>
/// Cards stand in their order, from the start of a row to its end; one that does not fit any more begins the next. So no two can overlap, whoever moves
/// what, and the order is the same for the eye, the keyboard, a phone and a page of paper.
/// </summary>
public static class Arrangement
{
    public const int Columns = 12;

    public static int WidthOf(CardSize size) => size switch { CardSize.Small => 3, CardSize.Medium => 4, CardSize.Large => 6, _ => Columns };

    public static IReadOnlyList<CardPlace> Place(IReadOnlyList<CardSize> sizes)
    {
        var places = new CardPlace[sizes.Count];
        var (row, column) = (0, 0);
        for (var i = 0; i < sizes.Count; i++)
        {
            var width = WidthOf(sizes[i]);
            if (column + width > Columns)
            {
                (row, column) = (row + 1, 0);
            }
            places[i] = new CardPlace(row, column, width);
            column += width;
        }
        return places;
    }

    /// <summary>A card goes so many places back (below 0) or on; past an end it stays there.</summary>
    public static IReadOnlyList<BoardCard> Move(IReadOnlyList<BoardCard> cards, string id, int by)
    {
        var from = IndexOf(cards, id);
        if (from < 0)
        {
            return cards;
        }
        var moved = cards.ToList();
        moved.RemoveAt(from);
        moved.Insert(Math.Clamp(from + by, 0, moved.Count), cards[from]);
        return moved;
    }

    public static IReadOnlyList<BoardCard> Resize(IReadOnlyList<BoardCard> cards, string id, CardSize size) => [.. cards.Select(card => card.Id == id ? card with { Size = size } : card)];

    /// <summary>The cards in the order of ids; one that is not named keeps its place after those that stood before it.</summary>
    public static IReadOnlyList<BoardCard> Order(IReadOnlyList<BoardCard> cards, IReadOnlyList<string> ids)
    {
        var wanted = ids.Distinct(StringComparer.Ordinal).Where(id => IndexOf(cards, id) >= 0).ToHashSet(StringComparer.Ordinal);
        var next = new Queue<BoardCard>(ids.Where(wanted.Remove).Select(id => cards[IndexOf(cards, id)]));
        var named = next.Select(card => card.Id).ToHashSet(StringComparer.Ordinal);
        return [.. cards.Select(card => named.Contains(card.Id) ? next.Dequeue() : card)];
    }

    private static int IndexOf(IReadOnlyList<BoardCard> cards, string id)
    {
        for (var i = 0; i < cards.Count; i++)
        {
            if (cards[i].Id == id)
            {
                return i;
            }
        }
        return -1;
    }
}
