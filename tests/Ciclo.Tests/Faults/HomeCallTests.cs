using System.Diagnostics;
using System.Globalization;
using Ciclo.Tests.Architecture;

namespace Ciclo.Tests.Faults;

/// <summary>Nothing leaves this machine that was not set up: the program works where there is nothing but itself, and does not even try.</summary>
public sealed class HomeCallTests
{
    /// <summary>The only files that may open a connection: a command that runs inside the server of this machine, and webhooks and a mail service that somebody set up.</summary>
    private static readonly string[] Callers = ["src/Engine/Hosting/RemoteCommands.cs", "src/Modules/Webhooks/WebhookClient.cs", "src/Modules/Messages/Email/SmtpConnection.cs"];

    private static readonly string[] Outward =
        ["HttpClient", "TcpClient", "UdpClient", "Socket", "SmtpClient", "ClientWebSocket", "WebRequest", "Dns", "QuicConnection", "NamedPipeClientStream"];

    [Fact]
    public void Only_three_files_open_connections() => Findings.AssertNone(Repository.Program.Where(file => !Callers.Contains(file.Path)).SelectMany(Calls));

    [Fact]
    public void A_planted_call_home_is_found() => Assert.Single(Calls(new SourceFile("src/Any.cs", "class A { HttpClient client = new(); }")));

    [NamespaceFact]
    public void A_servers_work_in_a_network_of_its_own_sends_nothing_and_asks_for_no_address()
    {
        var folder = Directory.CreateTempSubdirectory("ciclo-net-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "ticks.yaml"), "lifecycle: ticks\nstages:\n  - id: few\n");
            File.WriteAllText(Path.Combine(folder, "map.yaml"), "source: s\nemit:\n  - type: track\n    event: A\n    user_id: id\n    key: id\n");
            File.WriteAllText(Path.Combine(folder, "rows.csv"), "id\nana\nbea\n");
            // The server, an import and a question through it, its end; then what the network of these processes has counted.
            var program = Path.Combine(AppContext.BaseDirectory, "ciclo.dll");
            var script = $$"""
                ip link set lo up
                ciclo() { dotnet '{{program}}' "$@" --data '{{folder}}/data'; }
                ciclo lifecycle apply '{{folder}}/ticks.yaml' >/dev/null || exit 3
                coproc SERVER { exec dotnet '{{program}}' serve --urls http://127.0.0.1:0 --data '{{folder}}/data'; }
                server=$SERVER_PID
                while read -r line && [[ $line != 'Ciclo listens on'* ]]; do :; done <&"${SERVER[0]}"
                ciclo import '{{folder}}/rows.csv' --map '{{folder}}/map.yaml' >/dev/null || exit 5
                ciclo stages --lifecycle ticks --format csv | grep -q ana || exit 6
                kill -TERM $server
                wait $server
                cat /proc/net/snmp
                """;
            var counted = Run(script, out var code);
            Assert.True(code == 0, $"ended with {code}: {counted}");
            var (noRoute, datagrams) = (Of(counted, "Ip", "OutNoRoutes"), Of(counted, "Udp", "OutDatagrams"));
            Assert.Equal((0, 0), (noRoute, datagrams));
            Figures.Say("calls home", $"in a network with nothing but loopback: {noRoute} packets without a way out, {datagrams} questions for a name, {Of(counted, "Tcp", "ActiveOpens")} connections to itself");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<string> Calls(SourceFile file) =>
        file.Tokens.Where(token => token.Kind == TokenKind.Word && Outward.Contains(token.Value))
            .Select(token => $"{file.Path}:{token.Line} {token.Value}: connections are opened by {string.Join(" and ", Callers)} alone").Distinct();

    private static string Run(string script, out int code)
    {
        using var process = Process.Start(new ProcessStartInfo("unshare", ["--net", "--", "bash", "-c", script]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        code = process.ExitCode;
        return output;
    }

    /// <summary>A counter of /proc/net/snmp: a line of names, then one of numbers.</summary>
    private static int Of(string text, string protocol, string name)
    {
        var lines = text.Split('\n').Where(line => line.StartsWith(protocol + ":", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToList();
        return int.Parse(lines[1][Array.IndexOf(lines[0], name)], CultureInfo.InvariantCulture);
    }

    private sealed class NamespaceFactAttribute : FactAttribute
    {
        private static readonly bool IsAllowed = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && IsThere();

        public NamespaceFactAttribute()
        {
            if (!IsAllowed)
            {
                Skip = "This needs a network of its own, which is for root on Linux with `unshare` and `ip`.";
            }
        }

        private static bool IsThere()
        {
            try
            {
                Run("ip link set lo up", out var code);
                return code == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
