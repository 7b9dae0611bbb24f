using Ciclo.Core.Events;

namespace Ciclo.Engine.Runtime;

/// <summary>What queries read: valid only inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
public sealed record EngineState(Staged Staged, Placement Placement, Names PlaceNames, WorkspaceRules Rules, long Now);
