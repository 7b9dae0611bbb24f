using System.CommandLine;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Demo;

namespace Ciclo.Server;

/// <summary>`ciclo demo`: a believable shop to look at, made on the spot.</summary>
public sealed class DemoCommand
{
    private readonly CommandLine commandLine;
    private readonly ServeCommand serve;
    private readonly Option<int> customers = new("--customers") { Description = "People who sign up or buy; visitors come on top.", DefaultValueFactory = _ => 20_000 };
    private readonly Option<ulong> seed = new("--seed") { Description = "Another seed makes another shop.", DefaultValueFactory = _ => 1UL };
    private readonly Option<string?> until = new("--until") { Description = "When the story ends (a date or RFC 3339). Default: now." };
    private readonly Option<bool> noServe = new("--no-serve") { Description = "Make the data and end." };
    private readonly Option<string> urls = ServeCommand.UrlsOption();

    public DemoCommand(CommandLine commandLine, ServeCommand serve)
    {
        this.commandLine = commandLine;
        this.serve = serve;
        Command = new Command("demo", "Make a demo shop with 18 months of customers, and serve it.") { customers, seed, until, noServe, urls };
        Command.SetAction(RunAsync);
    }

    public Command Command { get; }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var environment = commandLine.EnvironmentOf(parsed);
        return await CommandLine.GuardAsync(environment, async () =>
        {
            var folder = commandLine.FolderOf(parsed);
            await using var host = commandLine.OpenOrRefuse(folder);
            var engine = await host.WorkspaceAsync(commandLine.WorkspaceOf(parsed), cancellation);
            var isMade = Directory.Exists(Path.Combine(folder, "demo")) && engine.Read(state => state.Staged.History.Count) > 0;
            if (!isMade)
            {
                await MakeAsync(host, engine, OptionsOf(parsed), environment, cancellation);
            }
            if (parsed.GetValue(noServe))
            {
                return 0;
            }
            await host.OpenAllAsync(cancellation);
            return await serve.ServeAsync(
                host, new ServerOptions(parsed.GetValue(urls)!) { DemoWorkspace = engine.Id }, environment, cancellation);
        });
    }

    private DemoOptions OptionsOf(ParseResult parsed)
    {
        var end = commandLine.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (parsed.GetValue(until) is { } text && !Instants.TryParse(text, Zone.Utc, out end))
        {
            throw new RefusedException(new Text($"'{text}' is no instant; write a date such as 2026-11-21.", $"'{text}' no es un instante; escribe una fecha como 2026-11-21."));
        }
        return new DemoOptions(end) { Customers = parsed.GetValue(customers), Seed = parsed.GetValue(seed) };
    }

    private static async Task MakeAsync(
        DataHost host, Engine.Runtime.WorkspaceEngine engine, DemoOptions options, CommandEnvironment environment, CancellationToken cancellation)
    {
        var language = environment.Language;
        var setup = new DemoSetup(host, engine);
        await environment.Error.WriteLineAsync(new Text(
            $"Making the demo shop Café Altura: {options.Customers:N0} customers over {options.Months} months …",
            $"Creando la tienda de demo Café Altura: {options.Customers:N0} clientes en {options.Months} meses …").In(language));
        var started = host.Clock.GetTimestamp();
        var counts = await setup.MakeAsync(options, new Progress(environment), cancellation);
        var seconds = host.Clock.GetElapsedTime(started).TotalSeconds;
        await environment.Error.WriteLineAsync(new Text(
            $"{counts.Events:N0} events of {counts.Customers + counts.Visitors:N0} people, replayed in {seconds:0.0} s. What is planted in them: {setup.TruthFolder}/ground-truth.json",
            $"{counts.Events:N0} eventos de {counts.Customers + counts.Visitors:N0} personas, reproducidos en {seconds:0.0} s. Lo que llevan escondido: {setup.TruthFolder}/ground-truth.json").In(language));
    }

    private sealed class Progress(CommandEnvironment environment) : IProgress<(long Events, double PerSecond)>
    {
        public void Report((long Events, double PerSecond) value) => environment.Error.WriteLine(new Text(
            $"{value.Events:N0} events · {value.PerSecond:N0}/s", $"{value.Events:N0} eventos · {value.PerSecond:N0}/s").In(environment.Language));
    }
}
