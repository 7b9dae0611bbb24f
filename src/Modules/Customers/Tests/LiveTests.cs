using System.Net;
using Ciclo.Tests.Home;

namespace Ciclo.Tests.Customers;

public sealed class LiveTests(HomeServer server) : IClassFixture<HomeServer>
{
    [Fact]
    public async Task A_stream_tells_of_this_person_and_of_nobody_else()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await server.SendAsync(new { type = "page", userId = "live-1" }, new { type = "page", userId = "live-2" });
        using var request = new HttpRequestMessage(HttpMethod.Get, await server.PathOfAsync("live-1") + "/live");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no", response.Headers.GetValues("X-Accel-Buffering").Single());
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token));
        Assert.Equal(("ready", "1"), await NextAsync(lines, limit.Token));
        await server.SendAsync(new { type = "page", userId = "live-2" });
        await server.SendAsync(new { type = "page", userId = "live-1" });
        // Had the stream told of the other, an event with the old count would stand before this one.
        Assert.Equal(("changed", "2"), await NextAsync(lines, limit.Token));
    }

    [Fact]
    public async Task Of_somebody_unknown_there_is_no_stream() => Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/customers/nobody/live")).Status);

    private static async Task<(string Event, string Data)> NextAsync(StreamReader lines, CancellationToken cancellation)
    {
        var name = "";
        while (await lines.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return (name, line[6..]);
            }
        }
        throw new EndOfStreamException();
    }
}
