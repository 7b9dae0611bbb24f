using System.Globalization;
using Ciclo.Core.Rules;
using Ciclo.Tests.Rules.Worlds;

namespace Ciclo.Tests.Rules.Orders;

/// <summary>
/// One lifecycle of six stages over orders, said twice: as rules, and as plain code over a customer's list of orders that knows nothing of
/// rules. Both must give the same transitions, to the millisecond.
/// </summary>
public sealed class SixStages(bool isForward, decimal bigSpend)
{
    private const long Day = 86_400_000;
    private static readonly string[] Stages = ["awareness", "acquisition", "onboarding", "engagement", "retention", "advocacy"];

    private static readonly int[][] Returns = [[], [], [], [], [2, 3], [2, 3, 4]];

    /// <summary>The lifecycle as its file says it, for `ciclo lifecycle apply`.</summary>
    public string Yaml => string.Create(CultureInfo.InvariantCulture, $"""
        lifecycle: customer
        movement: {(isForward ? "forward" : "free")}
        stages:
          - id: awareness
          - id: acquisition
            when: {Rule(1)}
          - id: onboarding
            when: {Rule(2)}
          - id: engagement
            when: {Rule(3)}
          - id: retention
            when: {Rule(4)}
            returns_to: [onboarding, engagement]
          - id: advocacy
            when: {Rule(5)}
            returns_to: [onboarding, engagement, retention]

        """);

    public LifecycleSource Source => new("customer", "UTC", isForward ? Movement.Forward : Movement.Free,
        [.. Stages.Select((id, i) => new StageSource(id, i == 0 ? null : Rule(i), Returns[i], []))], []);

    /// <summary>`user_id,from,to,at` for every transition up to the clock, by user (ordinal) and time, as `ciclo transitions` prints them.</summary>
    public IEnumerable<string> Lines(IEnumerable<Order> orders, long clock) => orders.GroupBy(order => order.User)
        .OrderBy(user => user.Key, StringComparer.Ordinal)
        .SelectMany(user => Transitions([.. user], clock).Select(move => $"{user.Key},{move.From},{move.To},{Core.Time.Instants.Format(move.At)}"));

    public IEnumerable<(string From, string To, long At)> Transitions(IReadOnlyList<Order> orders, long clock)
    {
        // Nothing in the rules can change but at an order, or when one has left a window or is 60 days and a millisecond old.
        var instants = orders.SelectMany(order => new[] { order.At, order.At + 60 * Day + 1, order.At + 90 * Day, order.At + 180 * Day })
            .Where(at => at <= clock).Distinct().Order();
        var stage = -1;
        foreach (var now in instants)
        {
            if (stage < 0)
            {
                stage = 0;
                yield return ("", Stages[0], now);
            }
            var heldNow = new List<int> { stage };
            while (Next(stage, orders, now) is var next && !heldNow.Contains(next))
            {
                yield return (Stages[stage], Stages[next], now);
                stage = next;
                heldNow.Add(next);
            }
        }
    }

    private int Next(int stage, IReadOnlyList<Order> orders, long now)
    {
        for (var candidate = 5; candidate >= 0; candidate--)
        {
            if (Holds(candidate, orders, now) && (!isForward || candidate >= stage || Returns[stage].Contains(candidate)))
            {
                return candidate;
            }
        }
        return isForward ? stage : 0;
    }

    private bool Holds(int stage, IReadOnlyList<Order> orders, long now)
    {
        var past = orders.Where(order => order.At <= now).ToList();
        return stage switch
        {
            0 => true,
            1 => past.Count >= 1,
            2 => past.Count >= 2,
            3 => Within(90).Count() >= 3 || Within(90).Sum(order => order.Revenue) >= bigSpend,
            4 => past.Count >= 1 && now - past.Max(order => order.At) > 60 * Day,
            _ => Within(180).Count() >= 6,
        };

        IEnumerable<Order> Within(int days) => past.Where(order => order.At > now - days * Day);
    }

    private string Rule(int stage) => stage switch
    {
        1 => "count(\"Order Completed\") >= 1",
        2 => "count(\"Order Completed\") >= 2",
        3 => string.Create(CultureInfo.InvariantCulture, $"count(\"Order Completed\", 90d) >= 3 or sum(\"Order Completed\".revenue, 90d) >= {bigSpend}"),
        4 => "count(\"Order Completed\") >= 1 and since(\"Order Completed\") > 60d",
        _ => "count(\"Order Completed\", 180d) >= 6",
    };
}
