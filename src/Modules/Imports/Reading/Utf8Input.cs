using System.Buffers;
using System.IO.Compression;
using System.Text;
using Ciclo.Core;

namespace Ciclo.Modules.Imports;

/// <summary>
/// A file's bytes as UTF-8: unpacked (gzip is known by its first bytes), without a byte order mark, and turned from the encoding that the
/// map gives or the bytes show. As long as all is ASCII nothing is decided; the first other byte decides between UTF-8 and Windows-1252,
/// so that one pass is enough for a file of any size.
/// </summary>
internal sealed class Utf8Input : IDisposable
{
    private const int ChunkBytes = 128 * 1024;

    private readonly Stream raw;
    private byte[] chunk = new byte[ChunkBytes];
    private int chunkAt;
    private int chunkLength;
    private Stream? transcoded;
    private bool isDecided;

    private Utf8Input(Stream raw, string? encoding, bool isCompressed)
    {
        this.raw = raw;
        IsCompressed = isCompressed;
        isDecided = encoding is not null;
        Encoding = encoding ?? TextEncodings.Utf8;
    }

    /// <summary>What it was found to be so far.</summary>
    internal string Encoding { get; private set; }

    internal bool IsCompressed { get; }

    internal static Utf8Input Open(Stream file, string? encoding)
    {
        var head = new byte[4];
        var length = file.ReadAtLeast(head, 4, throwOnEndOfStream: false);
        if (head is [(byte)'P', (byte)'K', 3 or 5, 4 or 6])
        {
            throw new ImportFailedException(new Text(
                "This is a zip archive or a spreadsheet, not text. Unpack it, or save the sheet as CSV.",
                "Esto es un archivo zip o una hoja de cálculo, no texto. Descomprímelo, o guarda la hoja como CSV."));
        }
        Stream bytes = new PrefixedStream(head.AsMemory(0, length), file);
        var isCompressed = head is [0x1f, 0x8b, ..];
        var input = new Utf8Input(isCompressed ? new GZipStream(bytes, CompressionMode.Decompress) : bytes, encoding, isCompressed);
        input.Begin();
        return input;
    }

    /// <summary>Reads on; 0 at the end.</summary>
    internal int Read(Span<byte> destination)
    {
        if (transcoded is not null)
        {
            return transcoded.Read(destination);
        }
        if (chunkAt == chunkLength)
        {
            FillChunk(0);
            Decide();
            if (transcoded is not null)
            {
                return transcoded.Read(destination);
            }
        }
        var count = Math.Min(destination.Length, chunkLength - chunkAt);
        chunk.AsSpan(chunkAt, count).CopyTo(destination);
        chunkAt += count;
        return count;
    }

    public void Dispose()
    {
        transcoded?.Dispose();
        raw.Dispose();
    }

    private void Begin()
    {
        FillChunk(0);
        var bytes = chunk.AsSpan(0, chunkLength);
        if (bytes.StartsWith(System.Text.Encoding.UTF8.Preamble))
        {
            chunkAt = 3;
            Settle(TextEncodings.Utf8);
        }
        else if (bytes is [0xff, 0xfe, ..] or [0xfe, 0xff, ..])
        {
            chunkAt = 2;
            Settle(bytes[0] == 0xff ? TextEncodings.Utf16Le : TextEncodings.Utf16Be);
        }
        else if (isDecided)
        {
            Settle(Encoding);
        }
        else if (LooksLikeUtf16(bytes))
        {
            Settle(TextEncodings.Utf16Le);
        }
        else
        {
            Decide();
        }
    }

    private void FillChunk(int keep)
    {
        chunkAt = 0;
        chunkLength = keep + raw.ReadAtLeast(chunk.AsSpan(keep), chunk.Length - keep, throwOnEndOfStream: false);
    }

    private void Decide()
    {
        if (isDecided)
        {
            return;
        }
        var foreign = chunk.AsSpan(0, chunkLength).IndexOfAnyExceptInRange((byte)0, (byte)127);
        if (foreign < 0)
        {
            return;
        }
        if (foreign > chunkLength - 4 && chunkLength == chunk.Length)
        {
            // The only foreign bytes may be half a character: look a little further.
            Array.Resize(ref chunk, chunk.Length + 4);
            FillChunk(chunkLength);
        }
        Settle(IsUtf8(chunk.AsSpan(foreign, chunkLength - foreign)) ? TextEncodings.Utf8 : TextEncodings.Windows1252);
    }

    private void Settle(string encoding)
    {
        isDecided = true;
        Encoding = encoding;
        if (encoding != TextEncodings.Utf8)
        {
            var rest = new PrefixedStream(chunk.AsMemory(chunkAt, chunkLength - chunkAt), raw);
            transcoded = System.Text.Encoding.CreateTranscodingStream(rest, TextEncodings.Get(encoding), new UTF8Encoding(false));
        }
    }

    private static bool IsUtf8(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(bytes, out _, out var length);
            if (status != OperationStatus.Done)
            {
                return status == OperationStatus.NeedMoreData;
            }
            bytes = bytes[length..];
        }
        return true;
    }

    private static bool LooksLikeUtf16(ReadOnlySpan<byte> bytes)
    {
        var pairs = Math.Min(bytes.Length, 2_000) / 2;
        var (lowZeros, highZeros) = (0, 0);
        for (var i = 0; i < pairs; i++)
        {
            lowZeros += bytes[2 * i] == 0 ? 1 : 0;
            highZeros += bytes[2 * i + 1] == 0 ? 1 : 0;
        }
        return pairs >= 2 && lowZeros == 0 && highZeros > pairs / 2;
    }
}

/// <summary>Bytes that were read already, then the rest of a stream.</summary>
internal sealed class PrefixedStream(ReadOnlyMemory<byte> prefix, Stream rest) : Stream
{
    private ReadOnlyMemory<byte> prefix = prefix;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (prefix.IsEmpty)
        {
            return rest.Read(buffer);
        }
        var count = Math.Min(buffer.Length, prefix.Length);
        prefix.Span[..count].CopyTo(buffer);
        prefix = prefix[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
