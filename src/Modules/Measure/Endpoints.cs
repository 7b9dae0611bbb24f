using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Measure;

internal sealed class Endpoints
{
    public void Map(IEndpointRouteBuilder routes)
    {
    }
}
