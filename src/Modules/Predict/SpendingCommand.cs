using System.CommandLine;
using Ciclo.Core;
using Ciclo.Core.Predict.Value;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Predict;

/// <summary>`ciclo model gamma-gamma`: what an order of each customer is worth.</summary>
internal static class SpendingCommand
{
    public static Command Make(CommandRunner runner)
    {
        var customers = ModelCommands.File("--customers");
        var fit = new Option<string>("--fit") { Description = "likely, shrunken, or auto, as in btyd.", DefaultValueFactory = _ => FitChoice.Auto };
        fit.AcceptOnlyFromAmong(FitChoice.Auto, FitChoice.Likely, FitChoice.Shrunken);
        var command = new Command("gamma-gamma", "Fit a model of amounts to customers: columns x (orders after the first) and zbar (their mean amount). Who has none is left out.") { customers, fit };
        return ModelCommands.Bind(runner, command, (arguments, run) => Run(run, arguments.GetValue(customers)!, arguments.GetValue(fit)!));
    }

    private static void Run(ModelRun run, string file, string choice)
    {
        var table = run.Table(file);
        var (xAt, meanAt) = (table.IndexOf("x"), table.IndexOf("zbar"));
        var (orders, means) = (table.Numbers(xAt), table.Numbers(meanAt, mayBeEmpty: true));
        var (used, sum) = (0, 0.0);
        for (var row = 0; row < orders.Length; row++)
        {
            if (orders[row] < 0 || orders[row] != Math.Floor(orders[row]))
            {
                throw table.RefuseCell(row, xAt, new Text("a whole number of orders", "un número entero de pedidos"));
            }
            if (orders[row] > 0 && !(means[row] >= 0))
            {
                throw table.RefuseCell(row, meanAt, new Text("an amount of 0 or more", "un importe de 0 o más"));
            }
            (used, sum) = orders[row] > 0 && means[row] > 0 ? (used + 1, sum + means[row]) : (used, sum);
        }
        if (used == 0)
        {
            throw new RefusedException(new Text(
                "Nobody has an order after the first with an amount: there is nothing to learn from.", "Nadie tiene un pedido después del primero con importe: no hay de qué aprender."));
        }
        var usual = GammaGamma.Usual(sum / used);
        var (model, seconds) = run.Timed(() => FitChoice.Choose(choice, used, isShrunken => GammaGamma.Fitted(orders, means, isShrunken ? usual : null), one => one.Fit));
        run.Answer(json =>
        {
            // p, q and gamma stand by themselves: there are no other models of amounts whose parameters they could be.
            for (var at = 0; at < model.Fit.Names.Count; at++)
            {
                json.WriteReal(model.Fit.Names[at], model.Fit.Parameters[at]);
            }
            FitChoice.Write(json, model.Fit);
            json.WriteReal("mean", model.Mean);
            json.WriteNumber("customers", used);
            json.WriteNumber("left_out", orders.Length - used);
            json.WriteReal("seconds", seconds);
        });
    }
}
