namespace Ciclo.Modules.Collect.Contracts;

/// <summary>Where the events of one write key go: the journal of its workspace.</summary>
public interface ICollectTarget
{
    /// <summary>The same for all keys of a workspace: their requests wait in one line.</summary>
    object Workspace => this;

    /// <summary>
    /// Appends one frame's payload (records in the form of `FrameBuilder`) and answers its address once it is durable. The payload belongs
    /// to the target until the task has ended, however it ends. Throws <see cref="CollectUnavailableException"/> if it cannot take it now.
    /// </summary>
    ValueTask<long> AppendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);
}

/// <summary>The write keys that may send.</summary>
public interface IWriteKeys
{
    /// <summary>
    /// Where the events of a key go; null if the key is unknown, revoked or may not write. What is compared is a hash of the key, so that
    /// the time taken tells nothing of it.
    /// </summary>
    ICollectTarget? Find(ReadOnlySpan<char> writeKey);
}
