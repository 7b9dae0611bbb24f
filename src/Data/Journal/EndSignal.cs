namespace Ciclo.Data.Journal;

/// <summary>The durable end, and those who wait for it to move.</summary>
public sealed class EndSignal(long start)
{
    private readonly Lock gate = new();
    private long end = start;
    private TaskCompletionSource? moved;
    private Exception? stopped;

    public long Value => Volatile.Read(ref end);

    public void Advance(long to)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            Volatile.Write(ref end, to);
            waiting = moved;
            moved = null;
        }
        waiting?.SetResult();
    }

    /// <summary>The end will not move any more: waiting for it throws.</summary>
    public void Stop(Exception cause)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            stopped ??= cause;
            waiting = moved;
            moved = null;
        }
        waiting?.SetResult();
    }

    public async ValueTask PassAsync(long position, CancellationToken cancellation)
    {
        while (Value <= position)
        {
            await NextMove(position).WaitAsync(cancellation);
        }
    }

    private Task NextMove(long position)
    {
        lock (gate)
        {
            if (end > position)
            {
                return Task.CompletedTask;
            }
            if (stopped is not null)
            {
                throw stopped is ObjectDisposedException ? new ObjectDisposedException(nameof(Journal)) : new JournalFailedException(stopped);
            }
            moved ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return moved.Task;
        }
    }
}
