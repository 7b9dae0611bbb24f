using Ciclo.Data.Journal;
using Ciclo.Data.Keys;
using Ciclo.Tests.Data;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Fuzzing;

/// <summary>Our own files with anything in them: they are refused in their own words, or read; nothing else is thrown.</summary>
public sealed class FileFuzzTests
{
    private const string KeyPath = "keys/0/m-00000001.keys";

    [Fact]
    public async Task A_journal_is_refused_or_read_and_its_inspection_never_fails()
    {
        var storage = new SimulatedStorage(1);
        await using (var journal = Journal.Open(storage, Frames.Folder, Frames.Plain))
        {
            await Frames.AppendAllAsync(journal, "one", "two", new string('x', 3_000), "four");
        }
        var (opened, refused) = (0, 0);
        FuzzRun.Over([storage.Bytes(Frames.FirstFile)], 1_500, (bytes, _) =>
        {
            storage.Put(Frames.FirstFile, bytes);
            JournalInspection.Run(storage, Frames.Folder);
            try
            {
                var journal = Journal.Open(storage, Frames.Folder, Frames.Plain);
                try
                {
                    Frames.All(journal);
                    opened++;
                }
                finally
                {
                    journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
                }
            }
            catch (Exception damage) when (damage is JournalDamagedException or JournalVersionException)
            {
                refused++;
            }
        });
        Assert.True(opened > 50 && refused > 50, $"seed {FuzzRun.Seed}: {opened} opened, {refused} refused");
    }

    [Fact]
    public void A_file_of_keys_is_refused_unless_it_is_the_one_that_was_written()
    {
        var storage = new SimulatedStorage(1);
        var options = new KeyStoreOptions("keys/0", "m", 1);
        var list = Write(storage, options);
        var written = storage.Bytes(KeyPath);
        FuzzRun.Over([written], 400, (bytes, _) =>
        {
            storage.Put(KeyPath, bytes);
            try
            {
                KeyStore.Open(storage, options, list).Dispose();
                Assert.Equal(written, bytes);
            }
            catch (KeysDamagedException damage)
            {
                Assert.Equal(KeyPath, damage.File);
            }
        });
    }

    private static IReadOnlyList<KeyFileMeta> Write(SimulatedStorage storage, KeyStoreOptions options)
    {
        using var store = KeyStore.Open(storage, options, []);
        for (var key = 1UL; key <= 20; key++)
        {
            store.Set(new UInt128(key * 0x9E3779B97F4A7C15, key), [key]);
        }
        return store.Write(store.Cut());
    }
}
