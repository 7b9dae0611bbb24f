using System.Text;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Lifecycles.Contracts;

/// <summary>Names of events as clients send them, and the names that rules see instead; the same for the command and the page.</summary>
public static class EventAliases
{
    public const int LongestName = 512;

    /// <summary>By the name that is sent, in ordinal order.</summary>
    public static IReadOnlyDictionary<string, string> Of(DataHost host, WorkspaceEngine engine) => host.Database.Read(new SettingsStore(engine.Id).Aliases);

    /// <summary>
    /// Lets a name stand for another, or (null) for itself again; what came under it changes its name too, and every history is recomputed.
    /// Answers why not, if it was refused. Told to the audit log.
    /// </summary>
    public static async Task<Text?> SetAsync(DataHost host, WorkspaceEngine engine, string sent, string? known, Actor by, CancellationToken cancellation)
    {
        var (from, to) = (Normal(sent), known is null ? null : Normal(known));
        if (from.Length is 0 or > LongestName || to is { Length: 0 or > LongestName } || from == to)
        {
            return new Text("An alias needs two different names of 1 to 512 characters.", "Un alias necesita dos nombres distintos de 1 a 512 caracteres.");
        }
        var store = new SettingsStore(engine.Id);
        await host.Database.WriteAsync((connection, transaction) =>
        {
            store.SetAlias(connection, transaction, from, to);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(engine.Id, by, AuditActions.SettingChanged, "alias", $"{from} = {to ?? "-"}"));
            return 0;
        }, cancellation);
        await host.ReloadRulesAsync(engine, cancellation);
        return null;
    }

    /// <summary>A name as admission keeps it.</summary>
    public static string Normal(string name) => name.Normalize(NormalizationForm.FormC).Trim();
}
