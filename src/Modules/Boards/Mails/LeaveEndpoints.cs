using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Boards.Links;
using Ciclo.Modules.Boards.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Boards.Mails;

/// <summary>The page on which somebody leaves a report, before it (with a button) and after.</summary>
public sealed record LeaveModel(string Path, string Board, bool IsDone);

/// <summary>
/// `/reports/leave/TOKEN`: whoever gets a report by mail leaves it by its link, without signing in. A GET changes nothing, for programs that look at mail open links; a POST does, also that of mail
/// programs (RFC 8058), which knows no form token: the link is all the right there is.
/// </summary>
internal sealed class LeaveEndpoints(DataHost host, BoardService boards, ShareThrottle throttle)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/reports/leave/{token}").AllowAnonymous().ExcludeFromDescription();
        group.MapMethods("", [HttpMethods.Get, HttpMethods.Head], (HttpContext http, string token) => Open(http, token) ?? Page(http, token, isDone: false));
        group.MapPost("", async (HttpContext http, string token) =>
        {
            if (Open(http, token) is { } refusal)
            {
                return refusal;
            }
            var (workspace, recipient) = host.Database.Read(connection => MailStore.ByToken(connection, token))!.Value;
            await host.Database.WriteAsync((connection, transaction) =>
            {
                MailStore.Leave(connection, transaction, workspace, recipient, host.NowMs);
                return 0;
            }, http.RequestAborted);
            return Page(http, token, isDone: true);
        });
    }

    private IResult? Open(HttpContext http, string token)
    {
        var (now, network) = (host.NowMs, Actor.Of(http).Address);
        http.Response.Headers["X-Robots-Tag"] = "noindex, nofollow, noarchive";
        if (!throttle.Admit(network, now))
        {
            http.Response.Headers.RetryAfter = "60";
            return http.OpenPage<ClosedPage>(new Text("Too much was asked for at once. Load the page again in a minute.", "Se pidió demasiado a la vez. Vuelve a cargar la página en un minuto."), StatusCodes.Status429TooManyRequests);
        }
        if (host.Database.Read(connection => MailStore.ByToken(connection, token)) is null)
        {
            throttle.Wrong(network, now);
            return http.OpenPage<ClosedPage>(new Text("This report is not sent any more, or the link is not complete.", "Este informe ya no se envía, o el enlace no está completo."), StatusCodes.Status404NotFound);
        }
        return null;
    }

    private PageResult<LeavePage> Page(HttpContext http, string token, bool isDone)
    {
        var (workspace, recipient) = host.Database.Read(connection => MailStore.ByToken(connection, token))!.Value;
        var language = ReaderLanguage.Of(http.Request);
        var board = host.Database.Read(connection => Schedules.ScheduleStore.All(connection)).FirstOrDefault(one => one.WorkspaceId == workspace && one.Id == recipient.ScheduleId);
        var name = board is not null && host.FindWorkspace(workspace) is { } engine ? boards.Find(engine, board.BoardId, language)?.Name ?? "" : "";
        return new PageResult<LeavePage>(new Locale(language, Zone.Utc), new LeaveModel($"/reports/leave/{token}", name, isDone || recipient.LeftAt is not null));
    }
}
