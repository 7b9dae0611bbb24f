using System.Text;

namespace Ciclo.Modules.Access;

/// <summary>E-mail addresses as names of accounts: one spelling each, so that an account exists once.</summary>
public static class EmailAddress
{
    public const int Longest = 254;

    /// <summary>
    /// The address trimmed, composed (NFC) and in lower case; null where it is none: one @ with 1 to 64 characters before it and a name
    /// behind it, no blanks or control characters, 254 characters at most. Whether mail arrives there is for the link to prove.
    /// </summary>
    public static string? Normalise(string? text)
    {
        if (text is null || text.Length > Longest || text.Any(char.IsSurrogate))
        {
            return null;
        }
        var address = text.Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant();
        var at = address.IndexOf('@', StringComparison.Ordinal);
        var isAddress = at is > 0 and <= 64 && at == address.LastIndexOf('@') && at < address.Length - 1
            && !address.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>' or '"' or ',' or ';')
            && address[at + 1] is not ('.' or '-') && address[^1] is not ('.' or '-') && !address.Contains("..", StringComparison.Ordinal);
        return isAddress ? address : null;
    }
}
