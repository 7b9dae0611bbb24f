using System.Text.Json;

namespace Ciclo.Engine.Collect;

/// <summary>Finds `writeKey` at the top of a body, where a client sends it that cannot set a header (a browser's beacon).</summary>
public static class BodyWriteKey
{
    public const int MaxLength = 256;

    /// <summary>
    /// Writes the key into <paramref name="key"/> (of <see cref="MaxLength"/>) and answers its length: 0 if there is none that could be a
    /// key, or −1 if the body is not JSON up to there.
    /// </summary>
    public static int Find(ReadOnlySpan<byte> body, Span<char> key)
    {
        var json = new Utf8JsonReader(Envelope.WithoutMark(body), JsonText.AnyDepth);
        try
        {
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
            {
                return 0;
            }
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isKey = JsonText.Is(ref json, "writeKey"u8);
                json.Read();
                if (isKey)
                {
                    return Copy(ref json, key);
                }
                json.Skip();
            }
            return 0;
        }
        catch (JsonException)
        {
            return -1;
        }
    }

    private static int Copy(ref Utf8JsonReader json, Span<char> key)
    {
        var isKey = json.TokenType == JsonTokenType.String && !json.ValueIsEscaped && json.ValueSpan.Length <= MaxLength;
        return isKey && System.Text.Encoding.ASCII.TryGetChars(json.ValueSpan, key, out var length) ? length : 0;
    }
}
