using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Explain;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Keys.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Profiles.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Profiles;

/// <summary>People over HTTP.</summary>
internal static class Endpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/api/v1").RequireScope("read").WithTags("Profiles");
        read.MapGet("/profiles", List).Produces<Page<ListedProfileAnswer>>().ProducesProblem(400)
            .WithSummary("Profiles by user id: `query` finds a piece of any identifier; `stage` is LIFECYCLE:STAGE; `segment` an id.");
        read.MapGet("/profiles/{id}", Single).Produces<ProfileAnswer>().ProducesProblem(404)
            .WithSummary("One person: identifiers, traits, stages, segments. The id is prf_…, user_id:V, anonymous_id:V or email:V.");
        read.MapGet("/profiles/{id}/timeline", Timeline).Produces<Page<TimelineAnswer>>().ProducesProblem(404).ProducesProblem(400)
            .WithSummary("What a person did and where that led, newest first.");
        read.MapGet("/profiles/{id}/explain", Explain).Produces<StageView>().ProducesProblem(404).ProducesProblem(400)
            .WithSummary("Why a person is in a stage (`lifecycle`) or in a segment (`segment`), and what is missing for the others, as of now or `at`.");
        read.MapGet("/events", Events).Produces<Page<EventAnswer>>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("Admitted events in order of time: `user`, `from` (inclusive), `to` (exclusive).");
        read.MapGet("/rejected", Rejected).Produces<Page<RejectedAnswer>>().ProducesProblem(400).WithSummary("What was refused, and why, oldest first.");
        read.MapGet("/identity", IdentityList).Produces<IdentityAnswer>().WithSummary("Separations, joins, aliases, refused links and quarantined groups.");
        var write = routes.MapGroup("/api/v1/identity").RequireScope("write").WithTags("Identity");
        MapCommand(write, "/join", IdentityCommandKind.Join, "Say that two identifiers are one person.");
        MapCommand(write, "/separate", IdentityCommandKind.Separate, "Say that two identifiers are not one person: undoes a merge.");
        MapCommand(write, "/lift", IdentityCommandKind.Lift, "Take a separation back.");
    }

    private static void MapCommand(RouteGroupBuilder group, string path, IdentityCommandKind kind, string summary) =>
        group.MapPost(path, async (HttpContext http, PairRequest pair, TimeProvider clock, CancellationToken cancellation) =>
        {
            var key = http.Request.Headers["Idempotency-Key"].ToString();
            var id = key.Length is > 0 and < 100 ? key : "cmd_" + Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
            var refusal = await IdentityService.RunAsync(
                http.Caller().Engine, kind, pair.A ?? "", pair.B ?? "", clock.GetUtcNow().ToUnixTimeMilliseconds(), id, http.Caller().KeyId, cancellation);
            return refusal is { } text ? Problems.BadRequest(http, "bad_identifier", text) : Results.Json(new { success = true }, ApiJson.Options);
        }).ProducesProblem(400).WithSummary(summary);

    private static IResult List(HttpContext http, string? query, string? stage, string? segment, int? limit, string? cursor)
    {
        if (Paging.Limit(limit) is not { } count)
        {
            return Paging.BadLimit(http);
        }
        if (!Paging.TryReadCursor(cursor, out var after))
        {
            return Paging.BadCursor(http);
        }
        var colon = stage?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (stage is not null && colon < 1)
        {
            return Problems.BadRequest(http, "bad_stage", new Text("Write `stage` as LIFECYCLE:STAGE.", "Escribe `stage` como CICLO:ETAPA."));
        }
        var filter = new ProfileFilter(query, stage?[..colon], stage?[(colon + 1)..], segment, after, count + 1);
        var (page, _) = http.Caller().Engine.Read(filter.Read);
        var answers = page.Take(count).Select(one => new ListedProfileAnswer(one.Id, one.UserId, Answers.Stages(one.Stages))).ToList();
        return Results.Json(new Page<ListedProfileAnswer>(answers, page.Count > count ? Paging.Cursor(page[count - 1].UserId) : null), ApiJson.Options);
    }

    private static IResult Single(HttpContext http, string id)
    {
        var card = http.Caller().Engine.Read(state => Find(state, id) is { } profile ? ProfileCard.Of(state, profile) : null);
        return card is null ? Unknown(http, id) : Tagged.Json(http, Answers.Of(card));
    }

    private static IResult Timeline(HttpContext http, string id, string? from, string? to, int? limit, string? cursor)
    {
        if (!Paging.TryReadInstant(from, out var first) || !Paging.TryReadInstant(to, out var end))
        {
            return Paging.BadInstant(http);
        }
        if (Paging.Limit(limit) is not { } count)
        {
            return Paging.BadLimit(http);
        }
        if (!Paging.TryReadCursor(cursor, out var position) || (position is not null && !int.TryParse(position, out _)))
        {
            return Paging.BadCursor(http);
        }
        var engine = http.Caller().Engine;
        var skip = position is null ? 0 : int.Parse(position);
        var lines = engine.Read(state => Find(state, id) is { } profile
            ? Contracts.Timeline.Read(state, profile, first ?? long.MinValue, end ?? Instants.Never, skip, count + 1)
            : null);
        if (lines is null)
        {
            return Unknown(http, id);
        }
        var answers = lines.Take(count).Select(line => Answers.Of(line, engine.Journal)).ToList();
        return Results.Json(new Page<TimelineAnswer>(answers, lines.Count > count ? Paging.Cursor((skip + count).ToString()) : null), ApiJson.Options);
    }

    private static IResult Explain(HttpContext http, string id, string? lifecycle, string? segment, string? at)
    {
        if (!Paging.TryReadInstant(at, out var instant))
        {
            return Paging.BadInstant(http);
        }
        if (lifecycle is null == segment is null)
        {
            return Problems.BadRequest(http, "lifecycle_or_segment", new Text("Name one of `lifecycle` and `segment`.", "Indica uno de `lifecycle` y `segment`."));
        }
        var language = Problems.LanguageOf(http);
        var (isKnown, view) = http.Caller().Engine.Read<(bool, object?)>(state =>
        {
            if (Find(state, id) is not { } profile)
            {
                return (false, null);
            }
            var when = instant ?? state.Now;
            return lifecycle is not null
                ? (true, Explanations.OfStage(state, profile, lifecycle, when) is { } stage ? ExplainFormatter.View(stage, language) : null)
                : (true, Explanations.OfSegment(state, profile, segment!, when) is { } member ? ExplainFormatter.View(member, language) : null);
        });
        if (!isKnown)
        {
            return Unknown(http, id);
        }
        return view is null
            ? Problems.NotFound(http, new Text($"There is no '{lifecycle ?? segment}' in this workspace.", $"No hay '{lifecycle ?? segment}' en este espacio de trabajo."))
            : Results.Json(view, ApiJson.Options);
    }

    private static IResult Events(HttpContext http, string? user, string? from, string? to, int? limit, string? cursor)
    {
        if (!Paging.TryReadInstant(from, out var first) || !Paging.TryReadInstant(to, out var end))
        {
            return Paging.BadInstant(http);
        }
        if (Paging.Limit(limit) is not { } count)
        {
            return Paging.BadLimit(http);
        }
        if (!Paging.TryReadCursor(cursor, out var position) || (position is not null && !int.TryParse(position, out _)))
        {
            return Paging.BadCursor(http);
        }
        var engine = http.Caller().Engine;
        var addresses = engine.Read(state => user is null ? new EventFilter(null, first ?? long.MinValue, end ?? Instants.Never).Addresses(state)
            : Find(state, user) is { } profile ? new EventFilter(profile, first ?? long.MinValue, end ?? Instants.Never).Addresses(state) : null);
        if (addresses is null)
        {
            return Unknown(http, user!);
        }
        return PageOf(addresses, position is null ? 0 : int.Parse(position), count, address => Answers.Of(EventRow.Read(engine.Journal, address)));
    }

    private static IResult Rejected(HttpContext http, int? limit, string? cursor)
    {
        if (Paging.Limit(limit) is not { } count)
        {
            return Paging.BadLimit(http);
        }
        if (!Paging.TryReadCursor(cursor, out var position) || (position is not null && !int.TryParse(position, out _)))
        {
            return Paging.BadCursor(http);
        }
        var engine = http.Caller().Engine;
        var addresses = engine.Read(state => state.Staged.Rejected.ToList());
        return PageOf(addresses, position is null ? 0 : int.Parse(position), count, address => Answers.Of(RejectedRow.Read(engine.Journal, address)));
    }

    private static IResult IdentityList(HttpContext http) => Results.Json(http.Caller().Engine.Read(Answers.Identity), ApiJson.Options);

    private static IResult PageOf<T>(List<long> addresses, int skip, int limit, Func<long, T> read)
    {
        var page = addresses.Skip(skip).Take(limit).Select(read).ToList();
        return Results.Json(new Page<T>(page, skip + page.Count < addresses.Count ? Paging.Cursor((skip + page.Count).ToString()) : null), ApiJson.Options);
    }

    private static int? Find(EngineState state, string reference)
    {
        var node = state.Staged.Identity.Find(reference);
        return node < 0 ? null : state.Staged.Identity.ProfileOf(node);
    }

    private static IResult Unknown(HttpContext http, string id) => Problems.NotFound(http, new Text(
        $"Nobody is known as '{id}'. Ask by prf_…, user_id:V, anonymous_id:V or email:V.", $"No se conoce a nadie como '{id}'. Pregunta por prf_…, user_id:V, anonymous_id:V o email:V."));
}
