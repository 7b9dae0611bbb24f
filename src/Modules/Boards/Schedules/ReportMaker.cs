using System.Text.Json;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Boards.Mails;
using Ciclo.Modules.Boards.Pdf;
using Ciclo.Modules.Boards.Reading;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Webhooks.Contracts;

namespace Ciclo.Modules.Boards.Schedules;

/// <summary>
/// Makes what is due. A report is one for each schedule and due instant: its file is written first, then the row, the webhook's message and the next due
/// instant in one transaction. A crash before that makes the same file again; after it nothing is left to do.
/// </summary>
internal sealed class ReportMaker(DataHost host, BoardService boards)
{
    private string Folder => Path.Combine(host.Folder, "reports");

    /// <summary>The reports of a dashboard that can be read, newest first.</summary>
    public IReadOnlyList<ReportRow> List(string workspaceId, string boardId) => host.Database.Read(connection => ScheduleStore.Reports(connection, null, workspaceId, boardId));

    public ReportRow? Find(string workspaceId, string boardId, string id) => List(workspaceId, boardId).FirstOrDefault(report => report.Id == id);

    /// <summary>The file of a report; null where it is gone, as after a restored backup.</summary>
    public byte[]? Read(ReportRow report) => File.Exists(FileOf(report.Id)) ? File.ReadAllBytes(FileOf(report.Id)) : null;

    /// <summary>
    /// Makes the latest report that a schedule owes; those that no server made in time are counted, not made. False where the numbers cannot be counted
    /// now: it stays due.
    /// </summary>
    public async Task<bool> MakeAsync(Schedule schedule, CancellationToken cancellation)
    {
        if (host.FindWorkspace(schedule.WorkspaceId) is not { } engine || schedule.LatestDue(engine.Rules.Zone, host.NowMs) is not { } due)
        {
            return true;
        }
        var next = schedule.DueAfter(engine.Rules.Zone, due.DueAt);
        if (boards.Find(engine, schedule.BoardId, schedule.Language) is not { } board)
        {
            await host.Database.WriteAsync((connection, transaction) => ScheduleStore.Remove(connection, transaction, schedule.WorkspaceId, schedule.BoardId, schedule.Id), cancellation);
            return true;
        }
        var l = new Locale(schedule.Language, engine.Rules.Zone);
        // Of the period that was over when it was due, however late it is made.
        var period = schedule.Period.AsOf(l.Zone, due.DueAt);
        var bytes = BoardReport.Make(host, engine, l, board, period, host.NowMs, out var readings);
        if (readings.Any(reading => reading.Face is RefusalFace { IsBusy: true }))
        {
            return false;
        }
        var told = BoardEndpoints.ModelOf(l, engine, board, period, mayChange: false, []).Told;
        var report = new ReportRow(schedule.Id, due.DueAt, IdOf(schedule, due.DueAt), board.Id, host.NowMs, schedule.Language, told, bytes.Length, due.Missed);
        Write(report.Id, bytes);
        var letter = BoardLetter.Of(l, board, told, readings, $"{ConsentLinks.Of(host).BaseUrl(schedule.WorkspaceId)}/dashboards/{board.Id}?by={BoardWords.Name(period.By)}&at={period.At}");
        var old = await host.Database.WriteAsync((connection, transaction) =>
        {
            if (!ScheduleStore.Advance(connection, transaction, schedule, next) || !ScheduleStore.AddReport(connection, transaction, schedule.WorkspaceId, report))
            {
                return [];
            }
            if (schedule.EndpointId is { } endpoint)
            {
                WebhookOutbox.Add(
                    connection, transaction, schedule.WorkspaceId, endpoint, WebhookTypes.ReportReady, ReportMessage.Of(board, report, readings), $"report/{schedule.Id}/{due.DueAt}", host.NowMs);
            }
            foreach (var recipient in MailStore.Recipients(connection, transaction, schedule.WorkspaceId, schedule.Id).Where(one => one.LeftAt is null))
            {
                MailStore.Add(connection, transaction, schedule.WorkspaceId, new BoardMail(
                    schedule.Id, due.DueAt, recipient.UserId, letter.Subject, letter.Html, letter.Text, MailState.Due, "", 0, host.NowMs, null));
            }
            var over = ScheduleStore.Reports(connection, transaction, schedule.WorkspaceId, board.Id).Where(one => one.ScheduleId == schedule.Id).Skip(Schedule.Kept).ToList();
            if (over.Count > 0)
            {
                MailStore.Forget(connection, transaction, schedule.WorkspaceId, schedule.Id, over.Max(one => one.DueAt) + 1, isGone: false);
            }
            over.ForEach(one => ScheduleStore.RemoveReport(connection, transaction, schedule.WorkspaceId, one.Id));
            return over;
        }, cancellation);
        old.ForEach(one => File.Delete(FileOf(one.Id)));
        return true;
    }

    /// <summary>One name for each schedule and instant, so that what is made again lies in the same place.</summary>
    private static string IdOf(Schedule schedule, long dueAt) => $"rep_{schedule.Id["sch_".Length..]}_{dueAt}";

    private string FileOf(string id) => Path.Combine(Folder, id + ".pdf");

    private void Write(string id, byte[] bytes)
    {
        Directory.CreateDirectory(Folder);
        var half = FileOf(id) + ".part";
        using (var file = new FileStream(half, FileMode.Create, FileAccess.Write))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(half, FileOf(id), overwrite: true);
    }
}

/// <summary>What a webhook is told: the numbers themselves, and where the file is.</summary>
internal static class ReportMessage
{
    public static string Of(Board board, ReportRow report, IReadOnlyList<CardReading> readings) => JsonSerializer.Serialize(new
    {
        dashboard = board.Id,
        name = board.Name,
        period = report.Period,
        due_at = Core.Time.Instants.Format(report.DueAt),
        missed = report.Missed,
        language = BoardWords.Name(report.Language),
        pdf = $"/api/v1/dashboards/{board.Id}/reports/{report.Id}",
        cards = readings.Select(reading => BoardApi.AnswerOf(reading, report.Language)),
    }, ApiJson.Options);
}
