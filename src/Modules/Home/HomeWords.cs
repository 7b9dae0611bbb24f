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
    public static readonly Text Share = new("Share", "Parte");
    public static readonly Text Segment = new("Segment", "Segmento");
    public static readonly Text NoSegments = new("There are no segments yet", "Aún no hay segmentos");
    public static readonly Text NoSegmentsNext = new(
        "A segment is a YAML file with a rule. Apply one with: ciclo segment apply FILE", "Un segmento es un archivo YAML con una regla. Aplica uno con: ciclo segment apply ARCHIVO");
    public static readonly Text NothingYet = new("Nothing has come in yet", "Aún no llega nada");
    public static readonly Text NothingYetNext = new(
        "Send an event, import a file, choose a framework: the first steps take about five minutes.", "Envía un evento, importa un archivo, elige un marco: los primeros pasos toman unos cinco minutos.");
    public static readonly Text GetStarted = new("Get started", "Empezar");
    public static readonly Text NoLifecycle = new("There is no lifecycle yet", "Aún no hay un ciclo de vida");
    public static readonly Text NoLifecycleNext = new(
        "Three come with the program. Apply one with: ciclo lifecycle apply lifecycles/customer.yaml", "Con el programa vienen tres. Aplica uno con: ciclo lifecycle apply lifecycles/customer.yaml");
    public static readonly Text NobodyYet = new("Nobody is here yet.", "Aún no hay nadie.");
    public static readonly Text NobodyNext = new(
        "Send events to /v1/track, import a file with ciclo import, or look around with ciclo demo.", "Envía eventos a /v1/track, importa un archivo con ciclo import, o mira un ejemplo con ciclo demo.");
    public static readonly Text Latest = new("Latest moves", "Últimos pasos");
    public static readonly Text NoMoves = new("Nobody has moved to another stage in these 30 days.", "Nadie ha cambiado de etapa en estos 30 días.");

    public static readonly Text Stage = new("Stage", "Etapa");

    public static readonly Text NoSuchPage = new("There is no page at this address", "No hay una página en esta dirección");
    public static readonly Text NoSuchPageNext = new("The cycle and the customers are one click away.", "El ciclo y los clientes están a un clic.");
    public static readonly Text ToTheCycle = new("Go to the cycle", "Ir al ciclo");
    public static readonly Text ToTheCustomers = new("Search customers", "Buscar clientes");

    public static Text SegmentsTitle(int segments, string largest, string people) => new(
        $"{largest} is the largest of {segments} segments, with {people}", $"{largest} es el mayor de {segments} segmentos, con {people}");

    public static readonly Text PeriodWord = new("Period", "Periodo");
    public static readonly Text FromDay = new("From", "Desde");
    public static readonly Text ToDay = new("To", "Hasta");
    public static readonly Text ShowDates = new("Show these dates", "Mostrar estas fechas");
    public static readonly Text MovesOn = new("move on within 30 days", "avanza en 30 días");
    public static readonly Text LastStage = new("The last stage.", "La última etapa.");
    public static readonly Text NoCohort = new("Nobody entered long enough ago to tell.", "Nadie entró hace tanto como para saberlo.");
    public static readonly Text NoData = new("no data", "sin datos");
    public static readonly Text NotReached = new("not reached", "sin alcanzar");
    public static readonly Text AttentionTitle = new("What needs attention today", "Qué necesita atención hoy");
    public static readonly Text Matter = new("matter", "asunto");
    public static readonly Text Matters = new("matters", "asuntos");
    public static readonly Text WorstFirst = new("the worst first.", "lo urgente primero.");
    public static readonly Text NothingToDo = new(
        "Nothing stands out. No conversion changed by more than chance, and the data arrives.", "Nada sobresale. Ninguna conversión cambió más de lo que cambia por azar y los datos llegan.");
    public static readonly Text WereIn = new("Were in", "Estaban en");
    public static readonly Text WentTo = new("Went to", "Pasaron a");
    public static readonly Text Kind = new("Kind", "Tipo");
    public static readonly Text FlowsLabel = new("Flows between the stages; their numbers are in the table", "Flujos entre las etapas; sus números están en la tabla");
    public static readonly Text NoFlows = new(
        "Nobody changed stage in this period. Choose a longer one, or look at a customer to see what is missing for the next stage.",
        "Nadie cambió de etapa en este periodo. Elige uno más largo, o abre un cliente para ver qué le falta para la etapa que sigue.");
    public static readonly Text NobodyMoved = new("Nobody changed stage", "Nadie cambió de etapa");

    public static Text UpdatedAt(string time) => new($"Updated at {time}", $"Actualizado a las {time}");

    public static Text PeopleThen(string people) => new($"{people} when the period began", $"{people} al empezar el periodo");

    public static Text ShareBefore(string share) => new($"{share} in the period before", $"{share} en el periodo anterior");

    public static Text SparkOf(string stage, string span) => new($"People in {stage}, {span}", $"Personas en {stage}, {span}");

    public static Text CycleFoot(string span) => new(
        $"The percentage is the share of those who entered on {span} that reached a later stage within 30 days. Changes are against the period before.",
        $"El porcentaje es la parte de quienes entraron del {span} que llegó a una etapa posterior en 30 días. Los cambios son contra el periodo anterior.");

    public static Text FlowsSub(string span) => new($"Changes of stage, {span}.", $"Cambios de etapa, {span}.");

    public static Text CoolAgainstBack(string cool, string back) => new($"{cool} cooled down and {back} came back", $"{cool} se enfriaron y {back} regresaron");

    public static Text AheadAgainstBack(string ahead, string back) => new($"{ahead} moved ahead and {back} went back", $"{ahead} avanzaron y {back} regresaron");

    public static Text OnlyAhead(string ahead) => new($"{ahead} moved ahead", $"{ahead} avanzaron");

    public static Text KindOf(FlowKind kind) => kind switch
    {
        FlowKind.Forward => new Text("Moves ahead", "Avanza"),
        FlowKind.Cool => new Text("Cools down", "Se enfría"),
        _ => new Text("Comes back", "Regresa"),
    };

}
