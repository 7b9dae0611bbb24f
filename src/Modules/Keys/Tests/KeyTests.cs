using Ciclo.Modules;
using Ciclo.Data.Records;
using Ciclo.Modules.Keys;
using Microsoft.Data.Sqlite;

namespace Ciclo.Tests.Keys;

public sealed class KeyTests
{
    private const long Now = 1_795_262_400_000;

    [Fact]
    public void A_generated_key_is_whole_and_one_wrong_character_makes_it_not_so()
    {
        foreach (var kind in Enum.GetValues<KeyKind>())
        {
            var text = KeyText.Generate(kind);
            Assert.StartsWith(KeyText.Prefix(kind), text, StringComparison.Ordinal);
            Assert.True(KeyText.IsWhole(text));
            Assert.False(KeyText.IsWhole(text[..^1]));
            for (var i = 3; i < text.Length; i++)
            {
                var other = text[i] == 'x' ? 'y' : 'x';
                Assert.False(KeyText.IsWhole(text[..i] + other + text[(i + 1)..]), $"position {i} of {text}");
            }
        }
    }

    [Fact]
    public void Generated_keys_have_at_least_128_random_bits_and_do_not_repeat()
    {
        Assert.True(KeyText.RandomLength * Math.Log2(62) >= 128);
        Assert.Equal(1_000, Enumerable.Range(0, 1_000).Select(_ => KeyText.Generate(KeyKind.Write)).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_hash_of_a_key_is_its_sha256() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", KeyText.Hash("abc"));

    [Fact]
    public void The_stored_key_does_not_hold_its_text()
    {
        var made = ApiKey.Generate("default", KeyKind.Write, " shop ", null, Now);
        Assert.NotNull(made.Key);
        Assert.DoesNotContain(made.Text!, made.Key.ToString(), StringComparison.Ordinal);
        Assert.Equal(("shop", KeyText.Hash(made.Text)), (made.Key.Name, made.Key.Hash));
        Assert.EndsWith(made.Key.Ending, made.Text, StringComparison.Ordinal);
        Assert.True(made.Key.May(KeyScopes.Collect));
        Assert.False(made.Key.May(KeyScopes.Read));
    }

    [Theory]
    [InlineData(KeyKind.Write, "", null, "a-key-of-16-chars", "bad_key_name")]
    [InlineData(KeyKind.Write, "n", "read", "a-key-of-16-chars", "write_key_only_collects")]
    [InlineData(KeyKind.Secret, "n", "everything", "a-key-of-16-chars", "unknown_scope")]
    [InlineData(KeyKind.Secret, "n", "read", "short", "bad_key_text")]
    [InlineData(KeyKind.Secret, "n", "read", "user:and-password", "bad_key_text")]
    public void What_cannot_be_a_key_is_refused_with_its_reason(KeyKind kind, string name, string? scope, string text, string code)
    {
        var made = ApiKey.FromText("default", kind, name, scope is null ? null : [scope], text, Now);
        Assert.Null(made.Key);
        Assert.Equal(code, made.Error!.Code);
        Assert.NotEqual(made.Error.Message.En, made.Error.Message.Es);
    }

    [Fact]
    public void Keys_are_stored_listed_found_and_revoked()
    {
        using var connection = Open();
        var write = ApiKey.Generate("default", KeyKind.Write, "shop", null, Now);
        var secret = ApiKey.Generate("default", KeyKind.Secret, "crm", [KeyScopes.Read, KeyScopes.Export], Now + 1);
        var foreign = ApiKey.FromText("other", KeyKind.Write, "app", null, "DmBXIN4JnwqBnTqXccTF0wBnLXNQmFtk", Now + 2);
        foreach (var made in new[] { write, secret, foreign })
        {
            Assert.Null(InTransaction(connection, transaction => Store.Add(connection, transaction, made.Key!)));
        }
        Assert.Equivalent(new[] { write.Key, secret.Key }, Store.List(connection, "default"), strict: true);

        var ring = new KeyRing();
        ring.Load(Store.ListLive(connection));
        Assert.Equal(write.Key!.Id, ring.Find(write.Text)?.Id);
        Assert.Equal("other", ring.Find("DmBXIN4JnwqBnTqXccTF0wBnLXNQmFtk")?.WorkspaceId);
        Assert.Null(ring.Find(write.Text + "x"));
        Assert.Null(ring.Find(""));
        Assert.Null(ring.Find(new string('k', 10_000)));

        // A key of one workspace is not there for another.
        Assert.Equal("key_not_found", InTransaction(connection, transaction => Store.Revoke(connection, transaction, "other", write.Key.Id, Now))?.Code);
        Assert.Null(InTransaction(connection, transaction => Store.Revoke(connection, transaction, "default", write.Key.Id, Now + 9)));
        Assert.Equal("key_not_found", InTransaction(connection, transaction => Store.Revoke(connection, transaction, "default", write.Key.Id, Now))?.Code);
        ring.Load(Store.ListLive(connection));
        Assert.Null(ring.Find(write.Text));
        Assert.Equal(Now + 9, Store.List(connection, "default")[0].RevokedAt);
    }

    [Fact]
    public void One_text_opens_one_workspace_only()
    {
        using var connection = Open();
        var one = ApiKey.FromText("default", KeyKind.Write, "a", null, "DmBXIN4JnwqBnTqXccTF0wBnLXNQmFtk", Now);
        var two = ApiKey.FromText("other", KeyKind.Write, "b", null, "DmBXIN4JnwqBnTqXccTF0wBnLXNQmFtk", Now);
        Assert.Null(InTransaction(connection, transaction => Store.Add(connection, transaction, one.Key!)));
        Assert.Equal("key_text_taken", InTransaction(connection, transaction => Store.Add(connection, transaction, two.Key!))?.Code);
    }

    private static SqliteConnection Open()
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        foreach (var migration in Migration.Embedded(typeof(ModulesAssembly).Assembly).Where(migration => migration.Module == "keys"))
        {
            using var command = connection.CreateCommand();
            command.CommandText = migration.Sql;
            command.ExecuteNonQuery();
        }
        return connection;
    }

    private static KeyError? InTransaction(SqliteConnection connection, Func<SqliteTransaction, KeyError?> work)
    {
        using var transaction = connection.BeginTransaction();
        var error = work(transaction);
        transaction.Commit();
        return error;
    }
}
