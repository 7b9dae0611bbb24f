using System.CommandLine;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Safety;

/// <summary>`ciclo backup`, `ciclo restore`.</summary>
internal static class BackupCommands
{
    public static Command Backup(CommandRunner runner)
    {
        var folder = new Argument<string>("DIR") { Description = "A new folder." };
        return runner.Bind(new Command("backup", "Copy everything to a folder, also while the server runs.") { folder }, async (arguments, context, cancellation) =>
        {
            var (files, bytes) = (0, 0L);
            var manifest = await new Backup(context.Host, context.PathOf(arguments.GetValue(folder)!), (path, length) =>
            {
                (files, bytes) = (files + 1, bytes + length);
                context.Error.WriteLine(new Text($"{files} files · {bytes:N0} bytes · {path}", $"{files} archivos · {bytes:N0} bytes · {path}").In(context.Language));
            }).RunAsync(cancellation);
            await AuditLog.WriteAsync(context.Host, new AuditEntry("", Actor.CommandLine, AuditActions.BackedUp, "", $"files={files} bytes={bytes}"), cancellation);
            using var rows = context.Rows("workspace", "journal_position", "feed_position");
            foreach (var workspace in manifest.Workspaces)
            {
                rows.Write(workspace.Id, workspace.JournalPosition, workspace.FeedPosition);
            }
            return 0;
        });
    }

    public static Command Restore(CommandRunner runner)
    {
        var folder = new Argument<string>("DIR") { Description = "A backup." };
        return runner.BindFolder(new Command("restore", "Make a new data directory (--data) of a backup, and open it.") { folder }, async (arguments, context, cancellation) =>
        {
            var backup = Path.GetFullPath(arguments.GetValue(folder)!, context.Environment.WorkingDirectory);
            var manifest = await Safety.Restore.RunAsync(backup, context.Folder, cancellation);
            await using var host = context.Open(context.Folder)!;
            using var rows = new RowWriter(context.Environment.Out, context.Environment.Format, ["workspace", "journal_position", "events", "profiles", "rejected"]);
            foreach (var workspace in manifest.Workspaces)
            {
                var engine = await host.WorkspaceAsync(workspace.Id, cancellation);
                var (events, profiles, rejected) = engine.Read(state => (state.Staged.History.Count, state.Placement.Places.Count, state.Staged.Rejected.Count));
                rows.Write(workspace.Id, workspace.JournalPosition, events, profiles, rejected);
            }
            return 0;
        });
    }
}
