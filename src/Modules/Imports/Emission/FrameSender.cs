using System.Buffers;
using Ciclo.Data.Journal;

namespace Ciclo.Modules.Imports;

/// <summary>
/// Gathers records into frames and hands them to the target, up to <see cref="ImportRunner.FramesInFlight"/> at a time, so that reading goes
/// on while the disk is busy. A frame's memory is used again only when its append is done.
/// </summary>
internal sealed class FrameSender(IImportTarget target)
{
    private const int FullRecords = 500;
    private const int FullBytes = 256 * 1024;

    private readonly Queue<(Task Append, FrameBuilder Frame)> inFlight = [];
    private FrameBuilder frame = new();

    internal bool IsFull => frame.Records >= FullRecords || frame.Length >= FullBytes;

    internal void AddEvent(ReadOnlySpan<byte> record)
    {
        frame.Begin(RecordKind.Event);
        frame.Write(record);
        frame.End();
    }

    internal void AddRejected(RejectedItem item)
    {
        frame.Begin(RecordKind.Rejected);
        item.Write(frame);
        frame.End();
    }

    internal async ValueTask SendAsync(CancellationToken cancellation)
    {
        if (frame.Records == 0)
        {
            return;
        }
        var next = inFlight.Count < ImportRunner.FramesInFlight ? new FrameBuilder() : await OldestAsync();
        inFlight.Enqueue((target.AppendAsync(frame.Payload, cancellation).AsTask(), frame));
        frame = next;
        frame.Clear();
    }

    /// <summary>Sends what is left and waits for all of it.</summary>
    internal async ValueTask FinishAsync(CancellationToken cancellation)
    {
        await SendAsync(cancellation);
        while (inFlight.Count > 0)
        {
            await OldestAsync();
        }
    }

    private async ValueTask<FrameBuilder> OldestAsync()
    {
        var (append, done) = inFlight.Peek();
        await append;
        inFlight.Dequeue();
        return done;
    }
}
