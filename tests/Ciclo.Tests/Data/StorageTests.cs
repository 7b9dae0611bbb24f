using System.Text;
using Ciclo.Data.Files;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Data;

/// <summary>What every storage promises, on real files and on the simulated disk.</summary>
public abstract class StorageTests
{
    protected abstract IStorage Storage { get; }

    [Fact]
    public void A_file_holds_what_was_written_at_each_offset()
    {
        Storage.CreateDirectory("a/b");
        using var file = Storage.Open("a/b/file", StorageMode.Create);
        file.WriteAt(3, "def"u8);
        file.WriteAt(0, "abc"u8);
        file.Flush();
        Assert.Equal(6, file.Length);
        Assert.Equal("abcdef", Read(file, 0, 10));
        Assert.Equal("cd", Read(file, 2, 2));
        Assert.Equal("", Read(file, 6, 2));
        file.SetLength(4);
        file.SetLength(5);
        Assert.Equal("abcd\0", Read(file, 0, 10));
    }

    [Fact]
    public void Names_are_listed_in_order_renamed_over_others_and_deleted()
    {
        Storage.CreateDirectory("folder");
        foreach (var name in new[] { "b", "a", "c" })
        {
            using var file = Storage.Open("folder/" + name, StorageMode.Create);
            file.WriteAt(0, Encoding.UTF8.GetBytes(name));
        }
        Assert.Equal(["a", "b", "c"], Storage.List("folder"));
        Storage.Rename("folder/c", "folder/a");
        Storage.Delete("folder/b");
        Storage.Delete("folder/never");
        Storage.SyncDirectory("folder");
        Assert.Equal(["a"], Storage.List("folder"));
        Assert.Empty(Storage.List("nowhere"));
        Assert.True(Storage.Exists("folder/a") && !Storage.Exists("folder/c"));
        using var renamed = Storage.Open("folder/a", StorageMode.Read);
        Assert.Equal("c", Read(renamed, 0, 10));
        Assert.Throws<FileNotFoundException>(() => Storage.Open("folder/c", StorageMode.Write));
    }

    [Fact]
    public void Creating_a_file_that_exists_empties_it()
    {
        Storage.CreateDirectory("folder");
        using (var first = Storage.Open("folder/file", StorageMode.Create))
        {
            first.WriteAt(0, "old"u8);
        }
        using var second = Storage.Open("folder/file", StorageMode.Create);
        Assert.Equal(0, second.Length);
    }

    [Fact]
    public void A_lock_is_held_by_one_at_a_time()
    {
        Storage.CreateDirectory("folder");
        using (Storage.Lock("folder/lock"))
        {
            Assert.Throws<IOException>(() => Storage.Lock("folder/lock"));
        }
        Storage.Lock("folder/lock").Dispose();
    }

    private static string Read(IStorageFile file, long offset, int length)
    {
        var buffer = new byte[length];
        return Encoding.UTF8.GetString(buffer, 0, file.ReadAt(offset, buffer));
    }
}

public sealed class DiskStorageTests : StorageTests, IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("ciclo-storage-").FullName;

    protected override IStorage Storage => new DiskStorage(root);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_disk_that_says_it_is_full_is_told_from_one_that_is_broken()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        using var full = new DiskStorage("/dev").Open("full", StorageMode.Write);
        Assert.True(DiskFull.Is(Assert.Throws<IOException>(() => full.WriteAt(0, "x"u8))));
        Assert.False(DiskFull.Is(Assert.ThrowsAny<IOException>(() => Storage.SyncDirectory("missing"))));
    }
}

public sealed class SimulatedStorageTests : StorageTests
{
    private readonly SimulatedStorage storage = new(1);

    protected override IStorage Storage => storage;

    [Fact]
    public void A_crash_keeps_what_was_flushed_and_may_lose_or_tear_the_rest()
    {
        var outcomes = new HashSet<string>(StringComparer.Ordinal);
        for (var seed = 0; seed < 300; seed++)
        {
            var disk = new SimulatedStorage(seed);
            var file = disk.Open("folder/file", StorageMode.Create);
            file.WriteAt(0, "kept"u8);
            file.Flush();
            disk.SyncDirectory("folder");
            file.WriteAt(4, "lost"u8);
            disk.Crash();
            Assert.Throws<IOException>(() => file.WriteAt(0, "dead"u8));
            outcomes.Add(Encoding.UTF8.GetString(disk.Bytes("folder/file")));
        }
        Assert.All(outcomes, outcome => Assert.StartsWith("kept", outcome));
        Assert.Superset(new HashSet<string> { "kept", "keptlost", "keptlo", "kept\0\0st" }, outcomes);
    }

    [Fact]
    public void A_flush_after_a_failed_one_saves_nothing_of_what_came_before()
    {
        var lost = 0;
        for (var seed = 0; seed < 50; seed++)
        {
            var disk = new SimulatedStorage(seed);
            var file = disk.Open("folder/file", StorageMode.Create);
            disk.SyncDirectory("folder");
            file.WriteAt(0, "some bytes"u8);
            disk.FaultAt = disk.Operations + 1;
            Assert.Throws<IOException>(file.Flush);
            file.Flush();
            disk.Crash();
            lost += Encoding.UTF8.GetString(disk.Bytes("folder/file")) == "some bytes" ? 0 : 1;
        }
        Assert.InRange(lost, 10, 49);
    }

    [Fact]
    public void A_name_that_was_not_synchronised_can_be_lost()
    {
        var found = Enumerable.Range(0, 50).Count(seed =>
        {
            var disk = new SimulatedStorage(seed);
            disk.Open("folder/file", StorageMode.Create).Flush();
            disk.Crash();
            return disk.Exists("folder/file");
        });
        Assert.InRange(found, 10, 40);
    }
}
