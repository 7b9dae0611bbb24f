using System.Security.Cryptography;
using Ciclo.Core;

namespace Ciclo.Modules.Keys;

/// <summary>What a key is for. Persisted by name.</summary>
public enum KeyKind
{
    /// <summary>Public; may only send events.</summary>
    Write = 0,

    /// <summary>For servers; may do what its scopes say.</summary>
    Secret = 1,
}

/// <summary>What a secret key may do. Persisted by name, so names only grow.</summary>
public static class KeyScopes
{
    public const string Collect = "collect";
    public const string Read = "read";
    public const string Write = "write";
    public const string Export = "export";
    public const string Admin = "admin";

    public static IReadOnlyDictionary<string, Text> All { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        [Collect] = new("Send events", "Enviar eventos"),
        [Read] = new("Read profiles, segments, lifecycles and metrics", "Leer perfiles, segmentos, ciclos de vida y métricas"),
        [Write] = new("Change profiles, rules and campaigns", "Cambiar perfiles, reglas y campañas"),
        [Export] = new("Export data in bulk", "Exportar datos en bloque"),
        [Admin] = new("Manage keys and users", "Administrar claves y usuarios"),
    };
}

/// <summary>
/// A key as it is stored: everything but its text. <paramref name="Hash"/> is <see cref="KeyText.Hash"/>; <paramref name="Ending"/> its last
/// four characters. Times are Unix milliseconds; <paramref name="RevokedAt"/> is null while the key is live.
/// </summary>
public sealed record ApiKey(
    string Id, string WorkspaceId, KeyKind Kind, string Name, IReadOnlyList<string> Scopes, string Hash, string Ending, long CreatedAt, long? RevokedAt,
    long? LastUsedAt = null, string MadeBy = "", string ReplacedBy = "")
{
    public const int LongestName = 100;
    public const int ShortestText = 16;
    public const int LongestText = 200;

    public bool IsLive => RevokedAt is null;

    public bool May(string scope) => IsLive && Scopes.Contains(scope, StringComparer.Ordinal);

    /// <summary>Makes a key with a new text, which is answered beside it and stored nowhere. Null scopes: the kind's usual ones.</summary>
    public static Result Generate(string workspaceId, KeyKind kind, string name, IReadOnlyList<string>? scopes, long nowMs) =>
        FromText(workspaceId, kind, name, scopes, KeyText.Generate(kind), nowMs);

    /// <summary>Makes a key of a text that exists already, such as the write key of another product.</summary>
    public static Result FromText(string workspaceId, KeyKind kind, string name, IReadOnlyList<string>? scopes, string text, long nowMs)
    {
        name = name.Trim();
        scopes ??= kind == KeyKind.Write ? [KeyScopes.Collect] : [KeyScopes.Collect, KeyScopes.Read, KeyScopes.Write];
        if (Refuse(kind, name, scopes, text) is { } error)
        {
            return new Result(null, null, error);
        }
        var id = "key_" + RandomNumberGenerator.GetString("0123456789abcdefghjkmnpqrstvwxyz", 16);
        return new Result(new ApiKey(id, workspaceId, kind, name, scopes, KeyText.Hash(text), text[^4..], nowMs, null), text, null);
    }

    private static KeyError? Refuse(KeyKind kind, string name, IReadOnlyList<string> scopes, string text)
    {
        if (name.Length is 0 or > LongestName)
        {
            return KeyError.BadName;
        }
        if (kind == KeyKind.Write && scopes is not [KeyScopes.Collect])
        {
            return KeyError.WriteKeyOnlyCollects;
        }
        if (scopes.Count == 0 || scopes.Any(scope => !KeyScopes.All.ContainsKey(scope)))
        {
            return KeyError.UnknownScope;
        }
        // A colon would end the user name of Basic authentication, which is how most clients send the key.
        var isText = text.Length is >= ShortestText and <= LongestText && text.All(c => c is > ' ' and <= '~' and not ':');
        return isText ? null : KeyError.BadText;
    }

    /// <summary>The key and its text, or why there is none.</summary>
    public sealed record Result(ApiKey? Key, string? Text, KeyError? Error);
}
