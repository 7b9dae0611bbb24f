using System.Text.Json;
using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Keys.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Onsite;

/// <summary>Who is there, as the page of a site says.</summary>
public sealed record MessageRequest(string? WriteKey, string? UserId, string? AnonymousId);

/// <summary>What became of a message on a page: `shown` or `clicked`.</summary>
public sealed record MessageSeen(string? WriteKey, string? Id, string? What);

/// <summary>For whom: a user id, or another identifier as `anonymous_id:V`.</summary>
public sealed record MessageAsked(string? User);

/// <summary>A message of a journey or campaign, for one person, once. `content` has title, text, button, href and image; what is empty is not there.</summary>
public sealed record MessageAnswer(string Id, string Language, JsonObject Content);

/// <summary>
/// Messages of journeys and campaigns on a site: a page asks when it can be seen, and what it is given it shows at once. A user id can be guessed by anybody, and what is written to a person is for
/// them alone: a page says who it is by the anonymous id of its browser, which nobody else knows.
/// </summary>
internal sealed class SiteMessages(DataHost host)
{
    private const int LongestId = 300;
    private const int LargestBody = 4 * 1024;

    private static readonly JsonSerializerOptions Body = new(JsonSerializerDefaults.Web);

    public void Map(IEndpointRouteBuilder open, IEndpointRouteBuilder routes, Func<string?, WorkspaceEngine?> engineOf)
    {
        open.MapPost("/v1/onsite/message", (Func<HttpContext, Task<IResult>>)(http => TakeAsync(http, engineOf)));
        open.MapPost("/v1/onsite/seen", (Func<HttpContext, Task<IResult>>)(http => SeenAsync(http, engineOf)));
        var write = routes.MapGroup("/api/v1/onsite").RequireScope("write").WithTags("On-site");
        write.MapPost("/message", ForServerAsync).Produces<MessageAnswer>().Produces(204).ProducesProblem(400)
            .WithSummary("Gives the next message that waits for a person, to be shown at once by an app of yours: it counts as sent by that, and is given once. 204 for none.");
        write.MapPost("/seen", SeenByServerAsync).Produces(204).ProducesProblem(400).ProducesProblem(404).WithSummary("Tells that a message was shown or clicked.");
    }

    /// <summary>Of whom a page may be given messages: all identifiers of the person whose browser it is; empty for nobody.</summary>
    public static IReadOnlyList<string> PersonOf(WorkspaceEngine engine, string? userId, string? anonymousId) => anonymousId is not { Length: > 0 and <= LongestId } || userId is { Length: > LongestId } ? [] : engine.Read(state =>
    {
        var identity = state.Staged.Identity;
        var (browser, user) = (identity.Find("anonymous_id:" + anonymousId), string.IsNullOrEmpty(userId) ? -1 : identity.Find("user_id:" + userId));
        // Somebody else has signed in since, and is not known to have this browser yet.
        return browser < 0 || (!string.IsNullOrEmpty(userId) && (user < 0 || identity.ProfileOf(user) != identity.ProfileOf(browser))) ? []
            : IdentifiersOf(state, browser);
    });

    private static List<string> IdentifiersOf(EngineState state, int node) => [.. state.Staged.Identity.IdentifiersOf(state.Staged.Identity.ProfileOf(node)).Select(one => one.Identifier.ToString())];

    private async Task<IResult> TakeAsync(HttpContext http, Func<string?, WorkspaceEngine?> engineOf)
    {
        PublicOnsite.Allow(http.Response);
        var request = await ReadAsync<MessageRequest>(http);
        if (engineOf(request?.WriteKey) is not { } engine)
        {
            return PublicOnsite.NoKey(http);
        }
        return http.Request.Headers["Sec-GPC"] == "1" ? Results.NoContent() : await GiveAsync(http, engine, PersonOf(engine, request!.UserId, request.AnonymousId));
    }

