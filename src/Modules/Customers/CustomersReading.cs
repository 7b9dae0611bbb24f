using System.Globalization;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Profiles.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Customers;

/// <summary>What the list is asked for. <see cref="Stage"/> is `LIFECYCLE:STAGE`; empty texts count as not asked. <see cref="Shown"/>: rows on the pages before.</summary>
public sealed record CustomersAsked(string? Query, string? Stage, string? Segment, string? After, int Shown)
{
    /// <summary>Only who made such a move.</summary>
    public MoveFilter? Moved { get; init; }

    private const int MaxQuery = 200;

    public static CustomersAsked From(IQueryCollection query)
    {
        var text = Text(query, "query");
        return new CustomersAsked(
            text is { Length: > MaxQuery } ? text[..MaxQuery] : text, Text(query, "stage"), Text(query, "segment"), Text(query, "after"),
            int.TryParse(query["shown"], NumberStyles.None, CultureInfo.InvariantCulture, out var shown) ? shown : 0) { Moved = MoveFilter.Parse(Text(query, "moved")) };
    }

    /// <summary>The address of this list, of its first page.</summary>
    public string Path => "/customers" + QueryString.Create(Fields());

    public string PathAfter(string userId, int shown) => "/customers" + QueryString.Create(Fields()
        .Append(new("after", userId)).Append(new("shown", shown.ToString(CultureInfo.InvariantCulture))));

    public bool IsFiltered => Query is not null || Stage is not null || Segment is not null || Moved is not null;

    public static string PathOfStage(string lifecycle, string stage) => new CustomersAsked(null, $"{lifecycle}:{stage}", null, null, 0).Path;

    /// <summary>The list of whoever made a move.</summary>
    public static string PathOfMoves(MoveFilter moved) => new CustomersAsked(null, null, null, null, 0) { Moved = moved }.Path;

    public static string PathOfSegment(string segment) => new CustomersAsked(null, null, segment, null, 0).Path;

    private IEnumerable<KeyValuePair<string, string?>> Fields() =>
        new KeyValuePair<string, string?>[] { new("query", Query), new("stage", Stage), new("segment", Segment), new("moved", Moved?.ToString()) }.Where(field => field.Value is not null);

    private static string? Text(IQueryCollection query, string name) => query[name].ToString().Trim() is { Length: > 0 } text ? text : null;
}

/// <summary>A row of the list; <see cref="Name"/> is the user id for whoever has told no name.</summary>
public sealed record ListedPerson(ListedProfile Profile, string Name);

public sealed record CustomersReading(
    CustomersAsked Asked, IReadOnlyList<ListedPerson> Page, int Total, IReadOnlyList<LifecycleInfo> Lifecycles, IReadOnlyList<SegmentInfo> Segments,
    LifecycleInfo? StageLifecycle, int Stage, SegmentInfo? Segment, int People)
{
    public const int PageSize = 50;

    public static CustomersReading Of(EngineState state, CustomersAsked asked)
    {
        var lifecycles = LifecycleInfo.AllOf(state);
        var segments = SegmentInfo.AllOf(state);
        var parts = (asked.Stage ?? "").Split(':', 2);
        var lifecycle = lifecycles.FirstOrDefault(one => one.Id == parts[0]);
        var stage = lifecycle is null || parts.Length < 2 ? -1 : lifecycle.IndexOf(parts[1]);
        var filter = new ProfileFilter(asked.Query, asked.Stage is null ? null : parts[0], parts.Length < 2 ? null : parts[1], asked.Segment, asked.After, PageSize) { Moved = asked.Moved };
        var (page, total) = filter.Read(state);
        return new CustomersReading(asked, [.. page.Select(one => new ListedPerson(one, PersonName.Of(ProfileCard.Of(state, one.Profile))))], total, lifecycles, segments, lifecycle, stage, segments.FirstOrDefault(one => one.Id == asked.Segment),
            Queries.AllProfiles(state).Count());
    }

    public bool HasMore => Page.Count == PageSize && Asked.Shown + Page.Count < Total;
}
