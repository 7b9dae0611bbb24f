using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Goals.Contracts;

/// <summary>The goals and alerts that the demo begins with.</summary>
public static class FirstGoals
{
    private static readonly string[] Goals = ["revenue", "new_customers", "ltv_cac"];
    private static readonly string[] Alerts = ["orders", "visits", "subscribing", "repeat"];

    /// <summary>Makes some of the ready-made ones, with what the alerts would have fired in the months before.</summary>
    public static async Task MakeAsync(DataHost host, WorkspaceEngine engine, Language language, Actor by, CancellationToken cancellation)
    {
        var (goals, alerts) = (new GoalDesk(host), AlertDesk.Of(host));
        foreach (var offered in ReadyMade.Goals.Where(one => Goals.Contains(one.Id)))
        {
            await goals.PutAsync(offered.Make(engine.Id, language, by.Id, host.NowMs), by, cancellation);
        }
        foreach (var offered in ReadyMade.Alerts.Where(one => Alerts.Contains(one.Id)))
        {
            var (made, _) = await alerts.PutAsync(offered.Make(engine.Id, language, by.Id, host.NowMs), by, cancellation);
            await alerts.FillInAsync(engine, made!, cancellation);
        }
    }
}
