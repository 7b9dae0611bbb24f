using System.Text;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Acquisition;

/// <summary>
/// What an order brought, in millionths of the workspace's currency: `revenue`, which holds neither tax nor shipping; else `total` less `tax` and
/// `shipping`. 0 for an order without an amount, or in a currency without a rate.
/// </summary>
internal sealed class OrderAmounts
{
    private byte[] currency = [];
    private string? code;

    public static IReadOnlyList<string> Paths { get; } = ["revenue", "total", "tax", "shipping", "currency", "order_id"];

    public static Value IdOf(in ProfileEvents profile, int index) => profile.Paths[5].Get(index);

    public long Of(in ProfileEvents profile, int index)
    {
        var paths = profile.Paths;
        if (!paths[0].TryGetMicros(index, out var micros))
        {
            if (!paths[1].TryGetMicros(index, out micros))
            {
                return 0;
            }
            micros -= (paths[2].TryGetMicros(index, out var tax) ? tax : 0) + (paths[3].TryGetMicros(index, out var shipping) ? shipping : 0);
        }
        var converted = profile.State.Placement.Settings.Rates.Convert(Number.FromSmallMicros(micros), CurrencyOf(profile, index), profile.Events.At[index]);
        return converted is { } amount && amount.Micros >= long.MinValue && amount.Micros <= long.MaxValue ? (long)amount.Micros : 0;
    }

    /// <summary>Nearly always that of the order before.</summary>
    private string? CurrencyOf(in ProfileEvents profile, int index)
    {
        var said = profile.Events.Event(index).GetText(profile.State.Staged.Paths.Find("currency"));
        if (!said.SequenceEqual(currency))
        {
            (currency, code) = (said.ToArray(), said.IsEmpty ? null : Encoding.UTF8.GetString(said));
        }
        return code;
    }
}
