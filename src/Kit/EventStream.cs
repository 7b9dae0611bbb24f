using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ciclo.Kit;

/// <summary>
/// A page kept up to date by server-sent events (WHATWG HTML, 9.2): a few words that make it fetch its parts anew. What is followed waits for what it
/// tells of; nothing polls. At most <see cref="Most"/> are open in the program; a browser that finds none free asks again. A stream ends by itself
/// after <see cref="Longest"/>, so that who may no longer read is let go.
/// </summary>
/// <param name="clock">For heartbeats and the end.</param>
/// <param name="follow">Says what happens until it returns or is cancelled.</param>
public sealed class EventStream(TimeProvider clock, Func<EventStream.Line, CancellationToken, Task> follow) : IResult
{
    public const int Most = 500;

    private const int RetryMs = 2_000;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private static int open;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        if (!httpContext.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        if (Interlocked.Increment(ref open) > Most)
        {
            Interlocked.Decrement(ref open);
            response.Headers.RetryAfter = "30";
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        try
        {
            var stopping = httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            using var longest = new CancellationTokenSource(Longest, clock);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping, longest.Token);
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-store, no-transform";
            // nginx would keep the lines back until its buffer is full.
            response.Headers["X-Accel-Buffering"] = "no";
            httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            var line = new Line(response, clock);
            await line.WriteAsync($"retry: {RetryMs}\n\n", end.Token);
            await follow(line, end.Token);
        }
        catch (OperationCanceledException)
        {
            // The reader left, the server stops, or it is time to ask again.
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    /// <summary>One open stream. Not for several threads.</summary>
    public sealed class Line
    {
        /// <summary>Proxies and browsers give up a connection that is silent for longer than some of these.</summary>
        private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

        private readonly HttpResponse response;
        private readonly TimeProvider clock;

        internal Line(HttpResponse response, TimeProvider clock) => (this.response, this.clock) = (response, clock);

        /// <summary>Says an event by its name.</summary>
        public Task SayAsync(string name, string data, CancellationToken cancellation) => WriteAsync($"event: {name}\ndata: {data}\n\n", cancellation);

        /// <summary>Waits for what is followed, with heartbeats meanwhile. Throws what the task throws.</summary>
        public async Task UntilAsync(Task happens, CancellationToken cancellation)
        {
            while (!happens.IsCompleted)
            {
                using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                var first = await Task.WhenAny(happens, Task.Delay(Heartbeat, clock, silence.Token));
                await silence.CancelAsync();
                cancellation.ThrowIfCancellationRequested();
                if (first != happens)
                {
                    await WriteAsync(":\n\n", cancellation);
                }
            }
            await happens;
        }

        internal async Task WriteAsync(string text, CancellationToken cancellation)
        {
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation);
            await response.Body.FlushAsync(cancellation);
        }
    }
}
