using System.Security.Cryptography;
using System.Text;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Home;
using Microsoft.AspNetCore.Http.Features;

namespace Ciclo.Server;

/// <summary>Puts the web application together: modules' services and routes, health, the internal route of the command line.</summary>
public static class WebHost
{
    public static WebApplication Build(DataHost host, CommandLine commandLine, string token, string listenOn)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(listenOn.Split(';'));
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = 1 << 20;
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(host);
        builder.Services.AddSingleton(commandLine.Clock);
        builder.Services.AddRouting();
        foreach (var module in ModuleList.All)
        {
            module.AddServices(builder.Services);
        }
        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            return next(context);
        });
        app.Use(HomeModule.NotFoundPageAsync);
        app.MapGet("/healthz", () => Results.Json(new { status = "ok", backlog = host.Workspaces.Sum(workspace => workspace.Backlog) }));
        app.MapPost(RemoteCommands.Route, context => RunCommandAsync(context, host, commandLine, token)).DisableRequestTimeout();
        foreach (var module in ModuleList.All)
        {
            module.MapEndpoints(app);
        }
        return app;
    }

    /// <summary>Runs a command for whoever can read the token file, and streams what it prints.</summary>
    private static async Task RunCommandAsync(HttpContext context, DataHost host, CommandLine commandLine, string token)
    {
        var given = Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString());
        if (!CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes("Bearer " + token)))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        var request = (await context.Request.ReadFromJsonAsync<RemoteCommandRequest>(context.RequestAborted))!;
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
