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

    /// <summary>Writes `own` with the members of `batch` that it lacks. Names are compared as they are written.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> own, bool ownIsEmpty, ReadOnlySpan<byte> batch)
    {
        output.Write(WithoutEnd(own));
        var separate = !ownIsEmpty;
        var json = new Utf8JsonReader(batch, JsonText.AnyDepth);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var from = (int)json.TokenStartIndex;
            var lacks = !HasMember(own, json.ValueSpan);
            json.Read();
            json.Skip();
            if (lacks)
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

    private static bool HasMember(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(json, JsonText.AnyDepth);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan.SequenceEqual(name))
            {
                return true;
            }
            reader.Read();
            reader.Skip();
        }
        return false;
    }
}
