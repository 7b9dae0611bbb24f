using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Keys.Contracts;

namespace Ciclo.Modules.Sources;

/// <summary>One thing about the server in words, with a judgement; <paramref name="Href"/>: where its rows are.</summary>
public sealed record HealthLine(Verdict Verdict, Text Title, Text Detail, string? Href = null);

/// <summary>Where events come from: a key of the API, or the source that files were imported under.</summary>
public enum SourceKind
{
    Key,
    Files,
}

/// <summary>
/// One source. <paramref name="PerMinute"/>: events of the last 60 seconds. <paramref name="Events"/>: all that it brought; null for a key, which
/// histories do not keep. <paramref name="LastAt"/>: when the newest came in; before the server began, when the key was used or the file began.
/// </summary>
public sealed record SourceRow(SourceKind Kind, string Name, string Ending, bool IsLive, long PerMinute, long? Events, long? LastAt);

/// <summary>How the workspace and the machine are, as of now.</summary>
public sealed record HealthModel(
    long PerMinute, long Events, long Duplicates, long Refused, int Quarantined, long Backlog, IReadOnlyList<HealthLine> Lines, IReadOnlyList<SourceRow> Sources, long ByApi, bool MayKeys);

internal static class HealthReading
{
    private const long Megabyte = 1L << 20;
    private const long Gigabyte = 1L << 30;

    /// <summary>Below this many waiting events the fold is at most some seconds behind.</summary>
    private const long ManyWaiting = 50_000;

    public static HealthModel Of(DataHost host, WorkspaceEngine engine, bool mayKeys)
    {
        var now = host.NowMs;
        var facts = engine.Read(state => new Facts(
            state.Staged.History.Count, state.Staged.Duplicates, state.Staged.Rejected.Count, state.Staged.Identity.Quarantined.Count(), state.Staged.History.LastAt, state.WithoutRate,
            state.Staged.History.FileBytes, state.Staged.History.SegmentCount, state.Staged.History.InMemory.Events, state.Placement.Places.Count,
            [.. state.Staged.Imports.Values.Where(import => !import.IsUndone).GroupBy(import => import.Source, StringComparer.Ordinal)
                .Select(group => (group.Key, group.Sum(import => import.Events), group.Max(import => import.StartedAt)))]));
        return new HealthModel(
            engine.Pulses.All.LastMinute(now), facts.Events, facts.Duplicates, facts.Rejected, facts.Quarantined, engine.Backlog, [.. Lines(host, engine, facts, now)],
            SourcesOf(host, engine, facts.Imported, now), Math.Max(0, facts.Events - facts.Imported.Sum(source => source.Events)), mayKeys);
    }

    /// <summary>Those that send now first, then those that sent last. A revoked key stays while it is one of the last minute.</summary>
    private static List<SourceRow> SourcesOf(DataHost host, WorkspaceEngine engine, IReadOnlyList<(string Name, long Events, long StartedAt)> imported, long now)
    {
        var keys = WriteKeyDesk.List(host, engine.Id).Where(key => key.MaySend || !key.IsLive).Select(key => (Key: key, Pulse: engine.Pulses.OfKey(key.Id)))
            .Select(one => new SourceRow(SourceKind.Key, one.Key.Name, one.Key.Ending, one.Key.IsLive, one.Pulse.LastMinute(now), null, one.Pulse.LastAt ?? one.Key.LastUsedAt))
            .Where(row => row.IsLive || row.PerMinute > 0);
        var files = imported.Select(one => (one.Name, one.Events, one.StartedAt, Pulse: engine.Pulses.OfFiles(one.Name)))
            .Select(one => new SourceRow(SourceKind.Files, one.Name, "", true, one.Pulse.LastMinute(now), one.Events, one.Pulse.LastAt ?? one.StartedAt));
        return [.. keys.Concat(files).OrderByDescending(row => row.PerMinute).ThenByDescending(row => row.LastAt ?? long.MinValue)];
    }

