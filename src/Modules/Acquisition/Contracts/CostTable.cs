using Ciclo.Core.Values;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Acquisition.Contracts;

/// <summary>What a campaign cost on a day, counted in days since 1970-01-01, in a currency; empty for the workspace's own.</summary>
public sealed record CostLine(int Day, string Source, string Medium, string Campaign, Number Cost, string Currency, long Clicks, long Impressions);

/// <summary>Advertising costs as they were imported, for other modules.</summary>
public static class CostTable
{
    /// <summary>All of a workspace, in the order of days and names.</summary>
    public static IReadOnlyList<CostLine> Of(DataHost host, string workspace) => host.Database.Read(connection => new CostStore(workspace).Costs(connection, int.MinValue, int.MaxValue)
        .Select(row => new CostLine(row.Day, row.Source.Source, row.Source.Medium, row.Source.Campaign, row.Cost, row.Currency, row.Clicks, row.Impressions)).ToList());
}
