using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Lifecycles;

/// <summary>A label in both languages.</summary>
public sealed record LabelAnswer(string En, string Es)
{
    public static LabelAnswer Of(Text label) => new(label.En, label.Es);
}

public sealed record StageAnswer(string Id, LabelAnswer Label, int People);

public sealed record LifecycleAnswer(
    string Id, LabelAnswer Label, int Version, string Movement, string Timezone, IReadOnlyList<StageAnswer> Stages, IReadOnlyList<string> Personas);

public sealed record SegmentAnswer(string Id, LabelAnswer Label, int Members);

public sealed record StagePlaceAnswer(string UserId, string Stage, string Since);

public sealed record TransitionAnswer(string UserId, string? From, string To, string At);

/// <summary><paramref name="Kind"/>: `moved`, or `withdrawn` for a move that later evidence made untrue.</summary>
public sealed record FeedAnswer(string Cursor, string Kind, string Profile, string Lifecycle, int Version, string? From, string To, string At, string RecordedAt);

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
        group.MapGet("/lifecycles/{id}/stages", Stages).Produces<Page<StagePlaceAnswer>>().ProducesProblem(404).ProducesProblem(400)
            .WithSummary("Everyone's stage, now or as of an instant, by user id.");
        group.MapGet("/lifecycles/{id}/transitions", Transitions).Produces<Page<TransitionAnswer>>().ProducesProblem(404).ProducesProblem(400)
            .WithSummary("Every move of everyone, by user id and time.");
        group.MapGet("/transitions", FeedAsync).Produces<Page<FeedAnswer>>().ProducesProblem(400)
            .WithSummary("The feed: moves in the order in which they became known, and those withdrawn. Ask again with `after`; `wait` holds the answer until there is news.");
        group.MapGet("/segments", Segments).Produces<Page<SegmentAnswer>>().WithSummary("Segments and sub-segments, with their members now.");
        group.MapGet("/segments/{*id}", Members).Produces<Page<MemberAnswer>>().ProducesProblem(404).ProducesProblem(400)
            .WithSummary("Who is in a segment and since when: /segments/{id}/members.");
    }

    private static IResult Lifecycles(HttpContext http) => Results.Json(
        http.Caller().Engine.Read(state =>
        {
            var counts = StageCounts.Of(state);
            return new Page<LifecycleAnswer>([.. state.Placement.Plan.Lifecycles.Select((lifecycle, index) => Answer(state, lifecycle.Definition, counts[index]))], null);
        }), ApiJson.Options);

    private static LifecycleAnswer Answer(EngineState state, LifecycleDefinition lifecycle, int[] people) => new(
        lifecycle.Id, LabelAnswer.Of(lifecycle.Label), state.Rules.VersionOf(lifecycle.Id), lifecycle.Movement == Movement.Free ? "free" : "forward", lifecycle.Zone.Id,
        [.. lifecycle.Stages.Select((stage, i) => new StageAnswer(stage.Id, LabelAnswer.Of(stage.Label), people[i]))],
        [.. lifecycle.Personas.Select(persona => persona.Id)]);

    private static IResult Stages(HttpContext http, string id, string? at, string? stage, int? limit, string? cursor)
    {
        if (Refuse(http, at, limit, cursor, out var asked) is { } refusal)
        {
            return refusal;
        }
        var rows = http.Caller().Engine.Read(state => state.Placement.Plan.LifecycleIndex(id) is >= 0 and var index ? Queries.Stages(state, index, asked.At) : null);
        if (rows is null)
        {
            return Problems.NotFound(http, DefinitionCommands.NoneOf(id));
        }
        var wanted = rows.Where(row => (stage is null || row.Stage == stage) && IsAfter(row.UserId, asked.After));
        return PageOf(wanted, asked.Limit, row => new StagePlaceAnswer(row.UserId, row.Stage, Instants.Format(row.Since)), row => row.UserId);
    }

    private static IResult Transitions(HttpContext http, string id, string? at, int? limit, string? cursor)
    {
        if (Refuse(http, at, limit, cursor, out var asked) is { } refusal)
        {
            return refusal;
        }
        var rows = http.Caller().Engine.Read(state => state.Placement.Plan.LifecycleIndex(id) is >= 0 and var index ? Queries.Transitions(state, index, asked.At) : null);
        if (rows is null)
        {
            return Problems.NotFound(http, DefinitionCommands.NoneOf(id));
        }
        // Rows have no key of their own: the cursor is a row's number, good as long as the history stands still.
        if (!int.TryParse(asked.After ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var from))
        {
            return Paging.BadCursor(http);
        }
        var page = rows.Skip(from).Take(asked.Limit).Select(row => new TransitionAnswer(row.UserId, row.From.Length == 0 ? null : row.From, row.To, Instants.Format(row.At))).ToList();
        var next = from + page.Count < rows.Count ? Paging.Cursor((from + page.Count).ToString(CultureInfo.InvariantCulture)) : null;
        return Results.Json(new Page<TransitionAnswer>(page, next), ApiJson.Options);
    }

    private static async Task<IResult> FeedAsync(HttpContext http, string? after, string? lifecycle, int? limit, int? wait, CancellationToken cancellation)
    {
        if (Paging.Limit(limit) is not { } count)
        {
            return Paging.BadLimit(http);
        }
        var feed = http.Caller().Engine.Feed;
        var end = feed.End;
        var rows = feed.Read(after, count);
        if (rows is { Count: 0 } && wait is > 0)
        {
            rows = await WaitAsync(feed, end, after, count, Math.Min(wait.Value, LongestWaitSeconds), cancellation);
        }
        if (rows is null)
        {
            return Paging.BadCursor(http);
        }
        var shown = rows.Where(row => lifecycle is null || row.Lifecycle == lifecycle).Select(row => new FeedAnswer(
            row.Cursor, row.Kind, row.Profile, row.Lifecycle, row.Version, row.From, row.To, Instants.Format(row.At), Instants.Format(row.RecordedAt)));
        return Results.Json(new Page<FeedAnswer>([.. shown], rows.Count > 0 ? rows[^1].Cursor : after), ApiJson.Options);
    }

    private static async Task<IReadOnlyList<FeedRow>?> WaitAsync(Feed feed, long end, string? after, int limit, int seconds, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(seconds));
        await feed.WaitForMoreAsync(end, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return feed.Read(after, limit);
    }

    private static IResult Segments(HttpContext http) => Results.Json(
        http.Caller().Engine.Read(state =>
        {
            var members = StageCounts.OfSegments(state);
            return new Page<SegmentAnswer>([.. state.Placement.Plan.Segments.Select((segment, i) => new SegmentAnswer(segment.Id, LabelAnswer.Of(segment.Label), members[i]))], null);
        }), ApiJson.Options);

    /// <summary>A sub-segment's id holds slashes, so the route takes the rest of the path and cuts off `/members`.</summary>
    private static IResult Members(HttpContext http, string id, string? at, int? limit, string? cursor)
    {
        const string tail = "/members";
        if (Refuse(http, at, limit, cursor, out var asked) is { } refusal)
        {
            return refusal;
        }
        var segment = id.EndsWith(tail, StringComparison.Ordinal) ? id[..^tail.Length] : "";
        var rows = http.Caller().Engine.Read(state => state.Placement.Plan.SegmentIndex(segment) is >= 0 and var index ? Queries.Members(state, index, asked.At) : null);
        return rows is null
            ? Problems.NotFound(http, DefinitionCommands.NoneOf(segment.Length > 0 ? segment : id))
            : PageOf(rows.Where(row => IsAfter(row.UserId, asked.After)), asked.Limit, row => new MemberAnswer(row.UserId, Instants.Format(row.Since)), row => row.UserId);
    }

    private readonly record struct Asked(long? At, int Limit, string? After);

    private static IResult? Refuse(HttpContext http, string? at, int? limit, string? cursor, out Asked asked)
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
        if (!Paging.TryReadCursor(cursor, out var after))
        {
            return Paging.BadCursor(http);
        }
        asked = new Asked(instant, count, after);
        return null;
    }

    private static bool IsAfter(string userId, string? after) => after is null || string.CompareOrdinal(userId, after) > 0;

    private static IResult PageOf<TRow, TAnswer>(IEnumerable<TRow> rows, int limit, Func<TRow, TAnswer> answer, Func<TRow, string> position)
    {
        var page = rows.Take(limit + 1).ToList();
        var next = page.Count > limit ? Paging.Cursor(position(page[limit - 1])) : null;
        return Results.Json(new Page<TAnswer>([.. page.Take(limit).Select(answer)], next), ApiJson.Options);
    }
}