    private sealed record Facts(
        long Events, long Duplicates, int Rejected, int Quarantined, long LastAt, long WithoutRate, long HistoryBytes, int Segments, long InMemory, int People, IReadOnlyList<(string Name, long Events, long StartedAt)> Imported);

    private static IEnumerable<HealthLine> Lines(DataHost host, WorkspaceEngine engine, Facts facts, long now)
    {
        yield return Folding(engine);
        yield return LastEvent(facts.LastAt, now);
        yield return new HealthLine(
            engine.Journal.RecoveredTailBytes > 0 ? Verdict.Warn : Verdict.Good,
            new Text($"Journal: {Size(engine.Journal.End)}, durable to its end", $"Diario: {Size(engine.Journal.End)}, durable hasta su final"),
            engine.Journal.RecoveredTailBytes > 0
                ? new Text($"At the last start {Size(engine.Journal.RecoveredTailBytes)} of a write that was never acknowledged were dropped.", $"En el último arranque se quitaron {Size(engine.Journal.RecoveredTailBytes)} de una escritura que nunca se confirmó.")
                : new Text("Every event that was acknowledged is in it. Back this up.", "Contiene cada evento confirmado. Respáldalo."));
        yield return Checkpoint(host, engine, now);
        yield return new HealthLine(
            Verdict.Good, new Text($"Histories: {Size(facts.HistoryBytes)} in {facts.Segments} {(facts.Segments == 1 ? "file" : "files")}", $"Historias: {Size(facts.HistoryBytes)} en {facts.Segments} {(facts.Segments == 1 ? "archivo" : "archivos")}"),
            new Text($"{facts.InMemory:N0} newest events in memory. {facts.People:N0} people in {Placement.ShardCount} shards, folded on {Environment.ProcessorCount} cores.",
                $"{facts.InMemory:N0} eventos recientes en memoria. {facts.People:N0} personas en {Placement.ShardCount} particiones, en {Environment.ProcessorCount} núcleos."));
        yield return new HealthLine(Verdict.Good, new Text($"Memory: {Size(Environment.WorkingSet)}", $"Memoria: {Size(Environment.WorkingSet)}"), new Text("Of the whole program, mapped files included.", "De todo el programa, con los archivos mapeados."));
        yield return Disk(host);
        yield return facts.Rejected == 0
            ? new HealthLine(Verdict.Good, new Text("Nothing was refused", "Nada se rechazó"), new Text("Each item that came was taken in.", "Se admitió cada elemento que llegó."), "/sources/rejected")
            : new HealthLine(Verdict.Warn, new Text($"{facts.Rejected:N0} items were refused", $"{facts.Rejected:N0} elementos se rechazaron"), new Text("They are kept with their reasons.", "Se guardan con su motivo."), "/sources/rejected");
        if (facts.Quarantined > 0)
        {
            yield return new HealthLine(Verdict.Warn, new Text($"{facts.Quarantined:N0} groups of identifiers in quarantine", $"{facts.Quarantined:N0} grupos de identificadores en cuarentena"),
                new Text("One identifier ties too many people together.", "Un identificador une a demasiadas personas."), "/sources/identities");
        }
        if (facts.WithoutRate > 0)
        {
            yield return new HealthLine(Verdict.Warn, new Text($"{facts.WithoutRate:N0} amounts without an exchange rate", $"{facts.WithoutRate:N0} importes sin tipo de cambio"),
                new Text("They are left out of money(). `ciclo rates import` adds rates.", "Quedan fuera de money(). `ciclo rates import` agrega tipos."));
        }
    }

