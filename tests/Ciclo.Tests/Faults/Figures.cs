namespace Ciclo.Tests.Faults;

/// <summary>
/// What a test of a fault measured, one line each, beside whether it held. They go to the console, and with `CICLO_FIGURES=file` to the end of
/// that file too, as the runner shows the console of a passing test only when asked to.
/// </summary>
internal static class Figures
{
    private static readonly Lock Gate = new();
    private static readonly string? File = Environment.GetEnvironmentVariable("CICLO_FIGURES");

    /// <param name="row">The row of docs/internals/faults.md.</param>
    /// <param name="figure">What was measured, in words.</param>
    public static void Say(string row, string figure)
    {
        var line = $"{row}: {figure}";
        lock (Gate)
        {
            Console.WriteLine(line);
            if (File is not null)
            {
                System.IO.File.AppendAllText(File, line + "\n");
            }
        }
    }
}
