using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Journeys;

/// <summary>Lets the conductor act, also where the feed has more.</summary>
internal sealed class JourneyWatch(DataHost host, Conductor conductor, ILogger<JourneyWatch> log) : WorkspaceWatch(host, log)
{
    protected override async Task<long?> LookAsync(WorkspaceEngine engine, CancellationToken stopping)
    {
        while (await conductor.TurnAsync(engine, stopping))
        {
            // Each turn takes a part of what there is to do.
        }
        return conductor.NextDue(engine.Id);
    }

    protected override Func<CancellationToken, Task> MoreOf(WorkspaceEngine engine)
    {
        var position = conductor.PositionOf(engine);
        return stop => engine.Feed.WaitForMoreAsync(position, stop);
    }
}
