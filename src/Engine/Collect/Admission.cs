using System.Buffers;
using System.Text.Unicode;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Collect;

/// <summary>
/// Turns the body of a request of the tracking API into records of a journal frame: an event for each item admitted, a rejected item
/// for each that was refused. Pure but for the ids it gives; it never throws for what a client sent.
/// An instance holds buffers, to be used again by one request after another: never by two at a time.
/// </summary>
public sealed class Admission(MessageIds ids)
{
    private readonly Envelope envelope = new();
    private readonly Scratch scratch = new();
    private readonly ArrayBufferWriter<byte> externalIds = new(256);
    private readonly ArrayBufferWriter<byte> merged = new(1024);

    /// <summary>The steps an item takes, in order.</summary>
    public static IEnumerable<string> StepNames => Steps.InOrder.Select(step => step.Name);

    /// <summary>
    /// Reads <paramref name="body"/> and writes its records into <paramref name="frame"/>, in the order of its items. With a body error
    /// the frame is left as it was. A batch may be empty.
    /// </summary>
    public AdmissionResult Read(ReadOnlySpan<byte> body, in RequestFacts facts, FrameBuilder frame)
    {
        body = Envelope.WithoutMark(body);
        var error = envelope.Read(body, facts.Call, scratch);
        if (error != BodyError.None)
        {
            return new AdmissionResult(error, 0, 0);
        }
        var inherited = Length(body, envelope.Context) + Length(body, envelope.Integrations);
        if (body.Length + (long)inherited * envelope.Count > CollectLimits.MergedBytes)
        {
            return new AdmissionResult(BodyError.TooLargeMerged, 0, 0);
        }
        var batch = new Batch
        {
            Facts = facts,
            Integrations = body[envelope.Integrations],
            SentAt = envelope.SentAt,
            Ids = ids,
            Scratch = scratch,
            ExternalIds = externalIds,
            Merged = merged,
        };
        scratch.Reset(0, 0);
        ReadContext(body[envelope.Context], ref batch);
        CheckIntegrations(ref batch);
        return AdmitAll(body, in batch, frame);
    }

    private AdmissionResult AdmitAll(ReadOnlySpan<byte> body, scoped in Batch batch, FrameBuilder frame)
    {
        var mark = scratch.Mark;
        var admitted = 0;
        for (var i = 0; i < envelope.Count; i++)
        {
            var json = body[envelope[i]];
            scratch.Reset(mark, Math.Min(json.Length + batch.Context.Json.Length, CollectLimits.ItemBytes));
            admitted += Admit(json, in batch, frame) ? 1 : 0;
        }
        return new AdmissionResult(BodyError.None, admitted, envelope.Count - admitted);
    }

    private static bool Admit(ReadOnlySpan<byte> json, scoped in Batch batch, FrameBuilder frame)
    {
        var item = new Item { Json = json, Detail = "" };
        foreach (var (_, run) in Steps.InOrder)
        {
            var reason = run(ref item, in batch);
            if (reason != RejectReason.None)
            {
                Refuse(json, reason, item.Detail, batch.Facts.ReceivedAt, frame);
                return false;
            }
        }
        frame.Begin(RecordKind.Event);
        item.Record.Write(frame);
        frame.End();
        return true;
    }

    private static void Refuse(ReadOnlySpan<byte> json, RejectReason reason, string detail, long receivedAt, FrameBuilder frame)
    {
        frame.Begin(RecordKind.Rejected);
        RejectedItem.Write(frame, receivedAt, RejectReasons.Code(reason), detail, "api", json, json.Length);
        frame.End();
    }

    private void ReadContext(ReadOnlySpan<byte> json, ref Batch batch)
    {
        // A context that alone is over an item's limit is not read: each item is refused by its size.
        batch.Context.Json = json;
        if (json.Length is 0 or > CollectLimits.ItemBytes)
        {
            return;
        }
        scratch.Reset(0, json.Length);
        var carrier = new Item { Json = json, Detail = "" };
        if (Utf8.IsValid(json))
        {
            ItemReader.ReadBatchContext(json, ref carrier, scratch);
        }
        else
        {
            carrier.Fault = RejectReason.InvalidText;
        }
        batch.ContextFault = carrier.Fault == RejectReason.None && carrier.Context.Members > CollectLimits.BatchContextNames
            ? RejectReason.TooManyProperties
            : carrier.Fault;
        batch.ContextNames = carrier.Names;
        batch.Context = carrier.Context;
        batch.Context.Json = json;
    }

    private static void CheckIntegrations(ref Batch batch)
    {
        if (batch.Integrations.Length is 0 or > CollectLimits.ItemBytes)
        {
            return;
        }
        var carrier = new Item { Json = batch.Integrations, Detail = "" };
        if (Utf8.IsValid(batch.Integrations))
        {
            ItemReader.ReadBatchIntegrations(ref carrier);
        }
        else
        {
            carrier.Fault = RejectReason.InvalidText;
        }
        (batch.IntegrationsFault, batch.IntegrationsNames) = (carrier.Fault, carrier.Names);
    }

    private static int Length(ReadOnlySpan<byte> body, Range range) => body[range].Length;
}
