using System.Text.Json;
using Ciclo.Core.Experiments;
using Ciclo.Core.Time;
using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Campaigns;

/// <summary>
/// Makes the steps of campaigns. Each is one transaction: the draws, the messages and the cursor are there together or not at all, so that a crash neither skips nor repeats anybody.
/// </summary>
internal sealed class CampaignSteps(DataHost host) : IDisposable
{
    /// <summary>A message that could not leave by then is missed: an offer of last week helps nobody.</summary>
    private const long Expires = 3 * Durations.Day;

    /// <summary>People written down in one transaction.</summary>
    private const int FrozenAtOnce = 5_000;

    private readonly Database database = host.Database;
    private readonly SemaphoreSlim stepping = new(1, 1);

    /// <summary>Where messages go.</summary>
    public ICampaignOutbox Outbox { get; set; } = new MessagesOutbox();

    /// <summary>Who may be written to; null where nobody says.</summary>
    public ISendPolicy? Policy { get; set; }

    public static CampaignSteps Of(DataHost host) => host.Shared(host => new CampaignSteps(host));

    public void Dispose() => stepping.Dispose();

    /// <summary>Makes every step that is due, one at a time, and answers when the next one will be; null for none.</summary>
    public async Task<long?> RunAsync(WorkspaceEngine engine, CancellationToken cancellation)
    {
        await stepping.WaitAsync(cancellation);
        try
        {
            while (true)
            {
                var underWay = database.Read(connection => CampaignStore.UnderWay(connection, engine.Id));
                if (underWay.Count == 0)
                {
                    return null;
                }
                if (underWay[0].NextAt > host.NowMs)
                {
                    return underWay[0].NextAt;
                }
                await StepAsync(engine, underWay[0], cancellation);
            }
        }
        finally
        {
            stepping.Release();
        }
    }

    private async Task StepAsync(WorkspaceEngine engine, Campaign campaign, CancellationToken cancellation)
    {
        switch (campaign.State)
        {
            case CampaignState.Scheduled:
                await MoveAsync(campaign, (_, _, now) => campaign with { State = CampaignState.Freezing, NextAt = now }, cancellation);
                break;
            case CampaignState.Freezing:
                await FreezeAsync(engine, campaign, cancellation);
                break;
            case CampaignState.Sending or CampaignState.Rest:
                await SendAsync(engine, campaign, cancellation);
                break;
            case CampaignState.Deciding:
                var winner = Winner(engine, campaign, cancellation);
                await MoveAsync(campaign, (_, _, now) => campaign with { State = CampaignState.Rest, Cursor = 0, Winner = winner, NextAt = now }, cancellation);
                break;
            default:
                await ResendAsync(campaign, cancellation);
                break;
        }
    }

    private async Task FreezeAsync(WorkspaceEngine engine, Campaign campaign, CancellationToken cancellation)
    {
        // Nobody was drawn yet: an audience that a crash cut off is read anew.
        var people = new Audience(host, engine, Policy).Freeze(campaign.Plan, cancellation);
        await database.WriteAsync((connection, transaction) =>
        {
            CampaignStore.Clear(connection, transaction, campaign.Id);
            return 0;
        }, cancellation);
        foreach (var some in people.Chunk(FrozenAtOnce))
        {
            await database.WriteAsync((connection, transaction) => CampaignStore.AddPeople(connection, transaction, campaign.Id, some), cancellation);
        }
        await MoveAsync(campaign, (connection, transaction, now) =>
        {
            var shares = campaign.Plan.Shares(null);
            if (shares.Count > 1)
            {
                ExperimentBook.Define(connection, transaction, campaign.WorkspaceId, ExperimentOf(campaign, shares, people.Count), now);
            }
            var sending = campaign with { State = CampaignState.Sending, Cursor = 0, Audience = people.Count, NextAt = now };
            return people.Count == 0 ? Ended(connection, transaction, sending with { State = CampaignState.Done, EndedAt = now }, now) : sending;
        }, cancellation);
    }

    /// <summary>What is wanted to know of a campaign to so many people.</summary>
    internal static ExperimentDraft ExperimentOf(Campaign campaign, IReadOnlyList<ArmShare> shares, int people) => new(
        campaign.Experiment, campaign.Name, shares, campaign.Plan.Goal, WindowDays: campaign.Plan.WindowDays, Href: CampaignPaths.Of(campaign.Id), TypicalPeople: Math.Max(100, people));

