using System.Collections.Concurrent;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;

namespace Ciclo.Modules.Access;

/// <summary>The figures of the frame around pages. Counting people passes over all of them, so a count is kept for some seconds.</summary>
internal sealed class FrameCounts
{
    private const long KeptMs = 10_000;

    private readonly ConcurrentDictionary<string, (long At, int People)> known = new(StringComparer.Ordinal);

    public FrameFigures Of(WorkspaceEngine engine, long now)
    {
        if (!known.TryGetValue(engine.Id, out var counted) || now - counted.At is < 0 or > KeptMs)
        {
            known[engine.Id] = counted = (now, engine.Read(state => Queries.AllProfiles(state).Count()));
        }
        return new FrameFigures(counted.People, engine.Pulses.All.LastMinute(now));
    }
}
