using System.Text.Json;
using Ciclo.Core.Events;

namespace Ciclo.Engine.Collect;

/// <summary>
/// Reads an item's fields in one walk, without a document or strings. The JSON is known to be whole (the envelope was read to its end)
/// and its bytes to be valid UTF-8. Where a name is given twice the last one counts, as in JavaScript.
/// </summary>
internal static class ItemReader
{
    public static void Read(scoped ref Item item, Scratch scratch)
    {
        var json = new Utf8JsonReader(item.Json, JsonText.AnyDepth);
        JsonText.Next(ref json, ref item);
        while (JsonText.Next(ref json, ref item) && json.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldOf(scratch.Text(ref json));
            item.Wrong &= ~field;
            if (JsonText.Next(ref json, ref item))
            {
                ReadField(ref json, ref item, field, scratch);
            }
        }
    }

    private static void ReadField(scoped ref Utf8JsonReader json, scoped ref Item item, Field field, Scratch scratch)
    {
        switch (field)
        {
            case Field.Type:
                item.Type = ReadText(ref json, ref item, field, scratch);
                break;
            case Field.UserId:
                item.UserId = ReadText(ref json, ref item, field, scratch);
                break;
            case Field.AnonymousId:
                item.AnonymousId = ReadText(ref json, ref item, field, scratch);
                break;
            case Field.PreviousId:
                item.PreviousId = ReadText(ref json, ref item, field, scratch);
                break;
            case Field.GroupId:
                item.GroupId = ReadText(ref json, ref item, field, scratch);
                break;
            case Field.MessageId:
                item.MessageId = ReadText(ref json, ref item, field, scratch);
                break;
            case Field.Event:
                item.Event = ReadText(ref json, ref item, field, scratch);
                break;
            case Field.Name:
                item.Name = ReadText(ref json, ref item, field, scratch);
                break;
            case Field.Properties:
                item.HasProperties = ReadObject(ref json, ref item, field, out item.Properties);
                break;
            case Field.Traits:
                item.TraitsEmail = default;
                item.HasTraits = ReadTraits(ref json, ref item, field, scratch, 0, out item.Traits, out item.TraitsEmail);
                break;
            case Field.Context:
                ReadContext(ref json, ref item, scratch, 0, item.Json, ref item.Context);
                break;
            case Field.Integrations:
                item.HasIntegrations = json.TokenType != JsonTokenType.Null;
                JsonText.Skip(ref json, ref item);
                break;
            case Field.Timestamp:
                item.Timestamp = ReadTime(ref json, ref item, scratch);
                break;
            case Field.OriginalTimestamp:
                item.OriginalTimestamp = ReadTime(ref json, ref item, scratch);
                break;
            case Field.SentAt:
                item.SentAt = ReadTime(ref json, ref item, scratch);
                break;
            default:
                JsonText.Skip(ref json, ref item);
                break;
        }
    }

    /// <summary>Reads a batch's own context, which its items inherit. A fault in it is a fault of each of them.</summary>
    public static void ReadBatchContext(ReadOnlySpan<byte> contextJson, scoped ref Item carrier, Scratch scratch)
    {
        var json = new Utf8JsonReader(contextJson, JsonText.AnyDepth);
        if (JsonText.Next(ref json, ref carrier, outerDepth: 1))
        {
            ReadContext(ref json, ref carrier, scratch, 1, contextJson, ref carrier.Context);
        }
    }

    /// <summary>Walks over a batch's integrations, which items without their own take: under the same limits.</summary>
    public static void ReadBatchIntegrations(scoped ref Item carrier)
    {
        var json = new Utf8JsonReader(carrier.Json, JsonText.AnyDepth);
        while (JsonText.Next(ref json, ref carrier, outerDepth: 1))
        {
        }
    }

    private static void ReadContext(
        scoped ref Utf8JsonReader json, scoped ref Item item, Scratch scratch, int outerDepth, ReadOnlySpan<byte> whole, scoped ref ContextFields context)
    {
        context = default;
        var from = (int)json.TokenStartIndex;
        if (!BeginsObject(ref json, ref item, Field.Context, outerDepth))
        {
            return;
        }
        var fields = default(ContextFields);
        while (JsonText.Next(ref json, ref item, outerDepth) && json.TokenType == JsonTokenType.PropertyName)
        {
            fields.Members++;
            var name = scratch.Text(ref json);
            if (!JsonText.Next(ref json, ref item, outerDepth))
            {
                return;
            }
            ReadContextField(ref json, ref item, scratch, outerDepth, whole, name, ref fields);
        }
        fields.Json = whole[from..(int)json.BytesConsumed];
        context = fields;
    }

