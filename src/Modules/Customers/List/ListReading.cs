using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Customers.Records;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Customers.List;

/// <summary>A page of the list and how it came about.</summary>
public sealed record ListRows(IReadOnlyList<PersonLook> Page, int Total, int Top, long? SortedAt, RuleRun? Run)
{
    public const int PageSize = 50;

    public static async Task<ListRows> OfAsync(DataHost host, Visitor visitor, CustomersAsked asked, CancellationToken cancellation)
    {
        var found = await new ListFinder(host, visitor.Engine).FindAsync(asked, cancellation);
        return new ListRows(Looks(host, visitor, found.Profiles.Skip(asked.Shown).Take(PageSize)), found.Profiles.Count, found.Top, found.SortedAt, found.Run);
    }

    /// <summary>People with the tags that the records hold of them.</summary>
    public static IReadOnlyList<PersonLook> Looks(DataHost host, Visitor visitor, IEnumerable<int> profiles)
    {
        var page = visitor.Engine.Read(state => profiles.Where(state.Staged.Identity.IsProfile).Select(profile => PersonLook.Of(state, profile)).ToList());
        return host.Database.Read(connection => page.ConvertAll(one => one with { Tags = RecordStore.Of(connection, visitor.WorkspaceId, one.PublicIds).Tags }));
    }
}

/// <summary>What the list's page shows. <see cref="Rows"/> is null while they are fetched, because a rule is to be run; or because it cannot be.</summary>
public sealed record ListReading(
    CustomersAsked Asked, Visitor Visitor, ListColumns Columns, IReadOnlyList<ListColumn> Chosen, ListRows? Rows, Diagnostic? Mistake, int People,
    IReadOnlyList<PeopleList> Lists, IReadOnlyList<(string Tag, int People)> Tags, Text? Said)
{
    public static async Task<ListReading> OfAsync(DataHost host, Visitor visitor, CustomersAsked asked, bool mayWait, Text? said, CancellationToken cancellation)
    {
        var engine = visitor.Engine;
        var (columns, people) = engine.Read(state => (ListColumns.Of(state), Ciclo.Engine.Runtime.Queries.AllProfiles(state).Count()));
        var (kept, lists, tags) = host.Database.Read(connection => (
            RecordStore.Columns(connection, visitor.WorkspaceId, visitor.UserId), RecordStore.Lists(connection, visitor.WorkspaceId), RecordStore.Tags(connection, visitor.WorkspaceId)));
        var mistake = asked.Rule is { } rule ? RuleRuns.Check(engine, rule) : null;
        var isQuick = (asked.Condition is not { } condition || RuleRuns.Of(host).Kept(engine, condition) is not null)
            && (asked.Order is not (ListOrder.Name or ListOrder.LastSeen) || people <= ListFinder.MostSorted || SortedOrders.Of(host).Kept(engine, asked.Order) is not null);
        var rows = mistake is null && (isQuick || mayWait) ? await ListRows.OfAsync(host, visitor, asked, cancellation) : null;
        return new ListReading(asked, visitor, columns, columns.Chosen(kept, asked.Stage?.Split(':')[0]), rows, mistake, people, lists, tags, said);
    }

    public LifecycleInfo? Lifecycle => Columns.Lifecycles.FirstOrDefault(one => one.Id == Asked.Stage?.Split(':')[0]);

    public int Stage => Lifecycle is { } lifecycle && Asked.Stage!.Split(':', 2) is [_, var stage] ? lifecycle.IndexOf(stage) : -1;

    public SegmentInfo? Segment => Columns.Segments.FirstOrDefault(one => one.Id == Asked.Segment);

    public bool HasMore => Rows is { } rows && Asked.Shown + rows.Page.Count < rows.Total && rows.Page.Count > 0;
}
