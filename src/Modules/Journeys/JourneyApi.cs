using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Journeys;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Keys.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Journeys;

/// <summary>A journey in force. `state` is live or paused.</summary>
public sealed record JourneyAnswer(string Id, int Version, string Label, string State, long Inside, long Entered, long Control, string AppliedAt);

/// <summary>Somebody in a journey, now or before. `status` is active, done, left, control, untrue or missed; `step` is where they wait.</summary>
public sealed record RunAnswer(string Id, int Version, string Person, string Status, string Step, string EnteredAt, string? DueAt, string? EndedAt, string Reason);

/// <summary>Who enters, with what; `key` makes it one and the same request.</summary>
public sealed record EnterBody(string? User, JsonObject? Data, string? Key);

/// <summary>A request to let somebody in was taken; `is_new`: there was none of its key before.</summary>
public sealed record EnterAnswer(string Key, bool IsNew);

/// <summary>Journeys over HTTP.</summary>
internal static class JourneyApi
{
    public const int LongestKey = 99;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/api/v1").RequireScope("read").WithTags("Journeys");
        read.MapGet("/journeys", Journeys).Produces<Page<JourneyAnswer>>().WithSummary("The journeys in force, with how many people are inside.");
        read.MapGet("/journeys/{id}/people", People).Produces<Page<RunAnswer>>().ProducesProblem(400).ProducesProblem(404).WithSummary("Who is or was in a journey, the newest first.");
        routes.MapGroup("/api/v1").RequireScope("write").WithTags("Journeys").MapPost("/journeys/{id}/enter", EnterAsync).Produces<EnterAnswer>(202).ProducesProblem(400).ProducesProblem(404)
            .WithSummary("Sends somebody into a journey.");
    }

    private static IResult Journeys(HttpContext http, DataHost host)
    {
        var engine = http.Caller().Engine;
        var (settings, inForce) = host.Database.Read(connection => (RecordStore.Settings(connection, engine.Id), JourneyShelf.Of(host).InForce(connection, engine.Id)));
        return Results.Json(new Page<JourneyAnswer>([.. inForce.Select(version =>
        {
            var figures = JourneyFigures.Of(host, engine.Id, version.Journey.Id);
            return new JourneyAnswer(
                version.Journey.Id, version.Version, version.Journey.Label.En, settings.GetValueOrDefault(version.Journey.Id).IsPaused ? "paused" : "live", figures.Inside, figures.Entered,
                figures.Control, Instants.Format(version.AppliedAt));
        })], null), ApiJson.Options);
    }

    private static IResult People(HttpContext http, DataHost host, string id, int? limit, string? cursor)
    {
        if (Paging.Limit(limit) is not { } count)
        {
            return Paging.BadLimit(http);
        }
        if (!int.TryParse(cursor ?? "0", out var skip) || skip < 0)
        {
            return Paging.BadCursor(http);
        }
        var engine = http.Caller().Engine;
        if (host.Database.Read(connection => new DefinitionStore(engine.Id).NewestNumber(connection, null, DefinitionKind.Journey, id)) == 0)
        {
            return Problems.NotFound(http, new Text($"There is no journey '{id}'. `ciclo journeys list` shows those in force.", $"No hay ningún recorrido '{id}'. `ciclo journeys list` muestra los que están en vigor."));
        }
        var runs = host.Database.Read(connection => RunStore.OfJourney(connection, engine.Id, id, null, null, skip, count + 1));
        return Results.Json(new Page<RunAnswer>([.. runs.Take(count).Select(run => new RunAnswer(
            run.Id, run.Version, run.Person, Run.StatusName(run.Status), run.Step, Instants.Format(run.EnteredAt), run.DueAt == Instants.Never ? null : Instants.Format(run.DueAt),
            run.EndedAt is { } ended ? Instants.Format(ended) : null, run.Reason))], runs.Count > count ? (skip + count).ToString(System.Globalization.CultureInfo.InvariantCulture) : null), ApiJson.Options);
    }

    private static async Task<IResult> EnterAsync(HttpContext http, DataHost host, string id, EnterBody body)
    {
        var engine = http.Caller().Engine;
        if (host.Database.Read(connection => JourneyShelf.Of(host).InForce(connection, engine.Id)).FirstOrDefault(version => version.Journey.Id == id) is not { } version)
        {
            return Problems.NotFound(http, new Text($"No journey '{id}' is in force. `ciclo journeys list` shows those that are.", $"Ningún recorrido '{id}' está en vigor. `ciclo journeys list` muestra los que lo están."));
        }
        if (body.User is not { Length: > 0 } user || engine.Read(state => PersonFacts.ProfileOf(state, user) is >= 0 and var profile ? PersonFacts.IdentifiersOf(state, profile)[0] : null) is not { } person)
        {
            return Problems.BadRequest(http, "unknown_user", new Text("`user` names nobody that is known. Send an event of that person first.", "`user` no nombra a nadie conocido. Envía antes un evento de esa persona."));
        }
        var data = (body.Data ?? []).ToJsonString();
        if (data.Length > JourneyLimits.LargestData || body.Key is { Length: 0 or > LongestKey })
        {
            return Problems.BadRequest(http, "too_large", new Text(
                $"`data` may have {JourneyLimits.LargestData} characters, `key` 1 to {LongestKey}.", $"`data` puede tener {JourneyLimits.LargestData} caracteres y `key` de 1 a {LongestKey}."));
        }
        var key = body.Key ?? Guid.CreateVersion7(host.Clock.GetUtcNow()).ToString("N");
        var isNew = await host.Database.WriteAsync((connection, transaction) => RecordStore.AddRequest(connection, transaction, engine.Id, version.Journey.Id, person, data, "api/" + key, host.NowMs), http.RequestAborted);
        return Results.Json(new EnterAnswer(key, isNew), ApiJson.Options, statusCode: 202);
    }
}
