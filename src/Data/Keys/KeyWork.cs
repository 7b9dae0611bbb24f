using Ciclo.Data.Files;

namespace Ciclo.Data.Keys;

/// <summary>
/// What goes on beside the writer: sealed tables become files, files are merged, files that no list names are deleted. One step at a time, on any
/// thread; the writer takes what came of it when it likes. A step that fails has changed nothing and can be taken again.
/// </summary>
internal sealed class KeyWork(IStorage storage, KeyStoreOptions options) : IDisposable
{
    private const int MostTablesWaiting = 3;

    /// <summary>Guards what follows, for moments only.</summary>
    private readonly Lock gate = new();

    /// <summary>All that counts, oldest first: files, then tables.</summary>
    private readonly List<KeyRun> plan = [];
    private readonly List<KeyRun> dead = [];
    private readonly List<KeyRun> retired = [];
    private readonly Queue<string> doomed = [];
    private long nextNumber = 1;
    private int version;

    /// <summary>Held for a step.</summary>
    private readonly Lock turn = new();
    private KeyMerge? merge;
    private long mergeNumber;
    private bool isDisposed;

    private long expireBefore = long.MinValue;

    public long ExpireBefore
    {
        get => Interlocked.Read(ref expireBefore);
        set => Interlocked.Exchange(ref expireBefore, value);
    }

    /// <summary>Changes with all that <see cref="Adopt"/> would bring.</summary>
    public int Version => Volatile.Read(ref version);

    /// <summary>Whoever makes more is to work it off first.</summary>
    public bool IsBehind
    {
        get
        {
            lock (gate)
            {
                return plan.Count(run => run.Table is not null) >= MostTablesWaiting || plan.Count > options.MaxFiles * 3;
            }
        }
    }

    /// <summary>Starts with files that a list names; all others of this store are deleted.</summary>
    public void Open(IReadOnlyList<KeyFileMeta> files)
    {
        storage.CreateDirectory(options.Folder);
        foreach (var meta in files)
        {
            var path = options.PathOf(meta.Number);
            var file = KeyFile.Open(storage, path, options.ValueWords, options.IsCheckedAtOpen);
            plan.Add(new KeyRun { File = file, Number = meta.Number, IsKept = true });
            if (file.Sum != meta.Sum || file.Rows != meta.Rows)
            {
                throw new KeysDamagedException(path, "it is not the file that the checkpoint names.");
            }
        }
        var known = files.Select(file => file.Number).ToHashSet();
        foreach (var name in storage.List(options.Folder).Where(name => options.NumberIn(name) is >= 0 and var number && !known.Contains(number)))
        {
            storage.Delete($"{options.Folder}/{name}");
        }
        nextNumber = files.Count == 0 ? 1 : files.Max(file => file.Number) + 1;
    }

    public void Seal(KeyTable table)
    {
        lock (gate)
        {
            plan.Add(new KeyRun { Table = table });
            version++;
        }
    }

    /// <summary>What counts now. <paramref name="spare"/>: a table that is not needed any more. Nobody may be reading the parts of before.</summary>
    public KeyRun[] Adopt(out KeyTable? spare)
    {
        spare = null;
        lock (gate)
        {
            foreach (var run in dead)
            {
                spare = run.Table ?? spare;
                if (run.File is not null)
                {
                    run.File.Dispose();
                    Retire(run);
                }
            }
            dead.Clear();
            return [.. plan];
        }
    }

    public KeyCut Cut()
    {
        lock (gate)
        {
            plan.ForEach(run => run.IsKept = true);
            return new KeyCut([.. plan]);
        }
    }

    /// <summary>Puts the rest of a cut into files.</summary>
    public IReadOnlyList<KeyFileMeta> Write(KeyCut cut)
    {
        foreach (var run in cut.Runs.Where(run => run.Table is not null))
        {
            lock (turn)
            {
                ObjectDisposedException.ThrowIf(isDisposed, this);
                if (!run.IsWritten)
                {
                    WriteTable(run);
                }
            }
        }
        return [.. cut.Files.Select(run => new KeyFileMeta(run.Number, run.Rows, run.File!.Sum))];
    }

    public void Committed(KeyCut cut)
    {
        lock (gate)
        {
            var named = cut.Files.ToHashSet();
            foreach (var run in retired.Where(run => !named.Contains(run)))
            {
                doomed.Enqueue(options.PathOf(run.Number));
            }
            retired.RemoveAll(run => !named.Contains(run));
            foreach (var run in plan.Concat(dead))
            {
                run.IsKept = named.Contains(run);
            }
        }
    }

    /// <summary>Gives up the pages of files that were read.</summary>
    public void ForgetPages()
    {
        // No file is unmapped meanwhile: that is done under the same lock.
        lock (gate)
        {
            plan.ForEach(run => run.File?.ForgetPages());
        }
    }

    /// <summary>Does one piece of work; false if there is none. Throws <see cref="IOException"/> and <see cref="KeysDamagedException"/>.</summary>
    public bool Step()
    {
        lock (turn)
        {
            if (isDisposed)
            {
                return false;
            }
            var (table, path) = Next();
            if (table is not null)
            {
                WriteTable(table);
                return true;
            }
            if (path is not null)
            {
                Delete(path);
                return true;
            }
            if (merge is null && !BeginMerge())
            {
                return DropExpired();
            }
            AdvanceMerge();
            return true;
        }
    }

