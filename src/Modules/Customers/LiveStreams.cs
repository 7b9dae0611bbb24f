using System.Text;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;

namespace Ciclo.Modules.Customers;

/// <summary>
/// Says `changed` to whoever looks at a customer when something of that profile has changed: server-sent events. It waits for the engine's changes
/// and polls nothing. A stream ends by itself after <see cref="Longest"/>, so that the browser asks again and is let in, or not, anew.
/// </summary>
internal sealed class LiveStreams(TimeProvider clock, IHostApplicationLifetime lifetime)
{
    public const int Most = 500;

    private const int RetryMs = 2_000;

    /// <summary>Below this, proxies and browsers give a silent connection up.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Under a flood of events a look this often is as live as eyes need.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(250);

    private int open;

    public async Task<IResult> RunAsync(HttpContext http, string reference)
    {
        var engine = http.Visitor().Engine;
        if (engine.Read(state => People.Find(state, reference)).Profile < 0)
        {
            return Results.NotFound();
        }
        if (Interlocked.Increment(ref open) > Most)
        {
            Interlocked.Decrement(ref open);
            http.Response.Headers.RetryAfter = "30";
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
            end.CancelAfter(Longest);
            await FollowAsync(http, engine, reference, end.Token);
        }
        catch (OperationCanceledException)
        {
            // The reader left, the server stops, or it is time to ask again.
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
        return Results.Empty;
    }

    private async Task FollowAsync(HttpContext http, WorkspaceEngine engine, string reference, CancellationToken cancellation)
    {
        var response = http.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store, no-transform";
        // nginx would keep the lines back until its buffer is full.
        response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var (seen, mark) = (engine.Changes, engine.Read(state => MarkOf(state, reference)));
        await SayAsync(response, $"retry: {RetryMs}\n\nevent: ready\ndata: {mark.Events}\n\n", cancellation);
        while (true)
        {
            if (!await HasChangedAsync(engine, seen, cancellation))
            {
                await SayAsync(response, ":\n\n", cancellation);
                continue;
            }
            seen = engine.Changes;
            var now = engine.Read(state => MarkOf(state, reference));
            if (now != mark)
            {
                mark = now;
                await SayAsync(response, $"event: changed\ndata: {mark.Events}\n\n", cancellation);
            }
            await Task.Delay(Breath, clock, cancellation);
        }
    }

    /// <summary>False where nothing at all has changed for the length of a heartbeat.</summary>
    private async Task<bool> HasChangedAsync(WorkspaceEngine engine, long seen, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var changed = engine.ChangedAsync(seen, silence.Token);
        var first = await Task.WhenAny(changed, Task.Delay(Heartbeat, clock, silence.Token));
        await silence.CancelAsync();
        await ((Task)changed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        return first == changed;
    }

    /// <summary>What tells one state of a profile from another, at the cost of a few look-ups: nothing is folded or decoded.</summary>
    private static (string Id, int Events, int Moves, int Segments) MarkOf(EngineState state, string reference)
    {
        var (profile, id) = People.Find(state, reference);
        if (profile < 0)
        {
            return ("", 0, 0, 0);
        }
        var members = state.Staged.Identity.MembersOf(profile);
        var place = state.Placement.Of(profile);
        return (id, state.Staged.History.CountOf(members), place?.Moves.Length ?? 0, place is null ? 0 : Segments(place));
    }

    private static int Segments(ProfilePlace place)
    {
        var hash = default(HashCode);
        foreach (var held in place.Memberships)
        {
            hash.Add(held);
        }
        return hash.ToHashCode();
    }

    private static async Task SayAsync(HttpResponse response, string text, CancellationToken cancellation)
    {
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation);
        await response.Body.FlushAsync(cancellation);
    }
}
