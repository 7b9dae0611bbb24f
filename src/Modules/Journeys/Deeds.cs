using System.Text.Json.Nodes;
using Ciclo.Core.Events;
using Ciclo.Core.Journeys;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Customers.Contracts;
using Ciclo.Modules.Journeys.TeamTasks;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Predict.Contracts;
using Ciclo.Modules.Webhooks.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Journeys;

/// <summary>
/// Writes what a turn decided, in one transaction: runs, the steps that they came by, and what the steps do. A step's deed has the run's id and the step's in its key, so that it is one
/// whatever happens.
/// </summary>
internal sealed class Deeds(SqliteConnection connection, SqliteTransaction transaction, WorkspaceEngine engine, long now, BestReach reach)
{
    private readonly string workspace = engine.Id;
    private readonly List<MessageDraft> drafts = [];
    private readonly Dictionary<(string Journey, int Version, string Step, int Way, string Outcome), long> counts = [];
    private IReadOnlyList<WebhookEndpoint>? endpoints;

    public void Put(OpenRun open)
    {
        var (run, program) = (open.Run, open.Version.Program);
        if (open.IsNew)
        {
            Count(run, EntryStep, -1, run.Status == RunStatus.Control ? "control" : "entered");
        }
        var number = open.IsNew ? 0 : RunStore.LastVisit(connection, transaction, run.Id) + 1;
        var visits = new List<Visit>();
        foreach (var visit in open.Visits)
        {
            var step = program.Nodes[visit.Node].Step;
            var outcome = visit.Way >= 0 ? "" : now - visit.At > JourneyLimits.ActWithinMs && Acts(step) ? "missed" : Do(ref run, open.Version, step, visit.At);
            visits.Add(new Visit(number++, step.Id, visit.Way, visit.At, outcome));
            Count(run, step.Id, visit.Way, outcome);
        }
        if (run.Status is not (RunStatus.Active or RunStatus.Control))
        {
            Count(run, EntryStep, -1, run.Reason.Length > 0 ? run.Reason : Run.StatusName(run.Status));
            if (run.Status is RunStatus.Left or RunStatus.Untrue)
            {
                // Whoever has left gets nothing more, also of what was on its way out.
                MessageOutbox.Cancel(connection, transaction, workspace, KeyOf(run, ""));
            }
        }
        RunStore.Put(connection, transaction, run);
        visits.ForEach(visit => RunStore.AddVisit(connection, transaction, run, visit));
    }

    /// <summary>Writes down that an entry was acted upon, or why it was not.</summary>
    public void Note(Entrant entrant)
    {
        var (journey, version) = (entrant.Version.Journey.Id, entrant.Version.Version);
        if (entrant.Ledger > 0)
        {
            RunStore.SetEntries(connection, transaction, workspace, journey, version, entrant.Identifiers, entrant.Ledger);
        }
        if (entrant.Refusal.Length > 0)
        {
            Count(journey, version, EntryStep, -1, entrant.Refusal);
        }
    }

    /// <summary>Ends a run whose version this program cannot read.</summary>
    public void GiveUp(Run run)
    {
        var ended = run with { Status = RunStatus.Left, Step = "", DueAt = Instants.Never, EndedAt = now, Reason = "broken" };
        RunStore.Put(connection, transaction, ended);
        Count(ended, EntryStep, -1, ended.Reason);
    }

    /// <summary>Counts a request that lets nobody in, under no version.</summary>
    public void Refuse(Request request, string reason) => Count(request.Journey, 0, EntryStep, -1, reason);

    /// <summary>The name under which entries and ends of runs are counted.</summary>
    public const string EntryStep = "";

    public void Flush()
    {
        for (var i = 0; i < drafts.Count; i += 500)
        {
            MessageOutbox.AddMany(connection, transaction, workspace, drafts.GetRange(i, Math.Min(500, drafts.Count - i)), now);
        }
        foreach (var ((journey, version, step, way, outcome), visits) in counts)
        {
            RunStore.Count(connection, transaction, workspace, journey, version, step, way, outcome, visits);
        }
    }

    public static string KeyOf(Run run, string step) => $"journey/{run.Journey}/{run.Id}/{step}";

    /// <summary>What messages of a step are counted under.</summary>
    public static string SourceOf(string journey, string step) => $"journey:{journey}:{step}";

    public static bool Acts(JourneyStep step) => step is not (WaitStep or HourStep or UntilStep or IfStep or SplitStep or StopStep);

    private void Count(Run run, string step, int way, string outcome) => Count(run.Journey, run.Version, step, way, outcome);

    private void Count(string journey, int version, string step, int way, string outcome)
    {
        var key = (journey, version, step, way, outcome);
        counts[key] = counts.GetValueOrDefault(key) + 1;
    }