    private async Task<IResult> ForServerAsync(HttpContext http, MessageAsked asked)
    {
        var engine = http.Caller().Engine;
        var reference = asked.User is { Length: > 0 and <= LongestId } user ? user.Contains(':', StringComparison.Ordinal) ? user : "user_id:" + user : null;
        if (reference is null || engine.Read(state => state.Staged.Identity.Find(reference) is >= 0 and var node ? IdentifiersOf(state, node) : null) is not { } person)
        {
            return Problems.BadRequest(http, "unknown_user", new Text("`user` names nobody that is known. Send an event of that person first.", "`user` no nombra a nadie conocido. Envía antes un evento de esa persona."));
        }
        return await GiveAsync(http, engine, person);
    }

    private async Task<IResult> GiveAsync(HttpContext http, WorkspaceEngine engine, IReadOnlyList<string> person)
    {
        http.Response.Headers.CacheControl = "no-store";
        return person.Count > 0 && await MessagePickup.TakeAsync(host, engine, MessagePickup.Onsite, person, http.RequestAborted) is { } message
            ? Results.Json(Of(message), ApiJson.Options)
            : Results.NoContent();
    }

    private async Task<IResult> SeenAsync(HttpContext http, Func<string?, WorkspaceEngine?> engineOf)
    {
        PublicOnsite.Allow(http.Response);
        var seen = await ReadAsync<MessageSeen>(http);
        return engineOf(seen?.WriteKey) is { } engine ? await NoteAsync(http, engine, seen!) : PublicOnsite.NoKey(http);
    }

    private Task<IResult> SeenByServerAsync(HttpContext http, MessageSeen seen) => NoteAsync(http, http.Caller().Engine, seen);

    private async Task<IResult> NoteAsync(HttpContext http, WorkspaceEngine engine, MessageSeen seen)
    {
        if (seen.Id is not { Length: > 0 and <= LongestId } id || seen.What is not ("shown" or "clicked"))
        {
            return Problems.BadRequest(http, "bad_sign", new Text("Send the message’s `id`, and `shown` or `clicked` as `what`.", "Envía el `id` del mensaje, y `shown` o `clicked` como `what`."));
        }
        return await MessagePickup.SignAsync(host, engine.Id, MessagePickup.Onsite, id, seen.What == "shown" ? FetchedSign.Shown : FetchedSign.Clicked, http.RequestAborted)
            ? Results.NoContent()
            : Problems.NotFound(http, new Text("No message of that id was given.", "No se entregó ningún mensaje con ese id."));
    }

    /// <summary>Reads a body whatever its type says; null for one that is not the like of it.</summary>
    private static async Task<T?> ReadAsync<T>(HttpContext http)
        where T : class
    {
        PublicOnsite.Limit(http, LargestBody);
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(http.Request.Body, Body, http.RequestAborted);
        }
        catch (Exception unreadable) when (unreadable is JsonException or BadHttpRequestException)
        {
            return null;
        }
    }

    /// <summary>What a page draws, of what was written: texts are texts, and addresses lead out by https or within the site.</summary>
    private static MessageAnswer Of(OutgoingMessage message)
    {
        var page = new HtmlParser().ParseDocument(message.Html);
        var (link, image) = (page.QuerySelector("main a[href]"), page.QuerySelector("main img[src]"));
        var content = new JsonObject();
        void Put(string name, string? value)
        {
            if (value?.Trim() is { Length: > 0 } said)
            {
                content[name] = said;
            }
        }
        Put("title", message.Subject);
        Put("text", string.Join('\n', page.QuerySelectorAll("main p").Select(part => part.TextContent.Trim()).Where(part => part.Length > 0)));
        if (link?.GetAttribute("href") is { Length: > 0 } href && Piece.IsAddress(href))
        {
            Put("button", link.TextContent);
            Put("href", href);
        }
        if (image?.GetAttribute("src") is { Length: > 0 } source && Piece.IsAddress(source))
        {
            Put("image", source);
        }
        return new MessageAnswer(message.Id, page.DocumentElement.GetAttribute("lang") ?? "en", content);
    }
}
