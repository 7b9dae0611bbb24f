using System.Globalization;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Data.Files;
using Ciclo.Data.Journal;
using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Upkeep;

/// <summary>`ciclo doctor` on a directory that nobody owns: every file is looked at before anything is opened, and what is damaged can be repaired.</summary>
internal static class Doctor
{
    private const string RepairLog = "repairs.jsonl";

    /// <summary>Answers null where everything may be opened as always.</summary>
    public static async Task<int?> RunAsync(FolderContext context, bool repairs, bool listsFiles, TimeProvider clock)
    {
        if (!Directory.Exists(context.Folder) || !File.Exists(Path.Combine(context.Folder, "ciclo.db")))
        {
            return null;
        }
        IDisposable held;
        try
        {
            held = new DiskStorage(context.Folder).Lock("lock");
        }
        catch (IOException) when (!repairs && !listsFiles)
        {
            return null;
        }
        catch (IOException)
        {
            throw new RefusedException(new Text("A ciclo process owns this directory. Stop it, and look again.", "Un proceso de ciclo ocupa este directorio. Detenlo y vuelve a mirar."));
        }
        using (held)
        {
            return await LookAsync(context, repairs, listsFiles, clock);
        }
    }

    private static async Task<int?> LookAsync(FolderContext context, bool repairs, bool listsFiles, TimeProvider clock)
    {
        var found = Findings(context.Folder);
        var isDamaged = found.Any(one => one.State == FileState.Damaged);
        if (listsFiles || repairs || isDamaged)
        {
            Print(context, found);
        }
        if (repairs)
        {
            return await RepairAsync(context, found, clock);
        }
        if (isDamaged)
        {
            Tell(context, new Text(
                "Acknowledged data is damaged. Restore a backup, or save what is whole with `ciclo doctor --repair`: it makes a new journal beside the old one, which is kept.",
                "Hay datos confirmados dañados. Restaura una copia, o salva lo que está entero con `ciclo doctor --repair`: hace un diario nuevo junto al antiguo, que se conserva."));
            return 1;
        }
        return listsFiles ? 0 : null;
    }

    private static List<FileHealth> Findings(string folder)
    {
        var found = new List<FileHealth>();
        var problem = Database.Check(Path.Combine(folder, "ciclo.db"));
        found.Add(new FileHealth("ciclo.db", problem is null ? FileState.Whole : FileState.Damaged, problem ?? ""));
        foreach (var (name, path) in Workspaces(folder))
        {
            found.AddRange(WorkspaceSurvey.Run(new DiskStorage(path)).Select(one => one with { File = $"workspaces/{name}/{one.File}" }));
        }
        return found;
    }

    private static IEnumerable<(string Name, string Path)> Workspaces(string folder)
    {
        var root = Path.Combine(folder, "workspaces");
        return Directory.Exists(root) ? Directory.GetDirectories(root).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), path)) : [];
    }

    private static async Task<int?> RepairAsync(FolderContext context, List<FileHealth> found, TimeProvider clock)
    {
        foreach (var (name, path) in Workspaces(context.Folder))
        {
            var prefix = $"workspaces/{name}/";
            foreach (var part in new[] { "journal", "feed" })
            {
                if (found.Exists(one => one.State == FileState.Damaged && one.File.StartsWith($"{prefix}{part}/", StringComparison.Ordinal)))
                {
                    await SaveAsync(context, name, path, part, clock);
                }
            }
            if (found.Exists(one => one.State == FileState.MadeAnew && one.File.StartsWith(prefix, StringComparison.Ordinal)))
            {
                DropDerived(path);
                Log(context.Folder, clock, name, "derived", 0, 0, 0, "");
            }
        }
        if (found.Exists(one => one is { File: "ciclo.db", State: FileState.Damaged }))
        {
            Tell(context, new Text(
                "The records (ciclo.db) cannot be repaired here: restore that file from a backup.", "Los registros (ciclo.db) no se pueden reparar aquí: restaura ese archivo de una copia."));
            return 1;
        }
        Tell(context, new Text($"Repaired; {RepairLog} says what was lost.", $"Reparado; {RepairLog} dice qué se perdió."));
        return 0;
    }

    private static async Task SaveAsync(FolderContext context, string workspace, string path, string part, TimeProvider clock)
    {
        var storage = new DiskStorage(path);
        var fresh = part + ".repaired";
        if (Directory.Exists(Path.Combine(path, fresh)))
        {
            Directory.Delete(Path.Combine(path, fresh), recursive: true);
        }
        var (frames, events, lost) = (0L, 0L, 0L);
        await using (var journal = Journal.Open(storage, fresh, new JournalOptions()))
        {
            lost = await Salvage.RunAsync(storage, part, async payload =>
            {
                await journal.AppendAsync(payload, CancellationToken.None);
                frames++;
                events += FrameReader.Count(payload.Span, RecordKind.Event);
            });
        }
        // Addresses change with the journal, and positions in the feed: whatever holds some is made anew.
        DropDerived(path);
        var old = part + ".damaged-" + clock.GetUtcNow().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        Directory.Move(Path.Combine(path, part), Path.Combine(path, old));
        Directory.Move(Path.Combine(path, fresh), Path.Combine(path, part));
        storage.SyncDirectory("");
        Log(context.Folder, clock, workspace, part, frames, events, lost, old);
        Tell(context, new Text(
            $"{workspace}: {part}: {frames} frames ({events} events) saved, {lost} bytes lost; the old one is {old}.",
            $"{workspace}: {part}: {frames} bloques ({events} eventos) salvados, {lost} bytes perdidos; el antiguo es {old}."));
    }

    private static void DropDerived(string path)
    {
        File.Delete(Path.Combine(path, "checkpoint"));
        foreach (var part in new[] { "history", "keys" })
        {
            if (Directory.Exists(Path.Combine(path, part)))
            {
                Directory.Delete(Path.Combine(path, part), recursive: true);
            }
        }
    }

    private static void Log(string folder, TimeProvider clock, string workspace, string part, long frames, long events, long lost, string kept) =>
        File.AppendAllText(Path.Combine(folder, RepairLog), JsonSerializer.Serialize(
            new { at = clock.GetUtcNow(), workspace, part, frames_saved = frames, events_saved = events, bytes_lost = lost, kept_as = kept }) + "\n");

    private static void Print(FolderContext context, List<FileHealth> found)
    {
        using var rows = new RowWriter(context.Environment.Out, context.Environment.Format, ["file", "state", "at", "detail"]);
        foreach (var one in found)
        {
            var state = one.State switch
            {
                FileState.Whole => "whole",
                FileState.TornTail => "torn_tail",
                FileState.MadeAnew => "made_anew",
                _ => "damaged",
            };
            rows.Write(one.File, state, one.At, one.Detail);
        }
    }

    private static void Tell(FolderContext context, Text text) => context.Environment.Error.WriteLine("ciclo: " + text.In(context.Environment.Language));
}
