using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Kit;

/// <summary>
/// A file that pages link to and that travels in the program. Its address holds a hash of its bytes, so a browser may keep it for a year
/// and still sees a new version at once.
/// </summary>
public sealed class Asset
{
    public const string Route = "/assets/{version}/{name}";

    private static readonly FrozenDictionary<string, Asset> ByPath = new[] { Load("ciclo.css", "text/css; charset=utf-8"), Load("ciclo.svg", "image/svg+xml") }
        .ToFrozenDictionary(asset => asset.Path, StringComparer.Ordinal);

    private readonly byte[] bytes;
    private readonly string contentType;

    private Asset(string name, string contentType, byte[] bytes)
    {
        this.bytes = bytes;
        this.contentType = contentType;
        Path = $"/assets/{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 6))}/{name}";
    }

    public static string Style { get; } = PathOf("ciclo.css");

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
        return Results.Bytes(asset.bytes, asset.contentType);
    }

    private static string PathOf(string name) => ByPath.Keys.Single(path => path.EndsWith("/" + name, StringComparison.Ordinal));

    private static Asset Load(string name, string contentType)
    {
        using var stream = typeof(Asset).Assembly.GetManifestResourceStream("Ciclo.Kit.Assets." + name)
            ?? throw new InvalidOperationException($"{name} is not embedded in the program.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return new Asset(name, contentType, copy.ToArray());
    }
}
