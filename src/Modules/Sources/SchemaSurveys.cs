using System.Collections.Concurrent;
using Ciclo.Core.Events;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Sources;

/// <summary>
/// Looks through histories for what events look like, in pieces of some milliseconds between which the engine goes on, and no longer than
/// <see cref="Budget"/>: of a large workspace it sees a sample, spread evenly over its identifiers. An answer is kept for a minute.
/// </summary>
internal sealed class SchemaSurveys(DataHost host)
{
    private const int MostShapes = 3_000;
    private const int NodesPerLook = 64;

    /// <summary>Of one identifier; a kiosk with millions of events must not hold the engine.</summary>
    private const int MostPerNode = 20_000;

    /// <summary>A prime, so that steps of it come by every identifier once, and neighbours in time are far apart.</summary>
    private const long Stride = 7_368_787;

    private const long KeptMs = 60_000;

    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(1_500);

    private readonly ConcurrentDictionary<string, (long At, SchemaSurvey Survey)> known = new(StringComparer.Ordinal);

    public static SchemaSurveys Of(DataHost host) => host.Shared(held => new SchemaSurveys(held));

    public SchemaSurvey Of(WorkspaceEngine engine, CancellationToken cancellation)
    {
        var now = host.NowMs;
        if (known.TryGetValue(engine.Id, out var held) && now - held.At is >= 0 and < KeptMs)
        {
            return held.Survey;
        }
        var survey = Look(engine, cancellation);
        known[engine.Id] = (now, survey);
        return survey;
    }

    private SchemaSurvey Look(WorkspaceEngine engine, CancellationToken cancellation)
    {
        var started = host.Clock.GetTimestamp();
        var shapes = new Dictionary<(CallType, int), EventShape>();
        var all = engine.Read(state => state.Staged.Identity.NodeCount);
        var (done, looked) = (0, 0L);
        while (done < all && host.Clock.GetElapsedTime(started) < Budget)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = (done, Math.Min(all, done + NodesPerLook));
            looked += engine.Read(state =>
            {
                using var reader = new HistoryReader(state.Staged.History);
                var sum = 0L;
                for (var i = from; i < to; i++)
                {
                    sum += AddNode(reader, all % Stride == 0 ? i : (int)(i * Stride % all), shapes);
                }
                return sum;
            });
            done = to;
        }
        return new SchemaSurvey(shapes, done, all, looked, (long)host.Clock.GetElapsedTime(started).TotalMilliseconds);
    }

    private static int AddNode(HistoryReader reader, int node, Dictionary<(CallType, int), EventShape> shapes)
    {
        reader.Open([node]);
        var count = 0;
        while (count < MostPerNode && reader.Next(out var e))
        {
            count++;
            var key = (e.Type, e.Type == CallType.Track ? e.Name : -1);
            if (!shapes.TryGetValue(key, out var shape))
            {
                if (shapes.Count >= MostShapes)
                {
                    continue;
                }
                shapes.Add(key, shape = new EventShape());
            }
            shape.Add(e);
        }
        return count;
    }
}
