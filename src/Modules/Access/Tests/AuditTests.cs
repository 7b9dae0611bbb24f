using Ciclo.Core.Access;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Keys;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Access.Tests;

/// <summary>The audit log: what is in it, what is not, and that nobody rewrites it unseen.</summary>
public sealed class AuditTests
{
    private static readonly string[] Tampering =
    [
        "update audit_log set at = at + 1 where number = 3",
        "update audit_log set workspace_id = 'other' where number = 3",
        "update audit_log set actor = 'usr_somebody' where number = 3",
        "update audit_log set action = 'user.signed_out' where number = 3",
        "update audit_log set object = 'x' where number = 3",
        "update audit_log set detail = 'x' where number = 3",
        "update audit_log set address = '203.0.113.0/24' where number = 3",
        "update audit_log set hash = previous where number = 3",
        "update audit_log set previous = hash where number = 3",
        "delete from audit_log where number = 3",
        "update audit_log set object = detail, detail = object where number = 3",
    ];

    [Fact]
    public async Task A_whole_log_is_proved_and_each_kind_of_tampering_is_named_by_its_row()
    {
        await using var server = await AccessServer.StartAsync();
        await FillAsync(server);
        var (code, output, _) = await server.RunAsync("audit", "verify");
        Assert.Equal(0, code);
        var kept = output.Trim().Split('\n')[1].Split(',')[1];
        Assert.StartsWith(server.AuditRows().Count + ":", kept, StringComparison.Ordinal);
        foreach (var statement in Tampering)
        {
            await using var forged = await ForgedAsync(server, statement);
            var state = Audit.AuditChain.Verify(forged);
            Assert.True(state.Broken == 3, $"{statement}: {state.Broken}");
            Assert.Equal(2, state.Rows);
        }
    }

    [Fact]
    public async Task Rows_cut_off_at_the_end_are_missed_and_a_chain_made_anew_too_by_whoever_kept_a_hash()
    {
        await using var server = await AccessServer.StartAsync();
        await FillAsync(server);
        var rows = server.AuditRows();
        await using (var cut = await ForgedAsync(server, $"delete from audit_log where number > {rows.Count - 2}"))
        {
            Assert.Equal(rows.Count - 1, Audit.AuditChain.Verify(cut).Broken);
        }
        await using (var emptied = await ForgedAsync(server, "delete from audit_log; delete from audit_head"))
        {
            Assert.True(Audit.AuditChain.Verify(emptied).IsWhole);
            Assert.Equal(1, Audit.AuditChain.Verify(emptied, (4, rows[3].Hash)).Broken);
        }
        await using var anew = await ForgedAsync(server, "delete from audit_log; delete from audit_head");
        await using (var transaction = (SqliteTransaction)await anew.BeginTransactionAsync())
        {
            foreach (var row in rows)
            {
                Audit.AuditStore.Append(anew, transaction, row.At, new AuditEntry(row.WorkspaceId, new Actor("usr_forged", row.Address), row.Action, row.Object, row.Detail));
            }
            await transaction.CommitAsync();
        }
        Assert.True(Audit.AuditChain.Verify(anew).IsWhole);
        Assert.Equal(4, Audit.AuditChain.Verify(anew, (4, rows[3].Hash)).Broken);
        Assert.Equal(1, (await server.RunAsync("audit", "verify", "--kept", $"4:{new string('0', 64)}")).Code);
        Assert.Equal(0, (await server.RunAsync("audit", "verify", "--kept", $"4:{rows[3].Hash}")).Code);
    }

