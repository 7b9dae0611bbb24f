using Ciclo.Engine.Runtime;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ciclo.Modules.Sources;

/// <summary>
/// Server-sent events that say only that there is something new: `more`, each time the journal has grown and what is new has been folded.
/// Nobody polls: the stream sleeps on the journal's end. At most <see cref="MostAtOnce"/> streams are open; a browser that finds none free asks again.
/// </summary>
internal sealed class LiveStream(WorkspaceEngine engine, TimeProvider clock) : IResult
{
    private const int MostAtOnce = 200;

    /// <summary>While much comes in at once, a page is told twice a second and not for each request.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    private static int open;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (!httpContext.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal))
        {
            httpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        if (Interlocked.Increment(ref open) > MostAtOnce)
        {
            Interlocked.Decrement(ref open);
            httpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        try
        {
            var stopping = httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
            await FollowAsync(httpContext.Response, ends.Token);
        }
        catch (OperationCanceledException)
        {
            // The page was left, or the server ends: both are how a stream ends.
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private async Task FollowAsync(HttpResponse response, CancellationToken cancellation)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        var seen = engine.Journal.End;
        // What came between the page and this stream would otherwise stay unseen.
        await SayAsync(response, cancellation);
        while (true)
        {
            await engine.Journal.WaitForMoreAsync(seen, cancellation);
            await Task.Delay(Pace, clock, cancellation);
            seen = engine.Journal.End;
            await engine.FoldedAsync(seen - 1, cancellation);
            await SayAsync(response, cancellation);
        }
    }

    private static async Task SayAsync(HttpResponse response, CancellationToken cancellation)
    {
        await response.WriteAsync("event: more\ndata: 1\n\n", cancellation);
        await response.Body.FlushAsync(cancellation);
    }
}
