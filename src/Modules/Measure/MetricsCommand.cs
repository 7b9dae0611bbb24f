using System.CommandLine;
using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Core.Values;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Measure;

/// <summary>`ciclo metrics`: numbers of the catalogue over periods; without an id, the catalogue.</summary>
internal static class MetricsCommand
{
    public static Command Make(CommandRunner runner)
    {
        var id = new Option<string?>("--id") { Description = "Metrics, separated by commas. Without: the catalogue is listed." };
        var breakdown = new Option<string?>("--breakdown") { Description = "Break each number down: channel, plan, stage … (the catalogue says by what)." };
        var settings = new Option<string[]>("--set") { Description = "A metric's setting as NAME=CHOICE; may be given several times." };
        var periods = new PeriodOptions();
        (periods.From.Required, periods.To.Required) = (false, false);
        var command = new Command("metrics", "Numbers of the catalogue, period by period.") { id, periods.From, periods.To, periods.By, breakdown, settings };
        return runner.Bind(command, (arguments, context, cancellation) =>
        {
            var catalogue = MetricCatalogue.Of(context.Host);
            if (arguments.GetValue(id) is not { } ids)
            {
                return Task.FromResult(List(context, catalogue));
            }
            var chosen = new List<Metric>();
            foreach (var one in ids.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (catalogue.Find(one) is not { } metric)
                {
                    return Task.FromResult(context.Fail(Refusals.NoMetric(one)));
                }
                chosen.Add(metric);
            }
            if (chosen.Count == 0)
            {
                return Task.FromResult(context.Fail(Refusals.NoMetric(ids)));
            }
            if (periods.Read(arguments, context) is not { } asked)
            {
                return Task.FromResult(1);
            }
            var by = arguments.GetValue(breakdown) ?? "";
            if (by.Length > 0 && chosen.Find(metric => !metric.Breakdowns.Contains(by)) is { } cannot)
            {
                return Task.FromResult(context.Fail(Refusals.NoBreakdown(cannot, by)));
            }
            var set = new Dictionary<string, string>(StringComparer.Ordinal);
            if (ReadSettings(arguments.GetValue(settings) ?? [], chosen, set) is { } wrong)
            {
                return Task.FromResult(context.Fail(wrong));
            }
            Print(context, catalogue.Answer(context.Engine, new MetricQuestion(chosen, asked, by, set), cancellation), asked);
            return Task.FromResult(0);
        });
    }

    private static void Print(CommandContext context, IReadOnlyList<MetricSeries> answer, Core.Analytics.Periods periods)
    {
        var decimals = Currency.DecimalsOf(context.Engine.Read(state => state.Currency));
        using var rows = context.Rows("period", "metric", "breakdown", "value");
        for (var i = 0; i < periods.Count; i++)
        {
            foreach (var series in answer)
            {
                rows.Write(PeriodOptions.NameOf(periods, i), series.Metric.Id, series.Breakdown, Cell(series.Cells[i], series.Metric.Unit, decimals));
            }
        }
    }

    /// <summary>A number as commands print it: money with its decimals, durations in seconds, no data as nothing.</summary>
    internal static JsonCell? Cell(MetricCell? cell, MetricUnit unit, int moneyDecimals) => cell?.Value is not { } value
        ? null
        : new JsonCell(unit switch
        {
            MetricUnit.Money => value.ToString("F" + moneyDecimals, CultureInfo.InvariantCulture),
            MetricUnit.Duration => (value / 1000).ToString("0.###", CultureInfo.InvariantCulture),
            _ => value.ToString("0.##########", CultureInfo.InvariantCulture),
        });

    private static int List(CommandContext context, MetricCatalogue catalogue)
    {
        using var rows = context.Rows("id", "label", "part", "unit", "breakdowns", "settings", "formula");
        foreach (var metric in catalogue.All)
        {
            rows.Write(
                metric.Id, metric.Label.In(context.Language), metric.Part.ToString().ToLowerInvariant(), metric.Unit.ToString().ToLowerInvariant(),
                string.Join(' ', metric.Breakdowns), string.Join(' ', metric.Settings.Select(setting => $"{setting.Id}={string.Join('|', setting.Choices.Select(choice => choice.Id))}")),
                metric.Formula.In(context.Language));
        }
        return 0;
    }

    /// <summary>Reads `NAME=CHOICE`; answers what is wrong, or null.</summary>
    private static Text? ReadSettings(IEnumerable<string> given, IReadOnlyList<Metric> metrics, Dictionary<string, string> into)
    {
        foreach (var one in given)
        {
            var (name, choice) = one.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (one[..at], one[(at + 1)..]) : (one, "");
            var known = metrics.SelectMany(metric => metric.Settings).Where(setting => setting.Id == name).ToList();
            if (!known.Exists(setting => (setting.IsOpen && choice.Length > 0) || setting.Choices.Any(option => option.Id == choice)))
            {
                return Refusals.NoSetting(one, known);
            }
            into[name] = choice;
        }
        return null;
    }
}