    [Fact]
    public async Task What_people_and_keys_do_is_written_with_who_and_from_where_and_nothing_of_customers()
    {
        await using var server = await AccessServer.StartAsync();
        await server.TrackAsync("cliente-zafiro", new { name = "Zafira Zafiro", email = "zafira@correo.example" });
        await server.TrackAsync("cliente-rubi", new { name = "Rubí Zafiro" });
        await server.AddUserAsync("ana@example.com", Role.Owner, withPassword: true);
        using var ana = server.NewBrowser();
        await ana.SignInAsync("ana@example.com", "zafira wrong password");
        await ana.SignInAsync("zafira@correo.example", "zafira wrong password");
        await ana.SignInAsync("ana@example.com", AccessServer.Password);
        await ana.SubmitAsync("/settings/keys", "/settings/keys", ("name", "crm"), ("kind", "secret"), ("scope", "read"));
        await server.RunAsync("identity", "join", "user_id:cliente-zafiro", "user_id:cliente-rubi");
        await server.RunAsync("settings", "set", "currency", "MXN");
        var (keyId, key) = await server.AddKeyAsync(KeyKind.Secret);
        Assert.Equal(202, (await ana.SendAsync(HttpMethod.Delete, "/api/v1/profiles/user_id:cliente-zafiro", null, ("Authorization", "Bearer " + key))).Code);

        var rows = server.AuditRows();
        var anaId = new MemberService(server.Host).List("default").Single().UserId;
        Assert.Equal(
            [
                (AuditActions.SignInFailed, "", anaId, "127.0.0.0/24"), (AuditActions.SignInFailed, "", "", "127.0.0.0/24"),
            ],
            rows.Where(row => row.Action == AuditActions.SignInFailed).Select(row => (row.Action, row.Actor, row.Object, row.Address)));
        Assert.Equal((anaId, "127.0.0.0/24"), rows.Where(row => row.Action == AuditActions.SignedIn).Select(row => (row.Actor, row.Address)).Single());
        Assert.Equal(anaId, rows.Single(row => row.Detail.Contains("scopes=read", StringComparison.Ordinal) && !row.Detail.Contains('+', StringComparison.Ordinal)).Actor);
        Assert.Equal("cli", rows.Single(row => row.Action == AuditActions.Joining).Actor);
        Assert.Equal(("cli", "currency", "MXN"), rows.Where(row => row.Action == AuditActions.SettingChanged).Select(row => (row.Actor, row.Object, row.Detail)).Single());
        Assert.Equal(keyId, rows.Single(row => row.Action == AuditActions.Erased).Actor);
        Assert.All(rows, row => Assert.All(new[] { "zafir", "cliente-", "correo.example", "rub" }, secret => Assert.DoesNotContain(secret, row.ToString(), StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(0, (await server.RunAsync("audit", "verify")).Code);
    }

    [Fact]
    public async Task The_page_filters_by_who_what_on_what_and_when_and_goes_back_page_by_page()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        for (var i = 0; i < 60; i++)
        {
            await AuditLog.WriteAsync(server.Host, new AuditEntry("default", "key_test", AuditActions.Exported, "file-" + i), default);
        }
        Assert.Equal(50, RowsIn(await owner.GetAsync("/settings/audit")));
        Assert.Equal(10, RowsIn(await owner.GetAsync("/settings/audit?who=key_test&before=12")));
        Assert.Equal(1, RowsIn(await owner.GetAsync("/settings/audit?object=file-7")));
        Assert.Equal(1, RowsIn(await owner.GetAsync("/settings/audit?who=owner-default%40example.com&action=user.signed_in")));
        Assert.Equal(0, RowsIn(await owner.GetAsync("/settings/audit?to=2020-01-01")));
        Assert.Equal(50, RowsIn(await owner.GetAsync("/settings/audit?from=2020-01-01&who=key_test")));
        Assert.Contains("Nothing fits", (await owner.GetAsync("/settings/audit?who=nobody")).Text, StringComparison.Ordinal);

        static int RowsIn(Seen seen) => seen.Code == 200 ? seen.Html.Split("<tr><td class=\"end\">").Length - 1 : -1;
    }

    [Fact]
    public void An_action_that_is_not_listed_is_a_bug_and_long_or_odd_texts_are_cut()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        foreach (var migration in Data.Records.Migration.Embedded(typeof(ModulesAssembly).Assembly).Where(migration => migration.Module == "access"))
        {
            using var command = connection.CreateCommand();
            command.CommandText = migration.Sql;
            command.ExecuteNonQuery();
        }
        using var transaction = connection.BeginTransaction();
        Assert.Throws<ArgumentException>(() => Audit.AuditStore.Append(connection, transaction, 1, new AuditEntry("", "cli", "made.up")));
        Audit.AuditStore.Append(connection, transaction, 1, new AuditEntry("", "cli", AuditActions.Exported, new string('x', 1_000), "a\r\nb\ud800"));
        var row = Audit.AuditStore.From(connection, 1, 1).Single();
        Assert.Equal((Audit.AuditStore.LongestText, "ab"), (row.Object.Length, row.Detail));
        Assert.True(Audit.AuditChain.Verify(connection).IsWhole);
    }

    private static async Task FillAsync(AccessServer server)
    {
        using var owner = await server.AsAsync(Role.Owner);
        await owner.SubmitAsync("/settings/keys", "/settings/keys", ("name", "site"), ("kind", "write"));
        await owner.SubmitAsync("/settings/users", "/settings/users/invite", ("email", "a@example.com"), ("role", "agent"));
        await owner.SubmitAsync("/settings/users", "/settings/users/invite", ("email", "b@example.com"), ("role", "agent"));
        await owner.SubmitAsync("/account", "/signout");
    }

    /// <summary>A copy of the records on which a statement was run by whoever can write to the file.</summary>
    private static async Task<SqliteConnection> ForgedAsync(AccessServer server, string statement)
    {
        var path = Path.Combine(server.Host.Folder, $"forged-{Guid.NewGuid():N}.db");
        server.Host.Database.CopyTo(path);
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}
