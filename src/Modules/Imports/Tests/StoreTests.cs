using Ciclo.Data.Records;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Imports.Tests;

public class StoreTests
{
    [Fact]
    public void An_import_is_listed_from_its_beginning_to_its_undoing_in_its_workspace_alone()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        var schema = Migration.Embedded(typeof(ModulesAssembly).Assembly).Single(script => script.Module == "imports");
        using (var create = new SqliteCommand(schema.Sql, connection))
        {
            create.ExecuteNonQuery();
        }
        var begun = ImportRecord.Begun("default", 1, new ImportStart("shop", "a.csv", false, 1_000));
        var done = begun.Completed(new ImportEnd(true, 9, 1, 2), new ImportCounts(5, 1, 1, 3, ["k"]), 2_000);
        var other = ImportRecord.Begun("other", 1, new ImportStart("shop", "b.csv", true, 1_500));
        Put(connection, begun);
        Assert.Equal([begun], Store.List(connection, "default"));
        Assert.Null(begun.Undo(1_200));
        Put(connection, done);
        Put(connection, other);
        Put(connection, begun with { Id = 2 });
        Assert.Equal([begun with { Id = 2 }, done], Store.List(connection, "default"));
        Assert.Equal((ImportState.Done, 2_000L, 9L, 1L, 2L, 5L, 1L, 1L, 3L), (done.State, done.EndedAt!.Value, done.Rows, done.Skipped, done.Rejected, done.Events, done.Duplicates, done.Changed, done.Profiles));
        Put(connection, done.Undo(3_000)!);
        var undone = Store.Find(connection, "default", 1)!;
        Assert.Equal((ImportState.Undone, 3_000L), (undone.State, undone.UndoneAt!.Value));
        Assert.Null(undone.Undo(4_000));
        Assert.Equal(other, Store.Find(connection, "other", 1));
        Assert.Null(Store.Find(connection, "default", 3));
    }

    [Fact]
    public void States_are_stored_as_words_that_only_grow() =>
        Assert.Equal(["Running", "Done", "Broken", "Undone"], Enum.GetNames<ImportState>());

    private static void Put(SqliteConnection connection, ImportRecord import)
    {
        using var transaction = connection.BeginTransaction();
        Store.Put(connection, transaction, import);
        transaction.Commit();
    }
}
