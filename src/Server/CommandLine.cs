using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Ciclo.Core;
using Ciclo.Data.Journal;
using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Server;

/// <summary>
/// The command line. A command runs here if the data directory is free, and inside the server that owns it otherwise: the same handler
/// on the same state, so both answer the same.
/// </summary>
public sealed class CommandLine
{
    private const int Wrong = 2;

    /// <summary>Without files of arguments: a user id may begin with an at sign.</summary>
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    private readonly TimeProvider clock;
    private readonly TextWriter output;
    private readonly TextWriter error;
    private readonly bool isTerminal;
    private readonly CommandRunner runner = new();
    private readonly RootCommand root;
    private readonly ServeCommand serve;

    private readonly Option<string> data = new("--data") { Description = "The data directory.", DefaultValueFactory = _ => "./data", Recursive = true };
    private readonly Option<string> workspace = new("--workspace") { Description = "The workspace.", DefaultValueFactory = _ => "default", Recursive = true };
    private readonly Option<string?> format = new("--format") { Description = "table, csv or json. Default: table on a terminal, csv elsewhere.", Recursive = true };
    private readonly Option<string?> language = new("--lang") { Description = "Language of messages: en or es. Default: from LANG.", Recursive = true };

    /// <summary>A command line that prints to the console, or to the writers given.</summary>
    public CommandLine(TimeProvider clock, TextWriter? output = null, TextWriter? error = null)
    {
        this.clock = clock;
        // Rows are many and small: unlike the console's own writer, this one does not go to the system with each cell.
        this.output = output ?? new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16);
        this.error = error ?? Console.Error;
        isTerminal = output is null && !Console.IsOutputRedirected;
        format.AcceptOnlyFromAmong("table", "csv", "json");
        language.AcceptOnlyFromAmong("en", "es");
        root = new RootCommand("Ciclo: customer lifecycles by rules anyone can read.");
        foreach (var option in new Option[] { data, workspace, format, language })
        {
            root.Options.Add(option);
        }
        serve = new ServeCommand(this);
        root.Subcommands.Add(serve.Command);
        root.Subcommands.Add(new DemoCommand(this, serve).Command);
        foreach (var command in ModuleList.All.SelectMany(module => module.Commands(runner)))
        {
            root.Subcommands.Add(command);
        }
    }

    public TimeProvider Clock => clock;

    public async Task<int> RunAsync(string[] arguments)
    {
        var parsed = root.Parse(arguments, Parsing);
        if (parsed.Errors.Count > 0)
        {
            return Misused(parsed);
        }
        if (parsed.Action is (null or CommandRunner.DeferredAction) && runner.FolderHandlerOf(parsed.CommandResult.Command) is { } early)
        {
            int? ended = null;
            var context = new FolderContext(FolderOf(parsed), EnvironmentOf(parsed), Open);
            var code = await GuardAsync(context.Environment, async () => (ended = await early(parsed, context, CancellationToken.None)) ?? 0);
            if (code != 0 || ended is not null)
            {
                return code;
            }
        }
        if (parsed.Action is not (null or CommandRunner.DeferredAction) || runner.HandlerOf(parsed.CommandResult.Command) is not { } handler)
        {
            // Help, version, and commands of the process itself, such as serve.
            var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(9), Output = output, Error = error });
            await output.FlushAsync();
            return code;
        }
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        var environment = EnvironmentOf(parsed);
        var folder = FolderOf(parsed);
        return await GuardAsync(environment, async () =>
        {
            await using var host = Open(folder);
            if (host is not null)
            {
                return await RunHereAsync(host, parsed, handler, environment, stop.Token);
            }
            var ticket = ServerTicket.Read(folder) ?? throw new RefusedException(new Text(
                $"Another ciclo process is working on {folder}. Wait until it is done, or name another directory with --data.",
                $"Otro proceso de ciclo trabaja en {folder}. Espera a que termine, o indica otro directorio con --data."));
            var request = new RemoteCommandRequest(arguments, Directory.GetCurrentDirectory(), environment.Language.ToString(), environment.IsTerminal);
            return await RemoteCommands.RunAsync(ticket, request, environment, stop.Token);
        });
    }

    /// <summary>Runs a command line that came to the server over its internal route.</summary>
    public async Task<int> RunInServerAsync(DataHost host, RemoteCommandRequest request, TextWriter to, TextWriter complaints, CancellationToken cancellation)
    {
        var parsed = root.Parse(request.Arguments, Parsing);
        var environment = EnvironmentOf(parsed, to, complaints, request.WorkingDirectory, request.IsTerminal) with
        {
            Language = Enum.Parse<Language>(request.Language),
        };
        return await GuardAsync(environment, async () => parsed.Errors.Count == 0 && runner.HandlerOf(parsed.CommandResult.Command) is { } handler
            ? await RunHereAsync(host, parsed, handler, environment, cancellation)
            : Wrong);
    }

    public string FolderOf(ParseResult parsed) => Path.GetFullPath(parsed.GetValue(data)!);

    public DataHost? Open(string folder)
    {
        var host = DataHost.TryOpen(folder, ModuleList.Migrations, ModuleList.RulesSource, clock, new JournalOptions());
        if (host is not null)
        {
            host.Shared(owner => new MetricCatalogue(ModuleList.MetricSources(owner)));
            // Left behind by a server that was killed: whoever listens there now must not be sent commands and the token.
            ServerTicket.Delete(folder);
        }
        return host;
    }

    public DataHost OpenOrRefuse(string folder) => Open(folder) ?? throw new RefusedException(new Text(
        $"Another ciclo process owns {folder}. Stop it, or name another directory with --data.",
        $"Otro proceso de ciclo ocupa {folder}. Detenlo, o indica otro directorio con --data."));

    public string WorkspaceOf(ParseResult parsed) => parsed.GetValue(workspace)!;

    /// <summary>Where a command of this process prints.</summary>
    public CommandEnvironment EnvironmentOf(ParseResult parsed) =>
        EnvironmentOf(parsed, output, error, Directory.GetCurrentDirectory(), isTerminal);

    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Runs work and turns what went wrong into one clear line and exit code 1.</summary>
    public static async Task<int> GuardAsync(CommandEnvironment environment, Func<Task<int>> work)
    {
        try
        {
            var code = await work();
            await environment.Out.FlushAsync();
            return code;
        }
        catch (RefusedException refused)
        {
            return Complain(environment, refused.Text.In(environment.Language));
        }
        catch (OperationCanceledException)
        {
            return Complain(environment, new Text("Stopped.", "Detenido.").In(environment.Language));
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or JournalDamagedException or SchemaException or HttpRequestException)
        {
            return Complain(environment, broken.Message);
        }
        catch (Exception bug) when (Environment.GetEnvironmentVariable("CICLO_TRACE") is null)
        {
            // The edge of the program: a bug is one line for the person, and a trace for whoever asks for it.
            return Complain(environment, new Text(
                $"The program failed: {bug.Message} Set CICLO_TRACE=1 to see where, and report it.",
                $"El programa falló: {bug.Message} Define CICLO_TRACE=1 para ver dónde, y repórtalo.").In(environment.Language));
        }
    }

    private async Task<int> RunHereAsync(DataHost host, ParseResult parsed, CommandHandler handler, CommandEnvironment environment, CancellationToken cancellation)
    {
        var engine = await host.WorkspaceAsync(parsed.GetValue(workspace)!, cancellation);
        return await handler(parsed, new CommandContext(host, engine, environment), cancellation);
    }

    /// <summary>What is wrong with a command line, and where the help is: on standard error, so that nobody takes it for a result.</summary>
    private int Misused(ParseResult parsed)
    {
        foreach (var message in parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal))
        {
            error.WriteLine("ciclo: " + message);
        }
        var command = "ciclo";
        foreach (var word in parsed.CommandResult.Command.Parents.OfType<Command>().Reverse().Append(parsed.CommandResult.Command).Where(word => word != root))
        {
            command += " " + word.Name;
        }
        error.WriteLine(new Text($"See `{command} --help`.", $"Mira `{command} --help`.").In(LanguageOf(parsed)));
        return Wrong;
    }

    private Language LanguageOf(ParseResult parsed)
    {
        var asked = parsed.GetResult(language) is { } result && result.Errors.Any() ? null : parsed.GetValue(language);
        var text = asked ?? Environment.GetEnvironmentVariable("LC_ALL") ?? Environment.GetEnvironmentVariable("LANG") ?? "en";
        return text.StartsWith("es", StringComparison.OrdinalIgnoreCase) ? Language.Es : Language.En;
    }

    private static int Complain(CommandEnvironment environment, string message)
    {
        environment.Out.Flush();
        environment.Error.WriteLine("ciclo: " + message);
        return 1;
    }

    private CommandEnvironment EnvironmentOf(ParseResult parsed, TextWriter to, TextWriter complaints, string workingDirectory, bool onTerminal)
    {
        var formatText = parsed.GetValue(format) ?? (onTerminal ? "table" : "csv");
        return new CommandEnvironment(
            to, complaints, Enum.Parse<OutputFormat>(formatText, ignoreCase: true), LanguageOf(parsed), workingDirectory, onTerminal);
    }
}
