using System.Net;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Modules.Collect.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;

namespace Ciclo.Modules.Collect;

/// <summary>What became of a body: how far it was read, whose it is (null: no key that counts), and how many of its items go on.</summary>
internal readonly record struct IntakeResult(BodyOutcome Outcome, ICollectTarget? Target, AdmissionResult Admission)
{
    public static IntakeResult Unread(BodyOutcome outcome) => new(outcome, null, default);
}

/// <summary>Reads a request into a frame: body, key, admission. Memory and turns are bounded here; what exceeds them is refused for a while.</summary>
internal sealed class Intake(IWriteKeys keys, CollectOptions options, TimeProvider time)
{
    private readonly BodyMemory memory = new(options.BodyMemory);
    private readonly Lines lines = new(options.RequestsAtOnce);
    private readonly DefaultObjectPool<Admission> admissions = new(new AdmissionPolicy(options.MessageIds ?? MessageIds.FromSystem()), 2 * Environment.ProcessorCount);

    /// <summary>The line in which a request with this target (null: not known yet) waits.</summary>
    public Line LineOf(ICollectTarget? target) => lines.Of(target);

    /// <summary>The body, as it was sent, of a request whose headers were found good.</summary>
    public async ValueTask<(BodyOutcome Outcome, GrowingBuffer Sent)> ReceiveAsync(HttpRequest request, CancellationToken cancellation)
    {
        var sent = new GrowingBuffer(memory);
        try
        {
            return (await RequestBody.FillAsync(request, sent, cancellation), sent);
        }
        catch
        {
            sent.Dispose();
            throw;
        }
    }

    /// <summary>Reads a received body into a frame, to be called in its turn. The body's memory is free afterwards.</summary>
    public IntakeResult Read(HttpContext http, CallType? call, ICollectTarget? target, GrowingBuffer sent, bool isGzip, FrameBuilder frame)
    {
        if (!isGzip)
        {
            return Admit(http, call, target, sent.Written.Span, frame);
        }
        using var inflated = new GrowingBuffer(memory);
        var outcome = RequestBody.Inflate(sent, inflated);
        return outcome == BodyOutcome.Read ? Admit(http, call, target, inflated.Written.Span, frame) : IntakeResult.Unread(outcome);
    }

    private IntakeResult Admit(HttpContext http, CallType? call, ICollectTarget? target, ReadOnlySpan<byte> body, FrameBuilder frame)
    {
        if (target is null && !Credentials.TryInBody(body, keys, out target))
        {
            return new IntakeResult(BodyOutcome.Read, null, new AdmissionResult(BodyError.NotJson, 0, 0));
        }
        if (target is null)
        {
            return new IntakeResult(BodyOutcome.Read, null, default);
        }
        var admission = admissions.Get();
        try
        {
            return new IntakeResult(BodyOutcome.Read, target, admission.Read(body, FactsOf(http, call), frame));
        }
        finally
        {
            admissions.Return(admission);
        }
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

    private sealed class AdmissionPolicy(MessageIds ids) : PooledObjectPolicy<Admission>
    {
        public override Admission Create() => new(ids);

        public override bool Return(Admission obj) => true;
    }
}
