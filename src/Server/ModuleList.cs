using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access;
using Ciclo.Modules.Acquisition;
using Ciclo.Modules.Boards;
using Ciclo.Modules.Campaigns;
using Ciclo.Modules.Ask;
using Ciclo.Modules.Collect;
using Ciclo.Modules.Consent;
using Ciclo.Modules.Customers;
using Ciclo.Modules.Experiments;
using Ciclo.Modules.Goals;
using Ciclo.Modules.Home;
using Ciclo.Modules.Imports;
using Ciclo.Modules.Journeys;
using Ciclo.Modules.Keys;
using Ciclo.Modules.Lifecycles;
using Ciclo.Modules.Map;
using Ciclo.Modules.Measure;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Messages;
using Ciclo.Modules.Onsite;
using Ciclo.Modules.Predict;
using Ciclo.Modules.Profiles;
using Ciclo.Modules.Revenue;
using Ciclo.Modules.Safety;
using Ciclo.Modules.Sources;
using Ciclo.Modules.Templates;
using Ciclo.Modules.Upkeep;
using Ciclo.Modules.Webhooks;

namespace Ciclo.Server;

/// <summary>Every module of the program, in the order of its commands and routes. A new module adds its line here.</summary>
public static class ModuleList
{
    public static IReadOnlyList<IModule> All { get; } =
    [
        new CollectModule(),
        new AccessModule(),
        new KeysModule(),
        new ImportsModule(),
        new LifecyclesModule(),
        new ProfilesModule(),
        new UpkeepModule(),
        new SafetyModule(),
        new CustomersModule(),
        new SourcesModule(),
        new MapModule(),
        new MeasureModule(),
        new RevenueModule(),
        new AcquisitionModule(),
        new GoalsModule(),
        new ConsentModule(),
        new WebhooksModule(),
        new MessagesModule(),
        new BoardsModule(),
        new AskModule(),
        new JourneysModule(),
        new CampaignsModule(),
        new ExperimentsModule(),
        new TemplatesModule(),
        new OnsiteModule(),
        new PredictModule(),
        new HomeModule(),
    ];

    /// <summary>Who counts the catalogue's metrics, over an open data directory.</summary>
    public static IReadOnlyList<IMetricSource> MetricSources(DataHost host) =>
    [
        new EngagementSource(host.Clock),
        new ActivationSource(host.Clock),
        new StepSource(host.Clock),
        new FeedbackSource(host.Clock),
        new MessageSource(host.Clock),
        new RevenueSource(host),
        new AcquisitionSource(host),
        new StageSource(),
    ];

    public static IRulesSource RulesSource { get; } = new RulesSource(new JourneyWatches());

    public static IReadOnlyList<Migration> Migrations { get; } = Migration.Embedded(typeof(Modules.ModulesAssembly).Assembly);
}
