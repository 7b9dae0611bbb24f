using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Boards.Mails;

/// <summary>
/// Sends the mails of reports, one after the other: a state on record before the first byte, so that a crash repeats none; what could not be handed over is tried again for a day, and what
/// failed stands on the dashboard's page with its reason.
/// </summary>
internal sealed class BoardMailer(DataHost host, ITeamMail? mail, ILogger<BoardMailer> log) : WorkspaceWatch(host, log)
{
    public const string Source = "report";

    private readonly DataHost host = host;

    private const long TriedFor = Durations.Day;
    private static readonly long[] Waits = [Durations.Minute, 5 * Durations.Minute, 30 * Durations.Minute, 2 * Durations.Hour];

    private readonly HashSet<string> recovered = new(StringComparer.Ordinal);

    protected override async Task<long?> LookAsync(WorkspaceEngine engine, CancellationToken stopping)
    {
        if (recovered.Add(engine.Id))
        {
            // An earlier program ended while it handed these over: they may have arrived.
            foreach (var left in host.Database.Read(connection => MailStore.Of(connection, engine.Id, MailState.Sending)))
            {
                await MoveAsync(engine.Id, left with { State = MailState.Unknown, Reason = "crash", SettledAt = host.NowMs }, MailState.Sending);
            }
        }
        while (host.Database.Read(connection => MailStore.Of(connection, engine.Id, MailState.Due)) is [var next, ..])
        {
            if (next.NextAt > host.NowMs)
            {
                return next.NextAt;
            }
            stopping.ThrowIfCancellationRequested();
            await SendAsync(engine.Id, next, stopping);
        }
        return null;
    }

    private async Task SendAsync(string workspace, BoardMail letter, CancellationToken stopping)
    {
        var now = host.NowMs;
        var member = Team.Of(host, workspace).FirstOrDefault(one => one.UserId == letter.UserId);
        var recipient = host.Database.Read(connection => MailStore.Recipients(connection, null, workspace, letter.ScheduleId)).Find(one => one.UserId == letter.UserId);
        if (mail is null || member is null || !member.Role.May(Permission.ReadNumbers) || recipient is not { LeftAt: null })
        {
            await MoveAsync(workspace, letter with { State = MailState.Failed, Reason = mail is null ? "no_channel" : "no_member", SettledAt = now }, MailState.Due);
            return;
        }
        var sending = letter with { State = MailState.Sending, Attempts = letter.Attempts + 1 };
        if (!await MoveAsync(workspace, sending, MailState.Due))
        {
            return;
        }
        var leave = $"{ConsentLinks.Of(host).BaseUrl(workspace)}/reports/leave/{recipient.Token}";
        // What was begun is carried through, also while the server ends.
        var result = await mail.SendAsync(workspace, new TeamLetter(
            member.Email, member.Name, letter.Subject, letter.Html.Replace(BoardMail.LeaveMark, leave, StringComparison.Ordinal), letter.Body.Replace(BoardMail.LeaveMark, leave, StringComparison.Ordinal), Source, leave), stopping);
        now = host.NowMs;
        var next = now + Math.Max(result.RetryAfterMs, Waits[Math.Min(letter.Attempts, Waits.Length - 1)]);
        await MoveAsync(workspace, result.Outcome switch
        {
            SendOutcome.Sent => sending with { State = MailState.Sent, Reason = "", SettledAt = now },
            SendOutcome.Unknown => sending with { State = MailState.Unknown, Reason = result.Reason, SettledAt = now },
            SendOutcome.Temporary when next < letter.DueAt + TriedFor => sending with { State = MailState.Due, Reason = result.Reason, NextAt = next },
            _ => sending with { State = MailState.Failed, Reason = result.Reason, SettledAt = now },
        }, MailState.Sending);
    }

    private Task<bool> MoveAsync(string workspace, BoardMail after, MailState from) =>
        host.Database.WriteAsync((connection, transaction) => MailStore.Move(connection, transaction, workspace, after, from), CancellationToken.None);
}
