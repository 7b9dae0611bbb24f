using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Yaml;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Journeys.Contracts;

/// <summary>The journeys that the demo begins with.</summary>
public static class FirstJourneys
{
    /// <summary>Puts some of the library in force, each in pause: nobody is let in, and nothing sent, until somebody resumes it. Their templates have to be there.</summary>
    public static async Task MakePausedAsync(DataHost host, WorkspaceEngine engine, IReadOnlyList<string> journeys, Actor by, CancellationToken cancellation)
    {
        // The pause stands before the journey does.
        await host.Database.WriteAsync((connection, transaction) =>
        {
            foreach (var id in journeys)
            {
                RecordStore.SetPaused(connection, transaction, engine.Id, id, true);
            }
            return 0;
        }, cancellation);
        var files = journeys.Select(id =>
        {
            var root = JourneyLibrary.Find(id)!.Root();
            JourneyLibrary.Fill(root, id, engine.Rules.Zone.Id, "", "", "", "");
            return JourneyFile.Read(YamlJson.ToYaml(root), id);
        }).ToList();
        var (findings, _) = await new DefinitionService(host, engine).ApplyAsync(files, by, cancellation);
        if (findings.FirstOrDefault(found => found.IsError) is { } wrong)
        {
            throw new InvalidDataException(wrong.Diagnostic.Say(Core.Language.En));
        }
    }
}