    public void Dispose()
    {
        lock (turn)
        {
            isDisposed = true;
            merge?.Dispose();
            merge = null;
            lock (gate)
            {
                foreach (var run in plan.Concat(dead))
                {
                    run.File?.Dispose();
                }
                plan.Clear();
                dead.Clear();
            }
        }
    }

    private (KeyRun? Table, string? Path) Next()
    {
        lock (gate)
        {
            var table = plan.Find(run => run.Table is not null);
            return table is not null ? (table, null) : doomed.TryPeek(out var path) ? (null, path) : (null, null);
        }
    }

    private void Delete(string path)
    {
        storage.Delete(path);
        lock (gate)
        {
            doomed.Dequeue();
        }
    }

    private void Doom(string path)
    {
        lock (gate)
        {
            doomed.Enqueue(path);
        }
    }

    private void Retire(KeyRun run)
    {
        if (run.IsKept)
        {
            retired.Add(run);
        }
        else
        {
            doomed.Enqueue(options.PathOf(run.Number));
        }
    }

    private void WriteTable(KeyRun sealedRun)
    {
        var table = sealedRun.Table!;
        var (number, path) = NewFile();
        KeyRun? run = null;
        try
        {
            using var writer = new KeyFileWriter(storage, path, options.ValueWords, table.Count);
            foreach (var row in table.Sorted())
            {
                if (!IsExpired((long)table.Row(row)[KeyRow.KeyWords]))
                {
                    writer.Add(table.Row(row));
                }
            }
            if (writer.Rows > 0)
            {
                writer.Finish();
                run = new KeyRun { File = KeyFile.Open(storage, path, options.ValueWords, isCheckedWhole: false), Number = number };
            }
        }
        finally
        {
            if (run is null)
            {
                Doom(path);
            }
        }
        sealedRun.WrittenAs = run;
        sealedRun.IsWritten = true;
        Replace([sealedRun], run);
    }

    private (long Number, string Path) NewFile() => (nextNumber, options.PathOf(nextNumber++));

    /// <summary>Puts what was made of some parts that stand side by side in their place.</summary>
    private void Replace(IReadOnlyList<KeyRun> runs, KeyRun? by)
    {
        lock (gate)
        {
            var at = plan.IndexOf(runs[0]);
            plan.RemoveRange(at, runs.Count);
            if (by is not null)
            {
                // A cut that names a table names the file that was made of it. A merged file is in no cut yet.
                by.IsKept = runs[0].Table is not null && runs[0].IsKept;
                plan.Insert(at, by);
            }
            dead.AddRange(runs);
            version++;
        }
    }

    /// <summary>
    /// Over the number of files, merges the newest, and with them each older one that is at most twice as large as they are together: so a key is
    /// written about once for each doubling, and the files stay few.
    /// </summary>
    private bool BeginMerge()
    {
        List<KeyRun> files;
        lock (gate)
        {
            files = plan.FindAll(run => run.File is not null);
        }
        if (files.Count <= options.MaxFiles)
        {
            return false;
        }
        var start = files.Count - 2;
        var rows = files[^1].Rows + files[^2].Rows;
        while (start > 0 && files[start - 1].Rows <= rows * 2 && rows + files[start - 1].Rows <= KeyFileFormat.MaxRows)
        {
            rows += files[--start].Rows;
        }
        BeginMerge(files[start..], rows);
        return true;
    }

    private void BeginMerge(List<KeyRun> inputs, long rows)
    {
        (mergeNumber, var path) = NewFile();
        KeyFileWriter? writer = null;
        try
        {
            writer = new KeyFileWriter(storage, path, options.ValueWords, rows);
            merge = new KeyMerge(inputs, writer, options.ValueWords, options.Expires ? ExpireBefore : null);
        }
        finally
        {
            if (merge is null)
            {
                writer?.Dispose();
                Doom(path);
            }
        }
    }

    private void AdvanceMerge()
    {
        var work = merge!;
        var path = options.PathOf(mergeNumber);
        KeyRun? run = null;
        var isGoingOn = false;
        try
        {
            isGoingOn = !work.Advance(options.KeysAStep);
            if (!isGoingOn && work.Rows > 0)
            {
                run = new KeyRun { File = KeyFile.Open(storage, path, options.ValueWords, isCheckedWhole: false), Number = mergeNumber };
            }
        }
        finally
        {
            if (!isGoingOn)
            {
                EndMerge();
                if (run is null)
                {
                    // It failed and begins anew, or all of it had expired.
                    Doom(path);
                }
            }
        }
        if (!isGoingOn)
        {
            Replace(work.Inputs, run);
        }
    }

    private void EndMerge()
    {
        merge?.Dispose();
        merge = null;
    }

    private bool DropExpired()
    {
        KeyRun? expired;
        lock (gate)
        {
            expired = plan.Find(run => run.File is not null && IsExpired(run.File.Greatest));
        }
        if (expired is null)
        {
            return false;
        }
        Replace([expired], null);
        return true;
    }

    private bool IsExpired(long instant) => options.Expires && instant < ExpireBefore;
}
