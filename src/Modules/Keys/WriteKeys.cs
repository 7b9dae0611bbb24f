using System.Runtime.CompilerServices;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Collect.Contracts;

namespace Ciclo.Modules.Keys;

/// <summary>Leads a key that may collect to the journal of its workspace; all keys of one lead to the same target.</summary>
public sealed class WriteKeys(DataHost host, KeyService keys) : IWriteKeys
{
    private readonly ConditionalWeakTable<WorkspaceEngine, WorkspaceTarget> targets = [];

    public ICollectTarget? Find(ReadOnlySpan<char> writeKey) =>
        keys.Ring.Find(writeKey) is { } key && key.May(KeyScopes.Collect) && host.FindWorkspace(key.WorkspaceId) is { } engine
            ? targets.GetValue(engine, opened => new WorkspaceTarget(opened))
            : null;
}
