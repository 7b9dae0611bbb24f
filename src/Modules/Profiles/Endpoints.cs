using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Explain;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Keys.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Profiles.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
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
        group.MapPost(path, (HttpContext http, PairRequest pair, [FromHeader(Name = "Idempotency-Key")] string? key, DataHost host, CancellationToken cancellation) =>
                CommandAsync(http, kind, pair, key, host, cancellation))
            .Produces<CommandAnswer>().ProducesProblem(400).ProducesProblem(409).WithSummary(summary);

    private static async Task<IResult> CommandAsync(
        HttpContext http, IdentityCommandKind kind, PairRequest pair, string? key, DataHost host, CancellationToken cancellation)
    {
        if (key is { Length: 0 or >= 100 })
        {
            return Problems.BadRequest(http, "bad_idempotency_key", new Text("`Idempotency-Key` has 1 to 99 characters.", "`Idempotency-Key` tiene de 1 a 99 caracteres."));
        }
        var (caller, now) = (http.Caller(), host.NowMs);
        var sent = new SentCommand(kind, pair.A ?? "", pair.B ?? "");
        var before = key is null ? null : host.Shared(_ => new SentCommands()).Find(caller.Engine.Id, key);
        if (before is not null && before != sent)
        {
            return Problems.Of(http, 409, "idempotency_key_used", new Text(
                "This `Idempotency-Key` came with another request. Take a new key for each.", "Esta `Idempotency-Key` ya vino con otra petición. Usa una nueva para cada una."));
        }
        var id = key ?? "cmd_" + Guid.CreateVersion7(host.Clock.GetUtcNow()).ToString("N");
        if (before is null)
        {
            if (await IdentityService.RunAsync(host, caller.Engine, kind, sent.A, sent.B, now, id, Actor.Of(http), cancellation) is { } refusal)
            {
                return Problems.BadRequest(http, "bad_identifier", refusal);
            }
            host.Shared(_ => new SentCommands()).Note(caller.Engine.Id, id, sent);
        }
        return Results.Json(new CommandAnswer(id), ApiJson.Options);
    }

    private static IResult List(HttpContext http, string? query, string? stage, string? segment, int? limit, string? cursor)
    {
        if (Paging.Limit(limit) is not { } count)
        {
            return Paging.BadLimit(http);
        }
        var colon = stage?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (stage is not null && colon < 1)
        {
            return Problems.BadRequest(http, "bad_stage", new Text("Write `stage` as LIFECYCLE:STAGE.", "Escribe `stage` como CICLO:ETAPA."));
        }
        var filter = new ProfileFilter(query, stage?[..colon], stage?[(colon + 1)..], segment, null, int.MaxValue);
        var page = http.Caller().Engine.Read(state => filter.Page(state, cursor, count));
        return page is null
            ? Paging.BadCursor(http)
            : Results.Json(new Page<ListedProfileAnswer>([.. page.Data.Select(one => new ListedProfileAnswer(one.Id, one.UserId, Answers.Stages(one.Stages)))], page.Next), ApiJson.Options);
    }

    private static IResult Single(HttpContext http, string id)
    {
        id = Reference(http, id);
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
        TimelinePosition? before = null;
        if (!Paging.TryReadCursor(cursor, out var text) || (text is not null && !TryRead(text, out before)))
        {
            return Paging.BadCursor(http);
        }
        id = Reference(http, id);
        var engine = http.Caller().Engine;
        var (isKnown, lines, next) = engine.Read(state => Find(state, id) is { } profile
            ? Known(Contracts.Timeline.Read(state, profile, first ?? long.MinValue, end ?? Instants.Never, before, count))
            : (false, [], null));
        return isKnown
            ? Results.Json(new Page<TimelineAnswer>([.. lines.Select(line => Answers.Of(line, engine.Journal))], next is { } place ? Paging.Cursor(place.ToString()) : null), ApiJson.Options)
            : Unknown(http, id);
    }

    private static (bool, IReadOnlyList<TimelineLine>, TimelinePosition?) Known((IReadOnlyList<TimelineLine> Lines, TimelinePosition? Next) read) => (true, read.Lines, read.Next);

    private static bool TryRead(string text, out TimelinePosition? position)
    {
        var isRead = TimelinePosition.TryParse(text, out var read);
        position = read;
        return isRead;
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
        id = Reference(http, id);
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
        if (!TryReadPlace(cursor, out var after))
        {
            return Paging.BadCursor(http);
        }
        var engine = http.Caller().Engine;
        var page = engine.Read(state =>
        {
            var profile = user is null ? null : Find(state, user);
            return user is not null && profile is null ? null : new EventFilter(profile, first ?? long.MinValue, end ?? Instants.Never).Page(state, after, count + 1);
        });
        if (page is null)
        {
            return Unknown(http, user!);
        }
        var answers = page.Take(count).Select(place => Answers.Of(EventRow.Read(engine.Journal, place.Address))).ToList();
        return Results.Json(new Page<EventAnswer>(answers, page.Count > count ? CursorOf(page[count - 1]) : null), ApiJson.Options);
    }

    /// <summary>What was refused stands in the order of the journal, so an address is place enough.</summary>
    private static IResult Rejected(HttpContext http, int? limit, string? cursor)
    {
        if (Paging.Limit(limit) is not { } count)
        {
            return Paging.BadLimit(http);
        }
        if (!TryReadPlace(cursor, out var after))
        {
            return Paging.BadCursor(http);
        }
        var engine = http.Caller().Engine;
        var page = engine.Read(state =>
        {
            var all = state.Staged.Rejected;
            var found = after is { } place ? all.BinarySearch(place.Address) : -1;
            var from = found >= 0 ? found + 1 : ~found;
            return all.GetRange(from, Math.Min(count + 1, all.Count - from));
        });
        var answers = page.Take(count).Select(address => Answers.Of(RejectedRow.Read(engine.Journal, address))).ToList();
        return Results.Json(new Page<RejectedAnswer>(answers, page.Count > count ? CursorOf((0, page[count - 1])) : null), ApiJson.Options);
    }

    private static IResult IdentityList(HttpContext http) => Results.Json(http.Caller().Engine.Read(Answers.Identity), ApiJson.Options);

    private static string CursorOf((long At, long Address) place) => Paging.Cursor(string.Create(CultureInfo.InvariantCulture, $"{place.At}:{place.Address}"));

    private static bool TryReadPlace(string? cursor, out (long At, long Address)? place)
    {
        place = null;
        if (!Paging.TryReadCursor(cursor, out var text))
        {
            return false;
        }
        if (text is null)
        {
            return true;
        }
        var parts = text.Split(':');
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var address))
        {
            return false;
        }
        place = (at, address);
        return true;
    }

    /// <summary>The `{id}` of `/api/v1/profiles/{id}`, which may hold a slash.</summary>
    private static string Reference(HttpContext http, string routed) => PathValues.Segment(http, 3, routed);

    private static int? Find(EngineState state, string reference)
    {
        var node = state.Staged.Identity.Find(reference);
        return node < 0 ? null : state.Staged.Identity.ProfileOf(node);
    }

    private static IResult Unknown(HttpContext http, string id) => Problems.NotFound(http, new Text(
        $"Nobody is known as '{id}'. Ask by prf_…, user_id:V, anonymous_id:V or email:V.", $"No se conoce a nadie como '{id}'. Pregunta por prf_…, user_id:V, anonymous_id:V o email:V."));
}
