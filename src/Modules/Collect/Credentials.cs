using System.Text;
using Ciclo.Engine.Collect;
using Ciclo.Modules.Collect.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Collect;

/// <summary>What the Authorization header says.</summary>
internal enum HeaderKey
{
    /// <summary>No Basic user name: the key, if any, is in the body.</summary>
    None,
    Known,
    Unknown,
}

/// <summary>Finds the write key of a request.</summary>
internal static class Credentials
{
    private const string Basic = "Basic ";

    /// <summary>Looks the Basic user name up. The password is not looked at; the colon may be missing, as some clients leave it out.</summary>
    public static HeaderKey InHeader(HttpRequest request, IWriteKeys keys, out ICollectTarget? target)
    {
        target = null;
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return HeaderKey.None;
        }
        Span<byte> bytes = stackalloc byte[BodyWriteKey.MaxLength];
        Span<char> key = stackalloc char[BodyWriteKey.MaxLength];
        if (!Convert.TryFromBase64Chars(header.AsSpan(Basic.Length).Trim(), bytes, out var count)
            || !Encoding.ASCII.TryGetChars(bytes[..count], key, out var length))
        {
            return HeaderKey.Unknown;
        }
        ReadOnlySpan<char> name = key[..length];
        if (name.IndexOf(':') is var colon and >= 0)
        {
            name = name[..colon];
        }
        if (name.IsEmpty)
        {
            return HeaderKey.None;
        }
        target = keys.Find(name);
        return target is null ? HeaderKey.Unknown : HeaderKey.Known;
    }

    /// <summary>Looks the body's `writeKey` up; false if the body is not JSON, so that it cannot be said whether there is one.</summary>
    public static bool TryInBody(ReadOnlySpan<byte> body, IWriteKeys keys, out ICollectTarget? target)
    {
        Span<char> key = stackalloc char[BodyWriteKey.MaxLength];
        var length = BodyWriteKey.Find(body, key);
        target = length > 0 ? keys.Find(key[..length]) : null;
        return length >= 0;
    }
}
