using System.Net;
using System.Security.Cryptography;
using System.Text;
using Ciclo.Core.Time;
using Ciclo.Modules.Webhooks.Contracts;

namespace Ciclo.Modules.Webhooks;

/// <summary>Whether an endpoint is sent to. Persisted by name.</summary>
public enum EndpointState
{
    On,

    /// <summary>Turned off by a person: what waits goes when it is turned on again.</summary>
    Off,

    /// <summary>Turned off because the receiver answered 410.</summary>
    Gone,
}

/// <summary>
/// A place that messages are sent to. <paramref name="OldSecret"/> signs too until <paramref name="OldUntil"/>; <paramref name="Types"/> empty: all types.
/// </summary>
public sealed record Endpoint(
    long Id, string WorkspaceId, string Name, string Url, string Secret, string OldSecret, long OldUntil, IReadOnlyList<string> Types, EndpointState State, long CreatedAt, string MadeBy)
{
    public const int LongestName = 60;
    public const int LongestUrl = 2_000;
    public const int Most = 20;

    /// <summary>How long both secrets are valid after one was made to take the place of the other.</summary>
    public const long Overlap = Durations.Day;

    private const string Prefix = "whsec_";

    public bool IsOn => State == EndpointState.On;

    public bool Takes(string type) => type == WebhookTypes.Test || Types.Count == 0 || Types.Contains(type);

    /// <summary>24 random bytes, as Standard Webhooks writes them.</summary>
    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));

    /// <summary>The endpoint with a new secret, which is valid at once; the one that it has stays so for a day.</summary>
    public Endpoint Rotated(long now) => this with { Secret = NewSecret(), OldSecret = Secret, OldUntil = now + Overlap };

    /// <summary>`webhook-signature` of a message: one signature a secret, separated by a blank (Standard Webhooks 1.0).</summary>
    public string Sign(string id, long timestamp, string body, long now) =>
        OldSecret.Length > 0 && now < OldUntil ? Sign(Secret, id, timestamp, body) + " " + Sign(OldSecret, id, timestamp, body) : Sign(Secret, id, timestamp, body);

    /// <summary>Why a name or an address is none; null for good ones.</summary>
    public static WebhookError? Refuse(string name, string url, IReadOnlyList<string> types) =>
        name.Trim().Length is 0 or > LongestName ? WebhookError.BadName
        : !IsUrl(url) ? WebhookError.BadUrl
        : types.Any(type => !WebhookTypes.All.ContainsKey(type)) ? WebhookError.BadType
        : null;

    /// <summary>https; plain http to a machine of one's own alone, for a trial.</summary>
    private static bool IsUrl(string text) => text.Length <= LongestUrl && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && (url.IsLoopback || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && !PublicAddress.Is(address)))));

    private static string Sign(string secret, string id, long timestamp, string body)
    {
        var signed = Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{id}.{timestamp}.{body}"));
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[Prefix.Length..]), signed));
    }
}
