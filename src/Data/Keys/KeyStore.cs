using Ciclo.Data.Files;

namespace Ciclo.Data.Keys;

/// <summary>
/// A map from 128-bit hashes to values of a few words, as a log-structured set: new keys in a table in memory; full tables become immutable sorted files;
/// files are merged. A key that is nowhere costs a look into the filter of each file and no read of the disk.
/// <para>One writer, which alone calls <see cref="Set"/>, <see cref="Adopt"/>, <see cref="Cut"/> and <see cref="Committed"/>; <see cref="TryGet"/> from
/// other threads must not overlap these. <see cref="Step"/> and <see cref="Write"/> may run on any thread beside all else.</para>
/// <para>To keep it: <see cref="Cut"/> (at once), <see cref="Write"/> (later), make the list durable, <see cref="Committed"/>. No file that the last
/// committed list or the last cut names is deleted.</para>
/// </summary>
public sealed class KeyStore : IDisposable
{
    private readonly KeyWork? work;
    private readonly int rowsInMemory;
    private KeyRun[] runs = [];
    private KeyTable active;
    private KeyTable? spare;
    private int adopted;
    private readonly int valueWords;
    private readonly SemaphoreSlim wake = new(0, 1);

    private KeyStore(int valueWords, KeyWork? work, int rowsInMemory)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(valueWords);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(valueWords, KeyRow.MaxValueWords);
        this.valueWords = valueWords;
        this.work = work;
        this.rowsInMemory = rowsInMemory;
        active = new KeyTable(valueWords);
    }

    /// <summary>A store that is never written and has no files.</summary>
    public static KeyStore InMemory(int valueWords) => new(valueWords, null, int.MaxValue);

    /// <summary>
    /// Opens a store with the files that a list names (none: a new store); other files of its prefix in its folder are deleted. Throws
    /// <see cref="KeysDamagedException"/> if one is missing or damaged.
    /// </summary>
    public static KeyStore Open(IStorage storage, KeyStoreOptions options, IReadOnlyList<KeyFileMeta> files)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ValueWords, 1);
        var opened = new KeyWork(storage, options);
        try
        {
            opened.Open(files);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
        var store = new KeyStore(options.ValueWords, opened, options.RowsInMemory) { adopted = -1 };
        store.Adopt();
        return store;
    }

    /// <summary>Rows held; a key that was set again after it left memory counts twice until the files are merged, an expired one until then too.</summary>
    public long Count => active.Count + runs.Sum(run => run.Rows);

    public int FileCount => runs.Count(run => run.File is not null);

    /// <summary>What its tables and filters take.</summary>
    public long MemoryBytes => active.Bytes + (spare?.Bytes ?? 0) + runs.Sum(run => run.Table?.Bytes ?? run.File!.MemoryBytes);

    /// <summary>Rows whose first value word is less, as a signed number, are dropped when files are next written, if the store's options say so.</summary>
    public long ExpireBefore
    {
        get => work?.ExpireBefore ?? long.MinValue;
        set
        {
            if (work is not null)
            {
                work.ExpireBefore = value;
            }
        }
    }

    /// <summary>Answers a key's value as last set. Throws <see cref="KeysDamagedException"/> if the block of a file that may hold it is damaged.</summary>
    public bool TryGet(UInt128 key, Span<ulong> value)
    {
        var (high, low) = ((ulong)(key >> 64), (ulong)key);
        if (active.TryGet(high, low, value))
        {
            return true;
        }
        for (var i = runs.Length - 1; i >= 0; i--)
        {
            if (runs[i].TryGet(high, low, value))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Adds a key, or gives it another value. Allocates nothing but room for more keys in memory, and that is used again.</summary>
    public void Set(UInt128 key, ReadOnlySpan<ulong> value)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(value.Length, valueWords);
        active.Set((ulong)(key >> 64), (ulong)key, value);
        if (active.Count >= rowsInMemory)
        {
            Seal();
            Help();
        }
    }

    /// <summary>Takes over what was written and merged meanwhile; false if nothing was. Frees what it replaces.</summary>
    public bool Adopt()
    {
        if (work is null || adopted == work.Version)
        {
            return false;
        }
        adopted = work.Version;
        runs = work.Adopt(out var free);
        if (free is not null && spare is null)
        {
            free.Clear();
            spare = free;
        }
        Wake();
        return true;
    }

    /// <summary>
    /// Does one piece of the work beside the writer: writes a table, takes a slice of a merge, deletes a file; false if there is none.
    /// Throws <see cref="IOException"/>, after which it may be tried again, and <see cref="KeysDamagedException"/>.
    /// </summary>
    public bool Step() => work?.Step() ?? false;

    /// <summary>Gives up the pages of files that were read. On any thread; readers read on.</summary>
    public void ForgetPages() => work?.ForgetPages();

    /// <summary>Steps whenever there is work, until cancelled. A full disk is waited out; what else fails ends it.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await wake.WaitAsync(cancellation);
            try
            {
                while (!cancellation.IsCancellationRequested && Step())
                {
                }
            }
            catch (IOException full) when (DiskFull.Is(full))
            {
                // The next table, or the next list made durable, wakes it again; until then the keys stay in memory.
            }
        }
    }

    /// <summary>Fixes what the store holds now, at the cost of changing a table. A later cut takes the place of one that was not committed.</summary>
    public KeyCut Cut()
    {
        if (active.Count > 0)
        {
            Seal();
        }
        return Stored.Cut();
    }

    /// <summary>Puts into files what of a cut is not there yet, durable, and lists the files, oldest first. Throws <see cref="IOException"/>.</summary>
    public IReadOnlyList<KeyFileMeta> Write(KeyCut cut) => Stored.Write(cut);

    /// <summary>The list of the last cut is durable: files that only earlier lists named may go.</summary>
    public void Committed(KeyCut cut)
    {
        Stored.Committed(cut);
        Wake();
    }

    /// <summary>Shows the rows of a store in memory: key halves, then value words.</summary>
    public void Visit(Action<ReadOnlySpan<ulong>> row)
    {
        for (var i = 0; i < active.Count; i++)
        {
            row(active.Row(i));
        }
    }

    public void Dispose()
    {
        work?.Dispose();
        runs = [];
        wake.Dispose();
    }

    private KeyWork Stored => work ?? throw new InvalidOperationException("This store is in memory alone.");

    private void Seal()
    {
        Stored.Seal(active);
        active = spare ?? new KeyTable(valueWords);
        spare = null;
        Adopt();
    }

    /// <summary>Where nobody else works, or not fast enough, the writer does: memory and the number of files stay bounded.</summary>
    private void Help()
    {
        try
        {
            while (Stored.IsBehind && Step())
            {
            }
        }
        catch (IOException)
        {
            // The keys stay in memory; whoever next writes a list meets the failure and tells it.
        }
        Adopt();
    }

    private void Wake()
    {
        if (wake.CurrentCount == 0)
        {
            try
            {
                wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // It was woken in between.
            }
        }
    }
}
