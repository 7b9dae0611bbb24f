using System.Diagnostics;
using Ciclo.Tests.Collect;
using Ciclo.Tests.Home;

namespace Ciclo.Tests.Screens;

/// <summary>The pages in a real browser; what is looked at stands in tests/clients/screens.mjs.</summary>
public sealed class ScreenTests(HomeServer server) : IClassFixture<HomeServer>
{
    [ClientFact("screens.mjs", NeedsChromium = true)]
    public async Task Every_page_is_sound_in_both_languages_and_themes_wide_and_narrow_and_by_keyboard()
    {
        var ana = await server.PathOfAsync("ana");
        await RunAsync(server.Client.BaseAddress!.ToString().TrimEnd('/'), "/", "/?lifecycle=short&period=7d", "/customers", "/customers?query=nobody-at-all", ana, "/kit");
    }

    private static async Task RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("node") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = ClientFactAttribute.Folder! };
        foreach (var argument in arguments.Prepend("screens.mjs"))
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
