using Ciclo.Core;
using Ciclo.Engine.Collect;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Sources;

/// <summary>What the page of refused items says.</summary>
internal static class RejectedWords
{
    public static readonly Text CameInBefore = new("It was sent again before, and came in.", "Ya se había enviado de nuevo, y entró.");
    public static readonly Text NoJson = new(
        "The text cannot be read as one JSON object of at most 32 KB. Compare braces, quotes and commas.", "El texto no se puede leer como un solo objeto JSON de 32 KB como máximo. Compara llaves, comillas y comas.");
    public static readonly Text Changed = new(
        "Another row with the same key and other content was imported before; that one was kept. Import with `on_change: replace` to take the new one.",
        "Antes se importó otra fila con la misma clave y otro contenido; se conservó aquella. Importa con `on_change: replace` para tomar la nueva.");

    /// <summary>Why it was refused and what to do, in a sentence.</summary>
    public static Text Meaning(RejectedRow row) => row.Source.StartsWith("import:", StringComparison.Ordinal) && row.Detail.Length > 0 ? Text.Same(row.Detail) : Meaning(row.Reason);

    public static Text Meaning(string code) => code == "changed" ? Changed : RejectReasons.Find(code) is { } reason ? RejectReasons.Explain(reason) : Text.Same(code.Replace('_', ' '));

    public static Text CannotRetry(RejectedRow row) => row.Reason == "erased"
        ? Meaning("erased")
        : new Text("It is a row of a file: correct the file or its map, and import it again. What is there already stays single.", "Es una fila de un archivo: corrige el archivo o su mapa e impórtalo de nuevo. Lo que ya está no se duplica.");
}
