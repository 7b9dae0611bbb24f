using System.Text;

namespace Ciclo.Core.Identity;

/// <summary>
/// Values that clients send in place of an identifier they do not have: nothing, only zeros and dashes (`^[0-]*$`), `-1`, `null`,
/// `anonymous`, in any case. Were they let in, strangers would become one person. Admission and identity both ask here.
/// </summary>
public static class BlockedValues
{
    public static bool IsBlocked(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return true;
        }
        return utf8[0] switch
        {
            (byte)'0' or (byte)'-' => !utf8.ContainsAnyExcept((byte)'0', (byte)'-') || utf8.SequenceEqual("-1"u8),
            (byte)'n' or (byte)'N' => Ascii.EqualsIgnoreCase(utf8, "null"u8),
            (byte)'a' or (byte)'A' => Ascii.EqualsIgnoreCase(utf8, "anonymous"u8),
            _ => false,
        };
    }

    public static bool IsBlocked(string value) => IsBlocked(Encoding.UTF8.GetBytes(value));
}
