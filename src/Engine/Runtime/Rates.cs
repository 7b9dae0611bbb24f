using Ciclo.Core.Folds;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// Dated rates to the workspace's currency: an amount of day D takes the rate of the latest date up to D. An amount without a currency, or
/// in the workspace's own, is taken as it is.
/// </summary>
public sealed class Rates : IRates
{
    private readonly Dictionary<string, (int Day, Number Rate)[]> byCurrency;
    private readonly string? currency;
    private readonly Zone zone;
    private long withoutRate;

    public Rates(string? currency, Zone zone, IEnumerable<(string Currency, int Day, Number Rate)> rows)
    {
        this.currency = currency;
        this.zone = zone;
        byCurrency = rows.GroupBy(row => row.Currency, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => group.Select(row => (row.Day, row.Rate)).OrderBy(row => row.Day).ToArray(), StringComparer.OrdinalIgnoreCase);
    }

    public static Rates None { get; } = new(null, Zone.Utc, []);

    public string? Currency => currency;

    public bool HasRateFor(string code) => byCurrency.ContainsKey(code);

    /// <summary>How often an amount was left out for want of a rate since these rates were loaded.</summary>
    public long WithoutRate => Interlocked.Read(ref withoutRate);

    public Number? Convert(Number amount, string? from, long at)
    {
        if (from is null || (currency is not null && string.Equals(from, currency, StringComparison.OrdinalIgnoreCase)))
        {
            return amount;
        }
        if (byCurrency.TryGetValue(from, out var rates))
        {
            var day = zone.DayOf(at);
            for (var i = rates.Length - 1; i >= 0; i--)
            {
                if (rates[i].Day <= day)
                {
                    return Number.Multiply(amount, rates[i].Rate);
                }
            }
        }
        Interlocked.Increment(ref withoutRate);
        return null;
    }
}