    /// <summary>Does what a step does; answers what came of it as far as this moment knows.</summary>
    private string Do(ref Run run, JourneyVersion version, JourneyStep step, long at)
    {
        switch (step)
        {
            case SendStep send:
                var (channel, data) = send.Channel == SendStep.Best ? Best(run, send) : (send.Channel, run.Data);
                drafts.Add(new MessageDraft(
                    KeyOf(run, step.Id), run.Person, channel, send.TemplateOf(channel), send.Purpose, SourceOf(run.Journey, step.Id), data, send.HoldBack?.Text, version.Journey.Priority, at,
                    at + (channel == MessagePickup.Onsite ? MessagePickup.KeptMs : JourneyLimits.ActWithinMs)));
                return "given";
            case TraitStep trait:
                RecordStore.AddEvent(connection, transaction, workspace, new DueEvent(
                    IdOf("jev_", run, step), run.Person, "", new JsonObject { [trait.Trait] = JsonNode.Parse(trait.Value) }.ToJsonString(), at));
                return "done";
            case TagStep tag:
                CustomerRecords.SetTag(connection, transaction, workspace, tag.Tag, PublicIdsOf(run.Person), tag.IsAdded, now, "journey:" + run.Journey);
                return "done";
            case WebhookStep webhook:
                return Tell(run, webhook, at);
            case TaskStep task:
                var made = new TeamTask(IdOf("tsk_", run, step), run.Journey, run.Id, run.Person, task.Title, at, at + (task.DueDays * Durations.Day), null, "", "");
                TaskStore.Add(connection, transaction, workspace, made);
                TaskDesk.Created(connection, transaction, workspace, made);
                return "done";
            case OfferStep offer:
                run = run with { Data = WithOffer(run, offer, at) };
                return "done";
            default:
                return "";
        }
    }

    /// <summary>The channel that a message takes, and its data with the reason.</summary>
    private (string Channel, string Data) Best(Run run, SendStep send)
    {
        var choice = engine.Read(state => PersonFacts.ProfileOf(state, run.Person) is >= 0 and var profile ? reach.Channel(state, profile, send.Channels, send.Purpose, DrawOf(run, send)) : null);
        return choice is null ? (SendStep.Email, run.Data) : (choice.Channel, choice.Kept(run.Data));
    }

    /// <summary>From 0 to below 1; the same for the same run and step.</summary>
    private static double DrawOf(Run run, SendStep send) => (ulong)(Hash.Of(4, run.Id + "\n" + send.Id) >> 75) / (double)(1UL << 53);

    private IReadOnlyList<string> PublicIdsOf(string person) => engine.Read(state =>
        PersonFacts.ProfileOf(state, person) is >= 0 and var profile ? [.. state.Staged.Identity.MembersOf(profile).ToArray().Select(state.Staged.Identity.PublicId)] : Array.Empty<string>());

    private string Tell(Run run, WebhookStep step, long at)
    {
        endpoints ??= WebhookEndpoints.All(connection, workspace, transaction);
        if (endpoints.FirstOrDefault(endpoint => endpoint.Name == step.Endpoint) is not { } endpoint)
        {
            return "no_endpoint";
        }
        var data = new JsonObject
        {
            ["journey"] = run.Journey, ["step"] = step.Id, ["run"] = run.Id, ["person"] = run.Person, ["at"] = Instants.Format(at), ["data"] = JsonNode.Parse(run.Data),
        };
        return WebhookOutbox.Add(connection, transaction, workspace, endpoint.Id, WebhookTypes.JourneyStep, data.ToJsonString(), KeyOf(run, step.Id), now) ? "done" : "not_taken";
    }

    /// <summary>A code of the person's own: the prefix and eight characters that follow from the run and the step.</summary>
    private static string WithOffer(Run run, OfferStep offer, long at)
    {
        const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        var drawn = Hash.Of(2, run.Id + "\n" + offer.Id);
        var code = offer.Prefix + "-" + string.Concat(Enumerable.Range(0, 8).Select(i => Letters[(int)(uint)(drawn >> (i * 5)) & 31]));
        var data = JsonNode.Parse(run.Data)!.AsObject();
        // Designs show `coupon`; what it is and until when stands beside it.
        data["coupon"] = code;
        data["offer"] = new JsonObject { ["name"] = offer.Name, ["code"] = code, ["ends_at"] = Instants.Format(at + offer.ValidDays * Durations.Day) };
        return data.ToJsonString();
    }

    private static string IdOf(string prefix, Run run, JourneyStep step) =>
        prefix + Hash.Of(3, run.Id + "\n" + step.Id).ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}
