using System.Buffers;
using System.Text.Json;

namespace Ciclo.Engine.Collect;

/// <summary>
/// What a batch says once for all its items, given to an item: a context of the batch adds the names that the item's context lacks
/// (the item's values win whole, one level deep), `integrations` are taken where the item has none. The caller's address is added
/// where `context.direct` asks for it. Nothing is rewritten for an item that needs none of it.
/// </summary>
internal static class ContextMerge
{
    /// <summary>The fields that count once the batch's context is merged into the item's.</summary>
    public static void Inherit(scoped ref ContextFields own, in ContextFields batch)
    {
        if (own.HasTraits == Presence.Absent)
        {
            own.HasTraits = batch.HasTraits;
            own.Email = batch.Email;
        }
        if (own.HasExternalIds == Presence.Absent)
        {
            own.HasExternalIds = batch.HasExternalIds;
            own.ExternalIds = batch.ExternalIds;
        }
        if (own.HasDirect == Presence.Absent)
        {
            own.HasDirect = batch.HasDirect;
            own.Direct = batch.Direct;
        }
        if (own.HasIp == Presence.Absent)
        {
            own.HasIp = batch.HasIp;
        }
    }

    /// <summary>
    /// Writes `own` with the members of `batch` that it lacks; `batch` has at most <see cref="CollectLimits.BatchContextNames"/>, one for
    /// each bit of a mask. Names are compared as they are written.
    /// </summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> own, bool ownIsEmpty, ReadOnlySpan<byte> batch)
    {
        var hidden = HiddenBy(own, batch);
        output.Write(WithoutEnd(own));
        var separate = !ownIsEmpty;
        var json = new Utf8JsonReader(batch, JsonText.AnyDepth);
        json.Read();
        for (var i = 0; json.Read() && json.TokenType == JsonTokenType.PropertyName; i++)
        {
            var from = (int)json.TokenStartIndex;
            json.Read();
            json.Skip();
            if ((hidden >> i & 1) == 0)
            {
                if (separate)
                {
                    output.Write(","u8);
                }
                output.Write(batch[from..(int)json.BytesConsumed]);
                separate = true;
            }
        }
        output.Write("}"u8);
    }

    /// <summary>Writes an object with one more member at its end, where it wins over an empty one of its name.</summary>
    public static void WriteWith(IBufferWriter<byte> output, ReadOnlySpan<byte> json, bool isEmpty, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        output.Write(WithoutEnd(json));
        output.Write(isEmpty ? "\""u8 : ",\""u8);
        output.Write(name);
        output.Write("\":"u8);
        output.Write(value);
        output.Write("}"u8);
    }

    private static ReadOnlySpan<byte> WithoutEnd(ReadOnlySpan<byte> json) => json[..json.LastIndexOf((byte)'}')];

    /// <summary>Bit i: `own` has the name of the i-th member of `batch`. Each of the two is walked once.</summary>
    private static ulong HiddenBy(ReadOnlySpan<byte> own, ReadOnlySpan<byte> batch)
    {
        Span<Range> names = stackalloc Range[CollectLimits.BatchContextNames];
        var count = 0;
        var json = new Utf8JsonReader(batch, JsonText.AnyDepth);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var from = (int)json.TokenStartIndex + 1;
            names[count] = from..(from + json.ValueSpan.Length);
            count++;
            json.Read();
            json.Skip();
        }
        var hidden = 0UL;
        json = new Utf8JsonReader(own, JsonText.AnyDepth);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            for (var i = 0; i < count; i++)
            {
                hidden |= json.ValueSpan.SequenceEqual(batch[names[i]]) ? 1UL << i : 0;
            }
            json.Read();
            json.Skip();
        }
        return hidden;
    }
}
