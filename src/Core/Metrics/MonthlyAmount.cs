using System.Numerics;
using Ciclo.Core.Values;

namespace Ciclo.Core.Metrics;

/// <summary>A subscription's amount as of a month: exact, and rounded once, half to even, to minor units.</summary>
public static class MonthlyAmount
{
    private static readonly BigInteger Million = 1_000_000;
    private static readonly BigInteger Most = 100_000_000_000_000_000;

    /// <summary>
    /// (amount × quantity − discount) of an interval, times the rate, by months: a year's / 12, a week's × 52 / 12, a day's × 365 / 12, each
    /// divided by the count of intervals. Never below 0.
    /// </summary>
    /// <param name="rate">One unit of the terms' currency in the workspace's.</param>
    /// <param name="decimals">Of the workspace's currency.</param>
    /// <returns>Minor units; null for terms without an amount, with an interval that is none, or past all bounds.</returns>
    public static long? Of(in SubscriptionTerms terms, Number rate, int decimals)
    {
        var ((times, by), count) = (FactorOf(terms.Interval), terms.IntervalCount ?? Number.One);
        if (terms.Amount is not { } amount || by == 0 || count <= Number.Zero)
        {
            return null;
        }
        var perInterval = ((BigInteger)amount.Micros * (BigInteger)(terms.Quantity ?? Number.One).Micros) - ((BigInteger)(terms.Discount ?? Number.Zero).Micros * Million);
        if (perInterval.Sign <= 0)
        {
            return 0;
        }
        var dividend = perInterval * (BigInteger)rate.Micros * times * BigInteger.Pow(10, decimals);
        var minor = DivideHalfEven(dividend, Million * Million * by * (BigInteger)count.Micros);
        return minor > Most ? null : (long)minor;
    }

    private static (int Times, int By) FactorOf(BillingInterval interval) => interval switch
    {
        BillingInterval.Day => (365, 12),
        BillingInterval.Week => (52, 12),
        BillingInterval.Month or BillingInterval.Unsaid => (1, 1),
        BillingInterval.Year => (1, 12),
        _ => default,
    };

    private static BigInteger DivideHalfEven(BigInteger dividend, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(dividend, divisor, out var rest);
        var doubled = rest * 2;
        return doubled > divisor || (doubled == divisor && !quotient.IsEven) ? quotient + 1 : quotient;
    }
}