    private static HealthLine Folding(WorkspaceEngine engine)
    {
        var tick = new Text($"The last turn took {engine.LastTick.TotalMilliseconds:N0} ms.", $"La última vuelta tardó {engine.LastTick.TotalMilliseconds:N0} ms.");
        return engine.Backlog switch
        {
            0 => new HealthLine(Verdict.Good, new Text("Everything is folded", "Todo está procesado"), tick),
            var waiting and < ManyWaiting => new HealthLine(Verdict.Good, new Text($"{waiting:N0} events behind", $"{waiting:N0} eventos de retraso"), tick),
            var waiting => new HealthLine(waiting > engine.MaxBacklog / 2 ? Verdict.Bad : Verdict.Warn, new Text($"{waiting:N0} events behind", $"{waiting:N0} eventos de retraso"),
                new Text($"They are safe in the journal. From {engine.MaxBacklog:N0} on, more are refused for a while.", $"Están seguros en el diario. A partir de {engine.MaxBacklog:N0} se rechazan más por un rato.")),
        };
    }

    private static HealthLine LastEvent(long lastAt, long now)
    {
        if (lastAt == long.MinValue)
        {
            return new HealthLine(Verdict.Warn, new Text("No event yet", "Aún no hay eventos"), new Text("The first steps show how to send one.", "Los primeros pasos muestran cómo enviar uno."), "/start");
        }
        var age = Math.Max(0, now - lastAt);
        var (en, es) = (Age(age, Language.En), Age(age, Language.Es));
        return age > Durations.Day
            ? new HealthLine(Verdict.Warn, new Text($"The newest event happened {en} ago", $"El evento más reciente ocurrió hace {es}"), new Text("Nothing newer has come: look at the keys' last use.", "No ha llegado nada más nuevo: mira el último uso de las claves."))
            : new HealthLine(Verdict.Good, new Text($"The newest event happened {en} ago", $"El evento más reciente ocurrió hace {es}"), new Text("By the time that the sender gave it.", "Según la hora que indicó quien lo envió."));
    }

    private static HealthLine Checkpoint(DataHost host, WorkspaceEngine engine, long now)
    {
        var file = new FileInfo(Path.Combine(host.Folder, "workspaces", engine.Id, "checkpoint"));
        if (!file.Exists)
        {
            return new HealthLine(Verdict.None, new Text("No checkpoint yet", "Aún no hay punto de control"), new Text("A start reads the whole journal until there is one.", "Mientras no exista, un arranque lee todo el diario."));
        }
        var age = Math.Max(0, now - new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeMilliseconds());
        return new HealthLine(Verdict.Good, new Text($"Checkpoint: written {Age(age, Language.En)} ago", $"Punto de control: escrito hace {Age(age, Language.Es)}"), new Text("A start reads only what came after it.", "Un arranque lee solo lo que llegó después."));
    }

    private static HealthLine Disk(DataHost host)
    {
        var drive = new DriveInfo(Path.GetFullPath(host.Folder));
        var (free, total) = (drive.AvailableFreeSpace, Math.Max(1, drive.TotalSize));
        var verdict = free < Gigabyte ? Verdict.Bad : free < 5 * Gigabyte || free * 20 < total ? Verdict.Warn : Verdict.Good;
        return new HealthLine(verdict, new Text($"Disk: {Size(free)} free of {Size(total)}", $"Disco: {Size(free)} libres de {Size(total)}"),
            verdict == Verdict.Good ? new Text("Enough for what comes.", "Suficiente para lo que viene.") : new Text("Free some space: with a full disk no event is taken in.", "Libera espacio: con el disco lleno no se admite ningún evento."));
    }

    private static string Age(long ms, Language language) => new Locale(language, Zone.Utc).Duration(ms);

    private static string Size(long bytes) => bytes switch
    {
        >= 10 * Gigabyte => $"{bytes / Gigabyte:N0} GB",
        >= Gigabyte => $"{bytes / (double)Gigabyte:N1} GB",
        >= Megabyte => $"{bytes / (double)Megabyte:N1} MB",
        _ => $"{bytes / 1024.0:N1} KB",
    };
}
