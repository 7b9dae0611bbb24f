using System.Diagnostics;
using Ciclo.Tests.Architecture;

namespace Ciclo.Tests.Docs;

/// <summary>What the README says to type is typed, in an empty folder, against the program as built; what it says is printed must be.</summary>
public sealed class ReadmeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(200);

    [ReadmeTheory]
    [InlineData("README.md")]
    [InlineData("README.es.md")]
    public async Task The_commands_of_the_readme_do_what_it_says(string page)
    {
        var blocks = ReadmeBlocks.Read(PageOf(page));
        Assert.Contains(blocks, block => block.Output.Count > 0);
        var folder = Directory.CreateTempSubdirectory("ciclo-readme-");
        try
        {
            var (code, output, errors) = await RunAsync(folder.FullName, ReadmeBlocks.Script(blocks));
            var printed = ReadmeBlocks.Printed(output);
            Assert.True(code == 0, $"{page}: the block at line {printed.Keys.LastOrDefault()} ended with {code}\n{output}\n{errors}");
            Assert.All(blocks, block => Assert.True(
                !ReadmeBlocks.Missing(block, printed[block.Line]).Any(),
                $"{page}, line {block.Line}: not printed: {string.Join('\n', ReadmeBlocks.Missing(block, printed[block.Line]))}\nprinted: {printed[block.Line]}\n{errors}"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("README.es.md")]
    public void The_readme_opens_with_a_picture_and_two_commands(string page)
    {
        var text = PageOf(page);
        var opening = text[..text.IndexOf("\n## ", StringComparison.Ordinal)];
        Assert.Contains("](docs/screens/home.", opening, StringComparison.Ordinal);
        Assert.Contains("\n./ciclo demo", opening, StringComparison.Ordinal);
        Assert.Contains("\n./test", opening, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_readmes_run_the_same_commands() => Assert.Equal(
        ReadmeBlocks.CommandsOf(ReadmeBlocks.Read(PageOf("README.md"))), ReadmeBlocks.CommandsOf(ReadmeBlocks.Read(PageOf("README.es.md"))));

    [Fact]
    public void A_line_that_is_not_printed_is_missed_and_dots_stand_for_anything()
    {
        var block = new ReadmeBlock(1, "test", ["./ciclo stages"], ["ana,regular,…", "bruno, lapsed"]);
        Assert.Empty(ReadmeBlocks.Missing(block, "user_id,stage\nana,regular,2024-02-11\nbruno,lapsed\n"));
        Assert.Equal(["bruno, lapsed"], ReadmeBlocks.Missing(block, "ana,regular,2024-02-11\nbruno,regular\n"));
        Assert.Equal(["bruno, lapsed"], ReadmeBlocks.Missing(block, "bruno,lapsed\nana,regular,2024-02-11\n"));
    }

    private static string PageOf(string path) => Repository.Files.Single(file => file.Path == path).Text;

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string folder, string script)
    {
        var program = Path.Combine(folder, "ciclo");
        await File.WriteAllTextAsync(program, $"#!/usr/bin/env bash\nexec '{Path.Combine(AppContext.BaseDirectory, "ciclo")}' \"$@\"\n");
        var start = new ProcessStartInfo("bash")
        {
            UseShellExecute = false, WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment.Remove("LC_ALL");
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        using var shell = Process.Start(start)!;
        shell.StandardInput.Close();
        using var limit = new CancellationTokenSource(Patience);
        var (output, errors) = (shell.StandardOutput.ReadToEndAsync(limit.Token), shell.StandardError.ReadToEndAsync(limit.Token));
        try
        {
            await shell.WaitForExitAsync(limit.Token);
            return (shell.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException late)
        {
            shell.Kill(entireProcessTree: true);
            throw new TimeoutException($"The commands of the readme did not end in {Patience}.", late);
        }
    }
}

/// <summary>A test that runs pages; skipped, with what is missing, where a tool that they use is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReadmeTheoryAttribute : TheoryAttribute
{
    public ReadmeTheoryAttribute()
    {
        var tools = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        var missing = new[] { "bash", "curl" }.Where(tool => !tools.Any(folder => File.Exists(Path.Combine(folder, tool)))).ToList();
        if (missing.Count > 0)
        {
            Skip = $"The readme's commands need {string.Join(" and ", missing)}.";
        }
    }
}
