using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Modules.Collect.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.ObjectPool;

namespace Ciclo.Modules.Collect;

/// <summary>One request of the tracking API: key, body, admission, append, answer.</summary>
internal sealed class Endpoints(IWriteKeys keys, CollectOptions options, TimeProvider time, CollectMetrics metrics)
{
    private readonly Intake intake = new(keys, options, time);
    private readonly DefaultObjectPool<FrameBuilder> frames = new(new FramePolicy(), 32 * Environment.ProcessorCount);

    public async Task CollectAsync(HttpContext http, CallType? call)
    {
        Cors.Allow(http.Response);
        try
        {
            await AnswerAsync(http, call);
        }
        catch (CollectUnavailableException refusal)
        {
            await Answers.UnavailableAsync(http, refusal);
        }
        metrics.Answered(http.Response.StatusCode);
    }

    private async Task AnswerAsync(HttpContext http, CallType? call)
    {
        var header = Credentials.InHeader(http.Request, keys, out var target);
        if (header == HeaderKey.Unknown)
        {
            await Answers.UnknownKeyAsync(http);
            return;
        }
        var outcome = RequestBody.Announced(http.Request, out var isGzip);
        if (outcome != BodyOutcome.Read)
        {
            await Answers.UnreadAsync(http, outcome);
            return;
        }
        (outcome, var sent) = await intake.ReceiveAsync(http.Request, http.RequestAborted);
        using (sent)
        {
            await (outcome == BodyOutcome.Read ? InLineAsync(http, call, target, sent, isGzip) : Answers.UnreadAsync(http, outcome));
        }
    }

    private async Task InLineAsync(HttpContext http, CallType? call, ICollectTarget? target, GrowingBuffer sent, bool isGzip)
    {
        var line = intake.LineOf(target);
        line.Enter();
        var frame = frames.Get();
        try
        {
            IntakeResult read;
            await line.TurnAsync();
            try
            {
                read = intake.Read(http, call, target, sent, isGzip, frame);
            }
            finally
            {
                line.EndTurn();
            }
            sent.Dispose();
            await KeepAsync(http, read, frame);
        }
        finally
        {
            frames.Return(frame);
            line.Leave();
        }
    }

    private async Task KeepAsync(HttpContext http, IntakeResult read, FrameBuilder frame)
    {
        if (read.Outcome != BodyOutcome.Read)
        {
            await Answers.UnreadAsync(http, read.Outcome);
        }
        else if (read.Admission.Error != BodyError.None)
        {
            await Answers.BadBodyAsync(http, read.Admission.Error);
        }
        else if (read.Target is not { } target)
        {
            await Answers.UnknownKeyAsync(http);
        }
        else
        {
            if (frame.Length > 0)
            {
                // Not the request's token: a client that hangs up must not hand the frame to the next while the journal still reads it.
                await target.AppendAsync(frame.Payload, CancellationToken.None);
            }
            metrics.Kept(read.Admission);
            await Answers.SuccessAsync(http);
        }
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

    private sealed class FramePolicy : PooledObjectPolicy<FrameBuilder>
    {
        /// <summary>A frame this large is rare; its memory is given back rather than held for the next.</summary>
        private const int LargestKept = 256 << 10;

        public override FrameBuilder Create() => new();

        public override bool Return(FrameBuilder obj)
        {
            var isKept = obj.Length <= LargestKept;
            obj.Clear();
            return isKept;
        }
    }
}
