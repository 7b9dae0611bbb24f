using Ciclo.Core;

namespace Ciclo.Modules.Customers;

/// <summary>What the list of customers says.</summary>
internal static class ListWords
{
    public static readonly Text Person = new("person", "persona");
    public static readonly Text People = new("people", "personas");
    public static readonly Text Lifecycle = new("Lifecycle", "Ciclo de vida");
    public static readonly Text Segment = new("Segment", "Segmento");
    public static readonly Text NobodyYet = new("Nobody is here yet.", "Aún no hay nadie.");
    public static readonly Text NobodyNext = new(
        "Send events to /v1/track, import a file with ciclo import, or look around with ciclo demo.", "Envía eventos a /v1/track, importa un archivo con ciclo import, o mira un ejemplo con ciclo demo.");
    public static readonly Text Customers = new("Customers", "Clientes");
    public static readonly Text Search = new("Search", "Buscar");
    public static readonly Text SearchHint = new("Name, e-mail, phone or any id, or a part of one", "Nombre, correo, teléfono u otro id, o una parte");
    public static readonly Text Stage = new("Stage", "Etapa");
    public static readonly Text AnyStage = new("Any stage", "Cualquier etapa");
    public static readonly Text AnySegment = new("Any segment", "Cualquier segmento");
    public static readonly Text Show = new("Show", "Mostrar");
    public static readonly Text Clear = new("Remove the filters", "Quitar los filtros");
    public static readonly Text Customer = new("Customer", "Cliente");
    public static readonly Text Since = new("since", "desde el");
    public static readonly Text NoStage = new("none yet", "aún ninguna");
    public static readonly Text Pages = new("Pages of the list", "Páginas de la lista");
    public static readonly Text FromTheStart = new("From the start", "Desde el inicio");
    public static readonly Text Next50 = new("Next 50", "50 siguientes");
    public static readonly Text NobodyFound = new("Nobody fits all of this", "Nadie cumple todo esto");
    public static readonly Text NobodyFoundNext = new(
        "Search finds parts of names, e-mails, phones and ids. Try fewer letters, or remove a condition.",
        "La búsqueda encuentra partes de nombres, correos, teléfonos e ids. Prueba con menos letras o quita una condición.");

    /// <summary>What the list of a move is headed with, after the number of people.</summary>
    public static Text MovedWords(string? from, string? to, string span) => (from, to) switch
    {
        (null, { } into) => new Text($"entered {into}, {span}", $"entraron a {into}, {span}"),
        ({ } left, null) => new Text($"left {left}, {span}", $"salieron de {left}, {span}"),
        var (left, into) => new Text($"went from {left} to {into}, {span}", $"pasaron de {left} a {into}, {span}"),
    };

    public static Text Range(string from, string to, string total) => new($"{from}–{to} of {total}", $"{from}–{to} de {total}");
}
