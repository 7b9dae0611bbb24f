using Ciclo.Tests.Integration;

namespace Ciclo.Tests.Commands;

/// <summary>A data directory and the command line as `ciclo` runs it, in this process, with what it prints kept.</summary>
public sealed class CommandFolder : IDisposable
{
    public CommandFolder() => Data = Path.Combine(Folder, "data");

    public string Folder { get; } = Directory.CreateTempSubdirectory("ciclo-commands-").FullName;

    public string Data { get; }

    public async Task<Ran> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        var code = await new Server.CommandLine(TimeProvider.System, output, error).RunAsync([.. arguments, "--data", Data]);
        return new Ran(code, output.ToString(), error.ToString());
    }

    public async Task<string> DoAsync(params string[] arguments)
    {
        var ran = await RunAsync(arguments);
        Assert.True(ran.Code == 0, $"{string.Join(' ', arguments)}: {ran.Code}\n{ran.Out}\n{ran.Error}");
        return ran.Out;
    }

    /// <summary>Writes a file beside the data and answers its path.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A command that must fail with 1 and one line on standard error, and nothing on standard output.</summary>
    public async Task<string> FailAsync(params string[] arguments)
    {
        var ran = await RunAsync(arguments);
        Assert.True((ran.Code, ran.Out) == (1, "") && ran.Error.StartsWith("ciclo: ", StringComparison.Ordinal) && ran.Error.IndexOf('\n', StringComparison.Ordinal) == ran.Error.Length - 1,
            $"{string.Join(' ', arguments)}: {ran.Code}\n{ran.Out}\n{ran.Error}");
        return ran.Error;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
