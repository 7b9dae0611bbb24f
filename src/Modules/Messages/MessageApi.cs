using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Messages;

/// <summary>A message to a person. Instants are RFC 3339; null is "not so far".</summary>
public sealed record MessageAnswer(
    string Id, string Person, string Channel, string Template, int TemplateVersion, string Source, string Purpose, string Subject, string State, string Reason, string DueAt, string? SentAt,
    string? DeliveredAt, string? OpenedAt, string? ClickedAt, int Clicks, int MachineOpens, int MachineClicks, string? UnsubscribedAt, string? BouncedAt, string? ComplainedAt);

/// <summary>Messages over HTTP.</summary>
internal static class MessageApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/api/v1").RequireScope("read").WithTags("Messages");
        read.MapGet("/messages", List).Produces<Page<MessageAnswer>>().ProducesProblem(400).WithSummary("Messages to people, the newest first: of a person, a state or a source.");
        read.MapGet("/messages/{id}", One).Produces<MessageAnswer>().ProducesProblem(404).WithSummary("One message.");
    }

    private static IResult List(HttpContext http, DataHost host, string? user, string? state, string? source, int? limit, string? cursor)
    {
        if (Paging.Limit(limit) is not { } most)
        {
            return Paging.BadLimit(http);
        }
        if (!Paging.TryReadCursor(cursor, out var before))
        {
            return Paging.BadCursor(http);
        }
        if (!string.IsNullOrEmpty(state) && MessageStates.Find(state) is null)
        {
            return Problems.BadRequest(http, "bad_state", BadState);
        }
        var rows = MessageService.Of(host).List(http.Caller().Engine, new MessagesAsked(State: state ?? "", Source: source ?? "", Person: user ?? "", Before: before ?? ""), most + 1);
        return Results.Json(new Page<MessageAnswer>([.. rows.Take(most).Select(row => AnswerOf(row.Message))], rows.Count > most ? Paging.Cursor(rows[most - 1].Message.Id) : null), ApiJson.Options);
    }

    private static IResult One(HttpContext http, DataHost host, string id) => MessageService.Of(host).Find(http.Caller().Engine.Id, id) is { } message
        ? Tagged.Json(http, AnswerOf(message))
        : Problems.NotFound(http, new Text("There is no message of this id. GET /api/v1/messages lists them.", "No hay ningún mensaje con este id. GET /api/v1/messages los lista."));

    internal static Text BadState { get; } = new(
        $"A state is one of {string.Join(", ", MessageStates.All.Select(state => state.Name()))}.", $"Un estado es uno de {string.Join(", ", MessageStates.All.Select(state => state.Name()))}.");

    private static MessageAnswer AnswerOf(Message one) => new(
        one.Id, one.Person, one.Channel, one.TemplateId, one.TemplateVersion, one.Source, one.Purpose, one.Subject, one.State.Name(), one.Reason, Instants.Format(one.DueAt), At(one.SentAt), At(one.DeliveredAt),
        At(one.OpenedAt), At(one.ClickedAt), one.Clicks, one.MachineOpens, one.MachineClicks, At(one.UnsubscribedAt), At(one.BouncedAt), At(one.ComplainedAt));

    private static string? At(long? instant) => instant is { } at ? Instants.Format(at) : null;
}
