using Ciclo.Core.Time;

namespace Ciclo.Bench.Questions;

/// <summary>One event of the common data set.</summary>
/// <param name="Profile">From 0.</param>
/// <param name="At">Unix milliseconds, ascending; no two events share one.</param>
/// <param name="Name">Index into <see cref="BenchEvents.Names" />.</param>
/// <param name="Cents">The number `revenue` in hundredths: 0 to 20,000.</param>
/// <param name="Category">Index into <see cref="BenchEvents.Categories" />.</param>
internal readonly record struct BenchEvent(int Profile, long At, int Name, int Cents, int Category)
{
    /// <summary>The same number that a reader of the text with at most two decimals gets: a quotient of two exact numbers is rounded once.</summary>
    public double Revenue => Cents / 100.0;
}

/// <summary>
/// The data set that our side and every peer answer questions about: events of a number of people over 180 days, in the order in which they
/// happened, as sessions in which one step tends to follow another. A few people have many events and most have few. The same arguments give
/// the same events on every machine.
/// </summary>
internal sealed class BenchEvents(long events, int profiles, ulong seed = 20_250_106)
{
    /// <summary>A Monday at midnight UTC, so that weeks since then are calendar weeks.</summary>
    public const long Start = 1_736_121_600_000;

    public const int Days = 180;

    /// <summary>The instant at which questions about "now" are asked: after every event.</summary>
    public const long End = Start + (Days * Durations.Day);

    public static readonly string[] Names =
    [
        "Page Viewed", "Product Viewed", "Product Added", "Checkout Started", "Order Completed", "Email Opened", "Email Clicked", "Signed Up",
        "NPS Answered", "Referral Made",
    ];

    public static readonly string[] Categories = ["books", "music", "garden", "kitchen", "toys", "sports", "shoes", "phones"];

    /// <summary>Per cent of the events that follow from nothing before them, by name.</summary>
    private static readonly int[] Weights = [30, 28, 10, 5, 4, 12, 5, 2, 3, 1];

    /// <summary>What tends to come next, by name; -1: nothing in particular.</summary>
    private static readonly int[] Following = [-1, 2, 3, 4, -1, 6, 1, 0, -1, -1];

    private static readonly int[] Drawn = [.. Weights.SelectMany((weight, name) => Enumerable.Repeat(name, weight))];

    public long Count => events;

    public int Profiles => profiles;

    public static int NameOf(string name) => Array.IndexOf(Names, name);

    public IEnumerable<BenchEvent> Read()
    {
        var random = new SplitMix(seed);
        // A session has an event every ten minutes or so, however many events there are.
        var sessions = new (int Profile, int Last)[Math.Max(1, events / (Days * 144))];
        for (var i = 0; i < sessions.Length; i++)
        {
            sessions[i] = (SomeProfile(random), -1);
        }
        for (var number = 0L; number < events; number++)
        {
            var session = random.Below(sessions.Length);
            var (profile, last) = sessions[session];
            var name = last >= 0 && Following[last] >= 0 && random.Below(100) < 35 ? Following[last] : Drawn[random.Below(Drawn.Length)];
            yield return new BenchEvent(profile, SomeInstant(random, number), name, SomeCents(random), random.Below(Categories.Length));
            sessions[session] = random.Below(10) == 0 ? (SomeProfile(random), -1) : (profile, name);
        }
    }

    /// <summary>Within the number-th of as many equal slots as there are events, so that instants ascend.</summary>
    private long SomeInstant(SplitMix random, long number)
    {
        var (slot, next) = (SlotAt(number), SlotAt(number + 1));
        return next > slot ? slot + random.Below((int)(next - slot)) : throw new InvalidOperationException("More events than milliseconds.");
    }

    private long SlotAt(long number) => Start + checked((End - Start) * number / events);

    /// <summary>The first tenth of the people have a fifth of the events; a prime scatters them over the numbers.</summary>
    private int SomeProfile(SplitMix random)
    {
        var share = random.Share();
        return (int)((long)(profiles * share * Math.Sqrt(share)) * 2_654_435_761 % profiles);
    }

    /// <summary>Whole numbers, tenths and hundredths, a third of each.</summary>
    private static int SomeCents(SplitMix random) => random.Below(3) switch
    {
        0 => 100 * random.Below(201),
        1 => 10 * random.Below(2_001),
        _ => random.Below(20_001),
    };
}

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine and in every version of .NET.</summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong state = seed;

    public int Below(int limit) => (int)(((UInt128)Next() * (ulong)limit) >> 64);

    /// <summary>In [0, 1).</summary>
    public double Share() => (Next() >> 11) * (1.0 / (1UL << 53));

    private ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
