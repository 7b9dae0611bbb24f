using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Consent;

/// <summary>Of the public pages: much for links that are right, since a mail provider unsubscribes many people from few machines; little for those that are wrong.</summary>
internal sealed class PublicThrottle() : NetworkThrottle(MostRequests, MostWrong)
{
    public const int MostRequests = 3_000;
    public const int MostWrong = 30;
}
