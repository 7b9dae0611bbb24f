using System.Text.Json.Nodes;
using Ciclo.Tests.Integration;

namespace Ciclo.Tests.Commands;

/// <summary>Each command is there, explains itself, keeps its columns in every format, and says clearly what is wrong.</summary>
public sealed class UsageTests : IDisposable
{
    private readonly CommandFolder folder = new();

    /// <summary>The commands of the contract that are still to come. A command that is made is struck off here.</summary>
    private static readonly string[] ToCome = ["export"];

    public static TheoryData<string> Commands => new()
    {
        "serve", "demo", "import", "imports list", "imports undo", "keys add", "keys list", "keys revoke", "users add", "users list", "users reset", "users disable", "users enable", "audit list", "audit verify",
        "lifecycle validate", "lifecycle apply", "lifecycle simulate", "lifecycle list", "lifecycle show",
        "segments validate", "segments apply", "segments list", "segments show", "segments members", "stages", "transitions", "explain",
        "identity join", "identity separate", "identity lift", "identity list", "rates import", "events", "rejected", "rebuild", "doctor", "erase", "erase list", "backup", "restore", "export",
        "settings list", "settings set", "settings alias", "rates list",
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_explains_a_command_and_runs_nothing(string command)
    {
        var ran = await folder.RunAsync([.. command.Split(' '), "--help"]);
        if (ToCome.Contains(command))
        {
            Assert.False(ran.Out.Contains($"ciclo {command} ", StringComparison.Ordinal), $"`ciclo {command}` is made: strike it off the list of those to come.");
            return;
        }
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains("Usage:", ran.Out, StringComparison.Ordinal);
        Assert.Contains($"{command} ", ran.Out + " ", StringComparison.Ordinal);
        Assert.All(new[] { "--data", "--workspace", "--format" }, option => Assert.Contains(option, ran.Out, StringComparison.Ordinal));
        Assert.False(Directory.Exists(folder.Data), "help made a data directory");
    }

    [Fact]
    public async Task The_programs_help_names_every_command()
    {
        var ran = await folder.RunAsync("--help");
        Assert.Equal(0, ran.Code);
        foreach (var command in new[] { "serve", "demo", "import", "imports", "users", "audit", "keys", "lifecycle", "segments", "stages", "transitions", "explain", "identity", "rates", "settings", "events", "rejected", "rebuild", "doctor" })
        {
            Assert.Contains($"\n  {command} ", ran.Out, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("stagse")]
    [InlineData("")]
    [InlineData("keys")]
    [InlineData("keys add --kind write")]
    [InlineData("keys add --kind public --name x")]
    [InlineData("stages")]
    [InlineData("stages --lifecycle customer --at yesterday")]
    [InlineData("stages --lifecycle customer --format xml")]
    [InlineData("stages --lifecycle customer --lang fr")]
    [InlineData("stages --lifecycle customer --no-such-option")]
    [InlineData("explain u01")]
    [InlineData("explain u01 --lifecycle a --segment b")]
    [InlineData("import shop.csv")]
    [InlineData("imports undo first")]
    [InlineData("identity join user_id:a")]
    [InlineData("events --from soon")]
    [InlineData("settings set colour red")]
    [InlineData("serve --urls nonsense")]
    [InlineData("serve --base-path ciclo/")]
    [InlineData("serve --proxy somewhere")]
    [InlineData("users add --email ana@example.com")]
    [InlineData("users add --email ana@example.com --role king")]
    [InlineData("audit verify --kept 12")]
    [InlineData("lifecycle apply")]
    public async Task Wrong_usage_is_2_says_what_is_wrong_and_prints_no_result(string line)
    {
        var arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var ran = await folder.RunAsync(arguments);
        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.StartsWith("ciclo: ", ran.Error, StringComparison.Ordinal);
        Assert.Contains("--help`", ran.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Data), "wrong usage made a data directory");
    }

    [Fact]
    public async Task A_failure_is_1_and_one_line_in_the_language_asked_for()
    {
        string[][] failing =
        [
            ["stages", "--lifecycle", "none"], ["transitions", "--lifecycle", "none"], ["explain", "nobody", "--lifecycle", "none"], ["events", "--user", "nobody"],
            ["segments", "members", "none"], ["segments", "show", "none"], ["lifecycle", "show", "none"], ["lifecycle", "apply", "/nowhere.yaml"], ["lifecycle", "simulate", "/nowhere.yaml"],
            ["import", "/nowhere.csv", "--map", "/nowhere.yaml"], ["imports", "undo", "7"], ["keys", "revoke", "key_none"], ["keys", "add", "--kind", "write", "--name", " "],
            ["identity", "join", "ana", "bea"], ["identity", "join", "user_id:a", "user_id:a"], ["rates", "import", "/nowhere.csv"], ["settings", "set", "currency", "euro"],
            ["settings", "set", "timezone", "Mexico"], ["stages", "--lifecycle", "x", "--workspace", "../x"],
        ];
        foreach (var command in failing)
        {
            var english = await folder.FailAsync([.. command, "--lang", "en"]);
            Assert.NotEqual(english, await folder.FailAsync([.. command, "--lang", "es"]));
        }
    }

    [Fact]
    public async Task Every_list_has_the_same_columns_in_csv_and_json_and_an_empty_one_is_a_header_and_an_empty_array()
    {
        await folder.DoAsync("lifecycle", "apply", folder.Write("c.yaml", ShopData.Lifecycle));
        await folder.DoAsync("segments", "apply", folder.Write("s.yaml", ShopData.Segment));
        (string[] Command, string Columns)[] lists =
        [
            (["stages", "--lifecycle", "customer"], "user_id,stage,since"), (["transitions", "--lifecycle", "customer"], "user_id,from,to,at"), (["segments", "members", "big-spenders"], "user_id,since"),
            (["events"], "id,message_id,type,event,user_id,anonymous_id,timestamp,received_at,properties"), (["rejected"], "received_at,reason,event"),
        ];
        foreach (var (command, columns) in lists)
        {
            Assert.Equal(columns + "\n", await folder.DoAsync([.. command, "--format", "csv"]));
            Assert.Equal("[]\n", await folder.DoAsync([.. command, "--format", "json"]));
            Assert.Contains("─", await folder.DoAsync([.. command, "--format", "table"]), StringComparison.Ordinal);
        }
        foreach (var command in new string[][] { ["keys", "add", "--kind", "secret", "--name", "Ñandú, \"S.A.\""], ["keys", "list"], ["lifecycle", "list"], ["segments", "list"], ["doctor"], ["settings", "list"], ["rates", "list"], ["imports", "list"], ["identity", "list"] })
        {
            var header = (await folder.DoAsync([.. command, "--format", "csv"])).Split('\n')[0];
            var rows = JsonNode.Parse(await folder.DoAsync([.. command, "--format", "json"]))!.AsArray();
            Assert.All(rows, row => Assert.Equal(header, string.Join(',', row!.AsObject().Select(pair => pair.Key))));
        }
        Assert.Equal("id,kind,name,key", (await folder.DoAsync("keys", "add", "--kind", "write", "--name", "x", "--format", "csv")).Split('\n')[0]);
        Assert.Contains("\"Ñandú, \"\"S.A.\"\"\"", await folder.DoAsync("keys", "list", "--format", "csv"), StringComparison.Ordinal);
        Assert.Contains("Ñandú", await folder.DoAsync("keys", "list", "--format", "json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_id_may_begin_with_an_at_sign()
    {
        var file = folder.Write("u.csv", "id,at\n@ana,2024-01-01T00:00:00Z\n");
        var map = folder.Write("u.yaml", "source: u\nemit:\n  - { type: track, event: Came, user_id: id, timestamp: { column: at } }\n");
        await folder.DoAsync("import", file, "--map", map);
        Assert.Contains("@ana", await folder.DoAsync("events", "--user", "@ana"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_passes_no_control_characters_on_to_the_terminal()
    {
        var file = folder.Write("u.jsonl", """{"id":"\u001b[2Jana","at":"2024-01-01T00:00:00Z"}""" + "\n");
        var map = folder.Write("u.yaml", "source: u\nformat: jsonl\nemit:\n  - { type: track, event: Came, user_id: id, timestamp: { column: at } }\n");
        await folder.DoAsync("import", file, "--map", map);
        Assert.DoesNotContain('\u001b', await folder.DoAsync("events", "--format", "table"));
        Assert.Contains("[2Jana", await folder.DoAsync("events", "--format", "table"), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
