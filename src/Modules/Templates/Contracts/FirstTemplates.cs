using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Templates.Designs;

namespace Ciclo.Modules.Templates.Contracts;

/// <summary>The templates that the demo begins with.</summary>
public static class FirstTemplates
{
    /// <summary>Makes templates of some designs under the designs' ids, in a language first; answers what renders them.</summary>
    public static async Task<ITemplates> MakeAsync(DataHost host, string workspaceId, Language language, IReadOnlyList<string> designs, Actor by, CancellationToken cancellation)
    {
        var service = TemplateService.Of(host);
        foreach (var id in designs)
        {
            await service.ApplyAsync(workspaceId, id, ReadyDesigns.Find(id)!.In(language), by, cancellation);
        }
        return service;
    }
}
