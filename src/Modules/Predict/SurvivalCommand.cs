using System.CommandLine;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Core.Predict.Survival;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Imports.Contracts;

namespace Ciclo.Modules.Predict;

/// <summary>`ciclo model survival`: how long customers stay, whether groups differ, and what multiplies the risk of leaving.</summary>
internal static class SurvivalCommand
{
    private const int MostGroups = 50;

    /// <summary>Of a curve, in the answer.</summary>
    private const int MostPoints = 1_000;

    private sealed record Asked(string Table, string Time, string Event, string Positive, string? Group, string[] Covariates, Ties Ties);

    public static Command Make(CommandRunner runner)
    {
        var table = ModelCommands.File("--table");
        var time = new Option<string>("--time") { Description = "The column that says how long each was seen.", Required = true };
        var ended = new Option<string>("--event") { Description = "The column that says whether it ended then.", Required = true };
        var positive = new Option<string>("--positive") { Description = "What that column holds where it ended; otherwise it goes on beyond what was seen.", Required = true };
        var group = new Option<string?>("--group") { Description = "A column of groups: a curve for each, the log-rank test between them, and the risk of each against the first." };
        var covariates = new Option<string?>("--covariates") { Description = "Columns, with commas between: what each multiplies the risk by, the others being equal (Cox)." };
        var ties = new Option<string>("--ties") { Description = "How Cox's model takes ends at one time: efron or breslow.", DefaultValueFactory = _ => "efron" };
        ties.AcceptOnlyFromAmong("efron", "breslow");
        var command = new Command("survival", "How long customers stay: curves, medians, log-rank test, Cox's model.") { table, time, ended, positive, group, covariates, ties };
        return ModelCommands.Bind(runner, command, (arguments, run) => Run(run, new Asked(
            arguments.GetValue(table)!, arguments.GetValue(time)!, arguments.GetValue(ended)!, arguments.GetValue(positive)!, arguments.GetValue(group),
            TableColumns.Names(arguments.GetValue(covariates)), arguments.GetValue(ties) == "breslow" ? Ties.Breslow : Ties.Efron)));
    }

    private static void Run(ModelRun run, Asked asked)
    {
        var table = run.Table(asked.Table);
        var times = TimesOf(table, table.IndexOf(asked.Time));
        var ended = TableColumns.Flags(table, table.IndexOf(asked.Event), asked.Positive);
        var (names, groups) = asked.Group is null ? ([], []) : TableColumns.Groups(table, table.IndexOf(asked.Group), MostGroups);
        var columns = asked.Covariates.Length > 0 ? asked.Covariates : asked.Group is { } one ? [one] : [];
        var explained = columns.SelectMany(column => TableColumns.Dummies(table, table.IndexOf(column), MostGroups)).ToList();
        var ((curve, byGroup, rank, cox), seconds) = run.Timed(() => (
            SurvivalCurve.Of(times, ended),
            names.Select((_, group) => CurveOf(times, ended, groups, group)).ToList(),
            names.Length > 1 ? LogRank.Of(times, ended, groups, names.Length) : (LogRank?)null,
            explained.Count > 0 ? CoxModel.Fitted([.. explained.Select(column => column.Name)], [.. explained.Select(column => column.Values)], times, ended, asked.Ties) : null));
        run.Answer(json =>
        {
            WriteCurve(json, curve);
            if (names.Length > 0)
            {
                json.WriteStartArray("groups");
                for (var group = 0; group < names.Length; group++)
                {
                    json.WriteStartObject();
                    json.WriteString("group", names[group]);
                    WriteCurve(json, byGroup[group]);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
            if (rank is { } test)
            {
                json.WriteStartObject("log_rank");
                json.WriteReal("chi_square", test.ChiSquare);
                json.WriteNumber("degrees", test.Degrees);
                json.WriteReal("p", test.Probability);
                json.WriteEndObject();
            }
            if (cox is not null)
            {
                WriteCox(json, cox);
            }
            json.WriteReal("seconds", seconds);
        });
    }

    private static double[] TimesOf(ColumnTable table, int column)
    {
        var times = table.Numbers(column);
        var wrong = Array.FindIndex(times, time => time < 0);
        return wrong < 0 ? times : throw table.RefuseCell(wrong, column, new Text("a time of 0 or more", "un tiempo de 0 o más"));
    }

    private static SurvivalCurve CurveOf(double[] times, bool[] ended, int[] groups, int group)
    {
        var rows = Enumerable.Range(0, times.Length).Where(row => groups[row] == group).ToArray();
        return SurvivalCurve.Of(Array.ConvertAll(rows, row => times[row]), Array.ConvertAll(rows, row => ended[row]));
    }

    private static void WriteCurve(Utf8JsonWriter json, SurvivalCurve curve)
    {
        json.WriteNumber("rows", curve.Count);
        json.WriteNumber("events", curve.Ended);
        var (median, low, high) = curve.Quantile(0.5);
        json.WriteReal("median", median ?? double.NaN);
        json.WriteReal("median_low", low ?? double.NaN);
        json.WriteReal("median_high", high ?? double.NaN);
        json.WriteStartArray("curve");
        var stride = (curve.Points.Count + MostPoints - 1) / MostPoints;
        for (var at = 0; at < curve.Points.Count; at++)
        {
            if (at % stride == 0 || at == curve.Points.Count - 1)
            {
                var point = curve.Points[at];
                var (from, to) = SurvivalCurve.Interval(point);
                json.WriteStartObject();
                json.WriteReal("time", point.Time);
                json.WriteNumber("at_risk", point.AtRisk);
                json.WriteNumber("events", point.Ended);
                json.WriteReal("survival", point.Surviving);
                json.WriteReal("low", from);
                json.WriteReal("high", to);
                json.WriteEndObject();
            }
        }
        json.WriteEndArray();
    }

    private static void WriteCox(Utf8JsonWriter json, CoxModel cox)
    {
        json.WriteStartObject("cox");
        json.WriteReal("log_likelihood", cox.Fit.LogLikelihood);
        json.WriteReal("log_likelihood_null", cox.NullLogLikelihood);
        json.WriteReal("concordance", cox.Concordance);
        json.WriteBoolean("converged", cox.Fit.HasConverged);
        json.WriteStartArray("coefficients");
        for (var at = 0; at < cox.Fit.Names.Count; at++)
        {
            var (low, high) = cox.Fit.Interval(at, 0.95);
            json.WriteStartObject();
            json.WriteString("name", cox.Fit.Names[at]);
            json.WriteReal("coefficient", cox.Fit.Parameters[at]);
            json.WriteReal("se", cox.Fit.Error(at));
            json.WriteReal("hazard_ratio", Math.Exp(cox.Fit.Parameters[at]));
            json.WriteReal("ci_low", Math.Exp(low));
            json.WriteReal("ci_high", Math.Exp(high));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
