using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Messages.Email;
using Ciclo.Modules.Messages.Pages;
using Ciclo.Modules.Messages.Tracking;
using Ciclo.Modules.Profiles.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Messages;

/// <summary>`/messages`: the list, one message with its course, and what a person can do about one that did not arrive.</summary>
internal sealed class MessageEndpoints(DataHost host, MessageDesk desk)
{
    private const int MostExported = 200_000;
    private static readonly Text Queued = new("It is in the outbox again.", "Está otra vez en la bandeja de salida.");
    private static readonly Text NotQueued = new("It is not sent again: it is in the outbox, or was sent.", "No se reenvía: está en la bandeja de salida o ya se envió.");
    private static readonly Text Noted = new("It is noted as you say.", "Queda anotado como dices.");

    private readonly MessageService messages = new(desk);

    public void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/messages").RequirePermission(Permission.ReadPeople);
        read.MapReads("", (HttpContext http) => List(http));
        read.MapReads("/{id}", (HttpContext http, string id) => Show(http, id, null));
        read.MapReads("/{id}/body", Body);
        var send = routes.MapGroup("/messages/{id}").RequirePermission(Permission.Send);
        send.MapReads("/again", (HttpContext http, string id) => messages.Find(http.Visitor().WorkspaceId, id) is { } found ? http.Page<AskAgainPage>(found) : Results.NotFound());
        send.MapPost("/again", AgainAsync);
        send.MapPost("/settle", SettleAsync);
        routes.MapGroup("/messages-export").RequirePermission(Permission.EraseAndExport).MapReads("", ExportAsync);
    }

    private IResult List(HttpContext http)
    {
        var (visitor, asked) = (http.Visitor(), MessagesModel.Read(http.Request.Query));
        var rows = messages.List(visitor.Engine, asked, MessagesModel.PageSize + 1);
        var states = host.Database.Read(connection => ListStore.States(connection, visitor.WorkspaceId));
        return http.Page<MessagesPage>(new MessagesModel(
            asked, [.. rows.Take(MessagesModel.PageSize)], states, desk.Channel(EmailChannel.Name)?.IsLive(visitor.WorkspaceId) == true, visitor.May(Permission.EraseAndExport),
            visitor.May(Permission.Send), rows.Count > MessagesModel.PageSize, messages.Count(visitor.Engine, asked)));
    }

    private IResult Show(HttpContext http, string id, Text? done)
    {
        var visitor = http.Visitor();
        if (messages.Find(visitor.WorkspaceId, id) is not { } message)
        {
            return Results.NotFound();
        }
        var (body, signs) = host.Database.Read(connection => (BodyStore.Read(connection, visitor.WorkspaceId, id), SignStore.Of(connection, visitor.WorkspaceId, id)));
        var name = visitor.Engine.Read(state => NameOf(state, message.Person));
        return http.Page<MessagePage>(new MessageModel(
            message, name, desk.Templates?.Find(visitor.WorkspaceId, message.TemplateId)?.Name ?? message.TemplateId, desk.Why(message.Reason), body is not null, body?.Text ?? "", signs,
            visitor.May(Permission.Send), done));
    }

    private IResult Body(HttpContext http, string id) =>
        host.Database.Read(connection => BodyStore.Read(connection, http.Visitor().WorkspaceId, id)) is { } written ? MessageFrame.Of(http, written) : Results.NotFound();

    private async Task<IResult> AgainAsync(HttpContext http, string id)
    {
        var visitor = http.Visitor();
        return messages.Find(visitor.WorkspaceId, id) is null ? Results.NotFound()
            : Show(http, id, await messages.AgainAsync(visitor.WorkspaceId, id, Actor.Of(http), http.RequestAborted) ? Queued : NotQueued);
    }

    private async Task<IResult> SettleAsync(HttpContext http, string id)
    {
        var visitor = http.Visitor();
        return messages.Find(visitor.WorkspaceId, id) is null ? Results.NotFound()
            : Show(http, id, await messages.ResolveAsync(visitor.WorkspaceId, id, http.Request.Form["arrived"] == "yes", Actor.Of(http), http.RequestAborted) ? Noted : NotQueued);
    }

    private async Task<IResult> ExportAsync(HttpContext http)
    {
        var (visitor, asked) = (http.Visitor(), MessagesModel.Read(http.Request.Query));
        var rows = messages.List(visitor.Engine, asked, MostExported);
        await AuditLog.WriteAsync(host, new AuditEntry(visitor.WorkspaceId, Actor.Of(http), AuditActions.Exported, "messages", $"{rows.Count} rows"), http.RequestAborted);
        var csv = CsvText.Of(
            ["id", "person", "address", "channel", "template", "source", "purpose", "subject", "state", "reason", "due_at", "sent_at", "opened_at", "clicked_at", "unsubscribed_at", "bounced_at", "complained_at"],
            rows.Select(row => row.Message).Select(one => new[]
            {
                one.Id, one.Person, one.Address, one.Channel, one.TemplateId, one.Source, one.Purpose, one.Subject, one.State.Name(), one.Reason, Instants.Format(one.DueAt), At(one.SentAt),
                At(one.OpenedAt), At(one.ClickedAt), At(one.UnsubscribedAt), At(one.BouncedAt), At(one.ComplainedAt),
            }));
        return Results.File(csv, "text/csv; charset=utf-8", "messages.csv");
    }

    private static string At(long? instant) => instant is { } at ? Instants.Format(at) : "";

    private static string NameOf(EngineState state, string person)
    {
        var node = state.Staged.Identity.Find(person);
        var profile = node < 0 ? -1 : state.Staged.Identity.ProfileOf(node);
        return profile < 0 ? person : PersonName.Of(ProfileCard.Of(state, profile));
    }
}
