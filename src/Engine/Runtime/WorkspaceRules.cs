using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// What a workspace's histories depend on beside the journal: current definitions with their versions (`lifecycle:ID` → version),
/// its currency and zone, dated rates, event aliases.
/// </summary>
public sealed record WorkspaceRules(
    DefinitionSet Definitions,
    IReadOnlyDictionary<string, int> Versions,
    string? Currency,
    Zone Zone,
    IReadOnlyList<(string Currency, int Day, Number Rate)> Rates,
    IReadOnlyDictionary<string, string> Aliases)
{
    public static WorkspaceRules Empty { get; } =
        new(DefinitionSet.Empty, new Dictionary<string, int>(), null, Zone.Utc, [], new Dictionary<string, string>());

    /// <summary>Equal for equal rules: tells whether places of an earlier run were made under these.</summary>
    public string Fingerprint => string.Join(';', Versions.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"))
        + $"|{Currency}|{Zone.Id}|{string.Join(';', Rates.Select(rate => $"{rate.Currency}{rate.Day}={rate.Rate}"))}"
        + $"|{StagingFingerprint}";

    /// <summary>Equal where the journal is staged alike: names stand in the staged events as the aliases made them.</summary>
    public string StagingFingerprint =>
        string.Join(';', Aliases.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    public int VersionOf(string lifecycle) => Versions.GetValueOrDefault("lifecycle:" + lifecycle);
}
