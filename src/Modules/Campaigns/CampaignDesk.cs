using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Predict.Contracts;

namespace Ciclo.Modules.Campaigns;

/// <summary>A campaign that was made or changed, or why not.</summary>
public sealed record CampaignAnswer(Campaign? Campaign, Text? Refusal, int CalledBack = 0);

/// <summary>The campaigns of an open data directory. Changes are made here; steps by <see cref="CampaignSteps"/>.</summary>
internal sealed class CampaignDesk(DataHost host)
{
    public static readonly Text Unknown = new("There is no campaign of this id. `ciclo campaigns list` shows them.", "No hay ninguna campaña con este id. `ciclo campaigns list` las muestra.");

    private readonly Database database = host.Database;

    public static CampaignDesk Of(DataHost host) => host.Shared(host => new CampaignDesk(host));

    public IReadOnlyList<Campaign> List(string workspace) => database.Read(connection => CampaignStore.List(connection, workspace));

    public Campaign? Find(string workspace, long id) => database.Read(connection => CampaignStore.Find(connection, null, workspace, id));

    public IReadOnlyDictionary<string, long> Arms(Campaign campaign) => database.Read(connection => CampaignStore.Arms(connection, campaign.Id));

    public IReadOnlyDictionary<string, ArmCounts> Counts(Campaign campaign) =>
        database.Read(connection => CampaignSteps.Of(host).Outbox.CountsOf(connection, campaign.WorkspaceId, campaign.SourcePrefix));

