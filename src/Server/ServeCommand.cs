using System.CommandLine;
using System.Net;
using Ciclo.Core;
using Ciclo.Engine.Hosting;

namespace Ciclo.Server;

/// <summary>`ciclo serve`: owns the data directory until it is told to stop.</summary>
public sealed class ServeCommand
{
    private readonly CommandLine commandLine;
    private readonly Option<string> urls = UrlsOption();
    private readonly Option<string> basePath = new("--base-path") { Description = "The path under which a proxy serves Ciclo, such as /ciclo.", DefaultValueFactory = _ => "" };
    private readonly Option<string[]> proxies = new("--proxy")
    {
        Description = "Address or network (10.0.0.0/8) of a proxy in front, whose X-Forwarded headers are believed; may be given again.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> privateWebhooks = new("--private-webhooks") { Description = "Let webhooks go to private addresses: this machine and its networks." };

    public ServeCommand(CommandLine commandLine)
    {
        this.commandLine = commandLine;
        Command = new Command("serve", "Run the server: collecting, live stages, API and pages.") { urls, basePath, proxies, privateWebhooks };
        basePath.Validators.Add(result => Refuse(result, ServerOptions.IsBasePath, "is no path to serve under. Write one such as /ciclo, without a / at its end."));
        proxies.Validators.Add(result => Refuse(result, text => ServerOptions.ReadProxy(text) is not null, "is no address of a proxy. Write one such as 10.0.0.5 or 10.0.0.0/8."));
        Command.SetAction(RunAsync);
    }

    public Command Command { get; }

    public static Option<string> UrlsOption()
    {
        var option = new Option<string>("--urls") { Description = "Addresses to listen on, separated by ;", DefaultValueFactory = _ => "http://127.0.0.1:5080" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.Tokens[0].Value.Split(';').FirstOrDefault(url => !IsAddress(url)) is { } wrong)
            {
                result.AddError($"'{wrong}' is no address to listen on. Write one such as http://127.0.0.1:5080 or http://*:80.");
            }
        });
        return option;
    }

    private static void Refuse(System.CommandLine.Parsing.OptionResult result, Func<string, bool> isGood, string why)
    {
        if (result.Tokens.FirstOrDefault(token => !isGood(token.Value)) is { } wrong)
        {
            result.AddError($"'{wrong.Value}' {why}");
        }
    }

    private static bool IsAddress(string url) =>
        Uri.TryCreate(url.Replace("://*", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal), UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https";

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var environment = commandLine.EnvironmentOf(parsed);
        return await CommandLine.GuardAsync(environment, async () =>
        {
            await using var host = commandLine.OpenOrRefuse(commandLine.FolderOf(parsed));
            await host.OpenAllAsync(cancellation);
            var options = new ServerOptions(parsed.GetValue(urls)!)
            {
                BasePath = parsed.GetValue(basePath)!,
                AllowsPrivateWebhooks = parsed.GetValue(privateWebhooks),
                Proxies = [.. (parsed.GetValue(proxies) ?? []).Select(text => ServerOptions.ReadProxy(text)!.Value)],
            };
            return await ServeAsync(host, options, environment, cancellation);
        });
    }

    /// <summary>Serves an open data directory until cancelled, or until its journal can no longer be written (exit code 70).</summary>
    public async Task<int> ServeAsync(DataHost host, ServerOptions options, CommandEnvironment environment, CancellationToken cancellation)
    {
        var token = CommandLine.NewToken();
        await using var app = WebHost.Build(host, commandLine, token, options);
        await app.StartAsync(cancellation);
        var address = AddressOf(app.Urls) + options.BasePath;
        new ServerTicket(address, token, Environment.ProcessId).Write(host.Folder);
        await StartGreeting.PrintAsync(host, address, options, environment, cancellation);
        var stopped = new TaskCompletionSource();
        await using var registration = cancellation.Register(() => stopped.TrySetResult());
        await Task.WhenAny(stopped.Task, host.Failed);
        ServerTicket.Delete(host.Folder);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await app.StopAsync(patience.Token);
        if (!host.Failed.IsCompleted)
        {
            return 0;
        }
        await environment.Error.WriteLineAsync("ciclo: " + new Text(
            "The data can no longer be written, so the server ends. Start it again to recover. ",
            "Ya no se puede escribir en los datos, así que el servidor termina. Inícialo de nuevo para recuperarlo. ").In(environment.Language) + (await host.Failed).Message);
        Environment.Exit(70);
        return 70;
    }

    /// <summary>An address that reaches the server from this machine.</summary>
    private static string AddressOf(ICollection<string> listening)
    {
        var first = new UriBuilder(listening.First().Replace("://+", "://0.0.0.0", StringComparison.Ordinal).Replace("://*", "://0.0.0.0", StringComparison.Ordinal));
        if (IPAddress.TryParse(first.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
        {
            first.Host = "127.0.0.1";
        }
        return first.Uri.GetLeftPart(UriPartial.Authority);
    }
}
