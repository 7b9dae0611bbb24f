using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Webhooks.Tests;

/// <summary>A request as the receiver had it.</summary>
public sealed record Received(string Id, long Timestamp, string Signature, string Body)
{
    /// <summary>Standard Webhooks 1.0, written from the specification: one of the signatures is the HMAC-SHA-256 of `id.timestamp.body`.</summary>
    public bool IsSignedWith(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        using var hmac = new HMACSHA256(key);
        var expected = Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(Id + "." + Timestamp.ToString(CultureInfo.InvariantCulture) + "." + Body)));
        return Signature.Split(' ').Contains("v1," + expected);
    }
}

/// <summary>A real HTTP server on a free port that keeps what it is sent and answers as it is told.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly SemaphoreSlim came = new(0);

    private Receiver(WebApplication app) => this.app = app;

    public string Url => app.Urls.First();

    public ConcurrentQueue<Received> All { get; } = [];

    /// <summary>What the next requests are answered; 200 where nothing is left.</summary>
    public ConcurrentQueue<Func<HttpContext, Task>> Answers { get; } = [];

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var made = builder.Build();
        var receiver = new Receiver(made);
        made.Run(receiver.TakeAsync);
        await made.StartAsync();
        return receiver;
    }

    /// <summary>Waits for the next request.</summary>
    public async Task<Received> NextAsync()
    {
        Assert.True(await came.WaitAsync(TimeSpan.FromMinutes(2)), "No message came.");
        return All.Last();
    }

    public void AnswerNext(int status, string text = "", string? location = null) => Answers.Enqueue(async http =>
    {
        http.Response.StatusCode = status;
        if (location is not null)
        {
            http.Response.Headers.Location = location;
        }
        await http.Response.WriteAsync(text);
    });

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        came.Dispose();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var headers = http.Request.Headers;
        All.Enqueue(new Received(
            headers["webhook-id"].ToString(), long.Parse(headers["webhook-timestamp"].ToString(), CultureInfo.InvariantCulture), headers["webhook-signature"].ToString(), await reader.ReadToEndAsync()));
        came.Release();
        if (Answers.TryDequeue(out var answer))
        {
            await answer(http);
        }
    }
}