    /// <summary>Stores a draft, new or changed.</summary>
    public Task<CampaignAnswer> PutAsync(string workspace, long id, string name, CampaignPlan plan, Actor by, CancellationToken cancellation)
    {
        name = name.Trim();
        if (name.Length is 0 or > Campaign.LongestName)
        {
            return Task.FromResult(new CampaignAnswer(null, new Text($"Give it a name of 1 to {Campaign.LongestName} characters.", $"Ponle un nombre de 1 a {Campaign.LongestName} caracteres.")));
        }
        if (plan.Refusal() is { } refusal)
        {
            return Task.FromResult(new CampaignAnswer(null, refusal));
        }
        return database.WriteAsync((connection, transaction) =>
        {
            var before = id == 0 ? null : CampaignStore.Find(connection, transaction, workspace, id);
            if (id != 0 && before is null)
            {
                return new CampaignAnswer(null, Unknown);
            }
            if (before is { State: not CampaignState.Draft })
            {
                return new CampaignAnswer(null, new Text("It has started: stop it and make a new one.", "Ya empezó: detenla y crea una nueva."));
            }
            var put = (before ?? new Campaign(0, workspace, name, plan, CampaignState.Draft, false, 0, 0, 0, "", [], host.NowMs, by.Id, null, null)) with { Name = name, Plan = plan };
            put = put with { Id = CampaignStore.Put(connection, transaction, put) };
            if (before is null)
            {
                AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.CampaignMade, put.Name));
            }
            return new CampaignAnswer(put, null);
        }, cancellation);
    }

    /// <summary>Starts a draft, now or at its time; the audience is frozen then.</summary>
    public Task<CampaignAnswer> StartAsync(string workspace, long id, Actor by, CancellationToken cancellation) => ChangeAsync(workspace, id, AuditActions.CampaignStarted, by, (campaign, now) =>
        campaign.State != CampaignState.Draft ? (campaign, new Text("It has started already.", "Ya empezó."))
        : campaign.Plan is { Timing: CampaignTiming.At, AtMs: { } at } && at < now ? (campaign, new Text("Its hour has passed: change it, or send it now.", "Su hora ya pasó: cámbiala, o envíala ahora."))
        : campaign.Plan.Timing == CampaignTiming.Best && !new BestReach(host, campaign.WorkspaceId).IsUsed ? (campaign, BestReach.NotUsed)
        : campaign.Plan is { Timing: CampaignTiming.Local, DayMs: { } day } && day + (36 * 3_600_000L) < now ? (campaign, new Text("Its day has passed everywhere: change it.", "Su día ya pasó en todas partes: cámbialo."))
        : campaign.Plan is { Timing: CampaignTiming.At, AtMs: { } due } ? (campaign with { State = CampaignState.Scheduled, NextAt = due, StartedAt = now }, null)
        : (campaign with { State = CampaignState.Freezing, NextAt = now, StartedAt = now }, null), cancellation);

    public Task<CampaignAnswer> PauseAsync(string workspace, long id, bool pauses, Actor by, CancellationToken cancellation) => ChangeAsync(workspace, id, AuditActions.CampaignPaused, by, (campaign, _) =>
        !campaign.IsUnderWay ? (campaign, new Text("It is not under way.", "No está en marcha.")) : (campaign with { IsPaused = pauses }, null), cancellation);

    /// <summary>Ends a campaign and calls back what has not left. What has left has left.</summary>
    public async Task<CampaignAnswer> StopAsync(string workspace, long id, Actor by, CancellationToken cancellation) => await database.WriteAsync((connection, transaction) =>
    {
        if (CampaignStore.Find(connection, transaction, workspace, id) is not { } campaign)
        {
            return new CampaignAnswer(null, Unknown);
        }
        if (!campaign.IsUnderWay && campaign.State != CampaignState.Done)
        {
            return new CampaignAnswer(null, new Text("It is not under way.", "No está en marcha."));
        }
        var called = CampaignSteps.Of(host).Outbox.Cancel(connection, transaction, workspace, campaign.KeyPrefix);
        var stopped = campaign with { State = CampaignState.Stopped, IsPaused = false, EndedAt = campaign.EndedAt ?? host.NowMs };
        CampaignStore.Put(connection, transaction, stopped);
        ExperimentBook.End(connection, transaction, workspace, campaign.Experiment, host.NowMs);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.CampaignStopped, campaign.Name, $"{called} called back"));
        return new CampaignAnswer(stopped, null, called);
    }, cancellation);

    /// <summary>Deletes a draft. What was sent stays on record.</summary>
    public Task<CampaignAnswer> DeleteAsync(string workspace, long id, Actor by, CancellationToken cancellation) => database.WriteAsync((connection, transaction) =>
    {
        if (CampaignStore.Find(connection, transaction, workspace, id) is not { } campaign)
        {
            return new CampaignAnswer(null, Unknown);
        }
        if (campaign.State != CampaignState.Draft)
        {
            return new CampaignAnswer(null, new Text("Only a draft can be deleted: what was sent stays on record.", "Solo se puede borrar un borrador: lo enviado queda registrado."));
        }
        CampaignStore.Delete(connection, transaction, id);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.CampaignDeleted, campaign.Name));
        return new CampaignAnswer(campaign, null);
    }, cancellation);

    /// <summary>Sends each version to one person that is known, as a test: it counts nowhere. Answers why not.</summary>
    public async Task<Text?> TestAsync(WorkspaceEngine engine, Campaign campaign, string reference, CancellationToken cancellation)
    {
        var person = engine.Read(state => state.Staged.Identity.Find(reference) is >= 0 and var node && state.Staged.Identity.ProfileOf(node) is >= 0 and var profile
            ? state.Staged.Identity.IdentifiersOf(profile)[0].Identifier.ToString() : null);
        if (person is null)
        {
            return new Text("Nobody is known by that. Write an address as email:ana@example.com, or a user id, of somebody who is here.", "Nadie se conoce así. Escribe una dirección como email:ana@example.com, o un id de usuario, de alguien que esté aquí.");
        }
        await database.WriteAsync((connection, transaction) => CampaignSteps.Of(host).Outbox.AddMany(connection, transaction, campaign.WorkspaceId,
            [.. campaign.Plan.Arms.Select(arm => new MessageDraft(
                $"test/{campaign.KeyPrefix}{arm.Name}/{Guid.CreateVersion7(host.Clock.GetUtcNow()):N}", person, campaign.Plan.Channel, arm.TemplateId, "transactional", $"test:{campaign.Experiment}:{arm.Name}", "{}", null, 100,
                host.NowMs, host.NowMs + Durations.Day))], host.NowMs), cancellation);
        return null;
    }

    private Task<CampaignAnswer> ChangeAsync(
        string workspace, long id, string action, Actor by, Func<Campaign, long, (Campaign Campaign, Text? Refusal)> change, CancellationToken cancellation) => database.WriteAsync((connection, transaction) =>
    {
        if (CampaignStore.Find(connection, transaction, workspace, id) is not { } found)
        {
            return new CampaignAnswer(null, Unknown);
        }
        var (changed, refusal) = change(found, host.NowMs);
        if (refusal is not null)
        {
            return new CampaignAnswer(null, refusal);
        }
        CampaignStore.Put(connection, transaction, changed);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, action, changed.Name));
        return new CampaignAnswer(changed, null);
    }, cancellation);
}