    private async Task SendAsync(WorkspaceEngine engine, Campaign campaign, CancellationToken cancellation)
    {
        var (most, wait) = campaign.Batch();
        var batch = database.Read(connection => CampaignStore.People(connection, null, campaign.Id, campaign.Cursor, most));
        var known = Known(engine, batch);
        var bandit = campaign is { State: CampaignState.Sending, Plan.Choice: CampaignChoice.Bandit } ? Bandit(engine, campaign, cancellation) : null;
        await MoveAsync(campaign, (connection, transaction, now) =>
        {
            var (drafts, shares) = (new List<MessageDraft>(), campaign.Plan.Shares(bandit));
            for (var i = 0; i < batch.Count; i++)
            {
                var arm = campaign.State == CampaignState.Rest
                    ? batch[i].Arm == Campaign.RestArm && known[i] is not null ? RestArmOf(campaign, batch[i]) : null
                    : Draw(connection, transaction, campaign, batch[i], known[i], shares, now);
                if (arm is not null)
                {
                    drafts.Add(DraftOf(campaign, batch[i], known[i]![0], arm, now));
                }
            }
            Outbox.AddMany(connection, transaction, campaign.WorkspaceId, drafts, now);
            var next = campaign with { Cursor = batch.Count == 0 ? campaign.Cursor : batch[^1].Position, NextAt = now + (drafts.Count > 0 ? wait : 0), Shares = bandit ?? campaign.Shares };
            return batch.Count == most ? next : Ended(connection, transaction, next.Finished(now), now);
        }, cancellation);
    }

    /// <summary>Draws a person and answers the arm whose message goes out now; null for none.</summary>
    private static string? Draw(
        SqliteConnection connection, SqliteTransaction transaction, Campaign campaign, CampaignPerson person, IReadOnlyList<string>? known, IReadOnlyList<ArmShare> shares, long now)
    {
        if (known is null || CampaignStore.IsDrawn(connection, transaction, campaign.Id, known, person.Position))
        {
            CampaignStore.SetArm(connection, transaction, campaign.Id, person.Position, Campaign.SkippedArm);
            return null;
        }
        var arm = ExperimentBook.Assignments.Assign(connection, transaction, campaign.WorkspaceId, campaign.Experiment, known, shares, now);
        CampaignStore.SetArm(connection, transaction, campaign.Id, person.Position, arm);
        return arm is IAssignments.Control or Campaign.RestArm ? null : arm;
    }

    /// <summary>Without a winner everybody of the rest draws among the versions.</summary>
    private static string RestArmOf(Campaign campaign, CampaignPerson person) => campaign.Winner.Length > 0
        ? campaign.Winner
        : campaign.Plan.Arms[Core.Experiments.Draw.Arm([.. campaign.Plan.Arms.Select(arm => arm.Weight)], Core.Experiments.Draw.Of(campaign.Experiment + ":rest", person.Person))].Name;

    private async Task ResendAsync(Campaign campaign, CancellationToken cancellation)
    {
        var (most, wait) = campaign.Batch();
        var (batch, unopened) = database.Read(connection =>
        {
            var some = CampaignStore.People(connection, null, campaign.Id, campaign.Cursor, most);
            return (some, some.Where(person => person.Arm is not (null or IAssignments.Control or Campaign.SkippedArm) && Outbox.IsUnopened(connection, campaign.WorkspaceId, campaign.KeyPrefix + person.Person)).ToList());
        });
        await MoveAsync(campaign, (connection, transaction, now) =>
        {
            var drafts = unopened.Select(person => DraftOf(campaign, person, person.Person, person.Arm == Campaign.RestArm ? RestArmOf(campaign, person) : person.Arm!, now))
                .Select(draft => draft with { Key = draft.Key + "/again" }).ToList();
            Outbox.AddMany(connection, transaction, campaign.WorkspaceId, drafts, now);
            var next = campaign with { Cursor = batch.Count == 0 ? campaign.Cursor : batch[^1].Position, NextAt = now + (drafts.Count > 0 ? wait : 0) };
            return batch.Count == most ? next : Ended(connection, transaction, next.Finished(now), now);
        }, cancellation);
    }

