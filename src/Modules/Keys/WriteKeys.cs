using System.Runtime.CompilerServices;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Collect.Contracts;

namespace Ciclo.Modules.Keys;

/// <summary>Leads a key that may collect to the journal of its workspace, and counts what each key brings.</summary>
public sealed class WriteKeys(DataHost host, KeyService keys) : IWriteKeys
{
    private readonly ConditionalWeakTable<KeyUse, WorkspaceTarget> targets = [];

    public ICollectTarget? Find(ReadOnlySpan<char> writeKey) =>
        keys.Ring.Find(writeKey, out var use) is { } key && key.May(KeyScopes.Collect) && host.FindWorkspace(key.WorkspaceId) is { } engine
            ? targets.GetValue(use!, _ => new WorkspaceTarget(engine, engine.Pulses.OfKey(key.Id)))
            : null;
}
