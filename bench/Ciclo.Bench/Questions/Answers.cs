using Ciclo.Core.Time;

namespace Ciclo.Bench.Questions;

/// <summary>
/// What the questions mean, and their answers by plain loops that share nothing with the engine or a peer. Every answer is numbers in one fixed
/// order, as text, so that two sides are equal when their texts are.
/// </summary>
internal static class Answers
{
    /// <summary>
    /// P6. "Product Viewed" with revenue ≥ 50, then "Product Added", "Checkout Started", "Order Completed". A profile reaches step k when some
    /// chain of k events in that order and ascending in time, others between them allowed, ends at most 7 days (inclusive) after its first: ClickHouse's
    /// `windowFunnel` in its default mode, as no two events share an instant. The answer: profiles that reach step 1, 2, 3, 4.
    /// </summary>
    public static string Funnel(ProfileOrder events)
    {
        int[] steps = [Name("Product Viewed"), Name("Product Added"), Name("Checkout Started"), Name("Order Completed")];
        var reached = new int[steps.Length];
        for (var profile = 0; profile < events.Profiles; profile++)
        {
            for (var step = 0; step < Furthest(events.At(profile), events.Names(profile), events.Cents(profile), steps); step++)
            {
                reached[step]++;
            }
        }
        return string.Join(',', reached);
    }

    /// <summary>
    /// P7. Profiles by the week of their first "Signed Up" (weeks of UTC that begin on Monday, the first of the data is 0) and by the weeks since then in
    /// which they have any event. The answer: `week:weeks later=profiles`, ascending, without empty cells.
    /// </summary>
    public static string Retention(ProfileOrder events)
    {
        var cells = new int[27, 27];
        for (var profile = 0; profile < events.Profiles; profile++)
        {
            var at = events.At(profile);
            var first = events.Names(profile).IndexOf((byte)Name("Signed Up"));
            var (cohort, counted) = (first < 0 ? -1 : Week(at[first]), -1);
            for (var i = Math.Max(first, 0); first >= 0 && i < at.Length; i++)
            {
                if (Week(at[i]) != counted)
                {
                    counted = Week(at[i]);
                    cells[cohort, counted - cohort]++;
                }
            }
        }
        return string.Join(' ', from cohort in Enumerable.Range(0, 27) from later in Enumerable.Range(0, 27) where cells[cohort, later] > 0 select $"{cohort}:{later}={cells[cohort, later]}");
    }

    /// <summary>
    /// P7. `count("Order Completed", 90d) >= 3 and sum("Order Completed".revenue) >= 200.005` at the end of the data. No sum of hundredths is
    /// the limit, so that the order in which a side adds does not change its answer. The answer: profiles.
    /// </summary>
    public static string Segment(ProfileOrder events)
    {
        var members = 0;
        for (var profile = 0; profile < events.Profiles; profile++)
        {
            var orders = Of(events, profile, "Order Completed");
            members += orders.Count(order => IsWithin(order.At, 90)) >= 3 && orders.Sum(order => order.Cents) > 20_000 ? 1 : 0;
        }
        return $"{members}";
    }

    /// <summary>
    /// P5's peer. Where everybody with an event stands at the end of the data under a framework of `movement: free` whose stage is the furthest that
    /// holds, and who is in three windowed segments; SQL can say that end state, not the moves on the way there. Stages: awareness; acquisition:
    /// ever("Signed Up"); onboarding: count("Order Completed") >= 1; engagement: >= 2; retention: since("Order Completed") > 55d; advocacy:
    /// ever("Referral Made"). Segments: sum("Order Completed".revenue, 90d) >= 100.005; count("Product Viewed", 30d) >= 3;
    /// days("Order Completed", 180d) >= 2 (days of UTC). The answer: sizes in this order.
    /// </summary>
    public static string Framework(ProfileOrder events)
    {
        var sizes = new int[9];
        for (var profile = 0; profile < events.Profiles; profile++)
        {
            if (events.At(profile).IsEmpty)
            {
                continue;
            }
            var orders = Of(events, profile, "Order Completed");
            var stage = orders.Count == 0 ? (events.Names(profile).Contains((byte)Name("Signed Up")) ? 1 : 0)
                : BenchEvents.End - orders[^1].At > 55 * Durations.Day ? 4
                : orders.Count >= 2 ? 3 : 2;
            sizes[events.Names(profile).Contains((byte)Name("Referral Made")) ? 5 : stage]++;
            sizes[6] += orders.Where(order => IsWithin(order.At, 90)).Sum(order => order.Cents) > 10_000 ? 1 : 0;
            sizes[7] += Of(events, profile, "Product Viewed").Count(view => IsWithin(view.At, 30)) >= 3 ? 1 : 0;
            sizes[8] += orders.Where(order => IsWithin(order.At, 180)).Select(order => order.At / Durations.Day).Distinct().Count() >= 2 ? 1 : 0;
        }
        return string.Join(',', sizes);
    }

    private static int Furthest(ReadOnlySpan<long> at, ReadOnlySpan<byte> names, ReadOnlySpan<int> cents, int[] steps)
    {
        var furthest = 0;
        for (var first = 0; first < at.Length && furthest < steps.Length; first++)
        {
            if (names[first] != steps[0] || cents[first] < 5_000)
            {
                continue;
            }
            // From a given first event, the earliest next step is never worse than a later one.
            var reached = 1;
            for (var i = first + 1; i < at.Length && reached < steps.Length && at[i] <= at[first] + (7 * Durations.Day); i++)
            {
                reached += names[i] == steps[reached] ? 1 : 0;
            }
            furthest = Math.Max(furthest, reached);
        }
        return furthest;
    }

    private static List<(long At, int Cents)> Of(ProfileOrder events, int profile, string name)
    {
        var (wanted, found) = (Name(name), new List<(long, int)>());
        var at = events.At(profile);
        var names = events.Names(profile);
        for (var i = 0; i < at.Length; i++)
        {
            if (names[i] == wanted)
            {
                found.Add((at[i], events.Cents(profile)[i]));
            }
        }
        return found;
    }

    private static bool IsWithin(long at, int days) => at > BenchEvents.End - (days * Durations.Day);

    private static int Week(long at) => (int)((at - BenchEvents.Start) / (7 * Durations.Day));

    private static int Name(string name) => BenchEvents.NameOf(name);
}
