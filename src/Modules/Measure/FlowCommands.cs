using System.CommandLine;
using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Measure.Funnels;

namespace Ciclo.Modules.Measure;

/// <summary>`ciclo funnel` and `ciclo cohorts`.</summary>
internal static class FlowCommands
{
    public static Command Funnel(CommandRunner runner)
    {
        var step = new Option<string[]>("--step") { Description = "An event's name, or a selector such as '\"Order Completed\" where total >= 100'; once for each step, in order.", Required = true };
        var window = new Option<string>("--window") { Description = "From the first step to the last.", DefaultValueFactory = _ => "7d" };
        var periods = new PeriodOptions();
        return runner.Bind(new Command("funnel", "How many people go from step to step.") { step, window, periods.From, periods.To }, (arguments, context, cancellation) =>
        {
            var steps = arguments.GetValue(step) ?? [];
            if (steps.Length is < 2 or > FunnelShape.MaxSteps)
            {
                return Task.FromResult(context.Fail(Refusals.Steps));
            }
            if (!Durations.TryParse(arguments.GetValue(window)!, out var windowMs))
            {
                return Task.FromResult(context.Fail(Refusals.NoWindow(arguments.GetValue(window)!)));
            }
            if (!AskedPeriods.TryBetween(PeriodKind.Year, context.Engine.Rules.Zone, arguments.GetValue(periods.From), arguments.GetValue(periods.To), out var asked))
            {
                return Task.FromResult(context.Fail(AskedPeriods.WrongDates));
            }
            var question = new FunnelQuestion([.. steps.Select(Selectors.Of)]) { WindowMs = windowMs, From = asked.Start, To = asked.End };
            return Task.FromResult(Guard(context, () =>
            {
                var found = context.Engine.Read(state => new FunnelScan(state, question).Answer(cancellation));
                using var rows = context.Rows("step", "profiles", "conversion", "median_seconds");
                for (var i = 0; i < steps.Length; i++)
                {
                    var (one, first) = (found.Steps[i], found.Steps[0].Profiles);
                    rows.Write(steps[i], one.Profiles, Ratio(one.Profiles, first), one.MedianMs is { } median ? Decimal(median / 1000m) : null);
                }
            }));
        });
    }

    public static Command Cohorts(CommandRunner runner)
    {
        var first = new Option<string>("--first") { Description = "The event that places a person in a cohort: its first ever.", Required = true };
        var back = new Option<string>("--return") { Description = "The event that counts as coming back.", DefaultValueFactory = _ => "any" };
        var counts = new Option<string>("--counts") { Description = "in: those active in the period; in-or-after: in it or later; in-every: in every period until then.", DefaultValueFactory = _ => "in" };
        var periods = new PeriodOptions();
        (periods.From.Required, periods.To.Required) = (false, false);
        var command = new Command("cohorts", "Of those first active in a period, the share active in each period after it.") { first, back, counts, periods.From, periods.To, periods.By };
        return runner.Bind(command, (arguments, context, cancellation) =>
        {
            if (!AskedPeriods.TryKind(arguments.GetValue(periods.By), out var kind))
            {
                return Task.FromResult(context.Fail(AskedPeriods.WrongKind));
            }
            if (CohortAsked.KindOf(arguments.GetValue(counts)) is not { } active)
            {
                return Task.FromResult(context.Fail(Refusals.NoRetentionKind(arguments.GetValue(counts)!)));
            }
            if (SpanOf(arguments, periods, context) is not { } span)
            {
                return Task.FromResult(context.Fail(AskedPeriods.WrongDates));
            }
            var question = new RetentionQuestion(Selectors.Of(arguments.GetValue(first)!), Selectors.Of(arguments.GetValue(back)!), kind, span.From, span.To) { Kind = active };
            return Task.FromResult(Guard(context, () =>
            {
                using var rows = context.Rows("cohort", "period", "profiles", "share");
                if (span.From >= span.To)
                {
                    return;
                }
                var matrix = context.Engine.Read(state => new RetentionScan(state, question).Answer(cancellation));
                for (var cohort = 0; cohort < matrix.Periods.Count; cohort++)
                {
                    for (var later = 0; matrix.Size(cohort) > 0 && cohort + later < matrix.Periods.Count; later++)
                    {
                        rows.Write(
                            PeriodOptions.NameOf(matrix.Periods, cohort), PeriodOptions.NameOf(matrix.Periods, cohort + later), matrix.Count(cohort, later),
                            Ratio(matrix.Count(cohort, later), matrix.Size(cohort)));
                    }
                }
            }));
        });
    }

    /// <summary>From the first date to the last; without them all that there is, which may be nothing. Null for dates that make no sense.</summary>
    private static (long From, long To)? SpanOf(ParseResult arguments, PeriodOptions periods, CommandContext context)
    {
        var (from, to) = (arguments.GetValue(periods.From), arguments.GetValue(periods.To));
        if (from is null && to is null)
        {
            return context.Engine.Read(state => (state.Staged.History.FirstAt, Math.Max(state.Staged.History.LastAt, long.MinValue + 1) + 1));
        }
        return AskedPeriods.TryBetween(PeriodKind.Year, context.Engine.Rules.Zone, from, to, out var asked) ? (asked.Start, asked.End) : null;
    }

    private static int Guard(CommandContext context, Action run)
    {
        try
        {
            run();
            return 0;
        }
        catch (RuleException wrong)
        {
            return context.Fail(Refusals.BadSelector(wrong.Error));
        }
        catch (ArgumentException wrong)
        {
            return context.Fail(new Text(wrong.Message, wrong.Message));
        }
    }

    private static JsonCell? Ratio(long part, long whole) => whole == 0 ? null : Decimal((decimal)part / whole);

    private static JsonCell Decimal(decimal value) => new(value.ToString("0.##########", CultureInfo.InvariantCulture));
}
