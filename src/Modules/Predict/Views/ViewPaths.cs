using System.Globalization;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Predict.Models;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Predict.Views;

/// <summary>A model that was asked for. <paramref name="Card"/>: of the version in use, else the newest.</summary>
/// <param name="ScoredAt">When they were written last.</param>
internal sealed record FoundModel(PredictModel Model, GoalCard? Card, long? ScoredAt)
{
    public bool IsScored => ScoredAt is not null;
}

/// <summary>How the views find what they are asked for, and where they are.</summary>
internal static class ViewPaths
{
    /// <summary>A goal of the visitor's workspace; null for any other address.</summary>
    public static FoundModel? Find(ModelDesk desk, HttpContext http, string id)
    {
        if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || desk.Find(http.Visitor().WorkspaceId, number) is not { IsMoney: false } model)
        {
            return null;
        }
        var versions = desk.Versions(model.WorkspaceId).Where(version => version.ModelId == model.Id).ToList();
        var used = versions.Find(version => version.State == VersionState.InUse);
        return new FoundModel(model, (used ?? versions.FirstOrDefault())?.Card as GoalCard, used?.ScoredAt);
    }

    public static IReadOnlyList<NamedPerson> Named(WorkspaceEngine engine, IEnumerable<ScoredPerson> people)
    {
        var some = people.ToList();
        return engine.Read(state => some.Select(person => new NamedPerson(state.Staged.Identity.PublicId(person.Profile), state.Staged.Identity.PrintedUserId(person.Profile), person)).ToList());
    }

    public static string Of(PredictModel model, string path) => string.Create(CultureInfo.InvariantCulture, $"/models/{model.Id}{path}");

    public static string Of(PredictModel model, string path, params (string Name, string Value)[] query) =>
        Of(model, path) + QueryString.Create(query.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value)));
}