    private static void ReadContextField(
        scoped ref Utf8JsonReader json, scoped ref Item item, Scratch scratch, int outerDepth, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> name,
        scoped ref ContextFields fields)
    {
        var presence = json.TokenType == JsonTokenType.Null ? Presence.Null : Presence.Given;
        if (name.SequenceEqual("traits"u8))
        {
            // A context's traits are a copy that libraries keep: the wrong shape there refuses nothing.
            ReadTraits(ref json, ref item, Field.Other, scratch, outerDepth, out fields.Traits, out fields.Email);
            fields.HasTraits = presence;
        }
        else if (name.SequenceEqual("externalIds"u8))
        {
            var from = (int)json.TokenStartIndex;
            var isList = json.TokenType == JsonTokenType.StartArray;
            JsonText.Skip(ref json, ref item, outerDepth);
            fields.ExternalIds = isList ? whole[from..(int)json.BytesConsumed] : default;
            fields.HasExternalIds = presence;
        }
        else if (name.SequenceEqual("ip"u8))
        {
            var isEmpty = json.TokenType == JsonTokenType.String && json.ValueSpan.IsEmpty;
            JsonText.Skip(ref json, ref item, outerDepth);
            fields.HasIp = isEmpty ? Presence.Null : presence;
        }
        else if (name.SequenceEqual("direct"u8))
        {
            fields.Direct = json.TokenType == JsonTokenType.True;
            JsonText.Skip(ref json, ref item, outerDepth);
            fields.HasDirect = presence;
        }
        else
        {
            JsonText.Skip(ref json, ref item, outerDepth);
        }
    }

    private static bool ReadTraits(
        scoped ref Utf8JsonReader json, scoped ref Item item, Field field, Scratch scratch, int outerDepth, out Range range, out ReadOnlySpan<byte> email)
    {
        range = default;
        email = default;
        var from = (int)json.TokenStartIndex;
        if (!BeginsObject(ref json, ref item, field, outerDepth))
        {
            return false;
        }
        while (JsonText.Next(ref json, ref item, outerDepth) && json.TokenType == JsonTokenType.PropertyName)
        {
            var isEmail = scratch.Text(ref json).SequenceEqual("email"u8);
            if (!JsonText.Next(ref json, ref item, outerDepth))
            {
                return false;
            }
            if (isEmail)
            {
                email = json.TokenType == JsonTokenType.String ? scratch.Text(ref json) : default;
            }
            JsonText.Skip(ref json, ref item, outerDepth);
        }
        range = from..(int)json.BytesConsumed;
        return true;
    }

    private static bool ReadObject(scoped ref Utf8JsonReader json, scoped ref Item item, Field field, out Range range)
    {
        range = default;
        var from = (int)json.TokenStartIndex;
        if (!BeginsObject(ref json, ref item, field, 0))
        {
            return false;
        }
        JsonText.Skip(ref json, ref item);
        range = from..(int)json.BytesConsumed;
        return true;
    }

    /// <summary>
    /// Whether the current value is an object. Null is an absent one, and so is an empty list, which PHP writes for an empty map;
    /// anything else is noted as wrong. What is no object is walked over.
    /// </summary>
    private static bool BeginsObject(scoped ref Utf8JsonReader json, scoped ref Item item, Field field, int outerDepth)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                return true;
            case JsonTokenType.Null:
                return false;
            case JsonTokenType.StartArray:
                var depth = json.CurrentDepth;
                JsonText.Next(ref json, ref item, outerDepth);
                if (json.TokenType == JsonTokenType.EndArray)
                {
                    return false;
                }
                while (json.CurrentDepth > depth && JsonText.Next(ref json, ref item, outerDepth))
                {
                }
                break;
        }
        item.Wrong |= field;
        return false;
    }

    /// <summary>A text, or a number as its text; empty for null; what is neither is noted as wrong.</summary>
    private static ReadOnlySpan<byte> ReadText(scoped ref Utf8JsonReader json, scoped ref Item item, Field field, Scratch scratch)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                return scratch.Text(ref json);
            case JsonTokenType.Number:
                return json.ValueSpan;
            case JsonTokenType.Null:
                return default;
            default:
                item.Wrong |= field;
                JsonText.Skip(ref json, ref item);
                return default;
        }
    }

    private static SentTime ReadTime(scoped ref Utf8JsonReader json, scoped ref Item item, Scratch scratch)
    {
        var time = ClientTime.Read(ref json, scratch);
        JsonText.Skip(ref json, ref item);
        return time;
    }

    private static Field FieldOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 => name.SequenceEqual("type"u8) ? Field.Type : name.SequenceEqual("name"u8) ? Field.Name : Field.Other,
        5 => name.SequenceEqual("event"u8) ? Field.Event : Field.Other,
        6 => name.SequenceEqual("userId"u8) ? Field.UserId
            : name.SequenceEqual("traits"u8) ? Field.Traits
            : name.SequenceEqual("sentAt"u8) ? Field.SentAt : Field.Other,
        7 => name.SequenceEqual("context"u8) ? Field.Context : name.SequenceEqual("groupId"u8) ? Field.GroupId : Field.Other,
        9 => name.SequenceEqual("messageId"u8) ? Field.MessageId : name.SequenceEqual("timestamp"u8) ? Field.Timestamp : Field.Other,
        10 => name.SequenceEqual("properties"u8) ? Field.Properties
            : name.SequenceEqual("previousId"u8) ? Field.PreviousId : Field.Other,
        11 => name.SequenceEqual("anonymousId"u8) ? Field.AnonymousId : Field.Other,
        12 => name.SequenceEqual("integrations"u8) ? Field.Integrations : Field.Other,
        17 => name.SequenceEqual("originalTimestamp"u8) ? Field.OriginalTimestamp : Field.Other,
        _ => Field.Other,
    };
}
