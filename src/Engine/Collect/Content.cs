using System.Buffers;
using System.Text;
using Ciclo.Core.Events;

namespace Ciclo.Engine.Collect;

/// <summary>The last step: the JSON, the context and the properties as the record keeps them.</summary>
internal static class Content
{
    public static RejectReason Take(scoped ref Item item, scoped in Batch batch)
    {
        batch.Merged.ResetWrittenCount();
        item.Record.Json = item.Json;
        item.Record.Properties = Properties(in item);
        TakeContext(ref item, in batch);
        if (!item.HasIntegrations && !batch.Integrations.IsEmpty)
        {
            if (FaultOfIntegrations(in item, in batch) is var fault and not RejectReason.None)
            {
                item.Detail = "integrations";
                return fault;
            }
            // An item that came this far has a member: it names somebody. What is appended moves nothing before it.
            ContextMerge.WriteWith(batch.Merged, item.Json, isEmpty: false, "integrations"u8, batch.Integrations);
            item.Record.Json = batch.Merged.WrittenSpan;
            batch.Merged.ResetWrittenCount();
        }
        return RejectReason.None;
    }

    private static RejectReason FaultOfIntegrations(scoped in Item item, scoped in Batch batch) =>
        batch.IntegrationsFault != RejectReason.None ? batch.IntegrationsFault
        : item.Names + batch.IntegrationsNames + 1 > CollectLimits.Names ? RejectReason.TooManyProperties
        : RejectReason.None;

    /// <summary>
    /// Traits for identify and group, properties for the rest. An identify without traits has those of its context: RudderStack's
    /// libraries send them there and nowhere else.
    /// </summary>
    private static Range Properties(scoped in Item item) => item.Record.Type switch
    {
        CallType.Identify => item.HasTraits ? item.Traits : item.Context.Traits,
        CallType.Group => item.Traits,
        CallType.Alias => default,
        _ => item.Properties,
    };

    private static void TakeContext(scoped ref Item item, scoped in Batch batch)
    {
        item.Record.Context = item.Context.Json;
        if (!batch.Context.Json.IsEmpty)
        {
            item.Record.Context = item.Context.Json.IsEmpty ? batch.Context.Json : Merged(in item, in batch);
        }
        var wantsAddress = item.Context.Direct && item.Context.HasIp != Presence.Given;
        if (wantsAddress && batch.Facts.RemoteAddress.Length is > 0 and <= 64)
        {
            item.Record.Context = WithAddress(item.Record.Context, in batch);
        }
    }

    private static ReadOnlySpan<byte> Merged(scoped in Item item, scoped in Batch batch)
    {
        ContextMerge.Write(batch.Merged, item.Context.Json, item.Context.Members == 0, batch.Context.Json);
        return TakeWritten(in batch);
    }

    private static ReadOnlySpan<byte> WithAddress(ReadOnlySpan<byte> context, scoped in Batch batch)
    {
        Span<byte> quoted = stackalloc byte[66];
        quoted[0] = (byte)'"';
        Ascii.FromUtf16(batch.Facts.RemoteAddress, quoted[1..], out var length);
        quoted[length + 1] = (byte)'"';
        // A context that asks for the address is not empty: `direct` is in it.
        ContextMerge.WriteWith(batch.Merged, context, isEmpty: false, "ip"u8, quoted[..(length + 2)]);
        return TakeWritten(in batch);
    }

    /// <summary>What was just written, moved to the scratch: the writer is used again for the same item.</summary>
    private static ReadOnlySpan<byte> TakeWritten(scoped in Batch batch)
    {
        var copy = batch.Scratch.Take(batch.Merged.WrittenCount);
        batch.Merged.WrittenSpan.CopyTo(copy);
        batch.Merged.ResetWrittenCount();
        return copy;
    }
}
