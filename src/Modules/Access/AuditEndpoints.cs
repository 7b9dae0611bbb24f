using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Audit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Access.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Access;

/// <summary>`/settings/audit`: the log of the workspace, newest first.</summary>
internal sealed class AuditEndpoints(DataHost host, MemberService members)
{
    private const int RowsAPage = 50;

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGroup("/settings").RequirePermission(Permission.Users).MapReads("/audit", Show);

    private IResult Show(HttpContext http)
    {
        var (visitor, asked) = (http.Visitor(), AuditAsked.Of(http.Request.Query));
        var known = members.List(visitor.WorkspaceId);
        var rows = host.Database.Read(connection => AuditStore.Page(
            connection, visitor.WorkspaceId, asked.Filter(known, visitor.Engine.Rules.Zone), asked.Before ?? long.MaxValue, RowsAPage + 1));
        return http.Page<AuditPage>(new AuditModel(asked, known, [.. rows.Take(RowsAPage)], rows.Count > RowsAPage));
    }
}
