using System.Globalization;

namespace Ciclo.Bench;

/// <summary>
/// CPU time of a process by what its threads are named, from Linux's schedstat: how long they ran, and how long they wanted to and waited
/// for a core. Threads that have ended are missing.
/// </summary>
internal sealed class ThreadTimes
{
    private readonly Dictionary<(string Name, string Thread), (long Ran, long Waited)> times = [];

    public static ThreadTimes Of(int process)
    {
        var taken = new ThreadTimes();
        foreach (var thread in Directory.GetDirectories($"/proc/{process}/task"))
        {
            try
            {
                var numbers = File.ReadAllText(thread + "/schedstat").Split(' ');
                var name = File.ReadAllText(thread + "/comm").Trim();
                taken.times[(name, thread)] = (long.Parse(numbers[0], CultureInfo.InvariantCulture), long.Parse(numbers[1], CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }
        return taken;
    }

    /// <summary>What was added since, of the threads whose name is chosen.</summary>
    public (TimeSpan Ran, TimeSpan Waited) Since(ThreadTimes before, Func<string, bool> chosen)
    {
        long ran = 0, waited = 0;
        foreach (var (key, now) in times)
        {
            if (chosen(key.Name))
            {
                var then = before.times.GetValueOrDefault(key);
                ran += now.Ran - then.Ran;
                waited += now.Waited - then.Waited;
            }
        }
        return (TimeSpan.FromMicroseconds(ran / 1_000), TimeSpan.FromMicroseconds(waited / 1_000));
    }
}
