using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ciclo.Modules.Imports;

/// <summary>Server-sent events of a run: `more` when it is further, `done` at its end.</summary>
internal sealed class JobStream(ImportJob? job) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (!httpContext.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal))
        {
            httpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        var stopping = httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        try
        {
            while (job is { IsOver: false })
            {
                var next = job.Changed;
                if (job.IsOver)
                {
                    break;
                }
                await SayAsync(response, "more", ends.Token);
                await next.WaitAsync(ends.Token);
            }
            await SayAsync(response, "done", ends.Token);
        }
        catch (OperationCanceledException)
        {
            // The page was left, or the server ends.
        }
    }

    private static async Task SayAsync(HttpResponse response, string name, CancellationToken cancellation)
    {
        await response.WriteAsync($"event: {name}\ndata: 1\n\n", cancellation);
        await response.Body.FlushAsync(cancellation);
    }
}
