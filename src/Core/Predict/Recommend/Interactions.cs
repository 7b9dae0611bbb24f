namespace Ciclo.Core.Predict.Recommend;

/// <summary>Who had to do with what: people and items by number, each pair once, items of a person in ascending order.</summary>
public sealed class Interactions
{
    private readonly int[] begins;
    private readonly int[] items;

    private Interactions(int[] begins, int[] items, int itemCount)
    {
        this.begins = begins;
        this.items = items;
        ItemCount = itemCount;
    }

    public int People => begins.Length - 1;

    public int ItemCount { get; }

    /// <summary>Pairs of a person and an item.</summary>
    public int Count => items.Length;

    public ReadOnlySpan<int> Of(int person) => items.AsSpan(begins[person], begins[person + 1] - begins[person]);

    /// <summary>From pairs in any order, repeated or not.</summary>
    public static Interactions From(ReadOnlySpan<(int Person, int Item)> pairs, int people, int itemCount)
    {
        var sorted = pairs.ToArray();
        Array.Sort(sorted);
        var (begins, items) = (new int[people + 1], new List<int>(sorted.Length));
        var last = (Person: -1, Item: -1);
        foreach (var pair in sorted)
        {
            if (pair != last)
            {
                items.Add(pair.Item);
                begins[pair.Person + 1]++;
                last = pair;
            }
        }
        for (var person = 0; person < people; person++)
        {
            begins[person + 1] += begins[person];
        }
        return new(begins, [.. items], itemCount);
    }

    /// <summary>How many people had to do with each item.</summary>
    public int[] PeopleOfItems()
    {
        var counts = new int[ItemCount];
        foreach (var item in items)
        {
            counts[item]++;
        }
        return counts;
    }

    /// <summary>The same with people and items changed about.</summary>
    public Interactions Turned()
    {
        var turned = new int[ItemCount + 1];
        foreach (var item in items)
        {
            turned[item + 1]++;
        }
        for (var item = 0; item < ItemCount; item++)
        {
            turned[item + 1] += turned[item];
        }
        var (at, people) = (turned[..^1], new int[items.Length]);
        for (var person = 0; person < People; person++)
        {
            foreach (var item in Of(person))
            {
                people[at[item]++] = person;
            }
        }
        return new(turned, people, People);
    }
}
