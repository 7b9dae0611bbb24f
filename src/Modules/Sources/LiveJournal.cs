using Ciclo.Engine.Runtime;
using Ciclo.Kit;

namespace Ciclo.Modules.Sources;

/// <summary>
/// Says `more` each time the journal has grown and what is new has been folded, and once more when nothing has come for a minute, so that rates
/// on the page come to rest; it sleeps on the journal's end.
/// </summary>
internal static class LiveJournal
{
    /// <summary>While much comes in at once, a page is told twice a second and not for each request.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    /// <summary>The window of a rate, and the second that is running.</summary>
    private static readonly TimeSpan RateEnds = TimeSpan.FromSeconds(61);

    public static EventStream Of(WorkspaceEngine engine, TimeProvider clock) => new(clock, async (line, cancellation) =>
    {
        // What came between the page and this stream would otherwise stay unseen.
        for (var seen = engine.Journal.End; ; seen = engine.Journal.End)
        {
            await engine.FoldedAsync(seen - 1, cancellation);
            await line.SayAsync("more", "1", cancellation);
            await Task.Delay(Pace, clock, cancellation);
            var more = engine.Journal.WaitForMoreAsync(seen, cancellation).AsTask();
            await line.UntilAsync(Task.WhenAny(more, Task.Delay(RateEnds, clock, cancellation)), cancellation);
            if (!more.IsCompleted)
            {
                await line.SayAsync("more", "1", cancellation);
                await line.UntilAsync(more, cancellation);
            }
        }
    });
}
