using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Ciclo.Engine.Collect;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Collect;

/// <summary>How reading a body ended.</summary>
internal enum BodyOutcome
{
    Read,
    TooLarge,
    NotGzip,
    UnknownEncoding,
}

/// <summary>Reads a request's body under its limit, and gunzips it under the same limit.</summary>
internal static class RequestBody
{
    public static async ValueTask<(BodyOutcome Outcome, ReadOnlyMemory<byte> Body)> ReadAsync(
        HttpRequest request, CollectBuffers buffers, CancellationToken cancellationToken)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        var isGzip = string.Equals(encoding, "gzip", StringComparison.OrdinalIgnoreCase);
        if (!isGzip && encoding.Length > 0 && !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase))
        {
            return (BodyOutcome.UnknownEncoding, default);
        }
        if (request.ContentLength > CollectLimits.BodyBytes)
        {
            return (BodyOutcome.TooLarge, default);
        }
        await FillAsync(request, buffers.Sent, cancellationToken);
        if (buffers.Sent.IsOver)
        {
            return (BodyOutcome.TooLarge, default);
        }
        return isGzip ? Inflate(buffers.Sent.Written, buffers.Inflated) : (BodyOutcome.Read, buffers.Sent.Written);
    }

    private static async ValueTask FillAsync(HttpRequest request, GrowingBuffer buffer, CancellationToken cancellationToken)
    {
        buffer.Clear();
        var reader = request.BodyReader;
        while (!buffer.IsOver)
        {
            var read = await reader.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
            {
                buffer.Append(segment.Span);
            }
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>
    /// The whole compressed body is at hand first: a stream of empty gzip members inflates to nothing, and would otherwise never end.
    /// A bomb is inflated no further than the limit.
    /// </summary>
    private static (BodyOutcome Outcome, ReadOnlyMemory<byte> Body) Inflate(ReadOnlyMemory<byte> sent, GrowingBuffer inflated)
    {
        inflated.Clear();
        MemoryMarshal.TryGetArray(sent, out var array);
        using var compressed = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
        using var gzip = new GZipStream(compressed, CompressionMode.Decompress);
        try
        {
            while (!inflated.IsOver)
            {
                var count = gzip.Read(inflated.Free().Span);
                if (count == 0)
                {
                    return (BodyOutcome.Read, inflated.Written);
                }
                inflated.Advance(count);
            }
            return (BodyOutcome.TooLarge, default);
        }
        catch (InvalidDataException)
        {
            return (BodyOutcome.NotGzip, default);
        }
    }
}
