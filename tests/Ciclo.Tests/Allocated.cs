namespace Ciclo.Tests;

/// <summary>Bytes that a piece of code allocates.</summary>
internal static class Allocated
{
    /// <summary>The least of several runs, in bytes: what the code allocates each time. What comes once in some runs is not told from what the runtime may allocate on the thread.</summary>
    public static long By(Action run)
    {
        const int Runs = 5;
        var least = long.MaxValue;
        for (var i = 0; i < Runs && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
