using Ciclo.Core.Events;

namespace Ciclo.Engine.Runtime;

/// <summary>What queries read: valid only inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
public sealed record EngineState(Staged Staged, Placement Placement, Names PlaceNames, WorkspaceRules Rules, long Now)
{
    /// <summary>The currency that the workspace reports in: as set, else the only one in its data; null where there is none or several.</summary>
    public string? Currency => Placement.Settings.Rates is Rates rates ? rates.Currency : null;

    /// <summary>The rates in force, with a count of their own of what had none: to read a number is no new event without one.</summary>
    public Rates ReadingRates() => new(Currency, Rules.Zone, Rules.Rates);

    /// <summary>How often an amount was left out of `money()` for want of a rate, since the rules were put in force.</summary>
    public long WithoutRate => Placement.Settings.Rates is Rates rates ? rates.WithoutRate : 0;
}
