using Ciclo.Data.Files;

namespace Ciclo.Tests.Simulation;

public enum Fault
{
    /// <summary>The operation fails: EIO.</summary>
    Broken = 0,
    /// <summary>A write, a growth or a new file fails: ENOSPC. Other operations pass.</summary>
    Full = 1,
    /// <summary>The power goes: this operation and all after it fail, until <see cref="SimulatedStorage.Crash"/>.</summary>
    PowerCut = 2,
}

/// <summary>
/// A disk in memory. What was not flushed may be lost or torn, byte by byte, at <see cref="Crash"/>; a name that was not synchronised may be
/// lost; the k-th changing operation can fail; capacity is bounded. A flush that fails settles at random what reached the disk and forgets
/// the rest, as Linux does: a later flush succeeds and saves nothing of it. The same seed and the same calls give the same disk.
/// </summary>
public sealed class SimulatedStorage(int seed) : IStorage
{
    private const int BrokenCode = 5;

    private readonly Lock gate = new();
    private readonly Random random = new(seed);
    private readonly Dictionary<string, SimulatedNode> durableNames = new(StringComparer.Ordinal);
    private readonly List<(string Folder, Action<Dictionary<string, SimulatedNode>> Change)> pendingNames = [];
    private readonly HashSet<string> locks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> reads = new(StringComparer.Ordinal);
    private Dictionary<string, SimulatedNode> names = new(StringComparer.Ordinal);
    private int generation;
    private bool powerless;

    /// <summary>Changing operations so far: creations, writes, flushes, lengths, renames, deletions, directory flushes.</summary>
    public int Operations { get; private set; }

    public int Flushes { get; private set; }

    public int Writes { get; private set; }

    /// <summary>The number (from 1) of the operation that meets <see cref="Fault"/>; 0 for none.</summary>
    public int FaultAt { get; set; }

    public Fault Fault { get; set; }

    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>What the operation that met the fault was, such as `flush journal/000000000001.log`.</summary>
    public string? Faulted { get; private set; }

    /// <summary>Runs at the start of each flush of a file, outside the lock: a test can hold the flush here.</summary>
    public Action? BeforeFlush { get; set; }

    /// <summary>Bytes read so far from the files below a folder; what is mapped is not counted.</summary>
    public long BytesRead(string folder)
    {
        lock (gate)
        {
            return reads.Where(file => file.Key.StartsWith(folder, StringComparison.Ordinal)).Sum(file => file.Value);
        }
    }

    /// <summary>The process is gone, the machine is not: open files and locks are dropped, unflushed bytes stay.</summary>
    public void Kill()
    {
        lock (gate)
        {
            generation++;
            locks.Clear();
            powerless = false;
            FaultAt = 0;
        }
    }

    /// <summary>The machine went down and came back: <see cref="Kill"/>, and of each unflushed change nothing, all or some bytes remain.</summary>
    public void Crash()
    {
        lock (gate)
        {
            Kill();
            var kept = random.Next(pendingNames.Count + 1);
            pendingNames.Take(kept).ToList().ForEach(pending => pending.Change(durableNames));
            pendingNames.Clear();
            names = new Dictionary<string, SimulatedNode>(durableNames, StringComparer.Ordinal);
            foreach (var node in names.Values)
            {
                node.Settle(random);
                node.Revert();
            }
        }
    }

    /// <summary>The bytes a process would read now.</summary>
    public byte[] Bytes(string path)
    {
        lock (gate)
        {
            return names[path].Current.ToArray();
        }
    }

    /// <summary>Puts a file there, durable.</summary>
    public void Put(string path, byte[] bytes)
    {
        lock (gate)
        {
            names[path] = durableNames[path] = new SimulatedNode(bytes);
        }
    }

    public IStorageFile Open(string path, StorageMode mode)
    {
        lock (gate)
        {
            if (mode != StorageMode.Create)
            {
                return names.TryGetValue(path, out var existing)
                    ? new SimulatedFile(this, path, existing, generation)
                    : throw new FileNotFoundException("No such file.", path);
            }
            Step("create " + path, generation, takesSpace: true);
            if (names.TryGetValue(path, out var node))
            {
                node.SetLength(0);
            }
            else
            {
                node = new SimulatedNode([]);
                Name(path, all => all[path] = node);
            }
            return new SimulatedFile(this, path, node, generation);
        }
    }

    public IStorageMap Map(string path)
    {
        lock (gate)
        {
            RequireAlive(generation);
            return names.TryGetValue(path, out var node) ? new ArrayMap(node.Current) : throw new FileNotFoundException("No such file.", path);
        }
    }

    public IReadOnlyList<string> List(string folder)
    {
        lock (gate)
        {
            return [.. names.Keys.Where(path => Folder(path) == folder).Select(path => path[(path.LastIndexOf('/') + 1)..]).Order(StringComparer.Ordinal)];
        }
    }

    public bool Exists(string path)
    {
        lock (gate)
        {
            return names.ContainsKey(path);
        }
    }

