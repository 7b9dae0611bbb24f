using Ciclo.Core.Events;
using Ciclo.Data.Keys;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Data.Keys;

public sealed class KeyStoreTests
{
    private static readonly KeyStoreOptions Small = new("keys/1", "messages", 1) { RowsInMemory = 20, MaxFiles = 3, KeysAStep = 7 };

    [Fact]
    public void Through_tables_files_merges_faults_and_restarts_a_store_answers_as_a_dictionary_does()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            try
            {
                new Life(seed).Run();
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {seed}: {error.Message}", error);
            }
        }
    }

    [Fact]
    public void A_step_that_fails_at_any_operation_can_be_taken_again()
    {
        var failures = 0;
        for (var fault = 1; fault < 200; fault++)
        {
            var storage = new SimulatedStorage(fault);
            using var store = KeyStore.Open(storage, Small with { RowsInMemory = 1_000 }, []);
            storage.Fault = fault % 2 == 0 ? Fault.Full : Fault.Broken;
            storage.FaultAt = fault;
            for (var i = 0; i < 12; i++)
            {
                store.Set(Key(i), [(ulong)i]);
                failures += Try(() => store.Write(store.Cut())) ? 0 : 1;
                failures += Try(() => store.Step()) ? 0 : 1;
                store.Adopt();
            }
            storage.FaultAt = 0;
            while (store.Step() || store.Adopt())
            {
            }
            var cut = store.Cut();
            var list = store.Write(cut);
            store.Committed(cut);
            storage.Crash();
            using var again = KeyStore.Open(storage, Small, list);
            Assert.All(Enumerable.Range(0, 12), i => Assert.Equal((ulong)i, Value(again, Key(i))));
        }
        Assert.True(failures > 100, $"only {failures} faults were met");
    }

    [Fact]
    public void Files_that_no_durable_list_names_are_deleted_and_those_it_names_are_not()
    {
        var storage = new SimulatedStorage(1);
        using var store = KeyStore.Open(storage, Small, []);
        Fill(store, 0, 30);
        var cut = store.Cut();
        var list = store.Write(cut);
        store.Committed(cut);
        Fill(store, 30, 400);
        while (store.Step() || store.Adopt())
        {
        }
        // The merged files are in no list yet: what the list names must still be there beside them.
        using (KeyStore.Open(Copy(storage), Small, list))
        {
        }
        cut = store.Cut();
        list = store.Write(cut);
        store.Committed(cut);
        while (store.Step())
        {
        }
        Assert.Equal(list.Count, storage.List("keys/1").Count);
        storage.Put("keys/1/messages-00009999.keys", [1, 2, 3]);
        storage.Put("keys/1/imports-00000001.keys", [1, 2, 3]);
        using var again = KeyStore.Open(storage, Small, list);
        Assert.Equal(["imports-00000001.keys"], storage.List("keys/1").Where(name => name.StartsWith('i')));
        Assert.Equal(list.Count + 1, storage.List("keys/1").Count);
    }

    [Fact]
    public void Rows_that_expired_are_dropped_by_merges_and_whole_files_of_them_at_once()
    {
        var storage = new SimulatedStorage(1);
        using var store = KeyStore.Open(storage, Small with { Expires = true }, []);
        Fill(store, 0, 100);
        store.ExpireBefore = 90;
        Fill(store, 100, 200);
        while (store.Step() || store.Adopt())
        {
        }
        Assert.InRange(store.Count, 110, 130);
        Assert.Equal(150UL, Value(store, Key(150)));
        store.ExpireBefore = 1_000;
        while (store.Step() || store.Adopt())
        {
        }
        Assert.InRange(store.Count, 0, 20);
        Assert.Empty(storage.List("keys/1"));
    }

    [Fact]
    public async Task Readers_the_writer_and_the_work_beside_it_do_not_disturb_each_other()
    {
        using var store = KeyStore.Open(new SimulatedStorage(1), Small with { RowsInMemory = 500, KeysAStep = 100 }, []);
        using var stop = new CancellationTokenSource();
        using var gate = new ReaderWriterLockSlim();
        var work = Task.Run(() => store.RunAsync(stop.Token));
        var known = 0;
        var reader = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                gate.EnterReadLock();
                try
                {
                    var i = known / 2;
                    Assert.True(known == 0 || Value(store, Key(i)) == (ulong)i, $"{i} is lost");
                }
                finally
                {
                    gate.ExitReadLock();
                }
            }
        });
        for (var batch = 0; batch < 200; batch++)
        {
            gate.EnterWriteLock();
            Fill(store, known, known + 300);
            store.Adopt();
            known += 300;
            gate.ExitWriteLock();
        }
        await stop.CancelAsync();
        await reader;
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.True(work.IsCanceled, work.Exception?.Message);
        Assert.All(Enumerable.Range(0, known), i => Assert.Equal((ulong)i, Value(store, Key(i))));
    }

    [Fact]
    public void A_hundred_freezes_leave_few_files_and_write_each_key_a_few_times()
    {
        var storage = new SimulatedStorage(1);
        var options = new KeyStoreOptions("keys/1", "m", 1) { RowsInMemory = 1_000 };
        using var store = KeyStore.Open(storage, options, []);
        for (var freeze = 0; freeze < 200; freeze++)
        {
            Fill(store, freeze * 1_000, (freeze + 1) * 1_000);
            while (store.Step())
            {
            }
            store.Adopt();
            Assert.InRange(store.FileCount, 1, options.MaxFiles);
        }
        Assert.Equal(200_000, store.Count);
        Assert.All(Enumerable.Range(0, 2_000), i => Assert.Equal((ulong)i * 100, Value(store, Key(i * 100))));
    }

    private static void Fill(KeyStore store, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            store.Set(Key(i), [(ulong)i]);
        }
    }

    private static SimulatedStorage Copy(SimulatedStorage storage)
    {
        var copy = new SimulatedStorage(2);
        foreach (var name in storage.List("keys/1"))
        {
            copy.Put("keys/1/" + name, storage.Bytes("keys/1/" + name));
        }
        return copy;
    }

    private static bool Try(Action act)
    {
        try
        {
            act();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static UInt128 Key(int number) => Hash.Of(BitConverter.GetBytes(number));

    private static ulong? Value(KeyStore store, UInt128 key)
    {
        Span<ulong> value = stackalloc ulong[1];
        return store.TryGet(key, value) ? value[0] : null;
    }

    /// <summary>One random life: what was set since the last durable list is gone after a crash, and nothing else ever is.</summary>
    private sealed class Life(int seed)
    {
        private readonly Random random = new(seed);
        private readonly SimulatedStorage storage = new(seed);
        private readonly Dictionary<int, ulong> model = [];
        private Dictionary<int, ulong> durable = [];
        private IReadOnlyList<KeyFileMeta> list = [];
        private KeyStore store = KeyStore.Open(new SimulatedStorage(0), Small, []);

        public void Run()
        {
            store.Dispose();
            store = KeyStore.Open(storage, Small, list);
            for (var act = 0; act < 150; act++)
            {
                Act();
            }
            foreach (var key in Enumerable.Range(0, 300))
            {
                Check(key);
            }
            store.Dispose();
        }

        private void Act()
        {
            switch (random.Next(12))
            {
                case < 5:
                    for (var left = random.Next(30); left > 0; left--)
                    {
                        var key = random.Next(300);
                        model[key] = (ulong)random.NextInt64();
                        store.Set(Key(key), [model[key]]);
                    }
                    break;
                case < 8:
                    for (var left = random.Next(10); left > 0 && store.Step(); left--)
                    {
                    }
                    break;
                case 8:
                    store.Adopt();
                    break;
                case 9:
                    Keep();
                    break;
                case 10 when random.Next(3) == 0:
                    store.Dispose();
                    storage.Crash();
                    store = KeyStore.Open(storage, Small with { IsCheckedAtOpen = random.Next(2) == 0 }, list);
                    model.Clear();
                    durable.ToList().ForEach(pair => model.Add(pair.Key, pair.Value));
                    break;
                default:
                    Check(random.Next(300));
                    break;
            }
        }

        private void Keep()
        {
            var cut = store.Cut();
            var then = new Dictionary<int, ulong>(model);
            for (var left = random.Next(4); left > 0; left--)
            {
                var key = random.Next(300);
                model[key] = 7;
                store.Set(Key(key), [7]);
                store.Step();
                store.Adopt();
            }
            var files = store.Write(cut);
            if (random.Next(4) > 0)
            {
                (list, durable) = (files, then);
                store.Committed(cut);
            }
        }

        private void Check(int key) => Assert.Equal(model.TryGetValue(key, out var value) ? value : null, Value(store, Key(key)));
    }
}
