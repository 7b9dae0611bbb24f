using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Experiments;

/// <summary>The experiments of an open data directory, and how they stand.</summary>
internal sealed class ExperimentDesk(DataHost host)
{
    private const int Tries = 3;
    private const double LeastShare = 0.001;

    private readonly KeptReadings<ExperimentResult> results = new(host.Clock);

    public static ExperimentDesk Of(DataHost host) => host.Shared(host => new ExperimentDesk(host));

    /// <summary>The newest first, without the global holdout.</summary>
    public IReadOnlyList<Experiment> List(string workspace) => host.Database.Read(connection => ExperimentStore.List(connection, null, workspace));

    /// <summary>An experiment; by `holdout` the global one as it is drawn now.</summary>
    public Experiment? Find(string workspace, string id) => host.Database.Read(connection =>
    {
        if (!Experiment.IsHoldoutId(id))
        {
            return ExperimentStore.Find(connection, null, workspace, id);
        }
        var rotation = ExperimentStore.Holdout(connection, null, workspace).Rotation;
        return Experiment.Holdout(workspace, rotation, ExperimentStore.Eras(connection, null, workspace, Experiment.HoldoutOf(rotation)) is [var first, ..] ? first.FromAt : host.NowMs);
    });

    public HoldoutSetting Holdout(string workspace) => host.Database.Read(connection => ExperimentStore.Holdout(connection, null, workspace));

    /// <summary>How an experiment stands; some seconds old where reading takes long.</summary>
    /// <exception cref="MetricsBusyException">The history was replaced under the question again and again.</exception>
    public ExperimentResult Result(WorkspaceEngine engine, Experiment experiment) =>
        results.Of($"{engine.Id}/{experiment}", engine.Changes + host.Database.Commits, () => Insist(() => new ExperimentReading(host, engine).Read(experiment, CancellationToken.None)));

    /// <summary>Everybody who was drawn, the latest first.</summary>
    /// <exception cref="MetricsBusyException">The history was replaced under the question again and again.</exception>
    public IReadOnlyList<PersonOutcome> People(WorkspaceEngine engine, Experiment experiment, CancellationToken cancellation) =>
        [.. Insist(() => new ExperimentReading(host, engine).Outcomes(experiment, cancellation)?.People).AsEnumerable().Reverse()];

    /// <summary>Sets the share of the global holdout, or draws it anew; answers why not.</summary>
    public async Task<Text?> SetHoldoutAsync(string workspace, double? share, bool rotates, Actor by, CancellationToken cancellation)
    {
        if (share is { } asked && (!double.IsFinite(asked) || asked is < 0 or > HoldoutSetting.Most || asked is > 0 and < LeastShare))
        {
            return new Text("Hold out 0.1 to 50 per cent of all people, or 0 for nobody.", "Reserva del 0.1 al 50 por ciento de las personas, o 0 para nadie.");
        }
        await host.Database.WriteAsync((connection, transaction) =>
        {
            var before = ExperimentStore.Holdout(connection, transaction, workspace);
            var next = new HoldoutSetting(share ?? before.Share, before.Rotation + (rotates ? 1 : 0));
            ExperimentStore.PutHoldout(connection, transaction, workspace, next);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.HoldoutChanged, next.Experiment, $"{next.Share * 100:0.###} %"));
            return 0;
        }, cancellation);
        return null;
    }

    private static T Insist<T>(Func<T?> read)
        where T : class
    {
        for (var i = 0; i < Tries; i++)
        {
            if (read() is { } found)
            {
                return found;
            }
        }
        throw new MetricsBusyException();
    }
}
