using System.Collections.Concurrent;
using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Predict.Models;

/// <summary>Models of all workspaces: what is asked, trained, approved and scored. One for each data directory.</summary>
internal sealed class ModelDesk
{
    /// <summary>Files of older versions that are kept, to go back to.</summary>
    private const int MostKept = 5;

    private const long Retry = Durations.Hour;

    /// <summary>By version what was trained and has no bytes to keep: lost with the program, and then trained again.</summary>
    private readonly ConcurrentDictionary<long, Trained> trained = new();
    private readonly ConcurrentDictionary<long, Text> progress = new();
    private readonly DataHost host;

    private ModelDesk(DataHost host) => this.host = host;

    public static ModelDesk Of(DataHost host) => host.Shared(host => new ModelDesk(host));

    public IReadOnlyList<PredictModel> List(string workspace) => host.Database.Read(connection => ModelStore.List(connection, workspace));

    public PredictModel? Find(string workspace, long id) => host.Database.Read(connection => ModelStore.Find(connection, workspace, id));

    public IReadOnlyList<ModelVersion> Versions(string workspace) => host.Database.Read(connection => ModelStore.Versions(connection, workspace));

    /// <summary>What is being done for a model right now; null for nothing.</summary>
    public Text? Progress(long model) => progress.TryGetValue(model, out var said) ? said : null;

    /// <summary>What a model is looked at for.</summary>
    public ViewSettings ViewOf(long model) => host.Database.Read(connection => ViewStore.Find(connection, model));

