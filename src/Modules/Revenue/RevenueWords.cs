using Ciclo.Core;

namespace Ciclo.Modules.Revenue;

internal static class RevenueWords
{
    public static readonly Text Busy = new(
        "The history is being staged anew, so nothing can be counted. Open the page again in a moment.",
        "El historial se está preparando de nuevo y no se puede contar nada. Abre la página otra vez en un momento.");
}
