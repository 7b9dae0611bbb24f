using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Keys;

/// <summary>The keys of an open data directory: stored in its records, looked up in memory.</summary>
public sealed class KeyService
{
    private readonly Database database;

    private KeyService(DataHost host)
    {
        database = host.Database;
        Reload();
    }

    public KeyRing Ring { get; } = new();

    public static KeyService Of(DataHost host) => host.Shared(host => new KeyService(host));

    /// <summary>Makes a key and stores all of it but its text, which is answered here and never again.</summary>
    public async Task<ApiKey.Result> AddAsync(string workspace, KeyKind kind, string name, long nowMs, CancellationToken cancellation)
    {
        var made = ApiKey.Generate(workspace, kind, name, null, nowMs);
        if (made.Key is not { } key)
        {
            return made;
        }
        var error = await database.WriteAsync((connection, transaction) => Store.Add(connection, transaction, key), cancellation);
        Reload();
        return error is null ? made : new ApiKey.Result(null, null, error);
    }

    public async Task<KeyError?> RevokeAsync(string workspace, string id, long nowMs, CancellationToken cancellation)
    {
        var error = await database.WriteAsync((connection, transaction) => Store.Revoke(connection, transaction, workspace, id, nowMs), cancellation);
        Reload();
        return error;
    }

    public IReadOnlyList<ApiKey> List(string workspace) => database.Read(connection => Store.List(connection, workspace));

    private void Reload() => Ring.Load(database.Read(Store.ListLive));
}
