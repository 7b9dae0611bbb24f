using Ciclo.Data.Files;
using Ciclo.Data.Journal;

namespace Ciclo.Tests.Data;

/// <summary>Allocations are counted for the whole process, so no other test may run beside these.</summary>
[CollectionDefinition(nameof(JournalAllocationTests), DisableParallelization = true)]
[Collection(nameof(JournalAllocationTests))]
public sealed class JournalAllocationTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("ciclo-journal-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task An_append_and_its_read_allocate_next_to_nothing()
    {
        await using var journal = Journal.Open(new DiskStorage(root), Frames.Folder, new JournalOptions());
        using var reader = journal.ReadFrom(0);
        var payload = new byte[2_000];
        await AppendAndReadAsync(journal, reader, payload, 100);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await AppendAndReadAsync(journal, reader, payload, 1_000);
        var each = (GC.GetTotalAllocatedBytes(precise: true) - before) / 1_000.0;
        Assert.True(each < 200, $"{each:F0} bytes an append and a read");
    }

    private static async Task AppendAndReadAsync(Journal journal, JournalReader reader, byte[] payload, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await journal.AppendAsync(payload, CancellationToken.None);
            Assert.True(reader.TryRead(out _, out var read) && read.Length == payload.Length);
        }
    }
}
