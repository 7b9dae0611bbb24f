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
    public static readonly Text NoStage = new("In no stage yet", "Aún en ninguna etapa");
    public static readonly Text NoStageWhy = new(
        "Everyone enters with the first thing they do themselves; so far only messages and other things done to them have come.",
        "Cada quien entra con lo primero que hace por sí mismo; hasta ahora solo han llegado mensajes y otras cosas que se le hicieron.");
    public static readonly Text EveryoneBegins = new("everyone begins here, with their first event.", "todos empiezan aquí, con su primer evento.");
    public static readonly Text NothingElse = new("no other stage’s rule held.", "no se cumplía la regla de ninguna otra etapa.");
    public static readonly Text RuleHeld = new("this rule held.", "se cumplió esta regla.");
    public static readonly Text NoLongerHolds = new("It does not hold any more, but nothing that does leads away from here.", "Ya no se cumple, pero ninguna que se cumpla lleva a otra etapa.");
    public static readonly Text NoCondition = new("No condition", "Sin condición");
    public static readonly Text Missing = new("Missing", "Le falta");
    public static readonly Text Loop = new("The rules led in a circle, and a move was held back. Look at the lifecycle’s rules.", "Las reglas dieron vueltas y se detuvo un paso. Revisa las reglas del ciclo de vida.");
    public static readonly Text ReadNow = new("What the rule reads now", "Lo que la regla lee ahora");
    public static readonly Text FromEvents = new("from", "de");
    public static readonly Text Everything = new("Everything that has happened", "Todo lo que ha pasado");
    public static readonly Text Event = new("event", "evento");
    public static readonly Text Events = new("events", "eventos");
    public static readonly Text Older = new("Older", "Anteriores");
    public static readonly Text Newest = new("Newest", "Lo más reciente");
    public static readonly Text Pages = new("Pages of the timeline", "Páginas de la línea de tiempo");
    public static readonly Text Details = new("Details", "Detalles");
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
    public static readonly Text Yes = new("yes", "sí");
    public static readonly Text No = new("no", "no");
    public static readonly Text None = new("none", "ninguno");

    public static Text MoreIds(string count) => new($"and {count} more", $"y {count} más");

    public static Text WhyTitle(string stage) => new($"Why in {stage}, and what next", $"Por qué está en {stage} y qué sigue");

    public static Text WhySub(int version, string moment) => new($"Rules of version {version}, read {moment}", $"Reglas de la versión {version}, leídas el {moment}");

    public static Text Because(string moment) => new($"Here since {moment}:", $"Aquí desde el {moment}:");

    public static Text ForPersona(string persona) => new($"As {persona}.", $"Como {persona}.");

    public static Text Next(string stage, string moment) => new($"{stage} comes next, on {moment}, if nothing else happens.", $"Sigue {stage}, el {moment}, si no pasa nada más.");

    public static Text NextInPath(string date) => new($"On {date}, if nothing happens", $"El {date}, si no pasa nada");

    public static Text Left(string duration) => new($"{duration} left.", $"Faltan {duration}.");

    public static Text NoWay(string from, string to) => new($"There is no way back from {from} to {to}.", $"De {from} no se regresa a {to}.");

    public static Text HoldsButLater(string current) => new($"Its rule holds, but {current} is further along.", $"Su regla se cumple, pero {current} está más adelante.");

    public static Text HoldsAlone(string moment) => new($"Its rule will hold on {moment} with time alone.", $"Su regla se cumplirá el {moment} con solo el paso del tiempo.");

    public static Text SegmentsTitle(int count) => count == 1 ? new Text("In 1 segment", "En 1 segmento") : new Text($"In {count} segments", $"En {count} segmentos");

    public static Text Moved(string from, string to) => new($"Moved from {from} to {to}", $"Pasó de {from} a {to}");

    public static Text EnteredAt(string stage) => new($"Entered {stage}", $"Entró en {stage}");

    public static Text LanesLabel(string from) => new($"History of stages from {from} to today; the dates are in the strip above", $"Historia de etapas del {from} a hoy; las fechas están en la tira de arriba");

    public static Text Range(string from, string to, string total) => new($"Events {from}–{to} of {total}, newest first", $"Eventos {from}–{to} de {total}, primero lo más reciente");
}
