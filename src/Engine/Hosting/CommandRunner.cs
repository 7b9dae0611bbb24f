using System.CommandLine;
using Ciclo.Core;
using Ciclo.Engine.Runtime;

namespace Ciclo.Engine.Hosting;

public enum OutputFormat
{
    Table = 0,
    Csv = 1,
    Json = 2,
}

/// <summary>
/// What a command works with. It may run in the process that was started, or inside the server that owns the data directory: paths are
/// relative to <see cref="WorkingDirectory"/>, results go to <see cref="Out"/>, progress and complaints to <see cref="Error"/>.
/// </summary>
public sealed class CommandContext(DataHost host, WorkspaceEngine engine, CommandEnvironment environment)
{
    public DataHost Host => host;

    public WorkspaceEngine Engine => engine;

    public TextWriter Out => environment.Out;

    public TextWriter Error => environment.Error;

    public OutputFormat Format => environment.Format;

    public Language Language => environment.Language;

    public bool IsTerminal => environment.IsTerminal;

    public string PathOf(string path) => Path.GetFullPath(path, environment.WorkingDirectory);

    public string WorkingDirectory => environment.WorkingDirectory;

    /// <summary>Prints rows in the format asked for.</summary>
    public RowWriter Rows(params string[] columns) => new(Out, Format, columns);

    /// <summary>Prints one line that says what is wrong and what to do, and answers the exit code 1.</summary>
    public int Fail(Text message)
    {
        Error.WriteLine("ciclo: " + message.In(Language));
        return 1;
    }
}

public sealed record CommandEnvironment(
    TextWriter Out, TextWriter Error, OutputFormat Format, Language Language, string WorkingDirectory, bool IsTerminal);

public delegate Task<int> CommandHandler(ParseResult arguments, CommandContext context, CancellationToken cancellation);

/// <summary>Binds handlers to commands without saying where they run: that is decided when a command line has been parsed.</summary>
public sealed class CommandRunner
{
    private readonly Dictionary<Command, CommandHandler> handlers = [];
    private readonly Dictionary<Command, FolderHandler> folderHandlers = [];

    /// <summary>Gives a command its handler and answers the command.</summary>
    public Command Bind(Command command, CommandHandler handler)
    {
        handlers.Add(command, handler);
        return command;
    }

    /// <summary>The action of a command that has a handler and subcommands too: without one, the parser asks for a subcommand.</summary>
    public sealed class DeferredAction : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult) => 0;
    }

    /// <summary>Gives a command a handler that runs in the process that was started, before the data directory is opened.</summary>
    public Command BindFolder(Command command, FolderHandler handler)
    {
        folderHandlers.Add(command, handler);
        return command;
    }

    public FolderHandler? FolderHandlerOf(Command command) => folderHandlers.GetValueOrDefault(command);

    public CommandHandler? HandlerOf(Command command) => handlers.GetValueOrDefault(command);
}
