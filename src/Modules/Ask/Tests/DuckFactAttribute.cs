using Ciclo.Core;
using Ciclo.Data.Sql;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Ask.Parts;
using Ciclo.Modules.Ask.Views;
using Ciclo.Tests.Collect;

namespace Ciclo.Modules.Ask.Tests;

/// <summary>A test that asks DuckDB; skipped, with what is missing, where the library of tests/clients is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DuckFactAttribute : FactAttribute
{
    public DuckFactAttribute()
    {
        if (AskDesk.Library is null)
        {
            Skip = "DuckDB's library is not here: run `npm ci` in tests/clients.";
        }
    }
}

/// <summary>The same with rows of data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DuckTheoryAttribute : TheoryAttribute
{
    public DuckTheoryAttribute()
    {
        if (AskDesk.Library is null)
        {
            Skip = "DuckDB's library is not here: run `npm ci` in tests/clients.";
        }
    }
}

/// <summary>Asks a workspace of a test, with the library that the tests' clients bring.</summary>
internal static class AskDesk
{
    public static string? Library
    {
        get
        {
            var path = Path.Combine(ClientFactAttribute.Folder ?? "", "node_modules", "@duckdb", "node-bindings-linux-x64", "libduckdb.so");
            return File.Exists(path) ? path : null;
        }
    }

    /// <summary>Puts the part into a data directory, as `ciclo parts add` would.</summary>
    public static void AddPart(DataHost host)
    {
        var place = Part.Duckdb.PlaceIn(host.Folder);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        if (!File.Exists(place))
        {
            File.CreateSymbolicLink(place, Library!);
        }
    }

    public static async Task<Asked<Answer>> TryAsync(DataHost host, WorkspaceEngine engine, string sql, bool maySeePeople = true, AskOptions? options = null)
    {
        AddPart(host);
        return await new AskService(host, options ?? new AskOptions(512, 30)).AskAsync(new Asker(host, engine, maySeePeople, Language.En), sql, "test", default);
    }

    /// <summary>The rows as texts; fails with DuckDB's words.</summary>
    public static async Task<List<string>> RowsAsync(DataHost host, WorkspaceEngine engine, string sql, bool maySeePeople = true)
    {
        var asked = await TryAsync(host, engine, sql, maySeePeople);
        Assert.True(asked.IsAnswered, asked.Error?.Says.En);
        return [.. asked.Value.Rows.Select(row => string.Join('|', row.Select(cell => cell is null ? "null" : SqlJson.Print(cell))))];
    }
}
