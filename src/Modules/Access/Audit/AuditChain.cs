using Ciclo.Core;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Access.Audit;

/// <summary>What a look at the whole log found: how many rows hold, the newest of them, and the first that does not with why, if there is one.</summary>
public sealed record ChainState(long Rows, string Hash, long? Broken, Text? Why)
{
    public bool IsWhole => Broken is null;
}

/// <summary>Proves that no row of the log was changed, taken out, put in, or cut off at the end.</summary>
public static class AuditChain
{
    private const int RowsAtOnce = 10_000;

    /// <summary>
    /// Reads all rows in one state of the database. <paramref name="kept"/>, a number and hash that somebody wrote down before, must be in the
    /// chain too: who can write to the database could make a whole chain anew, but not one with that row.
    /// </summary>
    public static ChainState Verify(SqliteConnection connection, (long Number, string Hash)? kept = null)
    {
        var (number, hash) = (0L, AuditRow.Beginning);
        for (var rows = AuditStore.From(connection, 1, RowsAtOnce); rows.Count > 0; rows = AuditStore.From(connection, number + 1, RowsAtOnce))
        {
            foreach (var row in rows)
            {
                if (WhyBroken(row, number, hash, kept) is { } why)
                {
                    return new ChainState(number, hash, number + 1, why);
                }
                (number, hash) = (row.Number, row.Hash);
            }
        }
        var end = Math.Max(AuditStore.Head(connection)?.Number ?? 0, kept?.Number ?? 0);
        return end > number
            ? new ChainState(number, hash, number + 1, new Text(
                $"rows {number + 1} to {end} are gone", $"faltan las filas {number + 1} a {end}"))
            : new ChainState(number, hash, null, null);
    }

    private static Text? WhyBroken(AuditRow row, long number, string hash, (long Number, string Hash)? kept) =>
        row.Number != number + 1 ? new Text("it is gone", "ya no está")
        : row.Previous != hash ? new Text("it does not follow the row before it", "no sigue a la fila anterior")
        : row.Hash != row.HashOf() ? new Text("it was changed", "fue cambiada")
        : kept is { } one && one.Number == row.Number && one.Hash != row.Hash ? new Text("its hash is not the one that was written down", "su hash no es el que se anotó")
        : null;
}
