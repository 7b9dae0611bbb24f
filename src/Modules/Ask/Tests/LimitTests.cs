using Ciclo.Core;
using Ciclo.Data.Sql;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Ask.Views;

namespace Ciclo.Modules.Ask.Tests;

/// <summary>What a question must not do, each tried.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private AccessServer server = null!;

    public async Task InitializeAsync()
    {
        server = await AccessServer.StartAsync();
        await server.TrackAsync("ana", new { email = "ana@example.com" });
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [DuckTheory]
    [InlineData("COPY (SELECT 1) TO '/tmp/ciclo-attack.csv'")]
    [InlineData("COPY events TO '/tmp/ciclo-attack.parquet'")]
    [InlineData("EXPORT DATABASE '/tmp/ciclo-attack'")]
    [InlineData("ATTACH '/tmp/ciclo-attack.db' AS other")]
    [InlineData("INSTALL httpfs")]
    [InlineData("LOAD httpfs")]
    [InlineData("SET memory_limit = '100GB'")]
    [InlineData("SET enable_external_access = true")]
    [InlineData("RESET memory_limit")]
    [InlineData("PRAGMA enable_external_access")]
    [InlineData("PRAGMA database_list; SELECT 1")]
    [InlineData("PRAGMA database_list")]
    [InlineData("/* a */ PRAGMA database_list -- b")]
    [InlineData("SELECT repeat('x', 2000000000)")]
    [InlineData("SELECT system.main.repeat('x', 2000000000)")]
    [InlineData("SELECT \"system\" . main.repeat('x', 2000000000)")]
    [InlineData("SELECT system/**/.main.repeat('x', 2000000000)")]
    [InlineData("SELECT lpad('x', 2000000000, 'y'), rpad('x', 2000000000, 'y')")]
    [InlineData("SELECT printf('%2000000000d', 1)")]
    [InlineData("SELECT format('{:>2000000000}', 1)")]
    [InlineData("EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1")]
    [InlineData("CREATE TABLE t AS SELECT 1")]
    [InlineData("CREATE OR REPLACE VIEW events AS SELECT 1")]
    [InlineData("DROP VIEW events")]
    [InlineData("INSERT INTO events SELECT * FROM events")]
    [InlineData("WITH x AS (SELECT 1) INSERT INTO events SELECT * FROM events")]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("SELECT 1; COPY (SELECT 1) TO '/tmp/ciclo-attack.csv'")]
    [InlineData("EXPLAIN ANALYZE COPY (SELECT 1) TO '/tmp/ciclo-attack.csv'")]
    [InlineData("CALL pragma_version()")]
    [InlineData("PREPARE p AS SELECT 1")]
    [InlineData("SELECT ?")]
    [InlineData("CHECKPOINT")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("SELECT * FROM read_csv('/etc/passwd')")]
    [InlineData("SELECT * FROM '/etc/passwd'")]
    [InlineData("SELECT * FROM read_text('/etc/passwd')")]
    [InlineData("SELECT * FROM read_blob('/proc/self/environ')")]
    [InlineData("SELECT * FROM glob('/etc/*')")]
    [InlineData("SELECT * FROM read_parquet('https://example.com/x.parquet')")]
    [InlineData("SELECT * FROM sniff_csv('/etc/passwd')")]
    [InlineData("SELECT getenv('HOME')")]
    [InlineData("SELECT * FROM sqlite_scan('ciclo.db', 'users')")]
    [InlineData("SELECT nothing FROM events")]
    public async Task What_is_no_question_is_refused(string sql)
    {
        var asked = await AskDesk.TryAsync(server.Host, server.Host.FindWorkspace("default")!, sql);
        Assert.False(asked.IsAnswered, sql);
        Assert.NotEmpty(asked.Error!.Says.Es);
        Assert.Empty(Directory.GetFileSystemEntries("/tmp", "ciclo-attack*"));
    }

    [DuckTheory]
    [InlineData("SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b")]
    [InlineData("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r")]
    public async Task What_takes_too_long_is_broken_off(string sql)
    {
        var asked = await AskDesk.TryAsync(server.Host, server.Host.FindWorkspace("default")!, sql, options: new AskOptions(512, 1));
        Assert.Equal("sql_too_slow", asked.Error!.Code);
    }

    [DuckTheory]
    [InlineData("SELECT list(range) FROM range(500000000)")]
    [InlineData("SELECT count(*) FROM (SELECT range, max(range::VARCHAR) AS m FROM range(500000000) GROUP BY range)")]
    public async Task What_needs_too_much_memory_is_broken_off(string sql)
    {
        var asked = await AskDesk.TryAsync(server.Host, server.Host.FindWorkspace("default")!, sql, options: new AskOptions(100, 20));
        Assert.Equal("sql_too_much_memory", asked.Error!.Code);
    }

    [DuckTheory]
    [InlineData("-- a question\nSELECT 1")]
    [InlineData("/* one */ (SELECT 'the system' AS text)")]
    [InlineData("with x as (select 1) from x")]
    [InlineData("SHOW TABLES")]
    [InlineData("SUMMARIZE stages")]
    [InlineData("EXPLAIN SELECT name FROM events")]
    [InlineData("SELECT repeat('-', 20), lpad('7', 3, '0'), 'format(' || 1;")]
    public async Task What_is_a_question_is_answered(string sql)
    {
        var asked = await AskDesk.TryAsync(server.Host, server.Host.FindWorkspace("default")!, sql);
        Assert.True(asked.IsAnswered, asked.Error?.Says.En);
    }

    [DuckFact]
    public async Task Rows_past_the_limit_are_cut_and_that_is_said()
    {
        var (host, engine) = (server.Host, server.Host.FindWorkspace("default")!);
        var cut = (await AskDesk.TryAsync(host, engine, "SELECT range FROM range(10001)")).Value!;
        var whole = (await AskDesk.TryAsync(host, engine, "SELECT range FROM range(10000)")).Value!;
        Assert.Equal((AskOptions.MostRows, true, AskOptions.MostRows, false), (cut.Rows.Count, cut.IsCut, whole.Rows.Count, whole.IsCut));
        Assert.Equal("sql_too_long", (await AskDesk.TryAsync(host, engine, "SELECT " + new string('1', AskOptions.LongestSql))).Error!.Code);
    }

    [DuckFact]
    public async Task Questions_past_the_number_at_one_time_are_refused_and_its_place_is_given_back()
    {
        AskDesk.AddPart(server.Host);
        var service = new AskService(server.Host, new AskOptions(512, 30));
        var asker = new Asker(server.Host, server.Host.FindWorkspace("default")!, true, Language.En);
        using var go = new ManualResetEventSlim();
        using var begun = new CountdownEvent(AskOptions.AtOnce);
        string Hold(DuckRows rows, DuckSession session, long at)
        {
            begun.Signal();
            go.Wait();
            return "";
        }
        var held = Enumerable.Range(0, AskOptions.AtOnce).Select(_ => service.RunAsync(asker, "SELECT 1", "test", Hold, _ => 0, default)).ToList();
        begun.Wait();
        Assert.Equal("sql_busy", (await service.AskAsync(asker, "SELECT 1", "test", default)).Error!.Code);
        go.Set();
        await Task.WhenAll(held);
        Assert.True((await service.AskAsync(asker, "SELECT 1", "test", default)).IsAnswered);
    }

    [DuckFact]
    public async Task A_mistake_is_pointed_to_in_long_questions_too()
    {
        var (host, engine) = (server.Host, server.Host.FindWorkspace("default")!);
        var wrong = (await AskDesk.TryAsync(host, engine, "SELECT name,\n  nme\nFROM events")).Error!;
        Assert.Equal((2, 3), (wrong.Line, wrong.Column));
        var line = "SELECT " + string.Join(", ", Enumerable.Range(0, 60).Select(i => $"name AS n{i}")) + ", nme FROM events";
        Assert.Equal((1, line.IndexOf("nme ", StringComparison.Ordinal) + 1), ((await AskDesk.TryAsync(host, engine, line)).Error! is var far ? (far.Line, far.Column) : default));
    }

    [DuckFact]
    public async Task Cells_of_every_type_are_read()
    {
        var rows = await AskDesk.RowsAsync(server.Host, server.Host.FindWorkspace("default")!, """
            SELECT 1::TINYINT, -2::SMALLINT, 3, 4::BIGINT, 18446744073709551615::UBIGINT, 170141183460469231731687303715884105727::HUGEINT, 1.5::DOUBLE, -12.340::DECIMAL(5,3), 7::DECIMAL(38,0),
                true, 'ñandú is long enough', DATE '2026-02-28', TIMESTAMP '2026-02-28 10:00:00.123456', TIMESTAMPTZ '2026-02-28 10:00:00+00', TIME '10:11:12', INTERVAL '1 month 2 days',
                '00000000-0000-0000-0000-00000000000a'::UUID, [1, 2, NULL], {'a': 1, 'b': ['x']}, 'b'::ENUM('a', 'b'), NULL, DATE 'infinity'
            """);
        Assert.Equal("1|-2|3|4|18446744073709551615|170141183460469231731687303715884105727|1.5|-12.34|7|true|ñandú is long enough|2026-02-28|2026-02-28T10:00:00.123456|2026-02-28T10:00:00.000Z|10:11:12|1 months 2 days|"
            + "00000000-0000-0000-0000-00000000000a|[1,2,null]|{\"a\":1,\"b\":[\"x\"]}|b|null|infinity", rows.Single());
        Assert.False((await AskDesk.TryAsync(server.Host, server.Host.FindWorkspace("default")!, "SELECT MAP {'a': 1}")).IsAnswered);
    }
}
