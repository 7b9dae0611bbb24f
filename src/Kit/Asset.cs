using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Kit;

/// <summary>
/// A file that pages link to and that travels in the program. Its address holds a hash of its bytes, so a browser may keep it for a year
/// and still sees a new version at once. Texts are sent compressed to whoever takes that; a file is compressed once, when first asked for.
/// </summary>
public sealed class Asset
{
    public const string Route = "/assets/{version}/{name}";

    private const string Prefix = "Ciclo.Kit.Assets.";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".css"] = "text/css; charset=utf-8", [".js"] = "text/javascript; charset=utf-8", [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every embedded file of a type that a browser is sent.</summary>
    private static readonly FrozenDictionary<string, Asset> ByPath = typeof(Asset).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && Types.ContainsKey(System.IO.Path.GetExtension(name)))
        .Select(name => new Asset(name[Prefix.Length..], Types[System.IO.Path.GetExtension(name)]))
        .ToFrozenDictionary(asset => asset.Path, StringComparer.Ordinal);

    private readonly byte[] bytes;
    private readonly string contentType;
    private readonly Lazy<byte[]> brotli;

    private Asset(string name, string contentType)
    {
        this.contentType = contentType;
        bytes = Read(name);
        brotli = new Lazy<byte[]>(Compressed);
        Path = $"/assets/{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 6))}/{name}";
    }

    public static string Style { get; } = PathOf("ciclo.css");

    public static string Script { get; } = PathOf("ciclo.js");

    public static string Charts { get; } = PathOf("charts.js");

    public static string Theme { get; } = PathOf("theme.js");

    public static string Sign { get; } = PathOf("ciclo.svg");

    public string Path { get; }

    /// <summary>The file of that address; 404 for an old version, so that nobody keeps new bytes under an old name.</summary>
    public static IResult Answer(HttpContext http)
    {
        if (!ByPath.TryGetValue(http.Request.Path.Value ?? "", out var asset))
        {
            return Results.NotFound();
        }
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        http.Response.Headers.Vary = "Accept-Encoding";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (!http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
        {
            return Results.Bytes(asset.bytes, asset.contentType);
        }
        http.Response.Headers.ContentEncoding = "br";
        return Results.Bytes(asset.brotli.Value, asset.contentType);
    }

    /// <summary>A file that travels in the program, by its name among the assets.</summary>
    internal static byte[] Read(string name)
    {
        using var stream = typeof(Asset).Assembly.GetManifestResourceStream(Prefix + name)
            ?? throw new InvalidOperationException($"{name} is not embedded in the program.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>The address of a file by its name among the assets.</summary>
    public static string PathOf(string name) => ByPath.Keys.Single(path => path.EndsWith("/" + name, StringComparison.Ordinal));

    // Quality 6 is within a few per cent of the best and takes milliseconds, not seconds.
    private byte[] Compressed()
    {
        var target = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        if (!BrotliEncoder.TryCompress(bytes, target, out var written, 6, 22))
        {
            throw new InvalidOperationException($"{Path} cannot be compressed.");
        }
        return target[..written];
    }
}
