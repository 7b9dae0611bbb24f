using System.Security.Cryptography;
using System.Text;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Home;
using Ciclo.Modules.Webhooks.Contracts;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Ciclo.Server;

/// <summary>Puts the web application together: modules' services and routes, health, the internal route of the command line.</summary>
public static class WebHost
{
    public static WebApplication Build(DataHost host, CommandLine commandLine, string token, string listenOn) =>
        Build(host, commandLine, token, new ServerOptions(listenOn));

    public static WebApplication Build(DataHost host, CommandLine commandLine, string token, ServerOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(options.Urls.Split(';'));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
        });
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(new BlockPools());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // It warns that its keys lie unencrypted. They lie where all of the data does.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // It warns that it makes answers uncacheable, which ours are anyway.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error);
        builder.Services.AddSingleton(host);
        builder.Services.AddScoped<Ciclo.Kit.ReaderTheme>();
        builder.Services.AddSingleton(commandLine.Clock);
        builder.Services.AddSingleton(new AccessOptions(options.IsDemo, options.DemoWorkspace ?? ""));
        builder.Services.AddSingleton(new WebhookOptions(options.AllowsPrivateWebhooks));
        builder.Services.AddRouting();
        builder.Services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        builder.Services.AddProblemDetails();
        builder.Services.AddOpenApi("v1", document => document.AddDocumentTransformer<ApiDescription>().AddOperationTransformer<OperationDescription>());
        foreach (var module in ModuleList.All)
        {
            module.AddServices(builder.Services);
        }
        var app = builder.Build();
        Edge.Use(app, options);
        app.UseExceptionHandler();
        app.UseRouting();
        app.Use(HomeModule.NotFoundPageAsync);
        app.UseMiddleware<ApiEdge>();
        app.MapGet("/healthz", () => Results.Json(new HealthAnswer("ok", host.Workspaces.Sum(workspace => workspace.Backlog))))
            .AllowAnonymous().WithTags("Server").WithSummary("Whether the server takes events; `backlog` is how many are admitted and not yet folded.");
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        // The token is checked inside: it comes from a file that only the owner of the data can read.
        app.MapPost(RemoteCommands.Route, context => RunCommandAsync(context, host, commandLine, token)).AllowAnonymous().ExcludeFromDescription();
        foreach (var module in ModuleList.All)
        {
            module.MapEndpoints(app);
        }
        return app;
    }

    /// <summary>The answer of `/healthz`.</summary>
    public sealed record HealthAnswer(string Status, long Backlog);

    /// <summary>Runs a command for whoever can read the token file, and streams what it prints.</summary>
    private static async Task RunCommandAsync(HttpContext context, DataHost host, CommandLine commandLine, string token)
    {
        var given = Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString());
        if (!CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes("Bearer " + token)))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        var request = (await context.Request.ReadFromJsonAsync<RemoteCommandRequest>(ApiJson.Options, context.RequestAborted))!;
        context.Response.ContentType = "application/octet-stream";
        context.Features.Get<IHttpBodyControlFeature>()!.AllowSynchronousIO = true;
        var gate = new Lock();
        var body = context.Response.Body;
        int code;
        await using (var output = RemoteCommands.OutputTo(body, gate))
        await using (var error = RemoteCommands.ErrorTo(body, gate))
        {
            code = await commandLine.RunInServerAsync(host, request, output, error, context.RequestAborted);
        }
        RemoteCommands.WriteExit(body, code);
    }
}