    internal static MessageDraft DraftOf(Campaign campaign, CampaignPerson person, string strongest, string arm, long now)
    {
        var due = Math.Max(now, person.DueAt ?? now);
        var data = JsonSerializer.Serialize(new { campaign_id = campaign.Experiment, campaign_name = campaign.Name, arm });
        // Counted under what was drawn: the rest is an arm of its own, whatever message it gets.
        var source = campaign.SourcePrefix + (person.Arm == Campaign.RestArm ? Campaign.RestArm : arm);
        return new MessageDraft(
            campaign.KeyPrefix + person.Person, strongest, campaign.Plan.Channel, campaign.Plan.Arms.Single(one => one.Name == arm).TemplateId, campaign.Plan.Purpose, source, data, null, campaign.Plan.Priority, due,
            due + (campaign.Plan.Channel == MessagePickup.Onsite ? MessagePickup.KeptMs : Expires));
    }

    /// <summary>The version that is the best with the probability asked for; "" where none is.</summary>
    private string Winner(WorkspaceEngine engine, Campaign campaign, CancellationToken cancellation)
    {
        var best = Thompson.BestByShare(Tried(engine, campaign, cancellation), SeedOf(campaign));
        var first = best.Index().MaxBy(one => one.Item);
        return first.Item >= campaign.Plan.Evidence ? campaign.Plan.Arms[first.Index].Name : "";
    }

    private double[] Bandit(WorkspaceEngine engine, Campaign campaign, CancellationToken cancellation) => Thompson.Shares(Thompson.BestByShare(Tried(engine, campaign, cancellation), SeedOf(campaign)));

    /// <summary>For each version: people who got it, and those who did what the choice goes by.</summary>
    private List<(long People, long Converted)> Tried(WorkspaceEngine engine, Campaign campaign, CancellationToken cancellation)
    {
        if (campaign.Plan.Measure == CampaignMeasure.Converted)
        {
            var soFar = ExperimentBook.SoFar(host, engine, campaign.Experiment, cancellation) ?? [];
            return [.. campaign.Plan.Arms.Select(arm => soFar.FirstOrDefault(one => one.Arm == arm.Name) is { } found ? (found.People, found.Converted) : (0L, 0L))];
        }
        var counts = database.Read(connection => Outbox.CountsOf(connection, campaign.WorkspaceId, campaign.SourcePrefix));
        return
        [
            .. campaign.Plan.Arms.Select(arm => counts.GetValueOrDefault(campaign.SourcePrefix + arm.Name) ?? ArmCounts.None)
                .Select(count => (count.Sent, Math.Min(count.Sent, campaign.Plan.Measure == CampaignMeasure.Opened ? count.Opened : count.Clicked))),
        ];
    }

    private static int SeedOf(Campaign campaign) => (int)campaign.Id + campaign.Cursor;

    /// <summary>The identifiers of each as they are now, the strongest first; null for somebody who is no longer known.</summary>
    internal static List<IReadOnlyList<string>?> Known(WorkspaceEngine engine, IReadOnlyList<CampaignPerson> people) => engine.Read(state =>
    {
        var identity = state.Staged.Identity;
        return people.Select(person => identity.Find(person.Person) is >= 0 and var node && identity.ProfileOf(node) is >= 0 and var profile
            ? (IReadOnlyList<string>?)[.. identity.IdentifiersOf(profile).Select(one => one.Identifier.ToString())] : null).ToList();
    });

    private static Campaign Ended(SqliteConnection connection, SqliteTransaction transaction, Campaign campaign, long now)
    {
        if (campaign.State == CampaignState.Done)
        {
            ExperimentBook.End(connection, transaction, campaign.WorkspaceId, campaign.Experiment, now);
        }
        return campaign;
    }

    /// <summary>Writes a step, unless somebody paused or stopped the campaign since it was read.</summary>
    private Task MoveAsync(Campaign from, Func<SqliteConnection, SqliteTransaction, long, Campaign> step, CancellationToken cancellation) => database.WriteAsync((connection, transaction) =>
    {
        var now = CampaignStore.Find(connection, transaction, from.WorkspaceId, from.Id);
        if (now is { IsPaused: false } && now.State == from.State && now.Cursor == from.Cursor)
        {
            CampaignStore.Put(connection, transaction, step(connection, transaction, host.NowMs));
        }
        return 0;
    }, cancellation);
}
