using System.Globalization;
using System.Text;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Data.Sql;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Ask.Parts;
using Ciclo.Modules.Ask.Views;

namespace Ciclo.Modules.Ask.Export;

/// <summary>A file of an export, by its path within it.</summary>
internal sealed record ExportFile(string Path, long Rows, long Bytes);

/// <summary>What an export holds, kept beside it as manifest.json.</summary>
internal sealed record ExportManifest(string What, string Format, string Workspace, string? From, string? To, string MadeAt, long Rows, IReadOnlyList<ExportFile> Files);

/// <summary>Takes views out, a batch of rows at a time, however many there are. Who was erased is in no view, and so in no export.</summary>
internal sealed class Exporter(Asker asker, ExportAsked asked)
{
    /// <summary>Files open at one time where each day has its own.</summary>
    private const int MostOpen = 200;

    private const int ParquetMemoryMb = 512;

    /// <summary>Writes all rows to one stream of text; answers how many.</summary>
    public long WriteTo(TextWriter output, CancellationToken cancellation)
    {
        var text = new RowText(asked, asker.Engine.Id);
        output.Write(text.Head);
        return Each(row => output.Write(text.Line(row)), cancellation);
    }

    /// <summary>
    /// Writes the export as FOLDER/WHAT with its manifest, and answers that. It has another name until it is whole. Throws <see cref="RefusedException"/>.
    /// </summary>
    public ExportManifest WriteInto(string folder, bool isByDay, CancellationToken cancellation)
    {
        var place = Path.Combine(folder, asked.View.Name);
        if (Directory.Exists(place))
        {
            throw new RefusedException(new Text($"{place} is there already. Move it away, or name another folder.", $"{place} ya está ahí. Quítala, o indica otra carpeta."));
        }
        var work = Path.Combine(folder, "." + asked.View.Name + ".part");
        if (Directory.Exists(work))
        {
            Directory.Delete(work, recursive: true);
        }
        Directory.CreateDirectory(work);
        var rows = asked.Format == ExportFormat.Parquet ? Parquet(work, isByDay: asked.View.HasRange, cancellation) : Texts(work, isByDay && asked.View.HasRange, cancellation);
        var manifest = new ExportManifest(
            asked.View.Name, asked.Format.ToString().ToLowerInvariant(), asker.Engine.Id, Said(asked.Span.Since), Said(asked.Span.Until), Said(asker.Host.NowMs)!, rows.Values.Sum(),
            [.. rows.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new ExportFile(pair.Key, pair.Value, new FileInfo(Path.Combine(work, pair.Key)).Length))]);
        File.WriteAllText(Path.Combine(work, "manifest.json"), JsonSerializer.Serialize(manifest, ApiJson.Options) + "\n");
        Directory.Move(work, place);
        return manifest;
    }

    /// <summary>One Parquet file of everything; answers its rows.</summary>
    public long WriteParquet(string file, CancellationToken cancellation) => Ask(Path.GetDirectoryName(file)!, session =>
    {
        session.Execute($"COPY (FROM {Source()}) TO '{Quoted(file)}' (FORMAT parquet, COMPRESSION zstd)");
        return Counted(session, $"FROM '{Quoted(file)}'")[""];
    }, cancellation);

    private Dictionary<string, long> Texts(string work, bool isByDay, CancellationToken cancellation)
    {
        var (rows, text) = (new Dictionary<string, long>(StringComparer.Ordinal), new RowText(asked, asker.Engine.Id));
        using var files = new OpenFiles(work, text.Head, MostOpen);
        var only = $"{asked.View.Name}.{asked.Ending}";
        Each(row =>
        {
            var name = isByDay ? Path.Combine($"date={DayOf(((SqlTime)row[0]!).Ms)}", "part-0." + asked.Ending) : only;
            files.Write(name, text.Line(row));
            rows[name] = rows.GetValueOrDefault(name) + 1;
        }, cancellation);
        if (rows.Count == 0 && !isByDay)
        {
            // No rows are an answer too.
            files.Write(only, "");
            rows[only] = 0;
        }
        return rows;
    }

    private Dictionary<string, long> Parquet(string work, bool isByDay, CancellationToken cancellation) => Ask(work, session =>
    {
        if (!isByDay)
        {
            session.Execute($"COPY (FROM {Source()}) TO '{Quoted(Path.Combine(work, "part-0.parquet"))}' (FORMAT parquet, COMPRESSION zstd)");
            return new Dictionary<string, long>(StringComparer.Ordinal) { ["part-0.parquet"] = Counted(session, $"FROM '{Quoted(work)}/part-0.parquet'")[""] };
        }
        // One after the other by time: so a day's rows come together, and each day is one file that needs to be open only once.
        session.Execute("SET threads = 1");
        // So many rows wait for their files; with the usual half a million, those of long events fill the memory.
        session.Execute("SET partitioned_write_flush_threshold = 20000");
        // DuckDB may write within the folder that it was given, and not that folder itself.
        var days = Directory.CreateDirectory(Path.Combine(work, "days")).FullName;
        session.Execute($"COPY (SELECT *, strftime(time, '%Y-%m-%d') AS date FROM {Source()} ORDER BY time) TO '{Quoted(days)}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (date), FILENAME_PATTERN 'part-{{i}}')");
        var folders = Directory.Exists(days) ? Directory.GetDirectories(days) : [];
        var rows = folders.Length == 0 ? [] : Counted(session, $"SELECT filename, count(*) FROM read_parquet('{Quoted(days)}/*/*.parquet', filename := true) GROUP BY 1");
        Array.ForEach(folders, folder => Directory.Move(folder, Path.Combine(work, Path.GetFileName(folder))));
        Directory.Delete(days, recursive: true);
        return rows.ToDictionary(pair => Path.GetRelativePath(days, pair.Key), pair => pair.Value, StringComparer.Ordinal);
    }, cancellation);

    private T Ask<T>(string folder, Func<DuckSession, T> work, CancellationToken cancellation)
    {
        DuckSession.Load(Part.Duckdb.Find(asker.Host.Folder) ?? throw new RefusedException(Part.Duckdb.Missing));
        try
        {
            using var session = DuckSession.Open(new DuckLimits(ParquetMemoryMb, Environment.ProcessorCount, folder), asker.Engine.Rules.Zone.Id, AllViews.List.Select(view => view.For(asker)));
            using var interrupt = cancellation.Register(session.Interrupt);
            return work(session);
        }
        catch (SqlRefusedException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (SqlRefusedException refused)
        {
            throw new RefusedException(new Text($"The export could not be written: {refused.Message}", $"No se pudo escribir la exportación: {refused.Message}"));
        }
        finally
        {
            var spill = Path.Combine(folder, DuckSession.SpillFolder);
            if (Directory.Exists(spill))
            {
                Directory.Delete(spill, recursive: true);
            }
        }
    }

    private static Dictionary<string, long> Counted(DuckSession session, string sql)
    {
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        using var rows = session.Ask(sql.StartsWith("FROM", StringComparison.Ordinal) ? "SELECT '', count(*) " + sql : sql);
        while (rows.ReadChunk())
        {
            for (var i = 0; i < rows.Count; i++)
            {
                found[(string)rows.Cell(i, 0)!] = (long)rows.Cell(i, 1)!;
            }
        }
        return found;
    }

    private string Source()
    {
        var span = new List<string>();
        if (asked.Span.Since is { } since)
        {
            span.Add($"since := TIMESTAMPTZ '{Said(since)}'");
        }
        if (asked.Span.Until is { } until)
        {
            span.Add($"until := TIMESTAMPTZ '{Said(until)}'");
        }
        var repeated = asked.View.Columns.Where(column => column.RepeatsOthers).Select(column => column.Name).ToList();
        var what = repeated.Count == 0 ? "*" : $"* EXCLUDE ({string.Join(", ", repeated)})";
        return $"(SELECT {what} FROM {asked.View.Name}({string.Join(", ", span)}))";
    }

    private long Each(RowAction take, CancellationToken cancellation)
    {
        var scan = asked.View.Open(asker, asked.Span);
        var batch = new CellBatch(scan.Columns.Count);
        using var reader = scan.Reader([.. asked.View.Columns.Select(column => asked.Format != ExportFormat.Csv || !column.RepeatsOthers)]);
        for (var count = 0L; ; count += batch.Count)
        {
            cancellation.ThrowIfCancellationRequested();
            batch.Clear();
            reader.Read(batch);
            if (batch.Count == 0)
            {
                return count;
            }
            for (var row = 0; row < batch.Count; row++)
            {
                take(batch.Row(row));
            }
        }
    }

    private delegate void RowAction(ReadOnlySpan<object?> row);

    private string DayOf(long ms) => DateTime.UnixEpoch.AddDays(asker.Engine.Rules.Zone.DayOf(ms)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Said(long? ms) => ms is { } at ? Core.Time.Instants.Format(at) : null;

    private static string Quoted(string path) => path.Replace("'", "''", StringComparison.Ordinal);

    /// <summary>Files that are written side by side; past a number of them all are closed, and opened again where they end.</summary>
    private sealed class OpenFiles(string folder, string head, int most) : IDisposable
    {
        private readonly Dictionary<string, StreamWriter> open = new(StringComparer.Ordinal);

        public void Write(string name, string line)
        {
            if (!open.TryGetValue(name, out var file))
            {
                if (open.Count == most)
                {
                    Dispose();
                }
                var path = Path.Combine(folder, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                var isNew = !File.Exists(path);
                open[name] = file = new StreamWriter(path, append: true, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                file.Write(isNew ? head : "");
            }
            file.Write(line);
        }

        public void Dispose()
        {
            foreach (var file in open.Values)
            {
                file.Dispose();
            }
            open.Clear();
        }
    }
}
