using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Measure;

/// <summary>How long people take from their first event to a goal: an estimate over those who began in a period, reached or not.</summary>
public sealed class ActivationSource(TimeProvider clock) : IMetricSource
{
    public IReadOnlyList<Metric> Metrics => EngagementMetrics.Activation;

    public IReadOnlyList<MetricSeries>? Answer(WorkspaceEngine engine, MetricQuestion question, CancellationToken cancellation)
    {
        if (Starts(engine, question, cancellation) is not { } starts)
        {
            return null;
        }
        var byPeriod = starts.ToLookup(one => one.Period, one => one.Length);
        var lengths = Enumerable.Range(0, question.Periods.Count).Select(period => byPeriod[period].ToList()).ToList();
        return [.. question.Metrics.Select(metric => new MetricSeries(metric, "", [.. lengths.Select(of => CellOf(metric, of))]))];
    }

    public MetricRows? Rows(WorkspaceEngine engine, MetricQuestion question, int period, string breakdown, int most, CancellationToken cancellation)
    {
        if (Starts(engine, question, cancellation) is not { } starts)
        {
            return null;
        }
        var rows = new RowList(most);
        var lengths = new List<Duration>();
        foreach (var one in starts.Where(one => one.Period == period))
        {
            rows.Add(new MetricRow(one.Profile, one.At, one.Length.IsEnded ? "" : "…", one.Length.Ms, 0));
            lengths.Add(one.Length);
        }
        return rows.Result(isRatio: false) with { Total = CellOf(question.Metrics[0], lengths) ?? new MetricCell(0, 0) };
    }

    private static MetricCell? CellOf(Metric metric, IReadOnlyList<Duration> lengths) =>
        KaplanMeier.Quantile(lengths, metric.Id == EngagementMetrics.TimeToActivation.Id ? 0.5 : 0.25) is { } ms ? new MetricCell(ms) : null;

    private List<Start>? Starts(WorkspaceEngine engine, MetricQuestion question, CancellationToken cancellation) =>
        new SlicedScan(engine, clock).Run(() => new StartFold(question), cancellation)?.SelectMany(fold => fold.Starts).ToList();

    private readonly record struct Start(int Profile, int Period, long At, Duration Length);

    private sealed class StartFold(MetricQuestion question) : IHistoryFold
    {
        private const int Seen = 0;
        private const int Goal = 1;
        private const int SignUp = 2;

        private readonly string goal = question.Choice(EngagementMetrics.Goal);
        private readonly bool isSinceSignUp = question.Choice(EngagementMetrics.Since) == "sign_up";

        public List<Start> Starts { get; } = [];

        public IReadOnlyList<string> Paths => [];

        public int CodeOf(EventKind kind, string name) =>
            name == goal ? Goal : isSinceSignUp ? (name == "Signed Up" ? SignUp : -1) : (kind.Flags & (PackedFlags.System | PackedFlags.Bot)) == 0 ? Seen : -1;

        public void Take(in ProfileEvents profile)
        {
            var at = profile.Events.At;
            var codes = profile.Events.Codes;
            var first = isSinceSignUp ? codes.IndexOf(SignUp) : 0;
            if (first < 0 || question.Periods.Find(at[first]) is not (>= 0 and var period))
            {
                return;
            }
            var reached = codes.IndexOf(Goal);
            var length = reached >= 0 ? new Duration(Math.Max(0, at[reached] - at[first]), true) : new Duration(Math.Max(0, profile.State.Now - at[first]), false);
            Starts.Add(new Start(profile.Profile, period, at[first], length));
        }
    }
}
