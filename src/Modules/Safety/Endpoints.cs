using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Keys.Contracts;
using Ciclo.Modules.Safety.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Safety;

/// <summary>`Status` is `running`, `done` or `lifted`; counts are null until it is done.</summary>
public sealed record ErasureAnswer(
    string Id, string Status, string AskedAt, string? DoneAt, string By, string Reason, int Identifiers,
    long? Events, long? Redacted, long? Rejected, long? Commands, long? Moves);

/// <summary>Erasing people over HTTP.</summary>
internal static class Endpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGroup("/api/v1").RequireScope("write").WithTags("Profiles").MapDelete("/profiles/{id}", EraseAsync)
            .Produces<ErasureAnswer>(202).ProducesProblem(400).ProducesProblem(404)
            .WithSummary("Erase a person for good, with all identifiers of the profile. Answers when that is durable; /erasures/{id} says when it is done.");
        routes.MapGroup("/api/v1").RequireScope("read").WithTags("Profiles").MapGet("/erasures/{id}", SingleAsync)
            .Produces<ErasureAnswer>().ProducesProblem(404).WithSummary("How far an erasure is, and what it removed: the proof of it.");
    }

    private static async Task<IResult> EraseAsync(HttpContext http, string id, string? reason, DataHost host, CancellationToken cancellation)
    {
        var caller = http.Caller();
        var reference = PathValues.Segment(http, 3, id);
        var erasure = await ErasureService.BeginAsync(host, caller.Engine, reference, Actor.Of(http), reason, cancellation);
        if (erasure is null)
        {
            return Problems.NotFound(http, new Text($"Nobody is known as '{reference}'.", $"No se conoce a nadie como '{reference}'."));
        }
        http.Response.Headers.Location = "/api/v1/erasures/" + erasure;
        return Results.Json(Of(await FindAsync(http, host, erasure, cancellation)), ApiJson.Options, statusCode: 202);
    }

    private static async Task<IResult> SingleAsync(HttpContext http, string id, DataHost host, CancellationToken cancellation) =>
        await FindAsync(http, host, id, cancellation) is { } proof
            ? Results.Json(Of(proof), ApiJson.Options)
            : Problems.NotFound(http, new Text($"There is no erasure '{id}'.", $"No existe el borrado '{id}'."));

    private static async Task<ErasureProof?> FindAsync(HttpContext http, DataHost host, string id, CancellationToken cancellation) =>
        (await ErasureService.ListAsync(host, http.Caller().Engine, cancellation)).FirstOrDefault(proof => proof.Id == id);

    private static ErasureAnswer? Of(ErasureProof? proof) => proof is null ? null : new ErasureAnswer(
        proof.Id, proof.DoneAt is null ? "running" : proof.LiftedAt is null ? "done" : "lifted", Instants.Format(proof.At),
        proof.DoneAt is { } done ? Instants.Format(done) : null, proof.By, proof.Reason, proof.Identifiers,
        proof.Removed?.Events, proof.Removed?.Redacted, proof.Removed?.Rejected, proof.Removed?.Commands, proof.Removed?.Moves);
}
