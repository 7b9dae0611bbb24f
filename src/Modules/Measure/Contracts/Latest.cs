using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Measure.Contracts;

/// <summary>The instant that pages count back from: now; where all data lies in the past, as after an import, just after its last event.</summary>
public static class Latest
{
    private const long Past = 365 * Durations.Day;

    public static long Of(WorkspaceEngine engine) => engine.Read(state =>
        state.Staged.History.Count > 0 && state.Staged.History.LastAt < state.Now - Past ? state.Staged.History.LastAt + 1 : state.Now);
}
