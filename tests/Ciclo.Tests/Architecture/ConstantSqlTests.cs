namespace Ciclo.Tests.Architecture;

/// <summary>SQL is constant text with parameters.</summary>
public sealed class ConstantSqlTests
{
    /// <summary>Runs the modules' migration files, which are embedded in the program and come from nowhere else.</summary>
    private const string Migrations = "src/Data/Records/Migrations.cs";

    [Fact]
    public void Statements_are_constant() => Findings.AssertNone(ConstantSql.Breaches([.. Repository.Program.Where(file => file.Path != Migrations)]));

    [Theory]
    [InlineData("""var c = new SqliteCommand($"select a from t where id = '{id}'", connection);""")]
    [InlineData("""var c = new SqliteCommand("select a from t where id = " + id, connection);""")]
    [InlineData("""command.CommandText = "select a from " + table;""")]
    [InlineData("command.CommandText = $\"\"\"select a from {table}\"\"\";")]
    [InlineData("""command.CommandText = string.Format("select a from {0}", table);""")]
    [InlineData("""command.CommandText = isShort ? "select a from t" : longer;""")]
    [InlineData("""command.CommandText = builder.ToString();""")]
    [InlineData("""command.CommandText = Variable;""")]
    [InlineData("""command.CommandText = $"select a from t where {Other.Variable}";""")]
    [InlineData("""Run("delete from " + table, connection);""")]
    [InlineData("""Twice(connection, $"delete from {table}");""")]
    public void A_planted_statement_that_varies_is_found(string line) => Assert.Single(ConstantSql.Breaches([Plant(line)]));

    [Theory]
    [InlineData("""var c = new SqliteCommand("select a from t where id = @id", connection);""")]
    [InlineData("""var c = new SqliteCommand($"select {Columns} from t", connection);""")]
    [InlineData("""command.CommandText = "select a" + " from t where " + Condition;""")]
    [InlineData("""command.CommandText = mode == Mode.Short ? "select a from t" : Whole;""")]
    [InlineData("""if (command.CommandText == text) { }""")]
    [InlineData("""Run("delete from t", connection);""")]
    [InlineData("""Twice(connection, Whole);""")]
    [InlineData("""command.CommandText = $"select {Store.Columns} from t";""")]
    [InlineData("""// command.CommandText = "select a from " + table;""")]
    public void Constants_put_together_are_allowed(string line) => Assert.Empty(ConstantSql.Breaches([Plant(line)]));

    [Fact]
    public void A_planted_public_method_that_takes_a_statement_is_found() => Assert.Single(ConstantSql.Breaches(
        [new SourceFile("Store.cs", """class Store { public void Run(string sql, SqliteConnection connection) { new SqliteCommand(sql, connection); } }""")]));

    [Fact]
    public void A_planted_statement_for_Dapper_is_found() => Assert.Single(ConstantSql.Breaches(
        [new SourceFile("Store.cs", """using Dapper; class Store { int Count(string table) => connection.QuerySingle<int>("select count(*) from " + table); }""")]));

    private static SourceFile Plant(string line) => new("src/Modules/Sales/Store.cs", $$"""
        using Microsoft.Data.Sqlite;
        namespace Ciclo.Modules.Sales;
        static class Store
        {
            private const string Columns = "a, b";
            private const string Condition = "a = @a";
            private const string Whole = $"select {Columns} from t";
            private static readonly string Variable = Columns.Trim();

            private static void Run(string sql, SqliteConnection connection)
            {
                using var command = new SqliteCommand(sql, connection);
            }

            private static List<T> Twice<T>(SqliteConnection connection, string sql) => Run(sql, connection);

            public static void Planted(SqliteConnection connection, string id, string table)
            {
                {{line}}
            }
        }
        """);
}
