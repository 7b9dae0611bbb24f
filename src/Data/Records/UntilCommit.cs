using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Ciclo.Data.Records;

/// <summary>
/// What was read from the records, by key, kept until anything is committed: what is asked for with each of many messages costs one query between two commits. Never older than the
/// last commit that somebody was told of.
/// </summary>
public sealed class UntilCommit<TKey, T>(Database database, Func<SqliteConnection, TKey, T> read)
    where TKey : notnull
{
    private sealed record Known(long Commits, ConcurrentDictionary<TKey, T> Values);

    private volatile Known known = new(-1, new());

    public T Of(TKey key)
    {
        var (commits, current) = (database.Commits, known);
        if (current.Commits != commits)
        {
            known = current = new Known(commits, new());
        }
        return current.Values.GetOrAdd(key, static (key, from) => from.database.Read(connection => from.read(connection, key)), (database, read));
    }
}
