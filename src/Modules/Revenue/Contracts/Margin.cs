using Ciclo.Engine.Hosting;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Revenue.Contracts;

/// <summary>The workspace's gross margin, for what customers are worth: `ciclo settings set margin 60`.</summary>
public static class Margin
{
    /// <summary>From 0 to 1; 1 until it is set.</summary>
    public static decimal Of(DataHost host, string workspace) => WorkspaceMargin.PerCentOf(host, workspace) / 100 ?? 1;
}
