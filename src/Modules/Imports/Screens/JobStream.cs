using Ciclo.Kit;

namespace Ciclo.Modules.Imports;

/// <summary>What a page hears of a run: `more` when it is further, `done` at its end.</summary>
internal static class JobStream
{
    public static EventStream Of(ImportJob? job, TimeProvider clock) => new(clock, async (line, cancellation) =>
    {
        while (job is { IsOver: false })
        {
            var next = job.Changed;
            if (job.IsOver)
            {
                break;
            }
            await line.SayAsync("more", "1", cancellation);
            await line.UntilAsync(next, cancellation);
        }
        await line.SayAsync("done", "1", cancellation);
    });
}
