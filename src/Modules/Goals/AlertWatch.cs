using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Goals;

/// <summary>Looks at alerts when they are due, when one was made, and when an import has ended.</summary>
internal sealed class AlertWatch(DataHost host, ILogger<AlertWatch> log) : WorkspaceWatch(host, log)
{
    private readonly DataHost host = host;
    private readonly Dictionary<string, (int Ended, int Undone)> imports = new(StringComparer.Ordinal);

    protected override async Task<long?> LookAsync(WorkspaceEngine engine, CancellationToken stopping)
    {
        try
        {
            return await AlertDesk.Of(host).LookAsync(engine, await HasImportedAsync(engine, stopping), stopping);
        }
        catch (MetricsBusyException)
        {
            return host.NowMs + Durations.Minute;
        }
    }

    /// <summary>Whether an import has ended or was undone since the last look: then closed periods may read otherwise.</summary>
    private async Task<bool> HasImportedAsync(WorkspaceEngine engine, CancellationToken stopping)
    {
        var now = engine.Read(state => (state.Staged.Imports.Values.Count(import => import.EndedAt > 0), state.Staged.Imports.Values.Count(import => import.IsUndone)));
        var isNews = imports.TryGetValue(engine.Id, out var before) && before != now;
        imports[engine.Id] = now;
        if (isNews)
        {
            await engine.RestAsync(stopping);
        }
        return isNews;
    }
}
