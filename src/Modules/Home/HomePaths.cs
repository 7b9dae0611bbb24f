using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Home;

/// <summary>Addresses of this module's pages.</summary>
internal static class HomePaths
{
    /// <param name="lifecycle">Whose stage it is.</param>
    /// <param name="stage">The stage's index.</param>
    /// <param name="period">The fields that ask for a period; empty for the usual one.</param>
    public static string OfStage(LifecycleInfo lifecycle, int stage, string period = "") =>
        $"/stages/{Uri.EscapeDataString(lifecycle.Id)}/{Uri.EscapeDataString(lifecycle.Stages[stage].Id)}{(period.Length == 0 ? "" : "?" + period)}";
}
