using System.Globalization;
using Ciclo.Core;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Profiles.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Sources;

/// <summary>A refused item in the list; <paramref name="RetriedAt"/>: when it was sent again and came in.</summary>
public sealed record RefusedItem(long Address, RejectedRow Row, long? RetriedAt)
{
    public string Id => Address.ToString("x", CultureInfo.InvariantCulture);

    public bool MayRetry => Row.Source == "api" && Row.Reason != "erased" && RetriedAt is null;
}

public sealed record RejectedAsked(string? Reason, int Page, bool ShowsRetried)
{
    public static RejectedAsked From(IQueryCollection query) => new(
        query["reason"].ToString() is { Length: > 0 and <= 60 } reason ? reason : null,
        int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Clamp(page, 1, 1_000) : 1, query["retried"] == "1");

    public string PathOf(int page) => $"/sources/rejected?page={page}" + (Reason is null ? "" : "&reason=" + Uri.EscapeDataString(Reason)) + (ShowsRetried ? "&retried=1" : "");
}

/// <summary>The newest refused items; <paramref name="LookedAt"/> of <paramref name="Total"/> were read to count reasons.</summary>
public sealed record RejectedModel(
    RejectedAsked Asked, long Total, int LookedAt, IReadOnlyList<(string Reason, int Count)> Reasons, IReadOnlyList<RefusedItem> Items, int Found, int Retryable, bool MayRetry, Text? Done, Text? Refusal)
{
    public const int PageSize = 25;
}

/// <summary>One item as it is looked at and corrected.</summary>
public sealed record RefusedModel(RefusedItem Item, string Shown, bool MayRetry, Text? Refusal);

internal static class RejectedReading
{
    /// <summary>Each item is read from the journal, at some microseconds; more than these are not needed to see what is wrong.</summary>
    private const int MostRead = 2_000;

    public static IReadOnlyList<RefusedItem> Newest(WorkspaceEngine engine, IReadOnlyDictionary<long, long> retried)
    {
        var addresses = engine.Read(state => state.Staged.Rejected.Skip(Math.Max(0, state.Staged.Rejected.Count - MostRead)).ToList());
        addresses.Reverse();
        return [.. addresses.Select(address => new RefusedItem(address, RejectedRow.Read(engine.Journal, address), retried.TryGetValue(address, out var at) ? at : null))];
    }

    public static RejectedModel Of(WorkspaceEngine engine, RetryService retries, RejectedAsked asked, bool mayRetry, Text? done, Text? refusal)
    {
        var newest = Newest(engine, retries.Known(engine));
        var open = newest.Where(item => asked.ShowsRetried || item.RetriedAt is null).ToList();
        var found = open.Where(item => asked.Reason is null || item.Row.Reason == asked.Reason).ToList();
        return new RejectedModel(
            asked, engine.Read(state => (long)state.Staged.Rejected.Count), newest.Count,
            [.. open.CountBy(item => item.Row.Reason).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value))],
            [.. found.Skip((asked.Page - 1) * RejectedModel.PageSize).Take(RejectedModel.PageSize)], found.Count, found.Count(item => item.MayRetry), mayRetry, done, refusal);
    }

    /// <summary>The item of an id from the list; null where there is none: only what was refused can be looked at by its address.</summary>
    public static RefusedItem? Find(WorkspaceEngine engine, RetryService retries, string id) =>
        long.TryParse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var address) && engine.Read(state => state.Staged.Rejected.Contains(address))
            ? new RefusedItem(address, RejectedRow.Read(engine.Journal, address), retries.Known(engine).TryGetValue(address, out var at) ? at : null)
            : null;
}
