using System.Diagnostics;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.Screens;

/// <summary>Runs a script of tests/clients and holds it to end well.</summary>
internal static class ClientRun
{
    public static async Task NodeAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("node") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = ClientFactAttribute.Folder! };
        foreach (var argument in arguments.Prepend(script))
        {
            start.ArgumentList.Add(argument);
        }
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        Assert.True(process.ExitCode == 0, await errors);
        Assert.NotEmpty(await output);
    }
}
