using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Lifecycles.Contracts;

/// <summary>What became of applying: one of a version, and the <paramref name="Newer"/> one that came in between; with neither, the findings say why not.</summary>
public sealed record ApplyOutcome(IReadOnlyList<FileFinding> Findings, DefinitionVersion? Applied, int? Newer);

/// <summary>Checks, applies and retires definition files of a workspace: all of a call or nothing of it.</summary>
public sealed class DefinitionService(DataHost host, WorkspaceEngine engine)
{
    private readonly DefinitionStore store = new(engine.Id);

    /// <summary>What the files show beside the definitions in force: errors, and warnings for names never seen.</summary>
    public IReadOnlyList<FileFinding> Check(IReadOnlyCollection<DefinitionFile> files) => CatalogWith(files).Check(Seen(), files);

    /// <summary>The definitions as they would be with these files. Fit to fold only if <see cref="Check"/> finds no error.</summary>
    public DefinitionSet SetWith(IReadOnlyCollection<DefinitionFile> files) => CatalogWith(files).Set;

    /// <summary>Makes the files the current versions, unless one has an error; answers the findings and, if applied, the new versions.</summary>
    public async Task<(IReadOnlyList<FileFinding> Findings, IReadOnlyList<DefinitionVersion> Applied)> ApplyAsync(
        IReadOnlyCollection<DefinitionFile> files, Actor by, CancellationToken cancellation)
    {
        var findings = Check(files);
        if (findings.Any(found => found.IsError))
        {
            return (findings, []);
        }
        var now = host.NowMs;
        var applied = await host.Database.WriteAsync(
            (connection, transaction) => files.Select(file => Apply(connection, transaction, file, by, now)).ToList(), cancellation);
        await host.ReloadRulesAsync(engine, cancellation);
        return (findings, applied);
    }

    /// <summary>
    /// Makes one file the current version in place of version <paramref name="basedOn"/> (0: of none), with the reason why, and takes away the draft
    /// of whoever does so. Refused, and nothing done, if the file has an error or if another version came in between.
    /// </summary>
    public async Task<ApplyOutcome> ApplyOneAsync(DefinitionFile file, int basedOn, string reason, Actor by, CancellationToken cancellation)
    {
        var findings = Check([file]);
        if (findings.Any(found => found.IsError))
        {
            return new ApplyOutcome(findings, null, null);
        }
        var outcome = await host.Database.WriteAsync((connection, transaction) =>
        {
            if (store.NewestNumber(connection, transaction, file.Kind, file.Id!) is var newest && newest != basedOn)
            {
                return new ApplyOutcome(findings, null, newest);
            }
            new DraftStore(engine.Id, by.Id).Remove(connection, transaction, file.Kind, file.Id!);
            return new ApplyOutcome(findings, Apply(connection, transaction, file, by, host.NowMs, reason), null);
        }, cancellation);
        if (outcome.Applied is not null)
        {
            await host.ReloadRulesAsync(engine, cancellation);
        }
        return outcome;
    }

    /// <summary>The newest version's number, of a retired definition too; 0 if there never was one.</summary>
    public int NewestNumber(DefinitionKind kind, string id) => host.Database.Read(connection => store.NewestNumber(connection, null, kind, id));

    /// <summary>Ends a definition, unless others refer to it; answers who does.</summary>
    public async Task<(IReadOnlyList<FileFinding> Findings, DefinitionVersion? Retired)> RetireAsync(
        DefinitionKind kind, string id, Actor by, CancellationToken cancellation)
    {
        var findings = host.Database.Read(store.CurrentCatalog).CheckRemoval(kind, id);
        if (findings.Count > 0)
        {
            return (findings, null);
        }
        var retired = await host.Database.WriteAsync((connection, transaction) =>
        {
            var ended = store.Retire(connection, transaction, kind, id, host.NowMs, by.Id);
            if (ended is not null)
            {
                Tell(connection, transaction, AuditActions.DefinitionRetired, ended, by, host.NowMs);
            }
            return ended;
        }, cancellation);
        if (retired is not null)
        {
            await host.ReloadRulesAsync(engine, cancellation);
        }
        return (findings, retired);
    }

    public IReadOnlyList<DefinitionVersion> Current(DefinitionKind kind) =>
        [.. host.Database.Read(store.Current).Where(version => version.Kind == kind)];

    /// <summary>A definition's version, the current one if none is named; null if there is none.</summary>
    public DefinitionVersion? Find(DefinitionKind kind, string id, int? version) => host.Database.Read(connection => version is { } number
        ? store.Version(connection, kind, id, number)
        : store.Current(connection).FirstOrDefault(current => current.Kind == kind && current.Id == id));

    public IReadOnlyList<DefinitionVersion> History(DefinitionKind kind, string id) => host.Database.Read(connection => store.History(connection, kind, id));

    private DefinitionVersion Apply(SqliteConnection connection, SqliteTransaction transaction, DefinitionFile file, Actor by, long now, string reason = "")
    {
        var version = store.Apply(connection, transaction, file.Kind, file.Id!, file.Yaml, now, by.Id, reason);
        Tell(connection, transaction, AuditActions.DefinitionApplied, version, by, now);
        return version;
    }

    private void Tell(SqliteConnection connection, SqliteTransaction transaction, string action, DefinitionVersion version, Actor by, long now) =>
        AuditLog.Write(connection, transaction, now, new AuditEntry(
            engine.Id, by, action, version.Id, $"{DefinitionStore.KindName(version.Kind)} version={version.Version}"));

    /// <summary>The files in place of those in force; one definition in two of them stays twice, for the check to find.</summary>
    private Catalog CatalogWith(IReadOnlyCollection<DefinitionFile> files)
    {
        var known = host.Database.Read(store.CurrentCatalog).Files;
        return Catalog.Of([.. known.Where(old => !files.Any(file => file.Kind == old.Kind && file.Id == old.Id)), .. files]);
    }

    private EngineNames Seen() => engine.Read(state => new EngineNames(state));

    /// <summary>The names in a workspace's data, copied out of the engine's state.</summary>
    private sealed class EngineNames : ISeenNames
    {
        private readonly string[] properties;

        public EngineNames(EngineState state)
        {
            var (schema, paths) = (state.Staged.Schema, state.Staged.Paths);
            Events = [.. schema.Events.Keys.Select(name => state.Staged.EventNames[name])];
            properties = [.. schema.Properties.Where(path => path >= 0).Select(path => paths[path])];
            Traits = [.. schema.Traits.Where(path => path >= 0).Select(path => paths[path])];
            GroupTraits = [.. schema.GroupTraits.Where(path => path >= 0).Select(path => paths[path])];
        }

        public IReadOnlyCollection<string> Events { get; }

        public IReadOnlyCollection<string> Traits { get; }

        public IReadOnlyCollection<string> GroupTraits { get; }

        public IReadOnlyCollection<string> Scores => properties;

        public IReadOnlyCollection<string> PropertiesOf(SelectorKind kind, string name) => properties;
    }
}
