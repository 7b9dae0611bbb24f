using Ciclo.Core;
using Ciclo.Data.Journal;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Acquisition.Contracts;
using Ciclo.Modules.Goals.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Demo;

/// <summary>Makes the demo shop in a workspace: its rules, its events, and the truth about it in files beside the data.</summary>
public sealed class DemoSetup(DataHost host, WorkspaceEngine engine)
{
    /// <summary>Events waiting to be folded past which the generator waits.</summary>
    private const long FarBehind = 200_000;

    /// <summary>Where the ground truth, ad costs and true customers are written.</summary>
    public string TruthFolder => Path.Combine(host.Folder, "demo");

    /// <summary>
    /// Puts the shop's rules in force and its events into the journal, and waits until all of it is folded. A workspace that holds other
    /// events is refused, so that a demo never mixes with real customers.
    /// </summary>
    public async Task<DemoCounts> MakeAsync(DemoOptions options, IProgress<(long Events, double PerSecond)> progress, CancellationToken cancellation)
    {
        if (options.Refusal() is { } refusal)
        {
            throw new RefusedException(refusal);
        }
        if (engine.Read(state => state.Staged.History.Count) > 0)
        {
            throw new RefusedException(new Text(
                $"{host.Folder} holds events already. Serve them with `ciclo serve`, or make the demo elsewhere with --data.",
                $"{host.Folder} ya tiene eventos. Sírvelos con `ciclo serve`, o haz la demo en otro lugar con --data."));
        }
        var findings = await WorkspaceSetup.ApplyAsync(host, engine, ShippedDefinitions.All, options.Currency, options.Zone, "demo", cancellation);
        if (findings.Any(found => found.IsError))
        {
            throw new InvalidDataException(DiagnosticPrinter.Print(findings, Language.En));
        }
        Directory.CreateDirectory(TruthFolder);
        var shop = new DemoShop(options);
        var position = await AppendAsync(shop, progress, cancellation);
        await engine.FoldedAsync(position, cancellation);
        DemoFiles.Write(shop, TruthFolder);
        await using var costs = File.OpenRead(Path.Combine(TruthFolder, DemoFiles.AdCosts));
        await CostImport.FromFileAsync(host, engine.Id, costs, "demo", cancellation);
        // Its people speak Spanish; names are data like those of its products.
        await FirstGoals.MakeAsync(host, engine, Language.Es, ("Menos personas eligen su molienda", "Subscription Setup Started", "Grind Selected"), "demo", cancellation);
        return shop.Counts();
    }

    private async Task<long> AppendAsync(DemoShop shop, IProgress<(long Events, double PerSecond)> progress, CancellationToken cancellation)
    {
        using var csv = DemoFiles.CreateCustomers(TruthFolder);
        var started = host.Clock.GetTimestamp();
        var (position, events, inFlight) = (0L, 0L, new Queue<Task<long>>());
        foreach (var payload in shop.Frames(csv))
        {
            events += FrameReader.Count(payload.Span, RecordKind.Event);
            // The payload is the generator's buffer: a copy goes on its way while the next person is made up.
            inFlight.Enqueue(engine.AppendAsync(payload.ToArray(), cancellation).AsTask());
            if (inFlight.Count > 16)
            {
                position = await inFlight.Dequeue();
            }
            if (engine.Backlog > FarBehind)
            {
                await engine.FoldedAsync(position, cancellation);
                progress.Report((events, events / host.Clock.GetElapsedTime(started).TotalSeconds));
            }
        }
        foreach (var append in inFlight)
        {
            position = Math.Max(position, await append);
        }
        progress.Report((events, events / host.Clock.GetElapsedTime(started).TotalSeconds));
        return position;
    }
}
