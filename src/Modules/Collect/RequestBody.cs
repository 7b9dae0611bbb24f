using System.IO.Compression;
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
    /// <summary>What the headers say already, so that nothing is read in vain.</summary>
    public static BodyOutcome Announced(HttpRequest request, out bool isGzip)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        isGzip = string.Equals(encoding, "gzip", StringComparison.OrdinalIgnoreCase);
        if (!isGzip && encoding.Length > 0 && !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase))
        {
            return BodyOutcome.UnknownEncoding;
        }
        return request.ContentLength > CollectLimits.BodyBytes ? BodyOutcome.TooLarge : BodyOutcome.Read;
    }

    public static async ValueTask<BodyOutcome> FillAsync(HttpRequest request, GrowingBuffer buffer, CancellationToken cancellationToken)
    {
        var reader = request.BodyReader;
        while (!buffer.IsOver)
        {
            var read = await reader.ReadAsync(cancellationToken);
            try
            {
                foreach (var segment in read.Buffer)
                {
                    buffer.Append(segment.Span);
                }
            }
            finally
            {
                // Also when there is no memory for it: a reader left in the middle of a read ends the connection before the refusal is sent.
                reader.AdvanceTo(read.Buffer.End);
            }
            if (read.IsCompleted)
            {
                break;
            }
        }
        return buffer.IsOver ? BodyOutcome.TooLarge : BodyOutcome.Read;
    }

    /// <summary>
    /// The whole compressed body is at hand first: a stream of empty gzip members inflates to nothing, and would otherwise never end.
    /// A bomb is inflated no further than the limit.
    /// </summary>
    public static BodyOutcome Inflate(GrowingBuffer sent, GrowingBuffer inflated)
    {
        using var compressed = new MemoryStream(sent.Array, 0, sent.Length, writable: false);
        using var gzip = new GZipStream(compressed, CompressionMode.Decompress);
        try
        {
            while (!inflated.IsOver)
            {
                var count = gzip.Read(inflated.Free().Span);
                if (count == 0)
                {
                    return BodyOutcome.Read;
                }
                inflated.Advance(count);
            }
            return BodyOutcome.TooLarge;
        }
        catch (InvalidDataException)
        {
            return BodyOutcome.NotGzip;
        }
    }
}
