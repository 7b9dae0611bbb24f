namespace Ciclo.Core.Predict.Recommend;

/// <summary>What is known of each item, by its number; a price that is not known is NaN.</summary>
public sealed record Catalogue(bool[] InStock, int[] Category, double[] Price)
{
    public int Count => InStock.Length;
}

/// <summary>What may be offered. What is not in stock never is; what has no known price is not where a price is asked for.</summary>
/// <param name="Category">One category only; null for all.</param>
/// <param name="LeastPrice">In the catalogue's money, included.</param>
/// <param name="MostPrice">In the catalogue's money, included.</param>
/// <param name="BoughtToo">Also what the person had before: things that are bought again.</param>
public readonly record struct OfferFilter(int? Category = null, double? LeastPrice = null, double? MostPrice = null, bool BoughtToo = false)
{
    public bool Admits(Catalogue catalogue, int item) =>
        catalogue.InStock[item] && (Category is not { } category || catalogue.Category[item] == category)
        && (LeastPrice is not { } least || catalogue.Price[item] >= least) && (MostPrice is not { } most || catalogue.Price[item] <= most);
}

/// <summary>An item to offer.</summary>
/// <param name="Because">The item of the person's history that speaks most for it; −1 where it is offered because it is popular.</param>
public readonly record struct Offer(int Item, float Score, int Because);

/// <summary>
/// Answers what to offer to a person, from memory, for many threads at a time. Somebody without a history gets what is popular in the segment; so does whoever's history fills fewer places
/// than asked for.
/// </summary>
public sealed class Offers(IRecommender model, Popular popular, Catalogue catalogue) : IDisposable
{
    /// <summary>Places that can be asked for at once.</summary>
    public const int Most = 100;

    /// <summary>So many times the places asked for are weighed against each other for diversity.</summary>
    private const int Pool = 5;

    private readonly ThreadLocal<Scratch> scratch = new(() => new Scratch(catalogue.Count));

    /// <summary>
    /// Fills <paramref name="into"/> with what fits best, the best first, and gives how many there are. Takes no memory once a thread has asked before.
    /// </summary>
    /// <param name="history">Items of the person, each once, in ascending order.</param>
    /// <param name="diversity">From 0 (the best scores) to 1 (a category comes again only when all others did): J. Carbonell and J. Goldstein, The use of MMR, SIGIR 1998.</param>
    public int For(ReadOnlySpan<int> history, int segment, OfferFilter filter, double diversity, Span<Offer> into) => For(history, history, segment, filter, diversity, into);

    /// <summary>The same where the history holds more than what was bought, such as what the person looked at.</summary>
    /// <param name="bought">What is not offered unless <see cref="OfferFilter.BoughtToo"/>.</param>
    public int For(ReadOnlySpan<int> history, ReadOnlySpan<int> bought, int segment, OfferFilter filter, double diversity, Span<Offer> into)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(into.Length, Most);
        var mine = scratch.Value!;
        var count = 0;
        if (!history.IsEmpty)
        {
            model.Score(history, mine.Scores);
            count = Fill(mine, history, bought, filter, diversity, into, known: true);
        }
        if (count < into.Length)
        {
            popular.ScoreOfSegment(segment, mine.Scores);
            foreach (var offer in into[..count])
            {
                mine.Scores[offer.Item] = 0;
            }
            count += Fill(mine, history, bought, filter, diversity, into[count..], known: false);
        }
        return count;
    }

    public void Dispose() => scratch.Dispose();

    private int Fill(Scratch mine, ReadOnlySpan<int> history, ReadOnlySpan<int> bought, OfferFilter filter, double diversity, Span<Offer> into, bool known)
    {
        var (scores, top) = (mine.Scores, diversity > 0 ? mine.Wide : mine.Narrow);
        top.Clear(diversity > 0 ? into.Length * Pool : into.Length);
        if (!filter.BoughtToo)
        {
            foreach (var item in bought)
            {
                scores[item] = 0;
            }
        }
        for (var item = 0; item < scores.Length; item++)
        {
            // A score of 0 or less speaks for nothing.
            if (scores[item] > 0 && filter.Admits(catalogue, item))
            {
                top.Offer(item, scores[item]);
            }
        }
        top.Sort();
        return diversity > 0 ? Spread(top, history, diversity, into, known) : Copy(top, history, into, known);
    }

    private int Copy(TopItems top, ReadOnlySpan<int> history, Span<Offer> into, bool known)
    {
        for (var place = 0; place < top.Count; place++)
        {
            into[place] = OfferOf(top, place, history, known);
        }
        return top.Count;
    }

    private int Spread(TopItems top, ReadOnlySpan<int> history, double diversity, Span<Offer> into, bool known)
    {
        Span<bool> taken = stackalloc bool[top.Count];
        taken.Clear();
        var count = 0;
        for (; count < Math.Min(into.Length, top.Count); count++)
        {
            var (best, bestWorth) = (-1, double.NegativeInfinity);
            for (var place = 0; place < top.Count; place++)
            {
                if (taken[place])
                {
                    continue;
                }
                var likeness = IsLikeOne(top.Items[place], into[..count]) ? 1 : 0;
                var worth = ((1 - diversity) * top.Scores[place] / top.Scores[0]) - (diversity * likeness);
                (best, bestWorth) = worth > bestWorth ? (place, worth) : (best, bestWorth);
            }
            taken[best] = true;
            into[count] = OfferOf(top, best, history, known);
        }
        return count;
    }

    private bool IsLikeOne(int item, ReadOnlySpan<Offer> offers)
    {
        foreach (var offer in offers)
        {
            if (catalogue.Category[offer.Item] == catalogue.Category[item])
            {
                return true;
            }
        }
        return false;
    }

    private Offer OfferOf(TopItems top, int place, ReadOnlySpan<int> history, bool known) =>
        new(top.Items[place], top.Scores[place], known ? model.Because(history, top.Items[place]) : -1);

    private sealed class Scratch(int items)
    {
        public float[] Scores { get; } = new float[items];

        public TopItems Narrow { get; } = new(Most);

        public TopItems Wide { get; } = new(Most * Pool);
    }
}
