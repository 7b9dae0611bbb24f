using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Acquisition;

/// <summary>Keeps what was imported, with its line in the audit log, and counts the changes so that numbers made before one are not given after it.</summary>
internal sealed class CostService(DataHost host)
{
    private readonly ChangeCount changes = host.Shared(_ => new ChangeCount());

    private sealed class ChangeCount
    {
        private long count;

        public long Value => Interlocked.Read(ref count);

        public void Add() => Interlocked.Increment(ref count);
    }

    public long Changes => changes.Value;

    public Task KeepAsync(string workspace, ReadFile<CostRow> file, Actor by, CancellationToken cancellation) => WriteAsync((connection, transaction) =>
    {
        new CostStore(workspace).Put(connection, transaction, file.Rows);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.CostsImported, file.Origin, $"rows={file.Rows.Count}"));
    }, cancellation);

    public Task KeepAsync(string workspace, ReadFile<FollowerRow> file, Actor by, CancellationToken cancellation) => WriteAsync((connection, transaction) =>
    {
        new CostStore(workspace).Put(connection, transaction, file.Rows);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.FollowersImported, "", $"rows={file.Rows.Count}"));
    }, cancellation);

    /// <summary>Takes out every cost of a source and medium; answers how many.</summary>
    public async Task<int> RemoveAsync(string workspace, string source, string medium, Actor by, CancellationToken cancellation)
    {
        var removed = 0;
        await WriteAsync((connection, transaction) =>
        {
            removed = new CostStore(workspace).Remove(connection, transaction, source, medium);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.CostsRemoved, $"{source} / {medium}", $"rows={removed}"));
        }, cancellation);
        return removed;
    }

    public Task SetAsync(string workspace, string name, IReadOnlyList<string> words, Actor by, CancellationToken cancellation) => WriteAsync((connection, transaction) =>
    {
        new CostStore(workspace).Set(connection, transaction, name, words);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.SettingChanged, name, string.Join(' ', words)));
    }, cancellation);

    private async Task WriteAsync(Action<Microsoft.Data.Sqlite.SqliteConnection, Microsoft.Data.Sqlite.SqliteTransaction> work, CancellationToken cancellation)
    {
        await host.Database.WriteAsync((connection, transaction) =>
        {
            work(connection, transaction);
            return 0;
        }, cancellation);
        changes.Add();
    }
}
