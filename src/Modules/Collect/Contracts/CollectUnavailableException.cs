namespace Ciclo.Modules.Collect.Contracts;

/// <summary>Why events cannot be taken now.</summary>
public enum CollectRefusal
{
    /// <summary>The queue is full, or this key sends too fast: 429.</summary>
    Busy,

    /// <summary>The journal cannot write, because the disk is full or failed, or it is closing: 503.</summary>
    CannotWrite,
}

/// <summary>Nothing of the request was kept, or it is not known to be: the client should send the same again after <paramref name="retryAfter"/>.</summary>
public sealed class CollectUnavailableException(CollectRefusal refusal, TimeSpan retryAfter, Exception? inner = null)
    : Exception($"Events cannot be taken now ({refusal}).", inner)
{
    public CollectRefusal Refusal { get; } = refusal;

    public TimeSpan RetryAfter { get; } = retryAfter;
}
