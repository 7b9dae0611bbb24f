using System.ComponentModel;
using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Predict.Goals;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Predict.Models;

/// <summary>A model. `state` is new, waiting, in_use, no_signal or refused, of the version shown: what waits for a decision, else what is in use, else the newest.</summary>
/// <param name="Id">`mdl_` and a number.</param>
/// <param name="Kind">event, rule or value.</param>
/// <param name="Score">Rules read `scores.` and this.</param>
/// <param name="Drift">steady, moved or far: how far people have moved since the training; null before a scoring.</param>
/// <param name="Refusal">Why the newest training or scoring came to nothing, in the reader's language.</param>
internal sealed record ModelAnswer(
    string Id, string Name, string Kind, string Goal, string Who, int Days, string Score, int EveryDays, double? YearlyRate, string State, string? TrainedAt, string? ScoredAt, long Scored, string? Drift,
    string? NextTrainingAt, string? NextScoringAt, string? Refusal);

/// <summary>One training. `quality` is its AUC, or of money the correlation of ranks, with the interval of 95 %.</summary>
internal sealed record VersionAnswer(
    long Version, string State, string TrainedAt, long TookMs, int TrainedOn, int Tested, double Quality, double QualityLow, double QualityHigh, double Lift, bool IsKept, string? ScoredAt, long Scored, string? Note);

/// <summary>How far a column has moved since the training: the population stability index, and the group that moved it most.</summary>
internal sealed record DriftAnswer(string Column, double Index, double Chance, string Level, string Group, double Then, double Now);

/// <summary>A model with the test of the version shown (`card`), its trainings, its drift, and what was foreseen against what came.</summary>
internal sealed record ModelDetail(ModelAnswer Model, ModelCard? Card, IReadOnlyList<VersionAnswer> Versions, IReadOnlyList<DriftAnswer> Drift, Foresight? Foresight);

/// <summary>Why a score is what it is, in both languages.</summary>
internal sealed record ReasonAnswer(string En, string Es);

/// <summary>The latest score of a name that one person has: a probability from 0 to 1, or money with its `currency`, the probability of still being a customer and the orders expected.</summary>
/// <param name="Low">What it lies between with 80 % probability, with <paramref name="High"/>; null of scores from before that was written.</param>
/// <param name="Version">Of the model; null of scores from before versions were written.</param>
internal sealed record ScoreAnswer(string Score, string Label, double Value, double? Low, double? High, string? Currency, double? Alive, double? Orders, IReadOnlyList<ReasonAnswer> Reasons, string WrittenAt, long? Version, LeadAnswer? Lead);

/// <summary>Of a lead: who they are and what they did, of 100 leads how many stand below; A to D; whether sales should see them.</summary>
internal sealed record LeadAnswer(int Fit, int Engagement, string Grade, bool IsQualified);

