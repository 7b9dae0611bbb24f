using System.Globalization;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Lifecycles.Contracts;

/// <summary>The setting `margin`: the gross margin in per cent, 0 to 100 with up to four decimals.</summary>
public static class WorkspaceMargin
{
    /// <summary>Null until it is set.</summary>
    public static decimal? PerCentOf(DataHost host, string workspace) =>
        host.Database.Read(new SettingsStore(workspace).Settings).TryGetValue(SettingsStore.Margin, out var said) ? Read(said) : null;

    /// <summary>Null for what is none.</summary>
    internal static decimal? Read(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 100 && number == Math.Round(number, 4) ? number : null;
}
