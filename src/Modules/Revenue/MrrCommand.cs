using System.CommandLine;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Revenue;

/// <summary>`ciclo mrr`: MRR and its movements by period.</summary>
internal static class MrrCommand
{
    public static Command Make(CommandRunner runner)
    {
        var periods = new PeriodOptions();
        var pause = new Option<string>("--pause-as") { Description = "What a pause is: own (a movement of its own), contraction, churn, or excluded.", DefaultValueFactory = _ => MrrMetrics.PauseAs.Choices[0].Id };
        pause.AcceptOnlyFromAmong([.. MrrMetrics.PauseAs.Choices.Select(choice => choice.Id)]);
        var command = new Command("mrr", "MRR by period: opening, new, expansion, contraction, churn, reactivation, pause, resume, closing. Reductions are negative.")
        {
            periods.From, periods.To, periods.By, pause,
        };
        return runner.Bind(command, (arguments, context, cancellation) =>
        {
            if (periods.Read(arguments, context) is not { } asked)
            {
                return Task.FromResult(1);
            }
            var found = MrrTable.Read(context.Host, context.Engine, asked, arguments.GetValue(pause)!, cancellation);
            var currency = context.Engine.Read(state => state.Currency);
            using var rows = context.Rows([.. MrrTable.Columns]);
            for (var i = 0; i < found.Count; i++)
            {
                var amounts = found[i].Movements.Prepend(found[i].Opening).Append(found[i].Closing);
                rows.Write([PeriodOptions.NameOf(asked, i), .. amounts.Select(amount => (object)new JsonCell(MrrTable.Print(amount, currency)))]);
            }
            return Task.FromResult(0);
        });
    }
}
