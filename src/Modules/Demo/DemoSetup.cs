using Ciclo.Core;
using Ciclo.Data.Journal;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Acquisition.Contracts;
using Ciclo.Modules.Campaigns.Contracts;
using Ciclo.Modules.Goals.Contracts;
using Ciclo.Modules.Journeys.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Templates.Contracts;

namespace Ciclo.Modules.Demo;

/// <summary>Makes the demo shop in a workspace: its rules, its events, and the truth about it in files beside the data.</summary>
public sealed class DemoSetup(DataHost host, WorkspaceEngine engine)
{
    /// <summary>Events waiting to be folded past which the generator waits.</summary>
    private const long FarBehind = 200_000;

    /// <summary>Made ready to be switched on, with the templates that they and the campaign use.</summary>
    private static readonly string[] Journeys = ["abandoned-cart", "win-back"];

    private static readonly string[] Templates = ["abandoned-cart", WinBack.Template];

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
        var files = ShippedDefinitions.All.Append(DefinitionFile.Read(WinBack.SegmentYaml, WinBack.Segment + ".yaml")).ToList();
        var findings = await WorkspaceSetup.ApplyAsync(host, engine, files, options.Currency, options.Zone, "demo", cancellation);
        if (findings.Any(found => found.IsError))
        {
            throw new InvalidDataException(DiagnosticPrinter.Print(findings, Language.En));
        }
        // Its people speak Spanish; names are data like those of its products.
        var templates = await FirstTemplates.MakeAsync(host, engine.Id, Language.Es, Templates, "demo", cancellation);
        await FirstJourneys.MakePausedAsync(host, engine, Journeys, "demo", cancellation);
        var campaign = WinBack.Plan(new DemoShop(options).WinBackAt);
        var number = await PastCampaigns.BeginAsync(host, engine.Id, campaign, "demo", cancellation);
        Directory.CreateDirectory(TruthFolder);
        var (shop, audience) = (new DemoShop(options with { Campaign = number }), new List<PastRecipient>());
        var position = await AppendAsync(shop, audience, progress, cancellation);
        await engine.FoldedAsync(position, cancellation);
        await MessageCosts.PutAsync(host, engine.Id, "email", WinBack.MailCost, cancellation);
        await PastCampaigns.RecordAsync(host, engine, templates, number, campaign, audience, cancellation);
        DemoFiles.Write(shop, TruthFolder);
        await using var costs = File.OpenRead(Path.Combine(TruthFolder, DemoFiles.AdCosts));
        await CostImport.FromFileAsync(host, engine.Id, costs, "demo", cancellation);
        await FirstGoals.MakeAsync(host, engine, Language.Es, ("Menos personas eligen su molienda", "Subscription Setup Started", "Grind Selected"), "demo", cancellation);
        return shop.Counts();
    }

    private async Task<long> AppendAsync(DemoShop shop, List<PastRecipient> audience, IProgress<(long Events, double PerSecond)> progress, CancellationToken cancellation)
    {
        using var csv = DemoFiles.CreateCustomers(TruthFolder);
        var started = host.Clock.GetTimestamp();
        var (position, events, inFlight) = (0L, 0L, new Queue<Task<long>>());
        foreach (var payload in shop.Frames(csv, audience.Add))
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
