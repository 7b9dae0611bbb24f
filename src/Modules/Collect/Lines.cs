using System.Runtime.CompilerServices;
using Ciclo.Modules.Collect.Contracts;

namespace Ciclo.Modules.Collect;

/// <summary>
/// The requests of one workspace between their body's last byte and their answer. They are read on all cores but one, in the order of
/// arrival: however many come at once, another workspace's request finds a core and waits behind none of them.
/// </summary>
#pragma warning disable CA1001 // A SemaphoreSlim whose wait handle nobody asks for holds nothing to dispose of.
internal sealed class Line(int width, int limit)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim turns = new(width);
    private int inside;

    public int Inside => Volatile.Read(ref inside);

    /// <summary>Joins the line, or throws <see cref="CollectUnavailableException"/> where it is as long as it may be. Who joined must leave.</summary>
    public void Enter()
    {
        if (Interlocked.Increment(ref inside) > limit)
        {
            Leave();
            throw new CollectUnavailableException(CollectRefusal.Busy, TimeSpan.FromSeconds(1));
        }
    }

    public void Leave() => Interlocked.Decrement(ref inside);

    /// <summary>Completes when it is this request's turn to be read. <see cref="EndTurn"/> calls the next.</summary>
    public Task TurnAsync() => turns.WaitAsync(CancellationToken.None);

    public void EndTurn() => turns.Release();
}

/// <summary>A line for each workspace. Requests whose key stands in the body share one of their own until it is read.</summary>
internal sealed class Lines(int limit)
{
    private static readonly int Width = Math.Max(1, Environment.ProcessorCount - 1);

    private readonly ConditionalWeakTable<object, Line> known = [];
    private readonly Line unknown = new(Width, limit);

    public Line Of(ICollectTarget? target) => target is null ? unknown : known.GetValue(target.Workspace, _ => new Line(Width, limit));
}
