using System.Net;
using System.Text;
using Ciclo.Tests.RealProcess;

namespace Ciclo.Tests.Faults;

/// <summary>What the program says while it is asked good and bad things: no person is in it, and nobody but the program writes its lines.</summary>
public sealed class LogTests
{
    private const string Person = "carla.secreta";

    private const string Planted = "FORGED LINE";

    private static readonly string[] Paths =
    [
        $"/api/v1/profiles/email:{Person}%40example.com", $"/api/v1/profiles/user_id:{Person}%0d%0a{Uri.EscapeDataString(Planted)}", $"/api/v1/events?user={Person}&from=x%0a{Uri.EscapeDataString(Planted)}",
        $"/customers/{Person}%0a{Uri.EscapeDataString(Planted)}", $"/no/such/{Person}", $"/v1/projects/{Person}/settings", $"/{Person}%00%1b[31m{Uri.EscapeDataString(Planted)}",
        $"/api/v1/lifecycles/{Person}/stages?at={Person}", $"/api/v1/segments/{Person}/members?limit={Person}",
    ];

    [Fact]
    public async Task Nobody_is_named_in_the_log_and_no_line_of_it_is_a_strangers()
    {
        await using var ciclo = new CicloProcess();
        await ciclo.ServeAsync();
        var requests = 0;
        using (var client = ciclo.Client())
        {
            foreach (var body in Bodies())
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                using var answer = await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), content);
                Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest);
                requests++;
            }
            await ciclo.FoldedAsync();
            foreach (var path in Paths)
            {
                foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Delete })
                {
                    using var request = new HttpRequestMessage(method, path);
                    request.Headers.TryAddWithoutValidation("User-Agent", $"{Person} {Planted}");
                    request.Headers.TryAddWithoutValidation("X-Forwarded-For", Person);
                    using var answer = await client.SendAsync(request);
                    Assert.True((int)answer.StatusCode < 500, $"{method} {path}: {answer.StatusCode}");
                    requests++;
                }
            }
        }
        await ciclo.RunAsync("events", "--user", Person, "--format", "csv");
        await ciclo.KillAsync();
        var said = ciclo.Said;
        Assert.DoesNotContain(Person, said, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Planted, said, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(said, c => char.IsControl(c) && c is not ('\n' or '\r'));
        Figures.Say("logs", $"{requests} requests that name a person or forge a line: 0 in {said.Length:N0} characters of output");
    }

    private static IEnumerable<string> Bodies()
    {
        yield return $$$"""{"batch":[{"type":"identify","userId":"{{{Person}}}","traits":{"email":"{{{Person}}}@example.com","name":"\n{{{Planted}}}"}}]}""";
        yield return $$$"""{"batch":[{"type":"track","userId":"{{{Person}}}","event":"A\r\n{{{Planted}}}"}]}""";
        yield return $$$"""{"batch":[{"type":"{{{Person}}}","userId":"{{{Person}}}"},{"userId":"{{{Person}}}","type":"track"}]}""";
        yield return $$$"""{"batch":[{"type":"track","userId":"{{{Person}}}" """;
        yield return "{ not json " + Person + "\n" + Planted;
    }
}
