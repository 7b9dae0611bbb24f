using Ciclo.Core;

namespace Ciclo.Modules.Customers;

/// <summary>What a customer's page says.</summary>
internal static class CustomerWords
{
    public static readonly Text Nobody = new("Nobody has this id", "Nadie tiene este id");
    public static readonly Text NobodyNext = new(
        "It may be mistyped, or of another workspace. Search by name, e-mail, phone or any other id.", "Puede estar mal escrito o ser de otro espacio de trabajo. Busca por nombre, correo, teléfono u otro id.");
    public static readonly Text Customers = new("Customers", "Clientes");
    public static readonly Text Where = new("Where you are", "Dónde estás");
    public static readonly Text FirstSeen = new("First seen", "Visto por primera vez el");
    public static readonly Text LastSeen = new("last seen", "por última vez el");
    public static readonly Text Path = new("The way through the stages", "El camino por las etapas");
    public static readonly Text Never = new("Never", "Nunca");
    public static readonly Text HereSince = new("Here since", "Aquí desde el");
    public static readonly Text Today = new("today", "hoy");
    public static readonly Text LessThanADay = new("less than a day", "menos de un día");
    public static readonly Text Day = new("day", "día");
    public static readonly Text Days = new("days", "días");
    public static readonly Text Everything = new("Everything that has happened", "Todo lo que ha pasado");
    public static readonly Text Older = new("Older", "Anteriores");
    public static readonly Text Newest = new("Newest", "Lo más reciente");
    public static readonly Text Pages = new("Pages of the timeline", "Páginas de la línea de tiempo");
    public static readonly Text MessageId = new("message id", "id del mensaje");
    public static readonly Text ReceivedAt = new("received", "recibido");
    public static readonly Text EventType = new("call", "llamada");
    public static readonly Text EventName = new("name", "nombre");
    public static readonly Text OtherLifecycles = new("In the other lifecycles", "En los otros ciclos de vida");
    public static readonly Text Moves = new("Every move", "Cada paso");
    public static readonly Text NoSegments = new("In no segment now", "Ahora en ningún segmento");
    public static readonly Text NoSegmentsNext = new("Segments are checked with every event and every day that passes.", "Los segmentos se revisan con cada evento y cada día que pasa.");
    public static readonly Text Since = new("since", "desde el");
    public static readonly Text Known = new("What is known", "Lo que se sabe");
    public static readonly Text NothingKnown = new("No traits yet. They come with identify calls and imports.", "Aún no hay atributos. Llegan con llamadas identify y con importaciones.");
    public static readonly Text Ids = new("Known by", "Se le conoce por");

    public static Text MoreIds(string count) => new($"and {count} more", $"y {count} más");

    public static Text NextInPath(string date) => new($"On {date}, if nothing happens", $"El {date}, si no pasa nada");

    public static Text SegmentsTitle(int count) => count == 1 ? new Text("In 1 segment", "En 1 segmento") : new Text($"In {count} segments", $"En {count} segmentos");

    public static Text Moved(string from, string to) => new($"Moved from {from} to {to}", $"Pasó de {from} a {to}");

    public static Text EnteredAt(string stage) => new($"Entered {stage}", $"Entró en {stage}");

    public static Text LanesLabel(string from) => new($"History of stages from {from} to today; the dates are in the strip above", $"Historia de etapas del {from} a hoy; las fechas están en la tira de arriba");

    public static Text Range(string from, string to, string total) => new($"Events {from}–{to} of {total}, newest first", $"Eventos {from}–{to} de {total}, primero lo más reciente");
}
