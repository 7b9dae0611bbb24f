using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Ciclo.Core.Mail;

/// <summary>A mailbox: an address that can be sent to without extensions (its domain in ASCII, as `xn--…`), and a name that may be empty.</summary>
public sealed record MailAddress(string Address, string Name = "")
{
    public const int LongestAddress = 254;
    public const int LongestName = 120;
    private const int LongestLocalPart = 64;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    public string Domain => Address[(Address.LastIndexOf('@') + 1)..];

    /// <summary>
    /// Reads an address as RFC 5321 lets it be in an envelope: a dotted local part of ASCII, and a name of a host with a dot in it. Quoted local parts and
    /// addresses of machines by number are refused: nobody has one, and they are how headers are broken into.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out MailAddress? address)
    {
        address = null;
        var trimmed = (text ?? "").Trim();
        var at = trimmed.LastIndexOf('@');
        if (at is < 1 or > LongestLocalPart || trimmed.Length > LongestAddress || !IsLocalPart(trimmed.AsSpan(0, at)) || DomainOf(trimmed[(at + 1)..]) is not { } domain)
        {
            return false;
        }
        address = new MailAddress(trimmed[..at] + "@" + domain);
        return address.Address.Length <= LongestAddress;
    }

    /// <summary>The header's form: `Ana Ruiz &lt;ana@example.com&gt;`, the name encoded where it has to be.</summary>
    public void WriteTo(HeaderWriter header)
    {
        if (Name.Length == 0)
        {
            header.Add(Address);
            return;
        }
        header.Phrase(Name);
        header.Add("<" + Address + ">");
    }

    public override string ToString() => Address;

    private static bool IsLocalPart(ReadOnlySpan<char> text)
    {
        if (text[0] == '.' || text[^1] == '.' || text.IndexOf("..", StringComparison.Ordinal) >= 0)
        {
            return false;
        }
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && !"!#$%&'*+-/=?^_`{|}~.".Contains(letter, StringComparison.Ordinal))
            {
                return false;
            }
        }
        return true;
    }

    private static string? DomainOf(string text)
    {
        try
        {
            var ascii = Ascii.IsValid(text) ? text.ToLowerInvariant() : Idn.GetAscii(text).ToLowerInvariant();
            var labels = ascii.Split('.');
            return labels.Length >= 2 && Array.TrueForAll(labels, IsLabel) && !labels[^1].All(char.IsAsciiDigit) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsLabel(string label) => label.Length is >= 1 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
