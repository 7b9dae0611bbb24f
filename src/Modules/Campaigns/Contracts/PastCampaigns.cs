using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Templates.Contracts;

namespace Ciclo.Modules.Campaigns.Contracts;

/// <summary>A campaign that ran: one version by e-mail, at one instant. <paramref name="Holdout"/>: the share that was kept back; <paramref name="EventData"/>: what its messages know beside who it is.</summary>
public sealed record PastCampaign(
    string Name, string Segment, string TemplateId, double Holdout, int WindowDays, long StartedAt, long EndedAt, IReadOnlyDictionary<string, string> EventData);

/// <summary>What became of a message. Times are Unix milliseconds; null is "not so".</summary>
public sealed record PastLetter(string Id, long SentAt, string Link)
{
    public long? DeliveredAt { get; init; }

    public long? OpenedAt { get; init; }

    public long? ClickedAt { get; init; }

    public long? BouncedAt { get; init; }
}

/// <summary>One of the audience, by the strongest identifier. <paramref name="Letter"/>: null for who was kept back.</summary>
public sealed record PastRecipient(string Person, PastLetter? Letter);

/// <summary>
/// Enters a campaign that ran before its records were kept here, with its draws and messages, so that its pages tell of it as of any other. Nothing is sent and no event is made: what happened
/// to people stands in the history already.
/// </summary>
public static class PastCampaigns
{
    private const int AtOnce = 1_000;

    /// <summary>Keeps the campaign as a draft and answers its number: by that its people are drawn, so whoever writes the history has to know it first.</summary>
    /// <exception cref="RefusedException">The campaign is none.</exception>
    public static async Task<long> BeginAsync(DataHost host, string workspaceId, PastCampaign campaign, Actor by, CancellationToken cancellation)
    {
        var plan = CampaignPlan.New with
        {
            Include = ["segment:" + campaign.Segment], Arms = [new CampaignArm("A", campaign.TemplateId, 1)], Holdout = campaign.Holdout, WindowDays = campaign.WindowDays, Timing = CampaignTiming.At,
            AtMs = campaign.StartedAt,
        };
        var answer = await CampaignDesk.Of(host).PutAsync(workspaceId, 0, campaign.Name, plan, by, cancellation);
        return answer.Refusal is { } refusal ? throw new RefusedException(refusal) : answer.Campaign!.Id;
    }

    /// <summary>Makes the draft a campaign that is done: the audience with what each was given, drawn as of its start, and the messages with what became of them.</summary>
    /// <param name="host">Of the records.</param>
    /// <param name="engine">Whose people; their history is folded.</param>
    /// <param name="templates">By which the messages are written.</param>
    /// <param name="id">From <see cref="BeginAsync"/>.</param>
    /// <param name="campaign">The same as there.</param>
    /// <param name="audience">Everybody whom it was for.</param>
    /// <param name="cancellation">Leaves what is written.</param>
    /// <exception cref="InvalidOperationException">The history has a message for somebody whom the draw keeps back, or none for somebody whom it does not: the holdout is another one than the history was written by.</exception>
    public static async Task RecordAsync(
        DataHost host, WorkspaceEngine engine, ITemplates templates, long id, PastCampaign campaign, IReadOnlyList<PastRecipient> audience, CancellationToken cancellation)
    {
        var draft = CampaignDesk.Of(host).Find(engine.Id, id) ?? throw new InvalidOperationException($"There is no campaign {id}.");
        var began = draft with { State = CampaignState.Sending, Audience = audience.Count, CreatedAt = campaign.StartedAt, StartedAt = campaign.StartedAt };
        var shares = draft.Plan.Shares(null);
        await host.Database.WriteAsync((connection, transaction) => ExperimentBook.Define(connection, transaction, engine.Id, CampaignSteps.ExperimentOf(began, shares, audience.Count), campaign.StartedAt), cancellation);
        for (var from = 0; from < audience.Count; from += AtOnce)
        {
            var some = audience.Skip(from).Take(AtOnce).ToList();
            var people = some.Select((one, i) => new CampaignPerson(from + i + 1, one.Person, [one.Person], null, null)).ToList();
            var known = CampaignSteps.Known(engine, people);
            people = [.. people.Select((person, i) => person with { Identifiers = known[i] ?? throw new InvalidOperationException($"Nobody is known as {person.Person}.") })];
            var arms = await host.Database.WriteAsync((connection, transaction) =>
            {
                CampaignStore.AddPeople(connection, transaction, id, people);
                return people.ConvertAll(person =>
                {
                    var arm = ExperimentBook.Assignments.Assign(connection, transaction, engine.Id, began.Experiment, person.Identifiers, shares, campaign.StartedAt);
                    CampaignStore.SetArm(connection, transaction, id, person.Position, arm);
                    return arm;
                });
            }, cancellation);
            if (some.Index().Any(one => arms[one.Index] == IAssignments.Control != one.Item.Letter is null))
            {
                throw new InvalidOperationException("The history does not follow the draw: another share is held out in this workspace than it was written by.");
            }
            await PastMessages.RecordAsync(host, engine, templates,
                [.. some.Index().Where(one => one.Item.Letter is not null).Select(one => MessageOf(began, campaign, people[one.Index], arms[one.Index], one.Item.Letter!))], cancellation);
        }
        await host.Database.WriteAsync((connection, transaction) =>
        {
            CampaignStore.Put(connection, transaction, began with { State = CampaignState.Done, Cursor = audience.Count, EndedAt = campaign.EndedAt });
            ExperimentBook.End(connection, transaction, engine.Id, began.Experiment, campaign.EndedAt);
            return 0;
        }, cancellation);
    }

    private static PastMessage MessageOf(Campaign began, PastCampaign campaign, CampaignPerson person, string arm, PastLetter letter)
    {
        var draft = CampaignSteps.DraftOf(began, person, person.Identifiers[0], arm, campaign.StartedAt);
        var data = JsonNode.Parse(draft.Data)!.AsObject();
        foreach (var (name, value) in campaign.EventData)
        {
            data[name] = value;
        }
        return new PastMessage(draft with { Data = data.ToJsonString() }, letter.Id, letter.SentAt, letter.DeliveredAt, letter.OpenedAt, letter.ClickedAt, letter.Link, letter.BouncedAt);
    }
}
