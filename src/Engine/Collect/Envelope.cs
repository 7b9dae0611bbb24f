using System.Text.Json;
using Ciclo.Core.Events;

namespace Ciclo.Engine.Collect;

/// <summary>
/// The outer shape of a body, read to its end before anything is kept: where its items stand, and what a batch holds for all of them.
/// After this the body is known to be whole JSON.
/// </summary>
internal sealed class Envelope
{
    private Range[] items = new Range[128];

    public int Count { get; private set; }

    /// <summary>A batch's `context` and `integrations`, where they are objects.</summary>
    public Range Context { get; private set; }

    public Range Integrations { get; private set; }

    public SentTime SentAt { get; private set; }

    public Range this[int index] => items[index];

    /// <summary>The body without a byte order mark.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> body) =>
        body.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? body[3..] : body;

    public BodyError Read(ReadOnlySpan<byte> body, CallType? call, Scratch scratch)
    {
        Count = 0;
        Context = Integrations = default;
        SentAt = SentTime.None;
        if (body.Length > CollectLimits.BodyBytes)
        {
            return BodyError.TooLarge;
        }
        var json = new Utf8JsonReader(body, JsonText.AnyDepth);
        try
        {
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
            {
                return ReadToEnd(ref json, BodyError.NotAnObject);
            }
            if (call is not null)
            {
                return ReadSingle(ref json);
            }
            var error = ReadBatch(ref json, scratch);
            return error == BodyError.TooManyItems ? error : ReadToEnd(ref json, error);
        }
        catch (JsonException)
        {
            return BodyError.NotJson;
        }
    }

    private BodyError ReadSingle(scoped ref Utf8JsonReader json)
    {
        var from = (int)json.TokenStartIndex;
        json.Skip();
        items[0] = from..(int)json.BytesConsumed;
        Count = 1;
        return ReadToEnd(ref json, BodyError.None);
    }

    private BodyError ReadBatch(scoped ref Utf8JsonReader json, Scratch scratch)
    {
        var error = BodyError.NoBatch;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.Is(ref json, "batch"u8))
            {
                json.Read();
                error = ReadItems(ref json);
                if (error == BodyError.TooManyItems)
                {
                    return error;
                }
            }
            else if (JsonText.Is(ref json, "sentAt"u8))
            {
                json.Read();
                SentAt = ReadSentAt(ref json, scratch);
                json.Skip();
            }
            else if (JsonText.Is(ref json, "context"u8))
            {
                Context = ReadRange(ref json);
            }
            else if (JsonText.Is(ref json, "integrations"u8))
            {
                Integrations = ReadRange(ref json);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }
        return error;
    }

    private BodyError ReadItems(scoped ref Utf8JsonReader json)
    {
        Count = 0;
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return BodyError.NoBatch;
        }
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (Count == CollectLimits.BatchItems)
            {
                return BodyError.TooManyItems;
            }
            if (Count == items.Length)
            {
                Array.Resize(ref items, items.Length * 2);
            }
            var from = (int)json.TokenStartIndex;
            json.Skip();
            items[Count] = from..(int)json.BytesConsumed;
            Count++;
        }
        return BodyError.None;
    }

    private static SentTime ReadSentAt(scoped ref Utf8JsonReader json, Scratch scratch)
    {
        scratch.Reset(0, 0);
        return ClientTime.Read(ref json, scratch);
    }

    private static Range ReadRange(scoped ref Utf8JsonReader json)
    {
        json.Read();
        var from = (int)json.TokenStartIndex;
        var isObject = json.TokenType == JsonTokenType.StartObject;
        json.Skip();
        return isObject ? from..(int)json.BytesConsumed : default;
    }

    /// <summary>What follows the end of the root makes the body no JSON: the reader throws.</summary>
    private static BodyError ReadToEnd(scoped ref Utf8JsonReader json, BodyError error)
    {
        while (json.Read())
        {
        }
        return error;
    }
}
