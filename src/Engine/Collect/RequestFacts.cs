using Ciclo.Core.Events;

namespace Ciclo.Engine.Collect;

/// <summary>Limits of the tracking API, all of them after gunzip. Those with a name of their own in Segment's documentation have its values.</summary>
public static class CollectLimits
{
    public const int BodyBytes = 512_000;
    public const int ItemBytes = 32_768;
    public const int BatchItems = 2_500;

    /// <summary>What a body may grow to when its batch-level context is given to each item; a small body could otherwise fill the disk.</summary>
    public const int MergedBytes = 8_000_000;

    /// <summary>Levels of objects and lists in an item, the item itself being the first.</summary>
    public const int Depth = 32;

    /// <summary>Property names in an item, at all levels together.</summary>
    public const int Names = 2_000;

    /// <summary>Top-level names of a batch's context: each is compared with those of each item.</summary>
    public const int BatchContextNames = 64;

    public const int IdCharacters = 512;
    public const int NameCharacters = 512;
    public const int EmailCharacters = 320;

    /// <summary>The last length of a messageId that is accepted.</summary>
    public const int MessageIdCharacters = 99;

    /// <summary>`context.externalIds` beyond these are not read.</summary>
    public const int ExternalIds = 32;
}

/// <summary>
/// What admission must know of a request beside its body. <paramref name="Call"/>: the call that the path names, null for a batch.
/// <paramref name="RemoteAddress"/>: the caller's address as text, empty if it must not be used. <paramref name="ReceivedAt"/>: Unix milliseconds.
/// </summary>
public readonly record struct RequestFacts(CallType? Call, long ReceivedAt, string RemoteAddress = "", bool GlobalPrivacyControl = false);

/// <summary>How many items became events and how many were refused; or, with an error, that nothing was kept.</summary>
public readonly record struct AdmissionResult(BodyError Error, int Admitted, int Rejected);
