using Ciclo.Core;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Lifecycles;

/// <summary>A label in both languages.</summary>
public sealed record LabelAnswer(string En, string Es)
{
    public static LabelAnswer Of(Text label) => new(label.En, label.Es);
}

public sealed record StageAnswer(string Id, LabelAnswer Label, int People);

public sealed record LifecycleAnswer(
    string Id, LabelAnswer Label, int Version, string Movement, string Timezone, IReadOnlyList<StageAnswer> Stages, IReadOnlyList<string> Personas,
    IReadOnlyList<SegmentAnswer> Segments);

public sealed record SegmentAnswer(string Id, LabelAnswer Label, int Members);

public sealed record StagePlaceAnswer(string UserId, string Profile, string Stage, string Since);

/// <summary>A page of places; <paramref name="Totals"/>: people by stage, over all pages, whatever the filter.</summary>
public sealed record StagesAnswer(IReadOnlyList<StagePlaceAnswer> Data, string? Next, IReadOnlyDictionary<string, int> Totals);

/// <summary>`From` is empty where someone begins.</summary>
public sealed record TransitionAnswer(string UserId, string From, string To, string At);

/// <summary><paramref name="Kind"/>: `moved`, or `withdrawn` for a move that later evidence made untrue. <paramref name="From"/> is empty where someone begins.</summary>
public sealed record FeedAnswer(string Cursor, string Kind, string Profile, string Lifecycle, int Version, string From, string To, string At, string RecordedAt);

public sealed record MemberAnswer(string UserId, string Since);

