using System.Globalization;
using Ciclo.Modules.Messages.Tests;

namespace Ciclo.Tests;

/// <summary>What this assembly does as a program of its own: parts that a test runs in another process, to kill it. Test runners do not come here.</summary>
internal static class EntryPoint
{
    private static async Task<int> Main(string[] arguments) => arguments switch
    {
        ["mail", var folder, var port, var connections] => await MailWorker.RunAsync(folder, int.Parse(port, CultureInfo.InvariantCulture), int.Parse(connections, CultureInfo.InvariantCulture)),
        ["campaign", var folder, var port, var connections] => await MailWorker.CampaignAsync(folder, int.Parse(port, CultureInfo.InvariantCulture), int.Parse(connections, CultureInfo.InvariantCulture)),
        ["mail-speed", var folder, var port, var people, var key] => await MailWorker.SpeedAsync(
            folder, int.Parse(port, CultureInfo.InvariantCulture), int.Parse(people, CultureInfo.InvariantCulture), key == "signed"),
        _ => 2,
    };
}