    public void Rename(string from, string to)
    {
        lock (gate)
        {
            Step("rename " + from, generation, takesSpace: false);
            var node = names.TryGetValue(from, out var found) ? found : throw new FileNotFoundException("No such file.", from);
            Name(to, all =>
            {
                all.Remove(from);
                all[to] = node;
            });
        }
    }

    public void Delete(string path)
    {
        lock (gate)
        {
            Step("delete " + path, generation, takesSpace: false);
            Name(path, all => all.Remove(path));
        }
    }

    public void CreateDirectory(string path)
    {
    }

    public void SyncDirectory(string path)
    {
        lock (gate)
        {
            Step("sync " + path, generation, takesSpace: false);
            pendingNames.Where(pending => pending.Folder == path).ToList().ForEach(pending => pending.Change(durableNames));
            pendingNames.RemoveAll(pending => pending.Folder == path);
        }
    }

    public IDisposable Lock(string path)
    {
        lock (gate)
        {
            return locks.Add(path) ? new Held(this, path, generation) : throw new IOException($"'{path}' is locked.");
        }
    }

    internal int Read(string path, SimulatedNode node, int opened, long offset, Span<byte> buffer)
    {
        lock (gate)
        {
            RequireAlive(opened);
            var bytes = node.Current;
            var count = (int)Math.Clamp(bytes.Length - offset, 0, buffer.Length);
            bytes.Slice((int)Math.Min(offset, bytes.Length), count).CopyTo(buffer);
            reads[path] = reads.GetValueOrDefault(path) + count;
            return count;
        }
    }

    internal long Length(SimulatedNode node, int opened)
    {
        lock (gate)
        {
            RequireAlive(opened);
            return node.Current.Length;
        }
    }

    internal void Write(string path, SimulatedNode node, int opened, long offset, ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            RequireAlive(opened);
            Writes++;
            var used = names.Values.Sum(each => (long)each.Current.Length);
            var room = Capacity - used + Math.Max(0, node.Current.Length - offset);
            try
            {
                Step("write " + path, opened, takesSpace: true);
            }
            catch (IOException)
            {
                // A write that fails may have been done in part.
                node.Write((int)offset, bytes[..random.Next(bytes.Length + 1)].ToArray());
                throw;
            }
            if (bytes.Length > room)
            {
                node.Write((int)offset, bytes[..(int)Math.Max(0, room)].ToArray());
                throw new IOException("No space left.", DiskFull.NoSpace);
            }
            node.Write((int)offset, bytes.ToArray());
        }
    }

    internal void SetLength(string path, SimulatedNode node, int opened, long length)
    {
        lock (gate)
        {
            Step("length " + path, opened, takesSpace: length > node.Current.Length);
            node.SetLength((int)length);
        }
    }

    internal void Flush(string path, SimulatedNode node, int opened)
    {
        BeforeFlush?.Invoke();
        lock (gate)
        {
            Flushes++;
            try
            {
                Step("flush " + path, opened, takesSpace: false);
            }
            catch (IOException) when (!powerless && opened == generation)
            {
                node.Settle(random);
                throw;
            }
            node.MakeDurable();
        }
    }

    private static string Folder(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    private void Name(string path, Action<Dictionary<string, SimulatedNode>> change)
    {
        change(names);
        pendingNames.Add((Folder(path), change));
    }

    private void Step(string what, int opened, bool takesSpace)
    {
        RequireAlive(opened);
        if (++Operations != FaultAt)
        {
            return;
        }
        if (Fault == Fault.Full && !takesSpace)
        {
            // A full disk fails nothing but growth: the next operation that grows meets the fault.
            FaultAt++;
            return;
        }
        Faulted = what;
        powerless = Fault == Fault.PowerCut;
        throw Fault == Fault.Full ? new IOException("No space left.", DiskFull.NoSpace) : new IOException("Broken: " + what, BrokenCode);
    }

    private void RequireAlive(int opened)
    {
        if (powerless || opened != generation)
        {
            throw new IOException("The simulated machine is down.", BrokenCode);
        }
    }

    private sealed class Held(SimulatedStorage storage, string path, int taken) : IDisposable
    {
        public void Dispose()
        {
            lock (storage.gate)
            {
                if (taken == storage.generation)
                {
                    storage.locks.Remove(path);
                }
            }
        }
    }

    private sealed class SimulatedFile(SimulatedStorage storage, string path, SimulatedNode node, int opened) : IStorageFile
    {
        public long Length => storage.Length(node, opened);

        public int ReadAt(long offset, Span<byte> buffer) => storage.Read(path, node, opened, offset, buffer);

        public void WriteAt(long offset, ReadOnlySpan<byte> bytes) => storage.Write(path, node, opened, offset, bytes);

        public void Flush() => storage.Flush(path, node, opened);

        public void SetLength(long length) => storage.SetLength(path, node, opened, length);

        public void Dispose()
        {
        }
    }
}