/// <summary>Lifecycles, segments and the feed of transitions over HTTP: the rows that the commands print.</summary>
internal static class Endpoints
{
    private const int LongestWaitSeconds = 30;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").RequireScope("read").WithTags("Lifecycles");
        group.MapGet("/lifecycles", Lifecycles).Produces<Page<LifecycleAnswer>>()
            .WithSummary("The lifecycles in force, with the people in each stage now.");
        group.MapGet("/lifecycles/{id}/stages", Stages).Produces<StagesAnswer>().ProducesProblem(404).ProducesProblem(400)
            .WithSummary("Everyone's stage, now or as of an instant, by user id.");
        group.MapGet("/lifecycles/{id}/transitions", Transitions).Produces<Page<TransitionAnswer>>().ProducesProblem(404).ProducesProblem(400)
            .WithSummary("Every move of everyone, by user id and time.");
        group.MapGet("/transitions", FeedAsync).Produces<Page<FeedAnswer>>().ProducesProblem(400)
            .WithSummary("The feed: moves in the order in which they became known, and those withdrawn. Ask again with `after`; `wait` holds the answer until there is news.");
        group.MapGet("/segments", Segments).Produces<Page<SegmentAnswer>>().WithSummary("Segments and sub-segments, with their members now.");
        group.MapGet("/segments/{id}/members", (HttpContext http, string id, string? at, int? limit, string? cursor) => Members(http, id, at, limit, cursor))
            .Produces<Page<MemberAnswer>>().ProducesProblem(404).ProducesProblem(400).WithSummary("Who is in a segment and since when.");
        group.MapGet("/segments/{lifecycle}/{stage}/{id}/members",
                (HttpContext http, string lifecycle, string stage, string id, string? at, int? limit, string? cursor) =>
                    Members(http, $"{lifecycle}/{stage}/{id}", at, limit, cursor))
            .Produces<Page<MemberAnswer>>().ProducesProblem(404).ProducesProblem(400).WithSummary("Who is in a sub-segment of a stage and since when.");
    }

    private static IResult Lifecycles(HttpContext http) => Results.Json(
        http.Caller().Engine.Read(state =>
        {
            var (people, members) = (StageCounts.Of(state), StageCounts.OfSegments(state));
            return new Page<LifecycleAnswer>([.. state.Placement.Plan.Lifecycles.Select((lifecycle, i) => Answer(state, lifecycle, people[i], members))], null);
        }), ApiJson.Options);

    private static LifecycleAnswer Answer(EngineState state, CompiledLifecycle compiled, int[] people, int[] members)
    {
        var lifecycle = compiled.Definition;
        return new LifecycleAnswer(
            lifecycle.Id, LabelAnswer.Of(lifecycle.Label), state.Rules.VersionOf(lifecycle.Id), lifecycle.Movement == Movement.Free ? "free" : "forward", lifecycle.Zone.Id,
            [.. lifecycle.Stages.Select((stage, i) => new StageAnswer(stage.Id, LabelAnswer.Of(stage.Label), people[i]))],
            [.. lifecycle.Personas.Select(persona => persona.Id)],
            [.. compiled.SubSegments.Select(segment => Answer(state.Placement.Plan.Segments[segment], members[segment]))]);
    }

    private static SegmentAnswer Answer(CompiledSegment segment, int members) => new(segment.Id, LabelAnswer.Of(segment.Label), members);

    private static IResult Stages(HttpContext http, string id, string? at, string? stage, int? limit, string? cursor)
    {
        if (Refuse(http, at, limit, out var asked) is { } refusal)
        {
            return refusal;
        }
        var (isKnown, answer) = http.Caller().Engine.Read(state =>
        {
            var index = state.Placement.Plan.LifecycleIndex(id);
            return index < 0 ? (false, null) : (true, StagesOf(state, Queries.Stages(state, index, asked.At), stage, cursor, asked.Limit));
        });
        if (!isKnown)
        {
            return Problems.NotFound(http, DefinitionCommands.NoneOf(id));
        }
        return answer is null ? Paging.BadCursor(http) : Results.Json(answer, ApiJson.Options);
    }

    private static StagesAnswer? StagesOf(EngineState state, List<StageRow> rows, string? stage, string? cursor, int limit)
    {
        if (RowPages.Take(rows.Where(row => stage is null || row.Stage == stage), row => row.UserId, cursor, limit) is not { } page)
        {
            return null;
        }
        var identity = state.Staged.Identity;
        return new StagesAnswer(
            [.. page.Data.Select(row => new StagePlaceAnswer(row.UserId, identity.PublicId(identity.ProfileOf(identity.Find(row.UserId))), row.Stage, Instants.Format(row.Since)))],
            page.Next,
            rows.CountBy(row => row.Stage).ToDictionary());
    }

    private static IResult Transitions(HttpContext http, string id, string? at, int? limit, string? cursor)
    {
        if (Refuse(http, at, limit, out var asked) is { } refusal)
        {
            return refusal;
        }
        var rows = http.Caller().Engine.Read(state => state.Placement.Plan.LifecycleIndex(id) is >= 0 and var index ? Queries.Transitions(state, index, asked.At) : null);
        return rows is null
            ? Problems.NotFound(http, DefinitionCommands.NoneOf(id))
            : PageOf(http, rows, row => row.UserId, cursor, asked.Limit,
                row => new TransitionAnswer(row.UserId, row.From, row.To, Instants.Format(row.At)));
    }

    private static async Task<IResult> FeedAsync(HttpContext http, string? after, string? lifecycle, int? limit, int? wait, IHostApplicationLifetime server, CancellationToken cancellation)
    {
        if (Paging.Limit(limit) is not { } count)
        {
            return Paging.BadLimit(http);
        }
        // Who has no cursor yet may send an empty one.
        after = string.IsNullOrEmpty(after) ? null : after;
        var feed = http.Caller().Engine.Feed;
        var end = feed.End;
        var rows = feed.Read(after, count);
        if (rows is { Count: 0 } && wait is > 0)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, server.ApplicationStopping);
            patience.CancelAfter(TimeSpan.FromSeconds(Math.Min(wait.Value, LongestWaitSeconds)));
            await feed.WaitForMoreAsync(end, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            rows = feed.Read(after, count);
        }
        if (rows is null)
        {
            return Paging.BadCursor(http);
        }
        var shown = rows.Where(row => row.Lifecycle[0] != WatchStages.Mark && (lifecycle is null || row.Lifecycle == lifecycle)).Select(row => new FeedAnswer(
            row.Cursor, row.Kind, row.Profile, row.Lifecycle, row.Version, row.From ?? "", row.To, Instants.Format(row.At), Instants.Format(row.RecordedAt)));
        return Results.Json(new Page<FeedAnswer>([.. shown], rows.Count > 0 ? rows[^1].Cursor : after), ApiJson.Options);
    }

    private static IResult Segments(HttpContext http) => Results.Json(
        http.Caller().Engine.Read(state =>
        {
            var members = StageCounts.OfSegments(state);
            return new Page<SegmentAnswer>([.. state.Placement.Plan.Segments.Select((segment, i) => Answer(segment, members[i]))], null);
        }), ApiJson.Options);

    private static IResult Members(HttpContext http, string segment, string? at, int? limit, string? cursor)
    {
        if (Refuse(http, at, limit, out var asked) is { } refusal)
        {
            return refusal;
        }
        var rows = http.Caller().Engine.Read(state => state.Placement.Plan.SegmentIndex(segment) is >= 0 and var index ? Queries.Members(state, index, asked.At) : null);
        return rows is null
            ? Problems.NotFound(http, DefinitionCommands.NoneOf(segment))
            : PageOf(http, rows, row => row.UserId, cursor, asked.Limit, row => new MemberAnswer(row.UserId, Instants.Format(row.Since)));
    }

    private readonly record struct Asked(long? At, int Limit);

    private static IResult? Refuse(HttpContext http, string? at, int? limit, out Asked asked)
    {
        asked = default;
        if (!Paging.TryReadInstant(at, out var instant))
        {
            return Paging.BadInstant(http);
        }
        if (Paging.Limit(limit) is not { } count)
        {
            return Paging.BadLimit(http);
        }
        asked = new Asked(instant, count);
        return null;
    }

    private static IResult PageOf<TRow, TAnswer>(HttpContext http, IEnumerable<TRow> rows, Func<TRow, string> key, string? cursor, int limit, Func<TRow, TAnswer> answer) =>
        RowPages.Take(rows, key, cursor, limit) is { } page
            ? Results.Json(new Page<TAnswer>([.. page.Data.Select(answer)], page.Next), ApiJson.Options)
            : Paging.BadCursor(http);
}
