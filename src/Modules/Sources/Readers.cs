using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Sources;

internal static class Readers
{
    /// <summary>How the visitor of a page reads, in the zone of their workspace.</summary>
    public static Locale LocaleOf(HttpContext http) => new(ReaderLanguage.Of(http.Request), http.Visitor().Engine.Rules.Zone);
}
