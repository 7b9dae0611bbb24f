using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Keys;

/// <summary>The keys of an open data directory: stored in its records, looked up in memory, each change told to the audit log.</summary>
public sealed class KeyService
{
    private readonly DataHost host;
    private readonly Database database;

    private KeyService(DataHost host)
    {
        this.host = host;
        database = host.Database;
        Ring.Uses.SetNow(host.NowMs);
        Reload();
    }

    public KeyRing Ring { get; } = new();

    public static KeyService Of(DataHost host) => host.Shared(host => new KeyService(host));

    /// <summary>Makes a key with the kind's usual scopes; see the other one.</summary>
    public Task<ApiKey.Result> AddAsync(string workspace, KeyKind kind, string name, long nowMs, CancellationToken cancellation) =>
        AddAsync(workspace, kind, name, null, Actor.CommandLine, nowMs, cancellation);

    /// <summary>Makes a key and stores all of it but its text, which is answered here and never again. Null scopes: the kind's usual ones.</summary>
    public async Task<ApiKey.Result> AddAsync(
        string workspace, KeyKind kind, string name, IReadOnlyList<string>? scopes, Actor by, long nowMs, CancellationToken cancellation)
    {
        var made = ApiKey.Generate(workspace, kind, name, scopes, nowMs);
        return made.Key is { } key ? await StoreAsync(made, key with { MadeBy = by.Id }, null, by, nowMs, cancellation) : made;
    }

    /// <summary>
    /// Makes a key of the same name and scopes to take the place of a live one, which stays live meanwhile: revoke it when its last use
    /// shows that nobody has it any more.
    /// </summary>
    public async Task<ApiKey.Result> RotateAsync(string workspace, string id, Actor by, long nowMs, CancellationToken cancellation)
    {
        if (Find(workspace, id) is not { IsLive: true } old)
        {
            return new ApiKey.Result(null, null, KeyError.NotFound);
        }
        var made = ApiKey.Generate(workspace, old.Kind, old.Name, old.Scopes, nowMs);
        return await StoreAsync(made, made.Key! with { MadeBy = by.Id }, old, by, nowMs, cancellation);
    }

    public Task<KeyError?> RevokeAsync(string workspace, string id, long nowMs, CancellationToken cancellation) =>
        RevokeAsync(workspace, id, Actor.CommandLine, nowMs, cancellation);

    public async Task<KeyError?> RevokeAsync(string workspace, string id, Actor by, long nowMs, CancellationToken cancellation)
    {
        var error = await database.WriteAsync((connection, transaction) =>
        {
            var refused = Store.Revoke(connection, transaction, workspace, id, nowMs);
            if (refused is null)
            {
                AuditLog.Write(connection, transaction, nowMs, new AuditEntry(workspace, by, AuditActions.KeyRevoked, id));
            }
            return refused;
        }, cancellation);
        Reload();
        return error;
    }

    /// <summary>The keys of a workspace, with their last use up to now.</summary>
    public IReadOnlyList<ApiKey> List(string workspace) => [.. database.Read(connection => Store.List(connection, workspace))
        .Select(key => Ring.Uses.LastOf(key.Id) is { } used ? key with { LastUsedAt = Math.Max(used, key.LastUsedAt ?? 0) } : key)];

    /// <summary>A key of a workspace, live or not; null if there is none of this id.</summary>
    public ApiKey? Find(string workspace, string id) => List(workspace).FirstOrDefault(key => key.Id == id);

    /// <summary>Stores when keys were used since it was last stored.</summary>
    public async Task StoreUsesAsync(CancellationToken cancellation)
    {
        var news = Ring.Uses.News();
        if (news.Count > 0)
        {
            await database.WriteAsync((connection, transaction) =>
            {
                Store.Used(connection, transaction, news);
                return 0;
            }, cancellation);
            Ring.Uses.Stored(news);
        }
    }

    private async Task<ApiKey.Result> StoreAsync(ApiKey.Result made, ApiKey key, ApiKey? old, Actor by, long nowMs, CancellationToken cancellation)
    {
        var error = await database.WriteAsync((connection, transaction) => Put(connection, transaction, key, old, by, nowMs), cancellation);
        Reload();
        return error is null ? made with { Key = key } : new ApiKey.Result(null, null, error);
    }

    private static KeyError? Put(SqliteConnection connection, SqliteTransaction transaction, ApiKey key, ApiKey? old, Actor by, long nowMs)
    {
        if (Store.Add(connection, transaction, key) is { } error)
        {
            return error;
        }
        if (old is not null)
        {
            Store.Replace(connection, transaction, key.WorkspaceId, old.Id, key.Id);
        }
        AuditLog.Write(connection, transaction, nowMs, new AuditEntry(
            key.WorkspaceId, by, old is null ? AuditActions.KeyMade : AuditActions.KeyRotated, key.Id,
            $"kind={Store.KindName(key.Kind)} scopes={string.Join('+', key.Scopes)}{(old is null ? "" : " replaces=" + old.Id)}"));
        return null;
    }

    private void Reload() => Ring.Load(database.Read(Store.ListLive));
}
