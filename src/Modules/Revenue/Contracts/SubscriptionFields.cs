using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Revenue.Contracts;

/// <summary>
/// How a change of a subscription is read from its event: one reading for whoever books MRR. Its paths follow those of <see cref="OrderFields"/>, of which it
/// reads the currency.
/// </summary>
public static class SubscriptionFields
{
    public static IReadOnlyList<string> Paths { get; } = ["subscription_id", "plan", "amount", "interval", "interval_count", "quantity", "discount", "effective_at"];

    /// <summary>What an event of that name does to a subscription; null for any other event.</summary>
    public static SubscriptionChange? ChangeOf(string name) => name switch
    {
        "Subscription Started" => SubscriptionChange.Started,
        "Subscription Updated" => SubscriptionChange.Updated,
        "Subscription Paused" => SubscriptionChange.Paused,
        "Subscription Resumed" => SubscriptionChange.Resumed,
        "Subscription Cancelled" => SubscriptionChange.Cancelled,
        "Subscription Renewed" => SubscriptionChange.Renewed,
        _ => null,
    };

    /// <param name="fields">Of the customer.</param>
    /// <param name="first">The place of the first of <see cref="Paths"/>.</param>
    /// <param name="change">What the event does.</param>
    /// <param name="e">The event's index.</param>
    /// <param name="at">Its timestamp.</param>
    /// <param name="plans">Gives plans their numbers.</param>
    /// <param name="zone">Of instants that say none.</param>
    public static SubscriptionEvent Read(EventFields fields, int first, SubscriptionChange change, int e, long at, Names plans, Zone zone)
    {
        var terms = change is SubscriptionChange.Started or SubscriptionChange.Updated
            ? new SubscriptionTerms(
                fields.Number(first + 2, e), IntervalOf(fields.Text(first + 3, e)), fields.Number(first + 4, e), fields.Number(first + 5, e), fields.Number(first + 6, e),
                fields.Word(OrderFields.Currency, e), PlanOf(fields, first + 1, e, plans))
            : SubscriptionTerms.Unsaid;
        return new SubscriptionEvent(change, EffectiveAt(fields.Text(first + 7, e), zone) ?? at, fields.Id(first, e), terms);
    }

    private static int PlanOf(EventFields fields, int place, int e, Names plans)
    {
        var text = fields.Text(place, e);
        return !text.IsEmpty ? plans.Add(text) : fields.Number(place, e) is { } number ? plans.Add(number.ToString()) : Names.None;
    }

    private static BillingInterval IntervalOf(ReadOnlySpan<byte> text) =>
        text.IsEmpty ? BillingInterval.Unsaid
        : text.SequenceEqual("month"u8) ? BillingInterval.Month
        : text.SequenceEqual("year"u8) ? BillingInterval.Year
        : text.SequenceEqual("week"u8) ? BillingInterval.Week
        : text.SequenceEqual("day"u8) ? BillingInterval.Day
        : BillingInterval.Unknown;

    private static long? EffectiveAt(ReadOnlySpan<byte> text, Zone zone)
    {
        if (text.IsEmpty || text.Length > 40)
        {
            return null;
        }
        Span<char> chars = stackalloc char[40];
        return Encoding.UTF8.TryGetChars(text, chars, out var length) && Instants.TryParse(chars[..length], zone, out var ms) ? ms : null;
    }
}
