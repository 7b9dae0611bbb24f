using System.CommandLine;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Revenue;

/// <summary>`ciclo mrr`: MRR and its movements by period.</summary>
internal static class MrrCommand
{
    public static Command Make(CommandRunner runner)
    {
        var from = new Option<string?>("--from") { Description = "The first date, in the workspace's time zone. Default: a year before --to." };
        var to = new Option<string?>("--to") { Description = "The date to stop before. Default: now. Periods are whole." };
        var by = new Option<string?>("--by") { Description = "day, week, month, quarter or year. Default: month." };
        var pause = new Option<string?>("--pause-as") { Description = "What a pause is: own (a movement of its own, the default), contraction, churn, or excluded." };
        return runner.Bind(
            new Command("mrr", "MRR by period: opening, new, expansion, contraction, churn, reactivation, pause, resume, closing. Reductions are negative.") { from, to, by, pause },
            (arguments, context, cancellation) =>
            {
                var periods = MrrAsked.PeriodsOf(context.Engine, context.Host.NowMs, arguments.GetValue(from), arguments.GetValue(to), arguments.GetValue(by));
                var found = new MrrTable(context.Host).Read(context.Engine, periods, MrrAsked.PauseOf(arguments.GetValue(pause)), cancellation);
                var (zone, currency) = (context.Engine.Rules.Zone, MrrTable.CurrencyOf(context.Engine));
                using var rows = context.Rows([.. MrrTable.Columns]);
                foreach (var row in found)
                {
                    rows.Write([zone.Format(row.Start)[..10], .. row.Amounts.Select(amount => (object)new JsonCell(MrrTable.Print(amount, currency)))]);
                }
                return Task.FromResult(0);
            });
    }
}
