using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// The threads that fold. They give way to those that answer requests: the journal is the queue, so folding can wait and a client cannot.
/// Workspaces take turns, one job at a time in the order of asking; a job shares its parts among all threads of the crew.
/// </summary>
public sealed class FoldCrew : IDisposable
{
    private readonly BlockingCollection<Action>? jobs;
    private readonly SemaphoreSlim helpersWanted = new(0);
    private readonly SemaphoreSlim helpersDone = new(0);
    private readonly Thread[] threads = [];
    private Action<int, int>? part;
    private int parts;
    private int nextPart;
    private volatile bool isStopping;
    private volatile Exception? broken;

    private FoldCrew() => Size = 1;

    /// <param name="size">Threads, at least one.</param>
    public FoldCrew(int size)
    {
        Size = size;
        jobs = new BlockingCollection<Action>();
        threads = [.. Enumerable.Range(0, size).Select(worker => new Thread(() => Work(worker)) { IsBackground = true, Name = $"fold-{worker}" })];
        Array.ForEach(threads, thread => thread.Start());
    }

    /// <summary>No threads: every job runs on the caller's. For simulations, in which the order of everything is given.</summary>
    public static FoldCrew Inline { get; } = new();

    /// <summary>How many parts of a job may run side by side; workers are numbered from 0.</summary>
    public int Size { get; }

    /// <summary>Runs a job when its turn comes.</summary>
    public Task<T> RunAsync<T>(Func<T> job)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (jobs is null)
        {
            Complete(done, job);
        }
        else
        {
            jobs.Add(() => Complete(done, job));
        }
        return done.Task;
    }

    /// <summary>Inside a job: runs numbered parts, each once, on all threads; returns when all are done. <paramref name="work"/> gets the worker and the part.</summary>
    public void Share(int count, Action<int, int> work)
    {
        if (Size == 1 || count <= 1)
        {
            for (var one = 0; one < count; one++)
            {
                work(0, one);
            }
            return;
        }
        (part, parts, nextPart, broken) = (work, count, 0, null);
        var helpers = Math.Min(Size, count) - 1;
        helpersWanted.Release(helpers);
        TakeParts(0);
        for (var helper = 0; helper < helpers; helper++)
        {
            helpersDone.Wait();
        }
        part = null;
        if (broken is { } exception)
        {
            ExceptionDispatchInfo.Throw(exception);
        }
    }

    public void Dispose()
    {
        if (jobs is null)
        {
            return;
        }
        isStopping = true;
        jobs.CompleteAdding();
        helpersWanted.Release(Size);
        Array.ForEach(threads, thread => thread.Join());
        jobs.Dispose();
        helpersWanted.Dispose();
        helpersDone.Dispose();
    }

    private static void Complete<T>(TaskCompletionSource<T> done, Func<T> job)
    {
        try
        {
            done.SetResult(job());
        }
        // The edge of the crew's thread: whatever a job fails with is the asker's, and the thread goes on for others.
        catch (Exception failure)
        {
            done.SetException(failure);
        }
    }

    private void Work(int worker)
    {
        ThreadPriorities.GiveWay();
        if (worker == 0)
        {
            foreach (var job in jobs!.GetConsumingEnumerable())
            {
                job();
            }
            return;
        }
        while (true)
        {
            helpersWanted.Wait();
            if (isStopping)
            {
                return;
            }
            TakeParts(worker);
            helpersDone.Release();
        }
    }

    private void TakeParts(int worker)
    {
        try
        {
            while (broken is null && Interlocked.Increment(ref nextPart) - 1 is var one && one < parts)
            {
                part!(worker, one);
            }
        }
        // The edge of a part: the job throws it once all threads have come back, whatever it is.
        catch (Exception failure)
        {
            broken = failure;
        }
    }
}
