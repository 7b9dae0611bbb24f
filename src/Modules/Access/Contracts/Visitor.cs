using Ciclo.Core.Access;
using Ciclo.Engine.Runtime;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Access.Contracts;

/// <summary>
/// Who is at a page, what they are in the workspace they look at, and that workspace. There is no other way to a workspace: what lies in
/// another one is not there. <paramref name="SessionId"/> is empty in the demo, where nobody signed in.
/// </summary>
public sealed record Visitor(string UserId, string Name, string Email, Role Role, WorkspaceEngine Engine, string SessionId, bool IsDemo)
{
    /// <summary>The id under which the demo's visitor acts.</summary>
    public const string DemoId = "demo";

    public string WorkspaceId => Engine.Id;

    public bool May(Permission permission) => Role.May(permission);
}

/// <summary>How endpoints ask who is there.</summary>
public static class Visitors
{
    /// <summary>The visitor of a route that asks for sign-in.</summary>
    public static Visitor Visitor(this HttpContext http) =>
        http.Features.Get<Visitor>() ?? throw new InvalidOperationException("The route lets anybody in; ask with VisitorOrNull.");

    /// <summary>Finds out who sent a request that no guard has seen, such as one whose address leads nowhere.</summary>
    public static ValueTask<Visitor?> FindVisitorAsync(this HttpContext http) => http.RequestServices.GetRequiredService<FrontDesk>().FindAsync(http);

    /// <summary>The visitor of any page; null where nobody is signed in.</summary>
    public static Visitor? VisitorOrNull(this HttpContext http) => http.Features.Get<Visitor>();
}
