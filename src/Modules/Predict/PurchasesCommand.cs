using System.CommandLine;
using System.Globalization;
using System.Text;
using Ciclo.Core;
using Ciclo.Core.Predict.Value;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Imports.Contracts;

namespace Ciclo.Modules.Predict;

/// <summary>`ciclo model btyd`: who still is a customer, and how many orders are to come.</summary>
internal static class PurchasesCommand
{
    private const string Discrete = "bg-bb";
    private const double LongestHorizon = 5_200;

    public static Command Make(CommandRunner runner)
    {
        var model = new Option<string>("--model") { Description = "bg-nbd, mbg-nbd, pareto-nbd or bg-bb.", Required = true };
        model.AcceptOnlyFromAmong("bg-nbd", "mbg-nbd", "pareto-nbd", Discrete);
        var customers = ModelCommands.File("--customers");
        var predict = new Option<double?>("--predict") { Description = "Print a CSV instead, one row for each of the file: orders expected within so many weeks (bg-bb: occasions), and the probability of still being a customer." };
        var fit = new Option<string>("--fit") { Description = "likely (maximum likelihood), shrunken (towards what is usual in shops), or auto: shrunken below 200 customers, or where the data leave the parameters open.", DefaultValueFactory = _ => FitChoice.Auto };
        fit.AcceptOnlyFromAmong(FitChoice.Auto, FitChoice.Likely, FitChoice.Shrunken);
        var command = new Command("btyd", "Fit a model of orders to customers: columns x (orders after the first), t_x (when the last was), T (age), in weeks; for bg-bb x, t_x, n in occasions, and count.")
        {
            model, customers, predict, fit,
        };
        return ModelCommands.Bind(runner, command, (arguments, run) =>
            Run(run, arguments.GetValue(model)!, arguments.GetValue(customers)!, arguments.GetValue(predict), arguments.GetValue(fit)!));
    }

    private static void Run(ModelRun run, string model, string file, double? horizon, string choice)
    {
        if (horizon is not null and not (> 0 and <= LongestHorizon))
        {
            throw new RefusedException(new Text($"--predict takes weeks above 0, at most {LongestHorizon}.", $"--predict pide semanas por encima de 0, como máximo {LongestHorizon}."));
        }
        var table = run.Table(file);
        var columns = ColumnsOf(table, model == Discrete);
        var ((histories, fitted), seconds) = run.Timed(() =>
        {
            var made = HistoryTable.Of(columns.Orders, columns.LastOrders, columns.Ages, columns.Counts);
            return (made, FitChoice.Choose(choice, made.Customers, isShrunken => Fitted(model, made, isShrunken), one => one.Fit));
        });
        if (horizon is { } weeks)
        {
            Predict(run.Out, fitted, histories, table.Rows, weeks);
            return;
        }
        run.Answer(json =>
        {
            json.WriteString("model", model);
            FitChoice.Write(json, fitted.Fit);
            json.WriteReal("customers", histories.Customers);
            json.WriteReal("seconds", seconds);
        });
    }

    private static PurchaseModel Fitted(string model, HistoryTable histories, bool isShrunken) => model switch
    {
        "bg-nbd" => BetaGeometric.Fitted(histories, isModified: false, isShrunken ? BetaGeometric.Usual(histories) : null),
        "mbg-nbd" => BetaGeometric.Fitted(histories, isModified: true, isShrunken ? BetaGeometric.Usual(histories) : null),
        "pareto-nbd" => ParetoNbd.Fitted(histories, isShrunken ? ParetoNbd.Usual(histories) : null),
        _ => BetaBernoulli.Fitted(histories, isShrunken ? BetaBernoulli.Usual : null),
    };

    private static (double[] Orders, double[] LastOrders, double[] Ages, double[]? Counts) ColumnsOf(ColumnTable table, bool isDiscrete)
    {
        var (xAt, lastAt, ageAt) = (table.IndexOf("x"), table.IndexOf("t_x"), table.IndexOf(isDiscrete ? "n" : "T"));
        var (orders, lasts, ages) = (table.Numbers(xAt), table.Numbers(lastAt), table.Numbers(ageAt));
        var counts = isDiscrete && table.Has("count") ? table.Numbers(table.IndexOf("count")) : null;
        for (var row = 0; row < orders.Length; row++)
        {
            // Rounded to fewer digits than the age, a last order can stand a little behind it.
            lasts[row] = lasts[row] > ages[row] && lasts[row] - ages[row] < 1e-6 ? ages[row] : lasts[row];
            if (orders[row] is < 0 or > HistoryTable.MostOrders || orders[row] != Math.Floor(orders[row]))
            {
                throw table.RefuseCell(row, xAt, new Text("a whole number of orders, from 0 to a million", "un número entero de pedidos, de 0 a un millón"));
            }
            if (!(ages[row] >= 0) || (isDiscrete && (ages[row] > BetaBernoulli.MostOccasions || ages[row] != Math.Floor(ages[row]))))
            {
                throw table.RefuseCell(row, ageAt, isDiscrete
                    ? new Text($"a whole number of occasions, at most {BetaBernoulli.MostOccasions}", $"un número entero de ocasiones, {BetaBernoulli.MostOccasions} como máximo")
                    : new Text("an age of 0 or more", "una edad de 0 o más"));
            }
            if (!HistoryTable.IsHistory(orders[row], lasts[row], ages[row]) || (isDiscrete && (lasts[row] != Math.Floor(lasts[row]) || orders[row] > Math.Max(0, lasts[row]))))
            {
                throw table.RefuseCell(row, lastAt, isDiscrete
                    ? new Text("an occasion between x and n", "una ocasión entre x y n")
                    : new Text("a time between 0 and the age T", "un tiempo entre 0 y la edad T"));
            }
            if (counts is not null && !(counts[row] >= 0))
            {
                throw table.RefuseCell(row, table.IndexOf("count"), new Text("a number of customers", "un número de clientes"));
            }
        }
        return (orders, lasts, ages, counts);
    }

    private static void Predict(TextWriter output, PurchaseModel model, HistoryTable histories, int rows, double weeks)
    {
        var lines = new string[histories.Count];
        Parallel.For(0, histories.Count, group =>
        {
            var history = histories[group];
            lines[group] = string.Create(CultureInfo.InvariantCulture, $"{model.Expected(history, weeks):G12},{model.Alive(history):G12}\n");
        });
        var text = new StringBuilder("expected,p_alive\n");
        for (var row = 0; row < rows; row++)
        {
            text.Append(lines[histories.GroupOf(row)]);
            if (text.Length > 1 << 16)
            {
                output.Write(text);
                text.Clear();
            }
        }
        output.Write(text);
    }
}
