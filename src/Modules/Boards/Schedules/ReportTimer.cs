using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Boards.Schedules;

/// <summary>Sleeps until the next report is due, or until a schedule changes; nothing is looked at in between.</summary>
internal sealed partial class ReportTimer(DataHost host, ReportMaker maker, ILogger<ReportTimer> logger) : BackgroundService
{
    /// <summary>A workspace that is being counted anew is asked again after so long.</summary>
    private const long Again = Durations.Minute;

    /// <summary>A timer of the system holds less than 50 days.</summary>
    private const long Longest = 20 * Durations.Day;

    private readonly SemaphoreSlim changed = new(0);

    /// <summary>A schedule came or went.</summary>
    public void Wake() => changed.Release();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var engine in host.Workspaces.ToList())
            {
                // A workspace that cannot recover is told of by the host.
                await ((Task)engine.Ready).WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            while (true)
            {
                var wait = await MakeDueAsync(stoppingToken);
                using var woken = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                await Task.WhenAny(changed.WaitAsync(woken.Token), wait is { } ms ? Task.Delay(TimeSpan.FromMilliseconds(ms), host.Clock, woken.Token) : Task.Delay(Timeout.InfiniteTimeSpan, woken.Token));
                await woken.CancelAsync();
                stoppingToken.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException)
        {
            // The server ends; what is due is made at its next start.
        }
    }

    /// <summary>Makes everything that is due; answers in how many milliseconds the next is, null for none.</summary>
    internal async Task<long?> MakeDueAsync(CancellationToken cancellation)
    {
        var isLeft = false;
        foreach (var schedule in host.Database.Read(ScheduleStore.All).Where(schedule => schedule.DueAt <= host.NowMs))
        {
            isLeft |= !await TryAsync(schedule, cancellation);
        }
        return isLeft ? Again
            : host.Database.Read(ScheduleStore.All) is [var next, ..] ? Math.Clamp(next.DueAt - host.NowMs, 1, Longest)
            : null;
    }

    private async Task<bool> TryAsync(Schedule schedule, CancellationToken cancellation)
    {
        try
        {
            return await maker.MakeAsync(schedule, cancellation);
        }
#pragma warning disable CA1031 // One report that breaks, as on a full disk, must not keep the others.
        catch (Exception broken) when (broken is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogBroken(broken, schedule.Id);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The report of schedule {Schedule} could not be made; it is tried again in a minute")]
    private partial void LogBroken(Exception broken, string schedule);
}
