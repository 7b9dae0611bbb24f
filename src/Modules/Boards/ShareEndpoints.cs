using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Boards.Links;
using Ciclo.Modules.Boards.Mails;
using Ciclo.Modules.Boards.Pages;
using Ciclo.Modules.Boards.Schedules;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Webhooks.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Boards;

/// <summary>Who outside of the workspace reads a dashboard, and who gets it when: for whoever may change definitions and this dashboard.</summary>
internal sealed class ShareEndpoints(DataHost host, BoardService boards, ReportMaker reports, ReportTimer timer, IServiceProvider services)
{
    private static readonly BoardError TooManyLinks = new("too_many_links", new Text(
        $"A dashboard has at most {BoardLink.MostLive} live links. Revoke one first.", $"Un tablero tiene {BoardLink.MostLive} enlaces activos como máximo. Revoca uno primero."));

    private static readonly BoardError TooManySchedules = new("too_many_schedules", new Text(
        $"A dashboard has at most {Schedule.Most} schedules. Remove one first.", $"Un tablero tiene {Schedule.Most} programaciones como máximo. Quita una primero."));

    private static readonly BoardError WrongSchedule = new("wrong_schedule", new Text(
        "Choose how often, an hour from 0 to 23, and a day: of the week, or of the month from 1 to 28.", "Elige cada cuánto, una hora de 0 a 23 y un día: de la semana, o del mes del 1 al 28."));

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/dashboards/{id}").RequirePermission(Permission.ChangeDefinitions);
        group.MapReads("/share", (HttpContext http, string id) => Show(http, id, null, null));
        group.MapSends("/links", AddLinkAsync);
        group.MapSends("/links/{link}/revoke", RevokeAsync);
        group.MapSends("/schedules", AddScheduleAsync);
        group.MapSends("/schedules/{schedule}/remove", RemoveScheduleAsync);
        group.MapSends("/schedules/{schedule}/again", AgainAsync);
    }

    /// <summary>Dashboards that come with the program are everybody's to share; others need the right to change them.</summary>
    private Board? Mine(HttpContext http, string id) =>
        boards.Find(http.Visitor().Engine, id, http.Locale().Language) is { } board && board.Shows(http.Visitor()) && (board.IsReady || board.MayChange(http.Visitor())) ? board : null;

    private IResult Show(HttpContext http, string id, string? newLink, BoardError? error)
    {
        if (Mine(http, id) is not { } board)
        {
            return Results.NotFound();
        }
        var (visitor, now) = (http.Visitor(), host.NowMs);
        var model = host.Database.Read(connection => new ShareModel(
            board, visitor, LinkStore.List(connection, null, visitor.WorkspaceId, id),
            [.. ScheduleStore.List(connection, null, visitor.WorkspaceId, id).Select(schedule => (schedule, RecipientsOf(connection, schedule)))], [], ReadersOf(connection, visitor.WorkspaceId, board),
            [.. WebhookEndpoints.All(connection, visitor.WorkspaceId).Where(endpoint => endpoint.IsOn).Select(endpoint => (endpoint.Id, endpoint.Name))], newLink, error, now));
        return http.Page<SharePage>(model with { Reports = reports.List(visitor.WorkspaceId, id) }, PageAnswers.StatusOf(error));
    }

    /// <summary>Of the team, those who see this dashboard: mail shows them nothing else.</summary>
    private IReadOnlyList<TeamMember> ReadersOf(SqliteConnection connection, string workspace, Board board) =>
        [.. Team.Of(connection, workspace, host.NowMs).Where(member => member.Role.May(Permission.ReadNumbers) && (board.Sharing == Sharing.Workspace || board.Owner == member.UserId))];

    private IReadOnlyList<RecipientRow> RecipientsOf(SqliteConnection connection, Schedule schedule)
    {
        var latest = MailStore.Latest(connection, null, schedule.WorkspaceId, schedule.Id);
        var names = Team.Of(connection, schedule.WorkspaceId, host.NowMs).ToDictionary(member => member.UserId, member => member.Name, StringComparer.Ordinal);
        var mail = services.GetService<ITeamMail>();
        return [.. MailStore.Recipients(connection, null, schedule.WorkspaceId, schedule.Id).Select(recipient =>
        {
            var last = latest.Find(one => one.UserId == recipient.UserId);
            return new RecipientRow(recipient, names.GetValueOrDefault(recipient.UserId, recipient.UserId), last?.State, last?.SettledAt ?? last?.NextAt, last is { Reason.Length: > 0 } ? mail?.Why(last.Reason) ?? Text.Same(last.Reason) : (Text?)null);
        })];
    }

    /// <summary>Sends what did not arrive, or may not have, once more.</summary>
    private async Task<IResult> AgainAsync(HttpContext http, string id, string schedule)
    {
        if (Mine(http, id) is null)
        {
            return Results.NotFound();
        }
        var workspace = http.Visitor().WorkspaceId;
        await host.Database.WriteAsync((connection, transaction) =>
        {
            foreach (var mail in MailStore.Latest(connection, transaction, workspace, schedule).Where(mail => mail.State is MailState.Failed or MailState.Unknown))
            {
                MailStore.Move(connection, transaction, workspace, mail with { State = MailState.Due, Reason = "", Attempts = 0, NextAt = host.NowMs, SettledAt = null }, mail.State);
            }
            return 0;
        }, http.RequestAborted);
        return Results.Redirect($"/dashboards/{id}/share");
    }

    private async Task<IResult> AddLinkAsync(HttpContext http, string id)
    {
        if (Mine(http, id) is not { } board)
        {
            return Results.NotFound();
        }
        var (workspace, now, secret) = (http.Visitor().WorkspaceId, host.NowMs, BoardLink.NewSecret());
        var days = int.TryParse(http.Request.Form["days"], out var asked) && BoardLink.Days.Contains(asked) ? asked : 30;
        var link = new BoardLink(workspace, board.Id, BoardService.NewId("lnk"), http.Visitor().UserId, now, BoardLink.EndOf(days, now), null);
        var error = await host.Database.WriteAsync((connection, transaction) =>
        {
            if (LinkStore.List(connection, transaction, workspace, id).Count(one => one.IsLive(now)) >= BoardLink.MostLive)
            {
                return TooManyLinks;
            }
            LinkStore.Add(connection, transaction, link, BoardLink.Hash(secret));
            AuditLog.Write(connection, transaction, now, new AuditEntry(workspace, Actor.Of(http), AuditActions.BoardLinkMade, link.Id, $"dashboard={id} days={days}"));
            return null;
        }, http.RequestAborted);
        return Show(http, id, error is null ? $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}/shared/{secret}" : null, error);
    }

    private async Task<IResult> RevokeAsync(HttpContext http, string id, string link)
    {
        if (Mine(http, id) is null)
        {
            return Results.NotFound();
        }
        var (workspace, now) = (http.Visitor().WorkspaceId, host.NowMs);
        var isRevoked = await host.Database.WriteAsync((connection, transaction) =>
        {
            if (!LinkStore.Revoke(connection, transaction, workspace, id, link, now))
            {
                return false;
            }
            AuditLog.Write(connection, transaction, now, new AuditEntry(workspace, Actor.Of(http), AuditActions.BoardLinkRevoked, link, $"dashboard={id}"));
            return true;
        }, http.RequestAborted);
        return isRevoked ? Results.Redirect($"/dashboards/{id}/share") : Results.NotFound();
    }

    private async Task<IResult> AddScheduleAsync(HttpContext http, string id)
    {
        if (Mine(http, id) is not { } board)
        {
            return Results.NotFound();
        }
        if (Read(http, board) is not { } schedule)
        {
            return Show(http, id, null, WrongSchedule);
        }
        var error = await host.Database.WriteAsync((connection, transaction) =>
        {
            if (ScheduleStore.List(connection, transaction, schedule.WorkspaceId, id).Count >= Schedule.Most)
            {
                return TooManySchedules;
            }
            ScheduleStore.Add(connection, transaction, schedule);
            // Whoever is not one of those offered is left out.
            foreach (var reader in ReadersOf(connection, schedule.WorkspaceId, board).Where(reader => http.Request.Form["to"].Contains(reader.UserId)).Take(Schedule.MostRecipients))
            {
                MailStore.AddRecipient(connection, transaction, schedule.WorkspaceId, new Recipient(schedule.Id, reader.UserId, BoardLink.NewSecret(), null));
            }
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(schedule.WorkspaceId, Actor.Of(http), AuditActions.ReportScheduled, schedule.Id, $"dashboard={id} every={BoardWords.Name(schedule.Every)}"));
            return null;
        }, http.RequestAborted);
        timer.Wake();
        return error is null ? Results.Redirect($"/dashboards/{id}/share") : Show(http, id, null, error);
    }

    private Schedule? Read(HttpContext http, Board board)
    {
        var (visitor, form) = (http.Visitor(), http.Request.Form);
        if (BoardWords.Find<Every>(form["every"]) is not { } every || !int.TryParse(form["hour"], out var hour) || hour is < 0 or > 23)
        {
            return null;
        }
        var day = every == Every.Day ? 0 : int.TryParse(form[every == Every.Week ? "weekday" : "day"], out var asked) ? asked : 1;
        if (every != Every.Day && (day < 1 || day > (every == Every.Week ? 7 : 28)))
        {
            return null;
        }
        var offered = host.Database.Read(connection => WebhookEndpoints.All(connection, visitor.WorkspaceId));
        long? endpoint = long.TryParse(form["endpoint"], out var one) && offered.Any(known => known.Id == one) ? one : null;
        return new Schedule(
            visitor.WorkspaceId, board.Id, BoardService.NewId("sch"), every, hour, day, BoardWords.Find<Language>(form["language"]) ?? http.Locale().Language, endpoint, visitor.UserId,
            Schedule.DueAfter(every, hour, day, visitor.Engine.Rules.Zone, host.NowMs));
    }

    private async Task<IResult> RemoveScheduleAsync(HttpContext http, string id, string schedule)
    {
        if (Mine(http, id) is null)
        {
            return Results.NotFound();
        }
        var workspace = http.Visitor().WorkspaceId;
        var isRemoved = await host.Database.WriteAsync((connection, transaction) =>
        {
            if (!ScheduleStore.Remove(connection, transaction, workspace, id, schedule))
            {
                return false;
            }
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, Actor.Of(http), AuditActions.ReportUnscheduled, schedule, $"dashboard={id}"));
            return true;
        }, http.RequestAborted);
        timer.Wake();
        return isRemoved ? Results.Redirect($"/dashboards/{id}/share") : Results.NotFound();
    }
}
