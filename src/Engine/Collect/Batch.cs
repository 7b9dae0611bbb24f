using System.Buffers;

namespace Ciclo.Engine.Collect;

/// <summary>What surrounds the items of one request: the request's facts, what the batch says for all of them, and room to work in.</summary>
internal ref struct Batch
{
    public RequestFacts Facts;
    public ContextFields Context;
    public ReadOnlySpan<byte> Integrations;

    /// <summary>What is wrong with the batch's integrations: each item that takes them is refused for it.</summary>
    public RejectReason IntegrationsFault;

    /// <summary>Names in the batch's integrations.</summary>
    public int IntegrationsNames;
    public SentTime SentAt;

    /// <summary>What is wrong with the batch's context: each item inherits it, and is refused for it.</summary>
    public RejectReason ContextFault;

    /// <summary>Names in the batch's context: each item inherits them, and they count in its limit.</summary>
    public int ContextNames;

    public MessageIds Ids;
    public Scratch Scratch;
    public ArrayBufferWriter<byte> ExternalIds;
    public ArrayBufferWriter<byte> Merged;
}
