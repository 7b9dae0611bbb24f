using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Measure;

/// <summary>How many of those who take one step take the next within a day: a funnel of two events as a number, which goals and alerts can stand on.</summary>
public sealed class StepSource(TimeProvider clock) : HistorySource(clock)
{
    public override IReadOnlyList<Metric> Metrics { get; } = [EngagementMetrics.StepRate];

    protected override Func<MetricSink, IHistoryFold>? Prepare(WorkspaceEngine engine, MetricQuestion question, CancellationToken cancellation) => sink => new StepFold(question, sink);

    private sealed class StepFold(MetricQuestion question, MetricSink sink) : IHistoryFold
    {
        private const long Window = Durations.Day;
        private const int First = 0;
        private const int Next = 1;

        private readonly string first = question.Choice(EngagementMetrics.StepFrom);
        private readonly string next = question.Choice(EngagementMetrics.StepTo);
        private readonly bool isSplit = question.Breakdown.Length > 0;
        private readonly EventFields fields = new();

        public IReadOnlyList<string> Paths { get; } = ["platform"];

        public int CodeOf(EventKind kind, string name) => name == first ? First : name == next ? Next : -1;

        public void Take(in ProfileEvents profile)
        {
            var at = profile.Events.At;
            var codes = profile.Events.Codes;
            fields.Begin(profile, Paths);
            var counted = -1;
            for (var i = 0; i < at.Length; i++)
            {
                // Who began within the last day may still go on: they count when their day is over.
                if (codes[i] != First || at[i] > profile.State.Now - Window || question.Periods.Find(at[i]) is not (>= 0 and var period) || period == counted)
                {
                    continue;
                }
                counted = period;
                var goesOn = 0;
                for (var later = i + 1; later < at.Length && at[later] <= at[i] + Window && goesOn == 0; later++)
                {
                    goesOn = codes[later] == Next ? 1 : 0;
                }
                sink.Add(0, period, isSplit ? fields.Word(0, i) ?? "" : "", profile.Profile, at[i], "", goesOn, 1);
            }
        }
    }
}
