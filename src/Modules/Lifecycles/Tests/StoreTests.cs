using Ciclo.Engine.Definitions;
using Ciclo.Modules.Lifecycles;
using Ciclo.Modules.Lifecycles.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Tests.Modules.Lifecycles;

public sealed class StoreTests : IDisposable
{
    private readonly SqliteConnection connection = new("Data Source=:memory:");
    private readonly DefinitionStore store = new("default");

    public StoreTests()
    {
        connection.Open();
        var assembly = typeof(DefinitionStore).Assembly;
        foreach (var script in new[] { "001-definitions.sql", "003-drafts.sql" })
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream("Ciclo.Modules.Lifecycles.Schema." + script)!);
            using var command = connection.CreateCommand();
            command.CommandText = reader.ReadToEnd();
            command.ExecuteNonQuery();
        }
    }

    public void Dispose() => connection.Dispose();

    [Fact]
    public void Applying_makes_the_text_current_and_keeps_the_versions_before_it()
    {
        var first = Apply("segment: a\nwhen: true", 1_000);
        var second = Apply("segment: a\nwhen: false", 2_000);
        Assert.Equal((1, 2), (first.Version, second.Version));
        Assert.Equal(second, Assert.Single(store.Current(connection)));
        Assert.Equal([second, first with { IsCurrent = false }], store.History(connection, DefinitionKind.Segment, "a"));
        Assert.Equal(first.Yaml, store.Version(connection, DefinitionKind.Segment, "a", 1)!.Yaml);
        Assert.Null(store.Version(connection, DefinitionKind.Segment, "a", 3));
    }

    [Fact]
    public void Applying_the_identical_text_again_is_a_new_version()
    {
        Apply("segment: a\nwhen: true", 1_000);
        Assert.Equal(2, Apply("segment: a\nwhen: true", 1_000).Version);
    }

    [Fact]
    public void A_retired_definition_is_no_longer_current_and_its_history_stays()
    {
        Apply("segment: a\nwhen: true", 1_000);
        var retired = Retire("a")!;
        Assert.Equal((2, true), (retired.Version, retired.IsRetired));
        Assert.Empty(store.Current(connection));
        Assert.Equal(2, store.History(connection, DefinitionKind.Segment, "a").Count);
        Assert.Null(Retire("a"));
        Assert.Null(Retire("never-there"));
        Assert.Equal(3, Apply("segment: a\nwhen: true", 3_000).Version);
    }

    [Fact]
    public void Workspaces_and_kinds_do_not_see_each_other()
    {
        Apply("segment: a\nwhen: true", 1_000);
        var other = new DefinitionStore("other");
        Assert.Empty(other.Current(connection));
        using var transaction = connection.BeginTransaction();
        var lifecycle = store.Apply(connection, transaction, DefinitionKind.Lifecycle, "a", "lifecycle: a\nstages: [{ id: one }]", 1, "ana");
        transaction.Commit();
        Assert.Equal(1, lifecycle.Version);
        Assert.Equal([DefinitionKind.Lifecycle, DefinitionKind.Segment], store.Current(connection).Select(version => version.Kind));
        Assert.Empty(store.CurrentCatalog(connection).Check());
        Assert.Equal(2, store.CurrentCatalog(connection).Files.Count(file => file.IsValid));
    }

    [Fact]
    public void What_is_rolled_back_was_never_applied()
    {
        using (var transaction = connection.BeginTransaction())
        {
            store.Apply(connection, transaction, DefinitionKind.Segment, "a", "segment: a\nwhen: true", 1, "ana");
        }
        Assert.Empty(store.Current(connection));
    }

    private DefinitionVersion Apply(string yaml, long at)
    {
        using var transaction = connection.BeginTransaction();
        var version = store.Apply(connection, transaction, DefinitionKind.Segment, "a", yaml, at, "ana");
        transaction.Commit();
        return version;
    }

    private DefinitionVersion? Retire(string id)
    {
        using var transaction = connection.BeginTransaction();
        var version = store.Retire(connection, transaction, DefinitionKind.Segment, id, 2_000, "ana");
        transaction.Commit();
        return version;
    }
}
