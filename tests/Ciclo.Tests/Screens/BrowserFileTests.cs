using System.Diagnostics;
using System.IO.Compression;
using Ciclo.Kit;

namespace Ciclo.Tests.Screens;

/// <summary>The files that run in the browser: kept built in src/Kit/Assets, so that the program needs no Node.</summary>
public sealed class BrowserFileTests
{
    internal static readonly string Client = Path.Combine(Architecture.Repository.Root, "src", "Kit", "Client");

    [KitFact]
    public async Task What_travels_in_the_program_is_what_its_sources_make()
    {
        using var process = Process.Start(new ProcessStartInfo("npm", "run -s check") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = Client })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await errors);
    }

    [Fact]
    public void The_first_page_loads_less_than_500_KB_of_script()
    {
        var bytes = new[] { "ciclo.js", "charts.js", "theme.js" }.Sum(name => Compressed(File.ReadAllBytes(Path.Combine(Client, "..", "Assets", name))));
        Assert.True(bytes < 500_000, $"{bytes} bytes compressed");
    }

    [Fact]
    public void Every_sign_that_a_page_draws_is_there()
    {
        var used = Architecture.Repository.Files.Where(file => file.Path.EndsWith(".razor", StringComparison.Ordinal))
            .SelectMany(file => System.Text.RegularExpressions.Regex.Matches(file.Text, "<Icon Name=\"([a-z]+)\"").Select(match => match.Groups[1].Value)).Distinct();
        Assert.Empty(used.Except(Icons.Names));
    }

    private static long Compressed(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var brotli = new BrotliStream(target, CompressionLevel.Optimal, leaveOpen: true))
        {
            brotli.Write(bytes);
        }
        return target.Length;
    }
}

internal sealed class KitFactAttribute : FactAttribute
{
    public KitFactAttribute()
    {
        if (!Directory.Exists(Path.Combine(BrowserFileTests.Client, "node_modules")))
        {
            Skip = "It needs its packages: run `npm ci` in src/Kit/Client.";
        }
    }
}
