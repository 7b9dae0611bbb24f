using Ciclo.Core.Identity;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>Cuts all profiles into contiguous ranges, so that each scan goes forward, and runs them on all cores.</summary>
internal static class ProfileRanges
{
    /// <summary>More ranges than cores: people with many events are not spread evenly over the numbers.</summary>
    private const int RangesPerCore = 4;

    /// <summary>Below this many identifiers one range is quicker than several.</summary>
    private const int LeastNodes = 4_096;

    /// <summary>What each range answers, in order of profiles.</summary>
    /// <param name="work">Gets the first identifier's number of a range and the number after its last.</param>
    internal static TPart[] Run<TPart>(IdentityGraph identity, Func<int, int, TPart> work, CancellationToken cancellation)
    {
        var nodes = identity.NodeCount;
        var count = Math.Clamp(nodes / LeastNodes, 1, Environment.ProcessorCount * RangesPerCore);
        var parts = new TPart[count];
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, part =>
            parts[part] = work((int)((long)nodes * part / count), (int)((long)nodes * (part + 1) / count)));
        return parts;
    }
}
