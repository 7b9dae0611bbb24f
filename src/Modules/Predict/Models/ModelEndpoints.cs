using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Predict.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Predict.Models;

/// <summary>One line of the list: a model, its version in use or the newest, and what is being done.</summary>
public sealed record ModelLine(PredictModel Model, ModelVersion? Version, Text? Progress);

/// <summary>`/models`.</summary>
public sealed record ModelsModel(IReadOnlyList<ModelLine> Lines, IReadOnlyList<(string Id, Text Name, Text Says)> Ready, bool HasEvents, bool MayChange);

/// <summary>One model with its trainings, the newest first.</summary>
public sealed record ModelModel(PredictModel Model, IReadOnlyList<ModelVersion> Versions, ModelVersion? Shown, Text? Progress, bool MayChange, bool MayReadPeople, ModelView View);

/// <summary>The form of a model; <paramref name="Refusal"/> what is wrong with it.</summary>
public sealed record ModelFormModel(PredictModel Model, IReadOnlyList<string> Events, Text? Refusal, ModelView View);

/// <summary>`/models`.</summary>
internal sealed class ModelEndpoints(DataHost host)
{
    private const int MostNames = 200;

    private readonly ModelDesk desk = ModelDesk.Of(host);

    public void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/models").RequirePermission(Permission.ReadNumbers);
        read.MapReads("", (HttpContext http) => http.Page<ModelsPage>(ListOf(http)));
        read.MapReads("/{id}", (HttpContext http, string id) => Own(http, id) is { } model ? http.Page<ModelPage>(ModelOf(http, model)) : Results.NotFound());
        read.MapReads("/{id}/now", (HttpContext http, string id) => Own(http, id) is { } model ? http.Part<ModelPart>(ModelOf(http, model)) : Results.NotFound());
        var change = routes.MapGroup("/models").RequirePermission(Permission.ChangeDefinitions);
        change.MapReads("/new", (HttpContext http) => Form(http, Begun(http), null));
        change.MapReads("/{id}/edit", (HttpContext http, string id) => Own(http, id) is { } model ? Form(http, model, null) : Results.NotFound());
        change.MapSends("", (Func<HttpContext, Task<IResult>>)(http => PutAsync(http, PredictModel.New(http.Visitor().WorkspaceId, host.NowMs, http.Visitor().UserId))));
        change.MapSends("/{id}", (HttpContext http, string id) => Own(http, id) is { } model ? PutAsync(http, model) : Task.FromResult(Results.NotFound()));
        change.MapSends("/{id}/train", (HttpContext http, string id) => OnAsync(http, id, model => desk.PutAsync(model, Actor.Of(http), http.RequestAborted)));
        change.MapSends("/{id}/delete", DeleteAsync);
        change.MapSends("/{id}/versions/{version}/approve", (HttpContext http, string id, string version) => DecideAsync(http, id, version, true));
        change.MapSends("/{id}/versions/{version}/refuse", (HttpContext http, string id, string version) => DecideAsync(http, id, version, false));
    }

    private PredictModel? Own(HttpContext http, string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? desk.Find(http.Visitor().WorkspaceId, number) : null;

    private ModelsModel ListOf(HttpContext http)
    {
        var visitor = http.Visitor();
        var (models, versions) = (desk.List(visitor.WorkspaceId), desk.Versions(visitor.WorkspaceId));
        var known = visitor.Engine.Read(state => ReadyModel.All.Where(ready => state.Staged.EventNames.Find(ready.Event) >= 0).ToList());
        return new ModelsModel(
            [.. models.Select(model => new ModelLine(model, Shown(model, versions), desk.Progress(model.Id)))],
            [.. known.Where(ready => !models.Any(model => model.Score == ready.Id)).Select(ready => (ready.Id, ready.Name, ready.Says))],
            visitor.Engine.Read(state => state.Staged.History.Count) > 0, visitor.May(Permission.ChangeDefinitions));
    }

    private ModelModel ModelOf(HttpContext http, PredictModel model)
    {
        var visitor = http.Visitor();
        var versions = desk.Versions(visitor.WorkspaceId).Where(version => version.ModelId == model.Id).ToList();
        return new ModelModel(model, versions, Shown(model, versions), desk.Progress(model.Id), visitor.May(Permission.ChangeDefinitions), visitor.May(Permission.ReadPeople), desk.ViewOf(model.Id).View);
    }

    /// <summary>What waits for a decision, else what is in use, else the newest.</summary>
    private static ModelVersion? Shown(PredictModel model, IEnumerable<ModelVersion> versions)
    {
        var own = versions.Where(version => version.ModelId == model.Id).ToList();
        return own.FirstOrDefault() is { State: VersionState.Waiting } waiting ? waiting : own.Find(version => version.State == VersionState.InUse) ?? own.FirstOrDefault();
    }

    private PredictModel Begun(HttpContext http)
    {
        var empty = PredictModel.New(http.Visitor().WorkspaceId, host.NowMs, http.Visitor().UserId);
        return ReadyModel.All.FirstOrDefault(ready => ready.Id == http.Request.Query["from"].ToString()) is { } found
            ? empty with { Name = http.Locale().Say(found.Name), Kind = found.Kind, Goal = found.Goal, Who = found.Who, Days = found.Days, Score = found.Id }
            : empty;
    }

    private IResult Form(HttpContext http, PredictModel model, Text? refusal)
    {
        var view = Enum.TryParse<ModelView>(http.Request.HasFormContentType ? http.Request.Form["view"].ToString() : "", out var sent) ? sent
            : model.Id > 0 ? desk.ViewOf(model.Id).View : ReadyModel.All.FirstOrDefault(ready => ready.Id == http.Request.Query["from"].ToString())?.View ?? ModelView.Plain;
        var events = http.Visitor().Engine.Read(state => state.Staged.Schema.Events.OrderByDescending(pair => pair.Value).Select(pair => state.Staged.EventNames[pair.Key]).OfType<string>().Where(name => name.Length > 0).Take(MostNames).ToList());
        return http.Page<ModelFormPage>(new ModelFormModel(model, events, refusal, view), refusal is null ? 200 : 400);
    }

    private async Task<IResult> PutAsync(HttpContext http, PredictModel like)
    {
        var form = http.Request.Form;
        var model = like with
        {
            Name = form["name"].ToString().Trim(), Kind = form["kind"].ToString() switch { "value" => ModelKind.Value, "contract" => ModelKind.Contract, "rule" => ModelKind.Rule, _ => ModelKind.Event }, Goal = form["goal"].ToString().Trim(), Who = form["who"].ToString().Trim(),
            Score = form["score"].ToString().Trim(), Days = NumberOf(form["days"]), EveryDays = NumberOf(form["every"]),
        };
        if (desk.Refuse(http.Visitor().Engine, model) is { } refusal)
        {
            return Form(http, model, refusal);
        }
        var view = Enum.TryParse<ModelView>(form["view"], out var asked) && Enum.IsDefined(asked) && model.Kind != ModelKind.Value ? desk.ViewOf(model.Id) with { View = asked } : null;
        return Results.Redirect(PathOf(await desk.PutAsync(model, Actor.Of(http), http.RequestAborted, view)));
    }

    private async Task<IResult> DeleteAsync(HttpContext http, string id)
    {
        if (Own(http, id) is not { } model)
        {
            return Results.NotFound();
        }
        await desk.DeleteAsync(model, Actor.Of(http), http.RequestAborted);
        return Results.Redirect("/models");
    }

    private Task<IResult> DecideAsync(HttpContext http, string id, string version, bool isApproved) => OnAsync(http, id, model =>
        desk.Versions(model.WorkspaceId).FirstOrDefault(one => one.ModelId == model.Id && one.Id.ToString(CultureInfo.InvariantCulture) == version && one.State == VersionState.Waiting) is { } waiting
            ? desk.DecideAsync(model, waiting, isApproved, Actor.Of(http), http.RequestAborted)
            : Task.CompletedTask);

    private async Task<IResult> OnAsync(HttpContext http, string id, Func<PredictModel, Task> act)
    {
        if (Own(http, id) is not { } model)
        {
            return Results.NotFound();
        }
        await act(model);
        return Results.Redirect(PathOf(model.Id));
    }

    private static int NumberOf(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string PathOf(long id) => string.Create(CultureInfo.InvariantCulture, $"/models/{id}");
}
