using System.Threading.Tasks.Sources;

namespace Ciclo.Data.Journal;

/// <summary>An append that waits to be durable; pooled, so that an append allocates nothing.</summary>
internal sealed class PendingAppend(AppendQueue queue) : IValueTaskSource<long>
{
    private ManualResetValueTaskSourceCore<long> core = new() { RunContinuationsAsynchronously = true };

    public ReadOnlyMemory<byte> Payload { get; set; }

    public uint PayloadSum { get; set; }

    public long Position { get; set; }

    public int FrameLength => FrameHeader.Size + Payload.Length;

    public ValueTask<long> Task => new(this, core.Version);

    public void Complete() => core.SetResult(Position);

    public void Fail(Exception error) => core.SetException(error);

    public ValueTaskSourceStatus GetStatus(short token) => core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);

    public long GetResult(short token)
    {
        try
        {
            return core.GetResult(token);
        }
        finally
        {
            core.Reset();
            Payload = default;
            queue.GiveBack(this);
        }
    }
}

/// <summary>Appends on their way to the one writer, bounded by their bytes until they are durable or refused.</summary>
internal sealed class AppendQueue(long limitBytes)
{
    private const int MaxPooled = 1_024;

    private readonly object gate = new();
    private readonly Queue<PendingAppend> waiting = [];
    private readonly Stack<PendingAppend> pool = [];
    private long pendingBytes;
    private bool closed;
    private Exception? failure;

    public bool IsEmpty
    {
        get
        {
            lock (gate)
            {
                return waiting.Count == 0;
            }
        }
    }

    public ValueTask<long> Enqueue(ReadOnlyMemory<byte> payload, uint payloadSum)
    {
        lock (gate)
        {
            RefuseUnlessOpen(payload.Length);
            var pending = pool.TryPop(out var pooled) ? pooled : new PendingAppend(this);
            pending.Payload = payload;
            pending.PayloadSum = payloadSum;
            pendingBytes += pending.FrameLength;
            waiting.Enqueue(pending);
            Monitor.Pulse(gate);
            return pending.Task;
        }
    }

    /// <summary>Waits for appends and takes those that fit one group; false once closed and empty.</summary>
    public bool Take(List<PendingAppend> group, int groupBytes)
    {
        lock (gate)
        {
            while (waiting.Count == 0)
            {
                if (closed)
                {
                    return false;
                }
                Monitor.Wait(gate);
            }
            var bytes = 0L;
            do
            {
                var next = waiting.Dequeue();
                group.Add(next);
                bytes += next.FrameLength;
            }
            while (waiting.TryPeek(out var following) && bytes + following.FrameLength <= groupBytes);
            return true;
        }
    }

    /// <summary>The bytes are durable or refused and no longer count against the limit.</summary>
    public void Release(long bytes)
    {
        lock (gate)
        {
            pendingBytes -= bytes;
        }
    }

    public void GiveBack(PendingAppend pending)
    {
        lock (gate)
        {
            if (pool.Count < MaxPooled)
            {
                pool.Push(pending);
            }
        }
    }

    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Every later append is refused with this cause; those that wait are handed over to be refused too.</summary>
    public IReadOnlyList<PendingAppend> Fail(Exception cause)
    {
        lock (gate)
        {
            failure = cause;
            var left = waiting.ToArray();
            waiting.Clear();
            return left;
        }
    }

    private void RefuseUnlessOpen(int length)
    {
        if (failure is not null)
        {
            throw new JournalFailedException(failure);
        }
        ObjectDisposedException.ThrowIf(closed, typeof(Journal));
        // One append may always wait, whatever its size: a limit below the largest payload must not refuse it for ever.
        if (pendingBytes > 0 && pendingBytes + FrameHeader.Size + length > limitBytes)
        {
            throw new JournalBusyException(pendingBytes, limitBytes);
        }
    }
}