/// <summary>`GET /api/v1/models`, `GET /api/v1/models/{id}`, `GET /api/v1/profiles/{id}/scores`.</summary>
internal static class ModelApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/api/v1").RequireScope("read");
        read.MapGet("/models", List).Produces<Page<ModelAnswer>>().WithTags("Models").WithSummary("What is predicted of people, and how far each model is.");
        read.MapGet("/models/{id}", Show).Produces<ModelDetail>().ProducesProblem(404).WithTags("Models").WithSummary("One model: its test, its trainings, its drift, and what was foreseen against what came.");
        read.MapGet("/profiles/{id}/scores", Scores).Produces<Page<ScoreAnswer>>().ProducesProblem(404).WithTags("Profiles").WithSummary("The latest scores of a person, with what moved each.");
    }

    /// <summary>A model by `mdl_` and its number, the name of its score, or its name.</summary>
    public static PredictModel? Find(ModelDesk desk, string workspace, string id)
    {
        var all = desk.List(workspace);
        return all.FirstOrDefault(model => IdOf(model) == id) ?? all.FirstOrDefault(model => model.Score == id) ?? all.FirstOrDefault(model => model.Name == id);
    }

    public static ModelAnswer AnswerOf(PredictModel model, List<ModelVersion> versions, Language language)
    {
        var shown = ModelVersion.Shown(versions);
        return new ModelAnswer(
            IdOf(model), model.Name, model.Kind.ToString().ToLowerInvariant(), model.Goal, model.Who, model.Days, model.Score, model.EveryDays, model.IsMoney ? model.YearlyRate : null,
            shown is null ? "new" : NameOf(shown.State), Said(shown?.TrainedAt), Said(shown?.ScoredAt), shown?.Scored ?? 0, shown is { Drift.Count: > 0 } ? NameOf(shown.DriftLevel) : null,
            Said(model.DueAt), versions.Exists(one => one.State == VersionState.InUse) ? Said(model.ScoreDueAt) : null, model.Refusal?.In(language));
    }

    public static ModelDetail DetailOf(ModelDesk desk, PredictModel model, Language language)
    {
        var versions = desk.Versions(model.WorkspaceId).Where(one => one.ModelId == model.Id).ToList();
        var shown = ModelVersion.Shown(versions);
        return new ModelDetail(
            AnswerOf(model, versions, language), shown?.Card, [.. versions.Select(one => AnswerOf(one, language))],
            [.. (shown?.Drift ?? []).Select(one => new DriftAnswer(one.Column, one.Index, one.Chance, NameOf(one.Level), one.Group, one.Then, one.Now))], desk.Foresight(model.Id));
    }

    private static IResult List(HttpContext http, DataHost host)
    {
        var (desk, workspace, language) = (ModelDesk.Of(host), http.Caller().Engine.Id, Problems.LanguageOf(http));
        var versions = desk.Versions(workspace);
        return Results.Json(new Page<ModelAnswer>([.. desk.List(workspace).Select(model => AnswerOf(model, [.. versions.Where(one => one.ModelId == model.Id)], language))], null), ApiJson.Options);
    }

    private static IResult Show(HttpContext http, DataHost host, [Description("`mdl_` and its number, or the name of its score.")] string id)
    {
        var desk = ModelDesk.Of(host);
        return Find(desk, http.Caller().Engine.Id, id) is { } model
            ? Results.Json(DetailOf(desk, model, Problems.LanguageOf(http)), ApiJson.Options)
            : Problems.NotFound(http, new Text($"There is no model '{id}'. GET /api/v1/models lists them.", $"No existe el modelo '{id}'. GET /api/v1/models los lista."));
    }

    private static IResult Scores(HttpContext http, string id)
    {
        var (caller, reference) = (http.Caller(), PathValues.Segment(http, 3, id));
        var found = caller.Engine.Read(state => state.Staged.Identity.Find(reference) is >= 0 and var node ? ModelScores.Read(state, state.Staged.Identity.ProfileOf(node)) : null);
        return found is null
            ? Problems.NotFound(http, new Text(
                $"Nobody is known as '{reference}'. Ask by prf_…, user_id:V, anonymous_id:V or email:V.", $"No se conoce a nadie como '{reference}'. Pregunta por prf_…, user_id:V, anonymous_id:V o email:V."))
            : Results.Json(new Page<ScoreAnswer>([.. found.Select(AnswerOf)], null), ApiJson.Options);
    }

    private static ScoreAnswer AnswerOf(NotedScore score) => new(
        score.Name, score.Label, score.Value, score.Between?.Low, score.Between?.High, score.Currency, score.Alive, score.Orders, [.. ModelScores.ReasonsOf(score).Select(reason => new ReasonAnswer(reason.En, reason.Es))], Instants.Format(score.At), score.Version,
        score.Lead is { } lead ? new LeadAnswer(lead.Fit, lead.Engagement, lead.Grade, lead.IsQualified) : null);

    private static VersionAnswer AnswerOf(ModelVersion version, Language language)
    {
        var (quality, low, high) = version.Card.Quality;
        return new VersionAnswer(
            version.Id, NameOf(version.State), Instants.Format(version.TrainedAt), version.Card.TookMs, version.Card.TrainedOn, version.Card.Tested, quality, low, high, version.Card.Lift, version.IsKept,
            Said(version.ScoredAt), version.Scored, version.Note?.In(language));
    }

    private static string IdOf(PredictModel model) => string.Create(CultureInfo.InvariantCulture, $"mdl_{model.Id}");

    private static string? Said(long? at) => at is { } instant ? Instants.Format(instant) : null;

    private static string NameOf(VersionState state) => state switch
    {
        VersionState.Waiting => "waiting",
        VersionState.InUse => "in_use",
        VersionState.Replaced => "replaced",
        VersionState.NoSignal => "no_signal",
        _ => "refused",
    };

    private static string NameOf(DriftLevel level) => level switch { DriftLevel.Steady => "steady", DriftLevel.Moved => "moved", _ => "far" };
}
