using System.CommandLine;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Upkeep;

/// <summary>Looking after a data directory: `rebuild`, `doctor`.</summary>
public sealed class UpkeepModule : IModule
{
    public string Name => "upkeep";

    public void MapEndpoints(IEndpointRouteBuilder routes) => Metrics.Map(routes);

    public IEnumerable<Command> Commands(CommandRunner runner)
    {
        yield return runner.Bind(new Command("rebuild", "Make everything derived anew from the journal."), async (_, context, cancellation) =>
        {
            await context.Engine.RebuildAsync(cancellation);
            using var rows = context.Rows("events", "profiles");
            var (events, profiles) = context.Engine.Read(state => (state.Staged.History.Count, state.Placement.Places.Count));
            rows.Write(events, profiles);
            return 0;
        });
        var repair = new Option<bool>("--repair") { Description = "Save what is whole into a new journal beside the old one, which is kept; write to repairs.jsonl what was lost." };
        var files = new Option<bool>("--files") { Description = "List every file, whole or not, and open nothing." };
        var doctor = runner.Bind(new Command("doctor", "The health of a data directory: every file, then numbers.") { repair, files }, (_, context, _) =>
        {
            var health = context.Engine.Read(state => new (string, object)[]
            {
                ("workspace", context.Engine.Id),
                ("events", state.Staged.History.Count),
                ("duplicates", state.Staged.Duplicates),
                ("rejected", state.Staged.Rejected.Count),
                ("profiles", state.Placement.Places.Count),
                ("identifiers", state.Staged.Identity.IdentifierCount),
                ("quarantined", state.Staged.Identity.Quarantined.Count()),
                ("event_names", state.Staged.Schema.Events.Count),
                ("events_without_rate", UnratedEvents.Count(state)),
                ("lifecycles", state.Placement.Plan.Lifecycles.Length),
                ("segments", state.Placement.Plan.Segments.Length),
                ("journal_bytes", context.Engine.Journal.End),
                ("journal_tail_dropped_bytes", context.Engine.Journal.RecoveredTailBytes),
                ("feed_bytes", context.Engine.Feed.End),
                ("backlog", context.Engine.Backlog),
            });
            using var rows = context.Rows("what", "value");
            foreach (var (what, value) in health)
            {
                rows.Write(what, value);
            }
            return Task.FromResult(0);
        });
        yield return runner.BindFolder(doctor, (arguments, context, _) => Doctor.RunAsync(context, arguments.GetValue(repair), arguments.GetValue(files), TimeProvider.System));
    }
}