    public Task SetViewAsync(long model, ViewSettings settings, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        ViewStore.Put(connection, transaction, model, settings);
        return 0;
    }, cancellation);

    /// <summary>Changes how people are graded, and has everybody graded anew by the version in use.</summary>
    public Task GradeAsync(PredictModel model, ViewSettings settings, Actor by, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        ViewStore.Put(connection, transaction, model.Id, settings);
        ModelStore.Put(connection, transaction, model with { ScoreDueAt = host.NowMs });
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(model.WorkspaceId, by, AuditActions.ModelChanged, model.Score));
        return 0;
    }, cancellation);

    /// <summary>What is wrong with a model; null for nothing.</summary>
    public Text? Refuse(WorkspaceEngine engine, PredictModel model)
    {
        if (model.Name.Trim().Length is 0 or > PredictModel.LongestName)
        {
            return new($"A name has 1 to {PredictModel.LongestName} characters.", $"El nombre tiene de 1 a {PredictModel.LongestName} caracteres.");
        }
        if (!System.Text.RegularExpressions.Regex.IsMatch(model.Score, "^[a-z][a-z0-9_]{0,39}$", System.Text.RegularExpressions.RegexOptions.NonBacktracking))
        {
            return new($"The score’s name: a small letter, then letters, digits or _; at most {PredictModel.LongestScore}.", $"El nombre de la puntuación: una minúscula y luego letras, cifras o _; {PredictModel.LongestScore} como máximo.");
        }
        if (model.Days is < 1 or > PredictModel.MostDays || model.EveryDays is < 1 or > 90)
        {
            return new($"Within 1 to {PredictModel.MostDays} days, every 1 to 90 days.", $"Dentro de 1 a {PredictModel.MostDays} días, cada 1 a 90 días.");
        }
        if (model.Goal.Length > PredictModel.LongestRule || model.Who.Length > PredictModel.LongestRule)
        {
            return new($"A rule has at most {PredictModel.LongestRule} characters.", $"Una regla tiene como máximo {PredictModel.LongestRule} caracteres.");
        }
        if (model.Score is Reaching.SentFold.ChannelScore or Reaching.SentFold.HourScore)
        {
            return new($"`scores.{model.Score}` is written by channel and hour (/models/reach). Choose another name.", $"Canal y hora (/models/reach) escribe `scores.{model.Score}`. Elige otro nombre.");
        }
        if (model.YearlyRate is not (>= 0 and <= PredictModel.HighestRate))
        {
            return new("Money to come is discounted by 0 to 100% a year.", "El dinero por venir se descuenta entre 0 y 100% al año.");
        }
        var others = List(model.WorkspaceId).Where(one => one.Id != model.Id).ToList();
        if (others.Exists(one => one.Score == model.Score))
        {
            return new($"Another model writes `scores.{model.Score}`. Choose another name.", $"Otro modelo escribe `scores.{model.Score}`. Elige otro nombre.");
        }
        if (others.Count >= PredictModel.Most)
        {
            return new($"There are {PredictModel.Most} models already. Delete one.", $"Ya hay {PredictModel.Most} modelos. Borra uno.");
        }
        return engine.Read(state => RuleFault(state, model));
    }

    /// <summary>Adds or changes a model, and has it trained. <paramref name="view"/>: what it is looked at for; null leaves that as it is.</summary>
    public Task<long> PutAsync(PredictModel model, Actor by, CancellationToken cancellation, ViewSettings? view = null) => host.Database.WriteAsync((connection, transaction) =>
    {
        if (ModelStore.Find(connection, model.WorkspaceId, model.Id, transaction) is { } before && !IsSameQuestion(before, model))
        {
            ModelStore.Retire(connection, transaction, model.Id);
            // The grades of another question mean other chances.
            view = (view ?? ViewStore.Find(connection, model.Id, transaction)) with { Cuts = null, Threshold = null };
        }
        var id = ModelStore.Put(connection, transaction, model with { DueAt = host.NowMs, Refusal = null });
        if (view is not null)
        {
            ViewStore.Put(connection, transaction, id, view);
        }
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(model.WorkspaceId, by, model.Id == 0 ? AuditActions.ModelAdded : AuditActions.ModelChanged, model.Score));
        return id;
    }, cancellation);

    public Task DeleteAsync(PredictModel model, Actor by, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        ModelStore.Delete(connection, transaction, model.WorkspaceId, model.Id);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(model.WorkspaceId, by, AuditActions.ModelDeleted, model.Score));
        return 0;
    }, cancellation);

    /// <summary>Decides about a version that waits, or goes back to an earlier one whose bytes are kept: its scores are written, or never.</summary>
    public Task DecideAsync(PredictModel model, ModelVersion version, bool isApproved, Actor by, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        ModelStore.Decide(connection, transaction, version, isApproved ? VersionState.InUse : VersionState.Refused, by.Id, host.NowMs);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(model.WorkspaceId, by, isApproved ? AuditActions.ModelApproved : AuditActions.ModelRefused, model.Score));
        return 0;
    }, cancellation);

    /// <summary>Does what is due in a workspace: trains, and scores by what is in use. Answers when something is due next.</summary>
    public async Task<long?> LookAsync(WorkspaceEngine engine, CancellationToken cancellation)
    {
        while (Next(engine.Id) is { } next)
        {
            await RunAsync(engine, next.Model, next.Version, cancellation);
        }
        return List(engine.Id).SelectMany(model => new[] { model.DueAt, model.ScoreDueAt }).Min();
    }

    /// <summary>Trains a model now, whatever is due.</summary>
    public Task TrainAsync(WorkspaceEngine engine, PredictModel model, CancellationToken cancellation) => RunAsync(engine, model, null, cancellation);

    private (PredictModel Model, ModelVersion? Version)? Next(string workspace)
    {
        var versions = Versions(workspace);
        foreach (var model in List(workspace))
        {
            if (model.DueAt <= host.NowMs)
            {
                return (model, null);
            }
            if (model.ScoreDueAt <= host.NowMs && versions.FirstOrDefault(one => one.ModelId == model.Id && one.State == VersionState.InUse) is { } used)
            {
                return (model, used);
            }
        }
        return null;
    }

    /// <summary>Trains a model, or scores by the version in use.</summary>
    private async Task RunAsync(WorkspaceEngine engine, PredictModel model, ModelVersion? used, CancellationToken cancellation)
    {
        Action<Text> tell = text => progress[model.Id] = text;
        ITraining training = model.Kind switch
        {
            ModelKind.Value => new ValueTraining(engine, host.Clock, tell),
            ModelKind.Contract => new ContractTraining(engine, host.Clock, tell),
            _ => new GoalTraining(engine, host.Clock, tell, ViewOf(model.Id)),
        };
        var now = host.NowMs;
        progress[model.Id] = new Text("Beginning …", "Empezando …");
        try
        {
            if (used is null)
            {
                var found = await Task.Run(() => training.Train(model, now, cancellation), cancellation);
                await KeepCutsAsync(model, found.Card, cancellation);
                if (await KeepAsync(model, found, now, cancellation) is { State: VersionState.InUse } version)
                {
                    await ScoreAsync(engine, model, version, found, cancellation);
                }
                await ChangeAsync(model, current => current with { DueAt = now + (model.EveryDays * Durations.Day), Refusal = null }, cancellation);
            }
            else if (Restored(training, model, used) is { } kept)
            {
                await ScoreAsync(engine, model, used, kept, cancellation);
            }
            else
            {
                // What it says of itself is in the note of the training that follows.
                await ChangeAsync(model, current => current with { DueAt = now, ScoreDueAt = now + Durations.Day }, cancellation);
            }
        }
        catch (CannotTrainException refused)
        {
            await ChangeAsync(model, current => used is null
                ? current with { DueAt = now + (model.EveryDays * Durations.Day), ScoreDueAt = Math.Max(current.ScoreDueAt ?? 0, now + Retry), Refusal = refused.Why }
                : current with { ScoreDueAt = now + Retry, Refusal = refused.Why }, cancellation);
        }
        finally
        {
            progress.TryRemove(model.Id, out _);
        }
    }

    /// <summary>What was trained before: the bytes that were kept of it, or what still lies in memory.</summary>
    private Trained? Restored(ITraining training, PredictModel model, ModelVersion version)
    {
        var file = host.Database.Read(connection => ModelStore.File(connection, version.Id));
        return (file is null ? null : training.Restore(model, version.Card, file)) ?? trained.GetValueOrDefault(version.Id);
    }

    private async Task ScoreAsync(WorkspaceEngine engine, PredictModel model, ModelVersion version, Trained found, CancellationToken cancellation)
    {
        var now = host.NowMs;
        var scores = await Task.Run(() => found.Score(now, cancellation), cancellation);
        progress[model.Id] = new Text("Writing the scores …", "Escribiendo las puntuaciones …");
        var scored = await ScoreWriter.WriteAsync(host, engine, model, version.Id, scores, cancellation);
        await host.Database.WriteAsync((connection, transaction) =>
        {
            ModelStore.Scored(connection, transaction, version.Id, scored, found.Drift, host.NowMs);
            return 0;
        }, cancellation);
        await ChangeAsync(model, current => current with { ScoreDueAt = now + Durations.Day, Refusal = null }, cancellation);
    }

    /// <summary>Keeps what was trained. The first waits for somebody's approval; later ones take its place by themselves, unless they are clearly worse.</summary>
    private async Task<ModelVersion?> KeepAsync(PredictModel model, Trained found, long now, CancellationToken cancellation)
    {
        var kept = await host.Database.WriteAsync((connection, transaction) =>
        {
            if (ModelStore.Find(connection, model.WorkspaceId, model.Id, transaction) is not { } current || !IsSameQuestion(current, model))
            {
                return null;
            }
            var used = ModelStore.Versions(connection, model.WorkspaceId, transaction).FirstOrDefault(one => one.ModelId == model.Id && one.State == VersionState.InUse);
            var state = !found.Card.HasSignal ? VersionState.NoSignal : used is null || found.Card.IsWorseThan(used.Card) ? VersionState.Waiting : VersionState.InUse;
            var version = new ModelVersion(0, model.Id, now, state, found.Card, "", null, null, 0)
            {
                Note = used is null or { IsKept: true } || trained.ContainsKey(used.Id) ? null : new Text("The one in use could not be read any more.", "La versión en uso ya no se podía leer."),
            };
            version = version with { Id = ModelStore.AddVersion(connection, transaction, version) };
            if (state == VersionState.InUse)
            {
                ModelStore.Decide(connection, transaction, version, state, "", now);
            }
            if (found.File is { } file && state != VersionState.NoSignal)
            {
                ModelStore.KeepFile(connection, transaction, version, file, MostKept);
            }
            return version;
        }, cancellation);
        if (kept is { State: VersionState.Waiting or VersionState.InUse } && found.File is null)
        {
            trained[kept.Id] = found;
        }
        return kept;
    }

    /// <summary>Grades are cut once, so that each means the same chance from then on.</summary>
    private Task KeepCutsAsync(PredictModel model, ModelCard card, CancellationToken cancellation) =>
        card is GoalCard { Lead: { } lead } && ViewOf(model.Id) is { Cuts: null } view ? SetViewAsync(model.Id, view with { Cuts = LeadCuts.Of(lead.Curve) }, cancellation) : Task.CompletedTask;

    /// <summary>Changes when things are due. Whoever changed the question meanwhile wants it trained again.</summary>
    private Task ChangeAsync(PredictModel model, Func<PredictModel, PredictModel> change, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        if (ModelStore.Find(connection, model.WorkspaceId, model.Id, transaction) is { } current && IsSameQuestion(current, model))
        {
            ModelStore.Put(connection, transaction, change(current));
        }
        return 0;
    }, cancellation);

    private static bool IsSameQuestion(PredictModel one, PredictModel other) => (one.Kind, one.Goal, one.Who, one.Days, one.Score, one.YearlyRate) == (other.Kind, other.Goal, other.Who, other.Days, other.Score, other.YearlyRate);

    private static Text? RuleFault(EngineState state, PredictModel model)
    {
        try
        {
            if (model.IsMoney)
            {
                return null;
            }
            if (model.Kind == ModelKind.Event)
            {
                EventTest.Parse(model.Goal, state.Rules.Zone, state.Staged.EventNames, state.Staged.Paths);
            }
            else
            {
                Checker.CheckCondition(Parser.Parse(model.Goal, RuleContext.Segment, state.Rules.Zone));
            }
            if (model.Who.Length > 0)
            {
                Checker.CheckCondition(Parser.Parse(model.Who, RuleContext.Segment, state.Rules.Zone));
            }
            return null;
        }
        catch (RuleException wrong)
        {
            return new(
                $"The rule, character {wrong.Error.Extent.Start + 1}: found {wrong.Error.Found.En}; expected {wrong.Error.Expected.En}.",
                $"La regla, carácter {wrong.Error.Extent.Start + 1}: hay {wrong.Error.Found.Es}; se esperaba {wrong.Error.Expected.Es}.");
        }
    }
}
