using System.Buffers.Binary;

namespace Ciclo.Core.Identity;

/// <summary>
/// A graph as of one moment: its tables copied, its texts shared, as those never change. Made by <see cref="IdentityGraph.Capture"/>; written later, on any
/// thread. To be disposed, and then it can be captured into again: its room is kept.
/// </summary>
public sealed class IdentitySnapshot : IDisposable
{
    private ArenaHold? texts;

    internal SnapshotBlocks Tables { get; } = new();

    /// <summary>What it writes.</summary>
    public long Length => Tables.Length + (texts?.Length ?? 0);

    /// <summary>Writes the checkpoint. Throws what the stream throws.</summary>
    public void Write(Stream stream)
    {
        var held = texts ?? throw new InvalidOperationException("Nothing was captured, or it was disposed.");
        Span<byte> head = stackalloc byte[IdentityCheckpoint.HeadBytes];
        BinaryPrimitives.WriteInt32LittleEndian(head, IdentityCheckpoint.Version);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], IdentityCheckpoint.Magic);
        stream.Write(head);
        Tables.WriteTo(stream);
        held.Write(stream);
    }

    public void Dispose()
    {
        texts?.Dispose();
        texts = null;
        Tables.Clear();
    }

    internal void Take(IdentityState state)
    {
        Dispose();
        IdentityCheckpoint.Capture(state, Tables);
        texts = state.Arena.Hold();
    }
}
