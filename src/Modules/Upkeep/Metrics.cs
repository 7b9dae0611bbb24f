using System.Globalization;
using System.Text;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Upkeep;

/// <summary>
/// `/metrics` in Prometheus' text format. All workspaces for scrapers on this machine; elsewhere the workspace of a secret key that may read.
/// What a proxy on this machine passes on names the proxy's public host, so it needs a key too. Nothing of a person.
/// </summary>
internal static class Metrics
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/metrics", GetAsync)
        .AllowAnonymous().WithTags("Server").WithSummary("Counters for Prometheus; from other machines with a secret key that may read.")
        .Produces<string>(contentType: "text/plain").ProducesProblem(401).ProducesProblem(403);

    private static async Task<IResult> GetAsync(HttpContext http, DataHost host)
    {
        if (LoopbackOnly.Allows(http))
        {
            return Answer(host.Workspaces);
        }
        return await KeyAccess.AdmitAsync(http, "read") ?? Answer([http.Caller().Engine]);
    }

    private static IResult Answer(IEnumerable<WorkspaceEngine> engines) => Results.Text(Print(engines), "text/plain; version=0.0.4; charset=utf-8");

    private static string Print(IEnumerable<WorkspaceEngine> engines)
    {
        var samples = engines.Select(engine => (engine.Id, Values: engine.Read(state => new (string Name, string Kind, string Help, double Value)[]
        {
            ("ciclo_events_total", "counter", "Events admitted and kept.", state.Staged.History.Count),
            ("ciclo_duplicates_total", "counter", "Events that had been admitted before.", state.Staged.Duplicates),
            ("ciclo_rejected_total", "counter", "Items refused.", state.Staged.Rejected.Count),
            ("ciclo_backlog_events", "gauge", "Events admitted and not yet folded.", engine.Backlog),
            ("ciclo_profiles", "gauge", "Profiles with a place.", state.Placement.Places.Count),
            ("ciclo_identifiers", "gauge", "Identifiers known.", state.Staged.Identity.IdentifierCount),
            ("ciclo_journal_bytes", "gauge", "Length of the journal.", engine.Journal.End),
            ("ciclo_feed_bytes", "gauge", "Length of the feed of transitions.", engine.Feed.End),
            ("ciclo_last_tick_seconds", "gauge", "Time that the last tick with work took.", engine.LastTick.TotalSeconds),
        }))).ToList();
        var text = new StringBuilder();
        foreach (var (name, kind, help, _) in samples.Count == 0 ? [] : samples[0].Values)
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {kind}\n");
            foreach (var (workspace, values) in samples)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{{workspace=\"{workspace}\"}} {values.First(value => value.Name == name).Value}\n");
            }
        }
        return text.ToString();
    }
}
