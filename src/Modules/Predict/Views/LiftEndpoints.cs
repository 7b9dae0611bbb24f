using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Predict.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Predict.Views;

/// <summary>Whom an experiment moves; <paramref name="MayChange"/>: the visitor may make segments.</summary>
public sealed record LiftModel(string Experiment, LiftAnswer Answer, bool MayChange);

/// <summary>`/models/lift/{experiment}`, a part of the experiment's page.</summary>
internal sealed class LiftEndpoints(DataHost host)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGroup("/models/lift").RequirePermission(Permission.ReadNumbers).MapReads("/{id}", (HttpContext http, string id) =>
        LiftReading.Of(host).Of(http.Visitor().Engine, id, CancellationToken.None) is { } answer
            ? http.Part<LiftPart>(new LiftModel(id, answer, http.Visitor().May(Permission.ChangeDefinitions))) : Results.NotFound());
}
