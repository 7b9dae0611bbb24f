using Ciclo.Core;

namespace Ciclo.Modules.Home;

/// <summary>What the first page, the list and the pages for what cannot be shown say.</summary>
internal static class HomeWords
{
    public static readonly Text TheCycle = new("The cycle", "El ciclo");
    public static readonly Text Person = new("person", "persona");
    public static readonly Text People = new("people", "personas");
    public static readonly Text PeopleColumn = new("People", "Personas");
    public static readonly Text BesideLargest = new("Beside the largest", "Frente al mayor");
    public static readonly Text Event = new("event", "evento");
    public static readonly Text Events = new("events", "eventos");
    public static readonly Text Lifecycle = new("Lifecycle", "Ciclo de vida");
    public static readonly Text StagesInOrder = new("The stages in order", "Las etapas en orden");
    public static readonly Text Entered = new("Entered", "Entraron");
    public static readonly Text Left = new("Left", "Salieron");
    public static readonly Text Share = new("Share", "Parte");
    public static readonly Text Segment = new("Segment", "Segmento");
    public static readonly Text NoSegments = new("There are no segments yet", "Aún no hay segmentos");
    public static readonly Text NoSegmentsNext = new(
        "A segment is a YAML file with a rule. Apply one with: ciclo segment apply FILE", "Un segmento es un archivo YAML con una regla. Aplica uno con: ciclo segment apply ARCHIVO");
    public static readonly Text NoLifecycle = new("There is no lifecycle yet", "Aún no hay un ciclo de vida");
    public static readonly Text NoLifecycleNext = new(
        "Three come with the program. Apply one with: ciclo lifecycle apply lifecycles/customer.yaml", "Con el programa vienen tres. Aplica uno con: ciclo lifecycle apply lifecycles/customer.yaml");
    public static readonly Text NobodyYet = new("Nobody is here yet.", "Aún no hay nadie.");
    public static readonly Text NobodyNext = new(
        "Send events to /v1/track, import a file with ciclo import, or look around with ciclo demo.", "Envía eventos a /v1/track, importa un archivo con ciclo import, o mira un ejemplo con ciclo demo.");
    public static readonly Text Latest = new("Latest moves", "Últimos pasos");
    public static readonly Text NoMoves = new("Nobody has moved to another stage in these 30 days.", "Nadie ha cambiado de etapa en estos 30 días.");

    public static readonly Text Customers = new("Customers", "Clientes");
    public static readonly Text Search = new("Search", "Buscar");
    public static readonly Text SearchHint = new("User id, e-mail or another id, or a part of one", "Id de usuario, correo u otro id, o una parte");
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
        "Search finds parts of user ids, e-mails and other ids, not of names. Try fewer letters, or remove a filter.",
        "La búsqueda encuentra partes de ids de usuario, correos y otros ids, no de nombres. Prueba con menos letras o quita un filtro.");
    public static readonly Text ListOrder = new("Sorted by user id", "En orden de id de usuario");

    public static readonly Text NobodyByThatId = new("Nobody has this id", "Nadie tiene este id");
    public static readonly Text NobodyByThatIdNext = new(
        "It may be mistyped, or of another workspace. Search by user id, e-mail or any other id.", "Puede estar mal escrito o ser de otro espacio de trabajo. Busca por id de usuario, correo u otro id.");
    public static readonly Text NoSuchPage = new("There is no page at this address", "No hay una página en esta dirección");
    public static readonly Text NoSuchPageNext = new("The cycle and the customers are one click away.", "El ciclo y los clientes están a un clic.");
    public static readonly Text ToTheCycle = new("Go to the cycle", "Ir al ciclo");
    public static readonly Text ToTheCustomers = new("Search customers", "Buscar clientes");

    /// <summary>The window in words: `to now` or `to the newest event, Nov 3, 2026`.</summary>
    public static Text WindowUntil(Window window, string date) => window.EndsWithData
        ? new Text($"The last 30 days of data, up to the newest event on {date}", $"Los últimos 30 días con datos, hasta el evento más reciente, el {date}")
        : new Text($"The last 30 days, up to now ({date})", $"Los últimos 30 días, hasta ahora ({date})");

    public static Text SegmentsTitle(int segments, string largest, string people) => new(
        $"{largest} is the largest of {segments} segments, with {people}", $"{largest} es el mayor de {segments} segmentos, con {people}");

    public static Text Change(int change, string number) => change switch
    {
        > 0 => new Text($"{number} more than 30 days before", $"{number} más que 30 días antes"),
        < 0 => new Text($"{number} fewer than 30 days before", $"{number} menos que 30 días antes"),
        _ => new Text("As many as 30 days before", "Igual que 30 días antes"),
    };

    public static Text Range(string from, string to, string total) => new($"{from}–{to} of {total}", $"{from}–{to} de {total}");
}
