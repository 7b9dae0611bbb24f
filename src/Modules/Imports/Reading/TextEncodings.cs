using System.Text;

namespace Ciclo.Modules.Imports;

/// <summary>The encodings that files come in.</summary>
internal static class TextEncodings
{
    internal const string Utf8 = "utf-8";
    internal const string Utf16Le = "utf-16le";
    internal const string Utf16Be = "utf-16be";
    internal const string Windows1252 = "windows-1252";

    internal static readonly string[] Names = [Utf8, Utf16Le, Utf16Be, Windows1252];

    /// <summary>The name by which we call an encoding; null for one that we do not read.</summary>
    internal static string? Find(string name) => name.ToLowerInvariant() switch
    {
        "utf-8" or "utf8" or "us-ascii" or "ascii" => Utf8,
        "utf-16le" or "utf16le" or "utf-16" or "utf16" or "unicode" => Utf16Le,
        "utf-16be" or "utf16be" => Utf16Be,
        // Browsers read Latin-1 as Windows-1252 too: it differs only in control characters that no table holds.
        "windows-1252" or "cp1252" or "1252" or "latin1" or "iso-8859-1" => Windows1252,
        _ => null,
    };

    internal static Encoding Get(string name) => name switch
    {
        Utf16Le => new UnicodeEncoding(false, false),
        Utf16Be => new UnicodeEncoding(true, false),
        Windows1252 => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
        _ => new UTF8Encoding(false),
    };
}
