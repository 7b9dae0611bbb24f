using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Lifecycles.Contracts;

/// <summary>The workspace's gross margin, for what customers are worth: `ciclo settings set margin 60`.</summary>
public static class WorkspaceMargin
{
    /// <summary>From 0 to 1; 1 until it is set.</summary>
    public static decimal Of(DataHost host, WorkspaceEngine engine) =>
        host.Database.Read(new SettingsStore(engine.Id).Settings).TryGetValue(SettingsStore.Margin, out var said) && TryRead(said, out var share) ? share : 1;

    /// <summary>Reads per cent, 0 to 100, with up to four decimals.</summary>
    internal static bool TryRead(string perCent, out decimal share)
    {
        var isRead = decimal.TryParse(perCent, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var number)
            && number is >= 0 and <= 100 && number == Math.Round(number, 4);
        share = number / 100;
        return isRead;
    }
}
