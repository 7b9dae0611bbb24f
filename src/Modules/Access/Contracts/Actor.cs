using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Access.Contracts;

/// <summary>
/// Who did something, for the audit log: the id of a user (`usr_…`) or of a key (`key_…`), `cli`, `server`, `demo`, or nothing for a stranger;
/// and the network they came from, shortened, empty where there is none.
/// </summary>
public readonly record struct Actor(string Id, string Address)
{
    /// <summary>Whoever may run commands on the machine.</summary>
    public static Actor CommandLine { get; } = new("cli", "");

    /// <summary>Whoever sent a request: the visitor of a page, or the key of an API route.</summary>
    public static Actor Of(HttpContext http) => new(
        http.Features.Get<Visitor>()?.UserId ?? http.Features.Get<ApiCaller>()?.KeyId ?? "", NetworkAddress.Shortened(http.Connection.RemoteIpAddress));

    /// <summary>An id alone will do where there is no request.</summary>
    public static implicit operator Actor(string id) => FromString(id);

    public static Actor FromString(string id) => new(id, "");
}
