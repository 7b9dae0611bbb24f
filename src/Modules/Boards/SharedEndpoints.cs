using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Boards.Links;
using Ciclo.Modules.Boards.Pages;
using Ciclo.Modules.Boards.Reading;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Boards;

/// <summary>`/shared/SECRET`: one dashboard for whoever has its link. Numbers only: none opens into rows, nothing else of the workspace is reached.</summary>
internal sealed class SharedEndpoints(DataHost host, BoardService boards, ShareThrottle throttle)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/shared/{token}").LetAnybodyIn();
        group.MapReads("", (HttpContext http, string token) => Answer(http, token, (engine, l, board) =>
            new PageResult<WallPage>(l, BoardEndpoints.ModelOf(l, engine, board, BoardEndpoints.PeriodOf(http, board), mayChange: false, []) with { Token = token })));
        group.MapReads("/cards/{card}", (HttpContext http, string token, string card) => Answer(http, token, (engine, l, board) => board.Card(card) is { } found
            ? new FragmentResult<CardPart>(l, new CardModel(BoardReader.Of(host).Read(engine, l, board, found, BoardEndpoints.PeriodOf(http, board)), HasLinks: false, Arrangement.WidthOf(found.Size)))
            : Results.NotFound()));
    }

    private IResult Answer(HttpContext http, string token, Func<WorkspaceEngine, Locale, Board, IResult> read)
    {
        var (now, network) = (host.NowMs, Actor.Of(http).Address);
        http.Response.Headers["X-Robots-Tag"] = "noindex, nofollow, noarchive";
        if (!throttle.Admit(network, now))
        {
            http.Response.Headers.RetryAfter = "60";
            return http.OpenPage<ClosedPage>(new Text("Too much was asked for at once. Load the page again in a minute.", "Se pidió demasiado a la vez. Vuelve a cargar la página en un minuto."), StatusCodes.Status429TooManyRequests);
        }
        var language = ReaderLanguage.Of(http.Request);
        var link = host.Database.Read(connection => LinkStore.BySecret(connection, token));
        if (link is null)
        {
            throttle.Wrong(network, now);
        }
        // A link that is over answers like one that never was: who holds it learns nothing of the dashboard.
        return link is not null && link.IsLive(now) && host.FindWorkspace(link.WorkspaceId) is { } engine && boards.Find(engine, link.BoardId, language) is { } board
            ? read(engine, new Locale(language, engine.Rules.Zone), board)
            : http.OpenPage<ClosedPage>(new Text("This link leads nowhere: it has ended or was revoked. Ask whoever sent it for a new one.", "Este enlace no lleva a ningún lado: terminó o lo revocaron. Pide uno nuevo a quien te lo envió."), StatusCodes.Status404NotFound);
    }
}
