using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Webhooks.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Webhooks;

/// <summary>What the page of webhooks shows; <paramref name="NewSecret"/> is one that was just made, shown this once.</summary>
public sealed record WebhooksModel(IReadOnlyList<Endpoint> Endpoints, IReadOnlyList<Message> Messages, string? NewSecret, WebhookError? Error, Text? Done, long Now)
{
    /// <summary>So many deliveries are listed.</summary>
    public const int Shown = 50;
}

/// <summary>`/settings/webhooks`: endpoints are made, tried, rotated and turned off by people; deliveries are seen and sent again.</summary>
internal sealed class WebhookEndpointPages(Engine.Hosting.DataHost host, WebhookService webhooks)
{
    private static readonly Text SentAgain = new("It was sent again; what came of it stands below.", "Se envió de nuevo; abajo está el resultado.");
    private static readonly Text NotSent = new("It is not sent: the webhook is off.", "No se envió: el webhook está apagado.");

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/settings/webhooks").RequirePermission(Permission.KeysAndSources);
        group.MapReads("", (HttpContext http) => Show(http));
        group.MapSends("", (Func<HttpContext, Task<IResult>>)AddAsync);
        group.MapSends("/{id}/test", TestAsync);
        group.MapSends("/{id}/rotate", (HttpContext http, string id) => ChangeAsync(http, id, number => webhooks.RotateAsync(http.Visitor().WorkspaceId, number, Actor.Of(http), http.RequestAborted), showsSecret: true));
        group.MapSends("/{id}/on", (HttpContext http, string id) => ChangeAsync(http, id, number => webhooks.TurnAsync(http.Visitor().WorkspaceId, number, true, Actor.Of(http), http.RequestAborted)));
        group.MapSends("/{id}/off", (HttpContext http, string id) => ChangeAsync(http, id, number => webhooks.TurnAsync(http.Visitor().WorkspaceId, number, false, Actor.Of(http), http.RequestAborted)));
        group.MapReads("/{id}/delete", Ask);
        group.MapSends("/{id}/delete", (HttpContext http, string id) => ChangeAsync(http, id, number => webhooks.DeleteAsync(http.Visitor().WorkspaceId, number, Actor.Of(http), http.RequestAborted)));
        group.MapSends("/messages/{id}/again", AgainAsync);
    }

    private async Task<IResult> AddAsync(HttpContext http)
    {
        var form = http.Request.Form;
        var made = await webhooks.AddAsync(
            http.Visitor().WorkspaceId, form["name"].ToString(), form["url"].ToString().Trim(), [.. form["type"].OfType<string>().Distinct(StringComparer.Ordinal)], Actor.Of(http), http.RequestAborted);
        return Show(http, made.Endpoint?.Secret, made.Error);
    }

    private async Task<IResult> TestAsync(HttpContext http, string id)
    {
        if (Number(id) is not { } number || webhooks.Find(http.Visitor().WorkspaceId, number) is null)
        {
            return Results.NotFound();
        }
        return await webhooks.TestAsync(http.Visitor().WorkspaceId, number, http.RequestAborted) is { } message
            ? Show(http, done: WebhookWords.Why(message))
            : Show(http, done: NotSent);
    }

    private async Task<IResult> AgainAsync(HttpContext http, string id)
    {
        var workspace = http.Visitor().WorkspaceId;
        if (host.Database.Read(connection => Store.Message(connection, null, workspace, id)) is null)
        {
            return Results.NotFound();
        }
        return Show(http, done: await webhooks.AgainAsync(workspace, id, http.RequestAborted) is null ? NotSent : SentAgain);
    }

    /// <summary>Deleting takes what waits with it, so it is asked first.</summary>
    private IResult Ask(HttpContext http, string id) => Number(id) is { } number && webhooks.Find(http.Visitor().WorkspaceId, number) is { } endpoint
        ? http.Page<DeleteWebhookPage>(endpoint)
        : Results.NotFound();

    private async Task<IResult> ChangeAsync(HttpContext http, string id, Func<long, Task<WebhookResult>> change, bool showsSecret = false)
    {
        if (Number(id) is not { } number || await change(number) is not { Endpoint: { } changed })
        {
            return Results.NotFound();
        }
        return showsSecret ? Show(http, changed.Secret) : Results.Redirect("/settings/webhooks");
    }

    private IResult Show(HttpContext http, string? newSecret = null, WebhookError? error = null, Text? done = null)
    {
        var workspace = http.Visitor().WorkspaceId;
        var model = new WebhooksModel(webhooks.List(workspace), webhooks.Latest(workspace, WebhooksModel.Shown), newSecret, error, done, host.NowMs);
        return http.Page<WebhooksPage>(model, PageAnswers.StatusOf(error));
    }

    private static long? Number(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
