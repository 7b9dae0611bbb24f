using System.Buffers.Binary;

namespace Ciclo.Core.Identity;

/// <summary>
/// A graph as of one moment, sharing its rows and texts. Made by <see cref="IdentityGraph.Capture"/>; written later, on any thread. To be disposed,
/// or the graph copies what it writes to for ever.
/// </summary>
public sealed class IdentitySnapshot : IDisposable
{
    private readonly SnapshotBlocks tables = new();
    private ArenaHold? texts;

    internal IdentitySnapshot(IdentityState state)
    {
        IdentityCheckpoint.Capture(state, tables);
        texts = state.Arena.Hold();
    }

    /// <summary>What it writes.</summary>
    public long Length => tables.Length + (texts?.Length ?? 0);

    /// <summary>Writes the checkpoint. Throws what the stream throws.</summary>
    public void Write(Stream stream)
    {
        var held = texts ?? throw new InvalidOperationException("The snapshot was disposed.");
        Span<byte> head = stackalloc byte[IdentityCheckpoint.HeadBytes];
        BinaryPrimitives.WriteInt32LittleEndian(head, IdentityCheckpoint.Version);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], IdentityCheckpoint.Magic);
        stream.Write(head);
        tables.WriteTo(stream);
        held.Write(stream);
    }

    public void Dispose()
    {
        texts?.Dispose();
        texts = null;
        tables.Clear();
    }
}
