using System.CommandLine;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ciclo.Modules.Access;

/// <summary>Who may do what: users, roles, sign-in, sessions, and the log of what was done.</summary>
public sealed class AccessModule : IModule
{
    public string Name => "access";

    public void AddServices(IServiceCollection services)
    {
        services.TryAddSingleton(new AccessOptions());
        services.TryAddSingleton(_ => new Passwords());
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<FrontDesk>();
        services.AddSingleton<PageGuard>();
        services.AddSingleton<AccountService>();
        services.AddSingleton<EntryService>();
        services.AddSingleton<LinkService>();
        services.AddSingleton<MemberService>();
        services.AddSingleton<SignInEndpoints>();
        services.AddSingleton<AccountEndpoints>();
        services.AddSingleton<UserEndpoints>();
        services.AddSingleton<AuditEndpoints>();
        services.AddScoped<Viewer>();
        services.AddAntiforgery(options =>
        {
            options.FormFieldName = Viewer.FormField;
            options.HeaderName = Viewer.FormHeader;
            options.Cookie.Name = "ciclo_form";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.Cookie.Path = "/";
        });
        services.AddDataProtection().SetApplicationName("ciclo");
        services.AddSingleton<IConfigureOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>, ProtectionKeys>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<SignInEndpoints>().Map(routes);
        services.GetRequiredService<AccountEndpoints>().Map(routes);
        services.GetRequiredService<UserEndpoints>().Map(routes);
        services.GetRequiredService<AuditEndpoints>().Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner)
    {
        yield return AccessCommands.Users(runner);
        yield return AccessCommands.Audit(runner);
    }
}
