using System.Globalization;

namespace Ciclo.Tests.Published;

/// <summary>An order as the file says it: who, when (Unix milliseconds), how much.</summary>
internal sealed record FileOrder(string User, long At, decimal Revenue);

/// <summary>
/// A lifecycle of six stages said twice: as a file of rules, and as plain code over a customer's list of orders that knows nothing of rules,
/// folds or events. Both must give the same transitions, to the millisecond.
/// </summary>
internal sealed class OrderStages(string id, bool isForward)
{
    private const long Day = 86_400_000;
    private static readonly string[] Stages = ["awareness", "acquisition", "onboarding", "engagement", "retention", "advocacy"];
    private static readonly int[][] ReturnsTo = [[], [], [], [], [2, 3], [3, 4]];

    public static OrderStages Forward { get; } = new("forward", true);

    public static OrderStages Free { get; } = new("free", false);

    public string Id => id;

    public string Yaml => $"""
        lifecycle: {id}
        movement: {(isForward ? "forward" : "free")}
        stages:
          - id: awareness
          - id: acquisition
            when: ever("Order Completed")
          - id: onboarding
            when: count("Order Completed") >= 2 and sum("Order Completed".revenue) > 20
          - id: engagement
            when: count("Order Completed", 60d) >= 2 or max("Order Completed".revenue, 30d) >= 300
          - id: retention
            when: ever("Order Completed") and since("Order Completed") > 45d
            returns_to: [onboarding, engagement]
          - id: advocacy
            when: sum("Order Completed".revenue, 120d) >= 400
            returns_to: [engagement, retention]

        """;

    /// <summary>What `ciclo transitions` prints as CSV: by user (ordinal), then time.</summary>
    public string Transitions(IEnumerable<FileOrder> orders, long clock)
    {
        var lines = orders.Where(order => order.At <= clock).GroupBy(order => order.User).OrderBy(user => user.Key, StringComparer.Ordinal)
            .SelectMany(user => Moves([.. user.OrderBy(order => order.At)], clock).Select(move => $"{user.Key},{move.From},{move.To},{Text(move.At)}"));
        return "user_id,from,to,at\n" + string.Concat(lines.Select(line => line + "\n"));
    }

    private IEnumerable<(string From, string To, long At)> Moves(FileOrder[] orders, long clock)
    {
        // Nothing changes but when an order comes, when one leaves a window, or when 45 days and a millisecond have passed since the last.
        var instants = orders.SelectMany(order => new[] { 0, 30 * Day, (45 * Day) + 1, 60 * Day, 120 * Day }.Select(after => order.At + after))
            .Where(at => at <= clock).Distinct().Order();
        var stage = 0;
        yield return ("", Stages[0], orders[0].At);
        foreach (var now in instants)
        {
            var held = new HashSet<int> { stage };
            while (Next(stage, orders, now) is var next && held.Add(next))
            {
                yield return (Stages[stage], Stages[next], now);
                stage = next;
            }
        }
    }

    private int Next(int stage, FileOrder[] orders, long now)
    {
        var past = orders.TakeWhile(order => order.At <= now).ToArray();
        for (var candidate = 5; candidate >= 0; candidate--)
        {
            var isAllowed = !isForward || candidate >= stage || ReturnsTo[stage].Contains(candidate);
            if (isAllowed && Holds(candidate, past, now))
            {
                return candidate;
            }
        }
        return isForward ? stage : 0;
    }

    private static bool Holds(int stage, FileOrder[] past, long now)
    {
        return stage switch
        {
            0 => true,
            1 => past.Length > 0,
            2 => past.Length >= 2 && past.Sum(order => order.Revenue) > 20,
            3 => Within(60).Count() >= 2 || Within(30).Any(order => order.Revenue >= 300),
            4 => past.Length > 0 && now - past[^1].At > 45 * Day,
            _ => Within(120).Sum(order => order.Revenue) >= 400,
        };

        IEnumerable<FileOrder> Within(int days) => past.Where(order => order.At > now - (days * Day));
    }

    private static string Text(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
