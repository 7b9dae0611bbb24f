using Ciclo.Core.Metrics;
using Ciclo.Core.Values;

namespace Ciclo.Modules.Acquisition;

/// <summary>What a campaign cost on a day, counted in days since 1970-01-01. <paramref name="Currency"/> is empty for the workspace's own.</summary>
public sealed record CostRow(int Day, ChannelSource Source, Number Cost, string Currency, long Clicks, long Impressions);

/// <summary>How many followed on a network on a day.</summary>
public sealed record FollowerRow(int Day, string Network, long Followers);
