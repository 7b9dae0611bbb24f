using System.Collections.Concurrent;
using Ciclo.Core;
using Ciclo.Core.Journeys;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Lifecycles.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Journeys;

/// <summary>Journeys made ready to run. A version never changes, so each is read once.</summary>
internal sealed class JourneyShelf
{
    private readonly ConcurrentDictionary<(string Workspace, string Journey, int Version), JourneyVersion?> versions = new();
    private readonly ConcurrentDictionary<JourneyProgram, PersonRules> rules = new();

    public static JourneyShelf Of(DataHost host) => host.Shared(_ => new JourneyShelf());

    /// <summary>A version; null where there is none that can be run.</summary>
    public JourneyVersion? Find(SqliteConnection connection, string workspace, string journey, int version) => versions.GetOrAdd((workspace, journey, version), _ =>
        new DefinitionStore(workspace).Version(connection, DefinitionKind.Journey, journey, version) is { Yaml: { } yaml } found && JourneyFile.Read(yaml, journey).Journey is { } read
            ? new JourneyVersion(version, found.AppliedAt, new JourneyProgram(read))
            : null);

    /// <summary>The journeys in force.</summary>
    public IReadOnlyList<JourneyVersion> InForce(SqliteConnection connection, string workspace) =>
    [
        .. new DefinitionStore(workspace).Current(connection).Where(version => version.Kind == DefinitionKind.Journey)
            .Select(version => Find(connection, workspace, version.Id, version.Version)).OfType<JourneyVersion>(),
    ];

    /// <summary>The journeys in force, and versions that people are still in.</summary>
    public IReadOnlyList<JourneyVersion> InUse(SqliteConnection connection, string workspace) =>
    [
        .. InForce(connection, workspace)
            .Concat(RunStore.VersionsInUse(connection, workspace).Select(one => Find(connection, workspace, one.Journey, one.Version)).OfType<JourneyVersion>())
            .DistinctBy(version => (version.Journey.Id, version.Version)),
    ];

    /// <summary>
    /// The conditions of a program, then its watches, ready to be asked; null where one names a segment or lifecycle that is no longer there. Inside
    /// <see cref="WorkspaceEngine.Read{T}"/>.
    /// </summary>
    public PersonRules? RulesOf(EngineState state, JourneyProgram program)
    {
        if (!rules.TryGetValue(program, out var known) || !known.IsFor(state))
        {
            // Of a schedule, the start is being a member.
            var start = (program.Journey.Trigger as ScheduleTrigger)?.Members ?? Never;
            known = rules[program] = new PersonRules(
                state, [.. program.Conditions.Concat(program.Watches.Select(watch => watch ?? start)).Select(rule => new SegmentDefinition("", Text.Same(""), program.Journey.Zone, rule))]);
        }
        return known.IsBroken(0) ? null : known;
    }

    private static Rule Never { get; } = new("false", Parser.Parse("false", RuleContext.Segment, Zone.Utc));
}

/// <summary>The watches of journeys: what the rules in force have to tell besides stages and segments.</summary>
public sealed class JourneyWatches : IWatchSource
{
    public IEnumerable<SegmentDefinition> Watches(SqliteConnection connection, string workspaceId) =>
        from version in new JourneyShelf().InUse(connection, workspaceId)
        from watch in version.Program.Watches.Select((rule, number) => (Rule: rule, Number: number))
        where watch.Rule is not null
        select new SegmentDefinition(IdOf(version.Journey.Id, version.Version, watch.Number), version.Journey.Label, version.Journey.Zone, Since(watch.Rule, version));

    public static string IdOf(string journey, int version, int watch) => $"{WatchStages.Mark}{journey}/{version}/{watch}";

    /// <summary>The journey, version and watch that an id names.</summary>
    public static (string Journey, int Version, int Watch) Parse(string id)
    {
        var parts = id[1..].Split('/');
        return (parts[0], int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>What happened before a version was applied is of no interest, and is not kept.</summary>
    private static Rule Since(Rule rule, JourneyVersion version)
    {
        var text = $"({rule.Text}) and now >= @{Instants.Format(version.AppliedAt)}";
        var expression = Parser.Parse(text, RuleContext.Segment, version.Journey.Zone);
        Checker.CheckCondition(expression);
        return new Rule(text, expression);
    }
}
