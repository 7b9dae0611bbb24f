using Ciclo.Modules.Access.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Access;

/// <summary>Where somebody signs in from: by what tries are counted, the network as it is kept, what the browser calls itself.</summary>
public sealed record Origin(string Counted, string Shortened, string Agent)
{
    public static Origin Of(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        var agent = string.Concat(http.Request.Headers.UserAgent.ToString().Where(c => !char.IsControl(c)).Take(Session.LongestAgent));
        return new Origin(NetworkAddress.Counted(address), NetworkAddress.Shortened(address), agent);
    }

    public Actor As(string userId) => new(userId, Shortened);
}
