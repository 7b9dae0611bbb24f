using Ciclo.Engine.Hosting;
using Microsoft.Extensions.Hosting;

namespace Ciclo.Modules.Keys;

/// <summary>Sets the clock of <see cref="KeyUses"/> and stores what was used, once a minute and when the server ends.</summary>
internal sealed class KeyUseKeeper(DataHost host, KeyService keys) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMinutes(1);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        keys.Ring.Uses.SetNow(host.NowMs);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await keys.StoreUsesAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, host.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                keys.Ring.Uses.SetNow(host.NowMs);
                await keys.StoreUsesAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server ends; what is left is stored there.
        }
    }
}
