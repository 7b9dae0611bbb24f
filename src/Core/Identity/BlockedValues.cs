using System.Text;

namespace Ciclo.Core.Identity;

/// <summary>
/// Values that clients send where they know nobody: only zeros and hyphens (the empty text too), `-1`, `null`, `anonymous`, in any case.
/// Two people who share one of them are not one person, so such a value never counts as an identifier.
/// </summary>
public static class BlockedValues
{
    public static bool IsBlocked(ReadOnlySpan<byte> utf8) =>
        !utf8.ContainsAnyExcept("0-"u8)
        || utf8.SequenceEqual("-1"u8)
        || Ascii.EqualsIgnoreCase(utf8, "null"u8)
        || Ascii.EqualsIgnoreCase(utf8, "anonymous"u8);
}
