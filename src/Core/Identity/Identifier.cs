using System.Text;
using Ciclo.Core.Events;

namespace Ciclo.Core.Identity;

/// <summary>Kinds of identifier, in order of priority; external ids rank with the anonymous id. Persisted in keys and public ids: values only grow.</summary>
public enum IdentifierKind : byte
{
    UserId = 0,
    Email = 1,
    AnonymousId = 2,
    External = 3,
}

/// <summary>
/// One identifier of a person. Its text form is `user_id:V`, `email:V`, `anonymous_id:V` or `external_id:TYPE:V`
/// (in TYPE, `%` is written `%25` and `:` is `%3A`). <paramref name="ExternalType"/> is empty but for external ids.
/// </summary>
public readonly record struct Identifier(IdentifierKind Kind, string ExternalType, string Value)
{
    public static Identifier UserId(string value) => new(IdentifierKind.UserId, "", value);

    /// <summary>An e-mail address; it is lower-cased here.</summary>
#pragma warning disable CA1308 // Addresses are kept in lower case: that is the form the contract names, and people read it.
    public static Identifier Email(string value) => new(IdentifierKind.Email, "", value.ToLowerInvariant());
#pragma warning restore CA1308

    public static Identifier AnonymousId(string value) => new(IdentifierKind.AnonymousId, "", value);

    public static Identifier External(string type, string value) => new(IdentifierKind.External, type, value);

    /// <summary>The name that limits, lists and exports go by: `user_id`, `email`, `anonymous_id`, or the external id's own type.</summary>
    public string Type => Kind switch
    {
        IdentifierKind.UserId => "user_id",
        IdentifierKind.Email => "email",
        IdentifierKind.AnonymousId => "anonymous_id",
        _ => ExternalType,
    };

    /// <summary>The 128-bit key that tables and public ids are made of: the hash of the kind and the value (external: type, NUL, value).</summary>
    public UInt128 Key => Hash.Of((byte)Kind, Bytes);

    /// <summary>The bytes that tell this identifier from others of its kind. Their order is the ordinal order of (type, value), as a type holds no NUL.</summary>
    public byte[] Bytes => Encoding.UTF8.GetBytes(Kind == IdentifierKind.External ? ExternalType + "\0" + Value : Value);

    /// <summary>False for what takes no part in identity; see `IsCounted`.</summary>
    public bool Counts => Kind == IdentifierKind.External
        ? IsCounted(Encoding.UTF8.GetBytes(ExternalType), Encoding.UTF8.GetBytes(Value))
        : IsCounted(Encoding.UTF8.GetBytes(Value));

    /// <summary>The longest value that is taken as an identifier, in bytes: that of the largest event over HTTP.</summary>
    public const int MaxBytes = 32_768;

    /// <summary>False for a blocked value and for one over <see cref="MaxBytes"/>: it counts as absent.</summary>
    public static bool IsCounted(ReadOnlySpan<byte> value) => value.Length <= MaxBytes && !BlockedValues.IsBlocked(value);

    /// <summary>The same for an external id, which also needs a type. A type with a NUL could pose as another type, and counts as absent.</summary>
    public static bool IsCounted(ReadOnlySpan<byte> externalType, ReadOnlySpan<byte> value) =>
        externalType.Length is > 0 and <= ExternalIds.MaxTypeLength && !externalType.Contains((byte)0)
        && value.Length <= ExternalIds.MaxValueLength && !BlockedValues.IsBlocked(value);

    public override string ToString() => Kind == IdentifierKind.External
        ? "external_id:" + ExternalType.Replace("%", "%25", StringComparison.Ordinal).Replace(":", "%3A", StringComparison.Ordinal) + ":" + Value
        : Type + ":" + Value;

    /// <summary>Reads the text form; `anonymous:V`, as profiles are printed, serves for `anonymous_id:V`. False for anything else and for what does not count.</summary>
    public static bool TryParse(string text, out Identifier identifier)
    {
        identifier = default;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return false;
        }
        var value = text[(colon + 1)..];
        switch (text[..colon])
        {
            case "user_id":
                identifier = UserId(value);
                break;
            case "email":
                identifier = Email(value);
                break;
            case "anonymous_id" or "anonymous":
                identifier = AnonymousId(value);
                break;
            case "external_id" when value.IndexOf(':', StringComparison.Ordinal) is > 0 and var end:
                identifier = External(Uri.UnescapeDataString(value[..end]), value[(end + 1)..]);
                break;
            default:
                return false;
        }
        return identifier.Counts;
    }
}
