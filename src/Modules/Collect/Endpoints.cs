using System.Net;
using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Engine.Collect;
using Ciclo.Modules.Collect.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.ObjectPool;

namespace Ciclo.Modules.Collect;

/// <summary>One request of the tracking API: key, body, admission, append, answer.</summary>
internal sealed class Endpoints(IWriteKeys keys, CollectOptions options, TimeProvider time, CollectMetrics metrics)
{
    private readonly ObjectPool<CollectBuffers> pool =
        new DefaultObjectPool<CollectBuffers>(new CollectBuffersPolicy(options.MessageIds ?? MessageIds.FromSystem()), 4 * Environment.ProcessorCount);

    public async Task CollectAsync(HttpContext http, CallType? call)
    {
        Cors.Allow(http.Response);
        var buffers = pool.Get();
        try
        {
            await CollectAsync(http, call, buffers);
        }
        catch (CollectUnavailableException refusal)
        {
            await Answers.UnavailableAsync(http, refusal);
        }
        finally
        {
            pool.Return(buffers);
        }
        metrics.Answered(http.Response.StatusCode);
    }

    private async Task CollectAsync(HttpContext http, CallType? call, CollectBuffers buffers)
    {
        var header = Credentials.InHeader(http.Request, keys, out var target);
        if (header == HeaderKey.Unknown)
        {
            await Answers.UnknownKeyAsync(http);
            return;
        }
        var (outcome, body) = await RequestBody.ReadAsync(http.Request, buffers, http.RequestAborted);
        if (outcome != BodyOutcome.Read)
        {
            await Answers.UnreadAsync(http, outcome);
            return;
        }
        if (target is null && !Credentials.TryInBody(body.Span, keys, out target))
        {
            await Answers.BadBodyAsync(http, BodyError.NotJson);
            return;
        }
        if (target is null)
        {
            await Answers.UnknownKeyAsync(http);
            return;
        }
        buffers.Frame.Clear();
        var result = buffers.Admission.Read(body.Span, FactsOf(http, call), buffers.Frame);
        if (result.Error != BodyError.None)
        {
            await Answers.BadBodyAsync(http, result.Error);
            return;
        }
        if (buffers.Frame.Length > 0)
        {
            // Not the request's token: a client that hangs up must not hand the buffers to the next while the journal still reads them.
            await target.AppendAsync(buffers.Frame.Payload, CancellationToken.None);
        }
        metrics.Kept(in result);
        await Answers.SuccessAsync(http);
    }

    public async Task SettingsAsync(HttpContext http)
    {
        Cors.Allow(http.Response);
        var writeKey = http.GetRouteValue("writeKey") as string ?? "";
        if (writeKey.Length > BodyWriteKey.MaxLength || keys.Find(writeKey) is null)
        {
            await Answers.NoSettingsAsync(http);
            return;
        }
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "public, max-age=300";
        http.Response.Headers.Vary = "Host";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        ClientSettings.Write(json, writeKey, http.Request, options.PublicUrl);
    }

    private RequestFacts FactsOf(HttpContext http, CallType? call) => new(
        call,
        time.GetUtcNow().ToUnixTimeMilliseconds(),
        AddressOf(http.Connection.RemoteIpAddress),
        http.Request.Headers["Sec-GPC"] == "1");

    private static string AddressOf(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var text = plain.ToString();
        // A link-local address names the interface of this machine after a percent sign; that says nothing of the caller.
        return text.IndexOf('%') is var at and >= 0 ? text[..at] : text;
    }
}
