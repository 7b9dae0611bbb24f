namespace Ciclo.Core.Identity;

/// <summary>
/// `prf_` and 20 characters of base32 (RFC 4648 alphabet, lower case): the first 100 bits of an identifier's key.
/// It depends on the identifier alone, so it is the same on every machine and outlives merges.
/// </summary>
public static class PublicIds
{
    private const string Prefix = "prf_";
    private const int Digits = 20;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    private static ReadOnlySpan<byte> Letters => "abcdefghijklmnopqrstuvwxyz234567"u8;

    /// <summary>How far a key is shifted to leave the bits that its public id shows.</summary>
    internal const int HiddenBits = 128 - Digits * 5;

    /// <summary>Characters, or bytes, of a public id.</summary>
    public const int Length = 24;

    public static string Of(UInt128 key) => string.Create(Length, key, static (text, key) =>
    {
        Span<byte> utf8 = stackalloc byte[Length];
        Write(key, utf8);
        for (var i = 0; i < Length; i++)
        {
            text[i] = (char)utf8[i];
        }
    });

    /// <summary>Writes the <see cref="Length"/> bytes of a public id.</summary>
    public static void Write(UInt128 key, Span<byte> utf8)
    {
        "prf_"u8.CopyTo(utf8);
        var (high, low) = ((ulong)(key >> 68), (ulong)(key >> HiddenBits));
        var digits = utf8.Slice(Prefix.Length, Digits);
        for (var i = 0; i < 12; i++)
        {
            digits[i] = Letters[(int)(high >> (55 - (5 * i))) & 31];
        }
        for (var i = 12; i < Digits; i++)
        {
            digits[i] = Letters[(int)(low >> (95 - (5 * i))) & 31];
        }
    }

    /// <summary>Reads the 100 bits; false if the text has not that form.</summary>
    public static bool TryParse(string text, out UInt128 top)
    {
        top = 0;
        if (text.Length != Prefix.Length + Digits || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }
        foreach (var digit in text.AsSpan(Prefix.Length))
        {
            var value = Alphabet.IndexOf(digit, StringComparison.Ordinal);
            if (value < 0)
            {
                return false;
            }
            top = (top << 5) | (uint)value;
        }
        return true;
    }
}
