using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Boards.Links;

/// <summary>Of shared dashboards: enough to open some and watch one, too little to guess secrets or to wear the server out.</summary>
public sealed class ShareThrottle() : NetworkThrottle(MostRequests, MostWrong)
{
    public const int MostRequests = 600;
    public const int MostWrong = 20;
}
