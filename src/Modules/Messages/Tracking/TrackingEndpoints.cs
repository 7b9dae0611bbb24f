using Ciclo.Core;
using Ciclo.Core.Mail;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Messages.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Messages.Tracking;

/// <summary>
/// The addresses in messages: `/c/TOKEN` leads on to where its link was written to lead, `/o/TOKEN` is a picture of one point, `/v/TOKEN` the message as a page. A token that we did not
/// sign leads nowhere.
/// </summary>
internal sealed partial class TrackingEndpoints(DataHost host, MessageDesk desk, ILogger<TrackingEndpoints> log)
{
    /// <summary>A message that was handed over longer ago is no longer looked at by filters that follow every link.</summary>
    private const long FiltersAreDone = 10 * Durations.Minute;

    /// <summary>A transparent GIF of one point.</summary>
    private static readonly byte[] Point = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    public void Map(IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("").LetAnybodyIn();
        open.MapReads("/c/{token}", FollowAsync);
        open.MapReads("/o/{token}", OpenedAsync);
        open.MapReads("/v/{token}", View);
    }

    private async Task<IResult> FollowAsync(HttpContext http, string token)
    {
        if (desk.Tracking.Read(token) is not { Link: not (TrackingToken.Open or TrackingToken.View) } found)
        {
            return http.OpenPage<LostLinkPage>(new Text("This link is not whole. Open the message again and follow it from there.", "Este enlace no está completo. Abre otra vez el mensaje y síguelo desde ahí."), StatusCodes.Status404NotFound);
        }
        await NoteAsync(http, found, SignKind.Clicked);
        if (found.Link == TrackingToken.Trap)
        {
            return Results.NoContent();
        }
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Robots-Tag"] = "noindex";
        return Results.Redirect(found.Url);
    }

    private async Task<IResult> OpenedAsync(HttpContext http, string token)
    {
        if (desk.Tracking.Read(token) is { Link: TrackingToken.Open } found)
        {
            await NoteAsync(http, found, SignKind.Opened);
        }
        // A broken picture in a message helps nobody: any token gets one.
        http.Response.Headers.CacheControl = "no-store, private, max-age=0";
        return Results.Bytes(Point, "image/gif");
    }

    private IResult View(HttpContext http, string token)
    {
        if (desk.Tracking.Read(token) is not { Link: TrackingToken.View } found || host.Database.Read(connection => BodyStore.Read(connection, found.Workspace, found.MessageId)) is not { } written)
        {
            return http.OpenPage<LostLinkPage>(new Text("This message is no longer kept here.", "Este mensaje ya no se guarda aquí."), StatusCodes.Status404NotFound);
        }
        return MessageFrame.Of(http, written);
    }

    /// <summary>Notes who came, if anything of the message is known. Whatever goes wrong with that, the reader gets where they want.</summary>
    private async Task NoteAsync(HttpContext http, TrackingToken token, SignKind kind)
    {
        try
        {
            var now = host.NowMs;
            if (host.Database.Read(connection => ListStore.Find(connection, token.Workspace, token.MessageId)) is not { } message)
            {
                return;
            }
            var since = now - (message.SentAt ?? now);
            var reader = token.Link == TrackingToken.Trap ? Reader.Scanner : Readers.Of(http.Request.Method, http.Request.Headers.UserAgent.ToString(), since, kind == SignKind.Opened);
            var waits = kind == SignKind.Clicked && since < FiltersAreDone && message.Links > 1;
            var sign = new MessageSign(
                "sgn_" + Guid.CreateVersion7(host.Clock.GetUtcNow()).ToString("N"), token.Workspace, token.MessageId, kind, reader, token.Link, token.Url, "", now,
                waits ? now + Readers.BurstMs : now, IsTold: false);
            await host.Database.WriteAsync((connection, transaction) => SignStore.Add(connection, transaction, sign), http.RequestAborted);
        }
        // A named edge: a full disk must not keep people from following a link.
        catch (Exception broken) when (broken is Microsoft.Data.Sqlite.SqliteException or OperationCanceledException)
        {
            NotNoted(log, token.MessageId, broken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What somebody did with message {Id} could not be stored.")]
    private static partial void NotNoted(ILogger logger, string id, Exception broken);
}
