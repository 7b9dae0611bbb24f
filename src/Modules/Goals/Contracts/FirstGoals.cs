using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Goals.Contracts;

/// <summary>The goals and alerts that the demo begins with.</summary>
public static class FirstGoals
{
    private static readonly string[] Goals = ["revenue", "new_customers", "ltv_cac"];
    private static readonly string[] Alerts = ["orders", "new_customers", "repeat"];

    /// <summary>Makes some of the ready-made ones and an alert on a step, with what the alerts would have fired in the months before.</summary>
    public static async Task MakeAsync(
        DataHost host, WorkspaceEngine engine, Language language, (string Name, string Step, string Next) step, Actor by, CancellationToken cancellation)
    {
        var (goals, alerts) = (new GoalDesk(host), AlertDesk.Of(host));
        foreach (var offered in ReadyMade.Goals.Where(one => Goals.Contains(one.Id)))
        {
            await goals.PutAsync(offered.Make(engine.Id, language, by.Id, host.NowMs), by, cancellation);
        }
        var made = ReadyMade.Alerts.Where(one => Alerts.Contains(one.Id)).Select(offered => offered.Make(engine.Id, language, by.Id, host.NowMs))
            .Prepend(ReadyMade.Step(engine.Id, step.Name, step.Step, step.Next, by.Id, host.NowMs));
        foreach (var alert in made)
        {
            var (put, _) = await alerts.PutAsync(alert, by, cancellation);
            await alerts.FillInAsync(engine, put!, cancellation);
        }
    }
}
