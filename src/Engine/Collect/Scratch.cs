using System.Text.Json;

namespace Ciclo.Engine.Collect;

/// <summary>
/// Bytes for texts that cannot be taken from the body as they stand (escapes, lower case, normal form). It never moves while an item is
/// read, because the item's fields point into it: room for the most that an item can need is made before.
/// </summary>
internal sealed class Scratch
{
    /// <summary>Beside the unescaped texts: name, e-mail and generated id, each at most 4 bytes a character.</summary>
    private const int Margin = 16_384;

    private byte[] bytes = new byte[4 * CollectLimits.ItemBytes + Margin];
    private int used;

    public int Mark => used;

    /// <summary>Forgets what was written after <paramref name="mark"/> and makes room for the texts of <paramref name="jsonLength"/> bytes of JSON.</summary>
    public void Reset(int mark, int jsonLength)
    {
        used = mark;
        // Unescaped texts are at most half as long as their JSON, external ids are read twice, a merged context is copied up to twice.
        var needed = used + 4 * jsonLength + Margin;
        if (bytes.Length < needed)
        {
            // Spans handed out before the mark keep the old array alive and stay true.
            Array.Resize(ref bytes, needed);
        }
    }

    public Span<byte> Take(int length)
    {
        var taken = bytes.AsSpan(used, length);
        used += length;
        return taken;
    }

    /// <summary>The current token's text; from the body itself where it has no escapes.</summary>
    public ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader json)
    {
        if (!json.ValueIsEscaped)
        {
            return json.ValueSpan;
        }
        var written = json.CopyString(bytes.AsSpan(used, json.ValueSpan.Length));
        return Take(written);
    }
}
