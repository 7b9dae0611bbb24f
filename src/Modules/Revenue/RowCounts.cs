namespace Ciclo.Modules.Revenue;

/// <summary>What is behind one number. <paramref name="What"/>: the order it is, if it is one.</summary>
internal readonly record struct Found(int Profile, long At, string What, Int128 Part, Int128 Whole);

/// <summary>Collects the rows behind one number of one period and one value of the breakdown: the latest ones, and the sums of all.</summary>
internal sealed class RowCounts(int period, string breakdown, int most) : Counts
{
    private readonly PriorityQueue<Found, (long, int)> latest = new();
    private Found ofProfile;
    private bool isTouched;

    public long Count { get; private set; }

    public Int128 Part { get; private set; }

    public Int128 Whole { get; private set; }

    public IEnumerable<Found> Rows => latest.UnorderedItems.Select(item => item.Element);

    /// <summary>What an event is in the words of the data.</summary>
    public Func<int, string> WhatIs { get; set; } = _ => "";

    public void Begin(int profile) => (ofProfile, isTouched) = (new Found(profile, long.MinValue, "", 0, 0), false);

    public override void Add(int from, int until, Int128 part, Int128 whole, long at, int e = -1, int group = 0)
    {
        if (from > period || until <= period || (group == 0 ? "" : GroupNames[group - 1]) != breakdown)
        {
            return;
        }
        if (e >= 0)
        {
            Take(new Found(ofProfile.Profile, at, WhatIs(e), part, whole));
            return;
        }
        ofProfile = ofProfile with { At = Math.Max(ofProfile.At, at), Part = ofProfile.Part + part, Whole = ofProfile.Whole + whole };
        isTouched = true;
    }

    /// <summary>What a customer added that is no row of its own is one row.</summary>
    public void End()
    {
        if (isTouched && (ofProfile.Part != 0 || ofProfile.Whole != 0))
        {
            Take(ofProfile);
        }
    }

    private void Take(in Found row)
    {
        Count++;
        Part += row.Part;
        Whole += row.Whole;
        latest.Enqueue(row, (row.At, row.Profile));
        if (latest.Count > most)
        {
            latest.Dequeue();
        }
    }
}
