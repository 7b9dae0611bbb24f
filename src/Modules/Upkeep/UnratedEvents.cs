using Ciclo.Core.Folds;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Upkeep;

/// <summary>Events in a currency for which their day has no rate: `money()` leaves them out.</summary>
internal static class UnratedEvents
{
    private static readonly Number One = Number.Parse("1");

    /// <summary>Counted in the data and not while folding, which looks at an event as often as its person's history is made anew.</summary>
    public static long Count(EngineState state)
    {
        var currency = state.Staged.Paths.Find("currency");
        if (currency < 0)
        {
            return 0;
        }
        var reader = new MoneyReader(currency, state.Placement.Settings.Rates);
        using var events = new HistoryReader(state.Staged.History);
        var count = 0L;
        for (var node = 0; node < state.Staged.Identity.NodeCount; node++)
        {
            events.Open([node]);
            while (events.Next(out var e))
            {
                count += reader.Convert(One, e) is null ? 1 : 0;
            }
        }
        return count;
    }
}
