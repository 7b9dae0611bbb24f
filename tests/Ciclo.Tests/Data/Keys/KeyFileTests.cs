using System.Security.Cryptography;
using Ciclo.Core.Events;
using Ciclo.Data.Keys;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Data.Keys;

public sealed class KeyFileTests
{
    private const string Path = "keys/0/m-00000001.keys";
    private static readonly KeyStoreOptions Options = new("keys/0", "m", 1);

    [Fact]
    public void A_file_of_version_1_is_written_byte_by_byte_as_it_always_was()
    {
        var (storage, list) = Write(20, 1);
        var bytes = storage.Bytes(Path);
        Assert.Equal(4_096 + 4_096 + 32 + 64, bytes.Length);
        Assert.Equal("434B455901000000010000000000", Convert.ToHexString(bytes.AsSpan(0, 14)));
        Assert.Equal("938AB632321BCC647D0531276169AE437519AB92", Convert.ToHexString(SHA256.HashData(bytes))[..40]);
        Assert.Equal(20, Assert.Single(list).Rows);
    }

    [Fact]
    public void A_file_that_is_cut_or_has_a_byte_changed_anywhere_is_refused()
    {
        var (storage, list) = Write(20, 1);
        var bytes = storage.Bytes(Path);
        for (var length = 0; length < bytes.Length; length++)
        {
            storage.Put(Path, bytes[..length]);
            Assert.Throws<KeysDamagedException>(() => KeyStore.Open(storage, Options, list));
        }
        for (var at = 0; at < bytes.Length; at++)
        {
            var flipped = bytes.ToArray();
            flipped[at] ^= (byte)(1 << (at % 8));
            storage.Put(Path, flipped);
            Assert.Throws<KeysDamagedException>(() => KeyStore.Open(storage, Options, list));
        }
        storage.Put(Path, [.. bytes, 0]);
        Assert.Throws<KeysDamagedException>(() => KeyStore.Open(storage, Options, list));
        storage.Delete(Path);
        var missing = Assert.Throws<KeysDamagedException>(() => KeyStore.Open(storage, Options, list));
        Assert.Equal(Path, missing.File);
        storage.Put(Path, bytes);
        KeyStore.Open(storage, Options, list).Dispose();
    }

    [Fact]
    public void Another_whole_file_under_the_name_is_refused()
    {
        var (storage, list) = Write(20, 1);
        var (other, _) = Write(20, 2);
        storage.Put(Path, other.Bytes(Path));
        Assert.Throws<KeysDamagedException>(() => KeyStore.Open(storage, Options, list));
    }

    [Fact]
    public void Damage_that_was_not_looked_for_at_the_start_is_met_before_it_can_answer()
    {
        var (storage, list) = Write(2_000, 1);
        var bytes = storage.Bytes(Path);
        for (var block = 1; block <= 12; block++)
        {
            bytes[(block * 4_096) + 1_000]++;
        }
        storage.Put(Path, bytes);
        using var store = KeyStore.Open(storage, Options with { IsCheckedAtOpen = false }, list);
        for (var i = 0; i < 2_000; i++)
        {
            Assert.Throws<KeysDamagedException>(() => store.TryGet(Key(i), new ulong[1]));
        }
    }

    [Fact]
    public void Keys_that_crowd_together_are_found_too()
    {
        var storage = new SimulatedStorage(1);
        using var store = KeyStore.Open(storage, Options, []);
        var keys = Enumerable.Range(0, 3_000).Select(i => (UInt128)(ulong)i << (i % 3 * 40)).Distinct().ToList();
        foreach (var key in keys)
        {
            store.Set(key, [(ulong)key]);
        }
        store.Write(store.Cut());
        store.Adopt();
        Assert.Equal(1, store.FileCount);
        var value = new ulong[1];
        Assert.All(keys, key => Assert.True(store.TryGet(key, value) && value[0] == (ulong)key));
        Assert.False(store.TryGet(UInt128.MaxValue, value) || store.TryGet((UInt128)1 << 100, value));
    }

    [Fact]
    public void Of_the_keys_that_are_not_in_a_file_less_than_one_in_a_hundred_pass_its_filter()
    {
        var filter = KeyFilter.For(200_000);
        for (var i = 0; i < 200_000; i++)
        {
            filter.Add((ulong)Key(i));
        }
        Assert.All(Enumerable.Range(0, 200_000), i => Assert.True(filter.MayHold((ulong)Key(i))));
        var passed = Enumerable.Range(200_000, 500_000).Count(i => filter.MayHold((ulong)Key(i)));
        Assert.True(passed < 5_000, $"{passed / 5_000.0:F2} % pass");
        Assert.True(filter.Words.Length * 32 <= 200_000 * 11.01, "more than 11 bits a key");
    }

    private static (SimulatedStorage Storage, IReadOnlyList<KeyFileMeta> List) Write(int rows, ulong factor)
    {
        var storage = new SimulatedStorage(1);
        using var store = KeyStore.Open(storage, Options, []);
        for (var i = 0; i < rows; i++)
        {
            store.Set(Key(i), [(ulong)i * factor]);
        }
        return (storage, store.Write(store.Cut()));
    }

    private static UInt128 Key(int number) => Hash.Of(BitConverter.GetBytes(number));
}
