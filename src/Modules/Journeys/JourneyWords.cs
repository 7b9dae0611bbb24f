using System.Globalization;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Journeys;
using Ciclo.Core.Time;
using Ciclo.Kit;

namespace Ciclo.Modules.Journeys;

/// <summary>Journeys in words, for one reader. Reads the file's own keys, so that a draft with faults is told too.</summary>
public sealed class JourneyWords(Locale l, Func<string, string>? templateName = null)
{
    private static readonly Text[] Days =
    [
        new("Mon", "lun"), new("Tue", "mar"), new("Wed", "mié"), new("Thu", "jue"), new("Fri", "vie"), new("Sat", "sáb"), new("Sun", "dom"),
    ];

    private static readonly string[] DayKeys = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>Everything of a journey in words: by step id, `start` for what begins it and `end` for what it is for.</summary>
    public Dictionary<string, SaidStep> All(JourneyOutline outline)
    {
        var says = new Dictionary<string, SaidStep>(StringComparer.Ordinal) { ["start"] = Start(outline.Root["trigger"]), ["end"] = End(outline.Root["goal"]) };
        foreach (var step in outline.All)
        {
            says.TryAdd(step.Id, Step(step));
        }
        return says;
    }

    /// <summary>The journey's name.</summary>
    public string Label(JourneyOutline outline, string id) => outline.Root["label"] switch
    {
        JsonValue one => one.ToString(),
        JsonObject both when (both[l.Say("en", "es")] ?? both["en"] ?? both["es"]) is { } said => said.ToString(),
        _ => id,
    };

    /// <summary>What begins a journey, as one sentence.</summary>
    public string Trigger(JourneyOutline outline) => Start(outline.Root["trigger"]) is var said && said.Says.Length > 0 ? $"{said.Title}: {said.Says}" : said.Title;

    public SaidStep Start(JsonNode? trigger)
    {
        if (trigger is not JsonObject map || map.Count == 0)
        {
            return new(l.Say("Choose what begins it", "Elige qué lo inicia"), "");
        }
        var (key, value) = (map.First().Key, map.First().Value);
        return key switch
        {
            "event" => new(l.Say("Does something", "Hace algo"), Selector(value)),
            "when" => new(l.Say("A condition begins to hold", "Empieza a cumplirse una condición"), Said(value)),
            "enters_segment" => new(l.Say("Enters a segment", "Entra en un segmento"), Said(value)),
            "leaves_segment" => new(l.Say("Leaves a segment", "Sale de un segmento"), Said(value)),
            "enters_stage" => new(l.Say("Enters a stage", "Entra en una etapa"), Said(value)),
            "leaves_stage" => new(l.Say("Leaves a stage", "Sale de una etapa"), Said(value)),
            "date" => new(l.Say("On a date", "En una fecha"), Date(value as JsonObject)),
            "schedule" => new(l.Say("On a schedule", "Según un calendario"), Schedule(value as JsonObject)),
            _ => new(l.Say("Sent in by the API", "Entra por la API"), ""),
        };
    }

    public SaidStep End(JsonNode? goal) => goal is not JsonObject map
        ? new(l.Say("End", "Fin"), "")
        : new(l.Say($"Goal within {Time(map["within"] ?? "7d")}", $"Meta en {Time(map["within"] ?? "7d")}"), Happening(map));

    public SaidStep Step(OutlineStep step)
    {
        var (json, value) = (step.Json, step.Kind.Length > 0 ? step.Json[step.Kind] : null);
        return step.Kind switch
        {
            "wait" => new(l.Say($"Wait {Time(value)}", $"Espera {Time(value)}"), ""),
            "wait_for_hour" when Said(value) == "best" => new(l.Say("Wait for the best hour", "Espera la mejor hora"), l.Say("At which this person answers most, within a day", "En la que esta persona más responde, en menos de un día")),
            "wait_for_hour" => new(l.Say($"Wait until {Clock(value)}", $"Espera hasta las {Clock(value)}"), json["days"] is JsonArray days ? DaysOf(days) : l.Say("Where the person lives", "Donde vive la persona")),
            "wait_until" => new(l.Say($"Wait up to {Time(json["for"])} for", $"Espera hasta {Time(json["for"])} a"), value is JsonObject map ? Happening(map) : ""),
            "if" => new(l.Say("Is it so?", "¿Se cumple?"), Said(value)),
            "split" => new(l.Say("Split by chance", "Reparto al azar"), Arms(value as JsonArray)),
            "send" when Said(value) == "best" => new(l.Say("Best channel", "Mejor canal"), $"{Template(json["template"])} · {Template(json["onsite"])}"),
            "send" => new(Channel(Said(value)), Template(json["template"])),
            "set" => new(l.Say("Set a trait", "Cambia un atributo"), value is JsonObject set ? $"{set["trait"]} = {(set["value"] is { } to ? to.ToString() : l.Say("nothing", "nada"))}" : ""),
            "tag" => new(l.Say("Add a tag", "Pone una etiqueta"), Said(value)),
            "untag" => new(l.Say("Take a tag off", "Quita una etiqueta"), Said(value)),
            "webhook" => new(l.Say("Call a webhook", "Llama a un webhook"), Said(value)),
            "task" => new(l.Say("Task for the team", "Tarea para el equipo"), Said(value)),
            "offer" => new(l.Say("Give an offer", "Da una oferta"), value is JsonObject offer ? $"{offer["name"]} · {offer["code"]}-…" : ""),
            "stop" => new(l.Say("Leave the journey", "Sale del recorrido"), ""),
            _ => new(l.Say("A step without an act", "Un paso sin acción"), ""),
        };
    }

    /// <summary>A branch by its key in the file; the name of an arm as it is.</summary>
    public string Branch(string key) => key switch
    {
        "met" => l.Say("It happened", "Ocurrió"),
        "timeout" => l.Say("Time ran out", "Se agotó el tiempo"),
        "then" => l.Say("Yes", "Sí"),
        "else" => l.Say("No", "No"),
        _ => key,
    };

    /// <summary>The branch that a run took at a step, by its number; empty for none.</summary>
    public string Way(OutlineStep? step, int way) => way < 0 || step is null || way >= step.Branches.Count ? "" : Branch(step.Branches[way].Key);

    /// <summary>What became of a step's act, or how a run ended.</summary>
    public string Outcome(string outcome) => l.Say(OutcomeText(outcome));

    /// <summary>How runs ended, or why people were not let in.</summary>
    public string Ending(string end) => end == "done" ? l.Say(Run.StatusText(RunStatus.Done)) : Outcome(end);

    public static Text OutcomeText(string outcome) => outcome switch
    {
        "entered" => new("Entered", "Entraron"),
        "control" => new("Control group", "Grupo de control"),
        "given" => new("Handed to the outbox", "En la bandeja de salida"),
        "done" => new("Done", "Hecho"),
        "goal" => new("Reached the goal", "Llegaron a la meta"),
        "exit" => new("Left by an exit", "Salieron por una regla"),
        "over" => new("Asked for after it ended", "Pedidos después de terminar"),
        "ended" => new("Taken out when it ended", "Retirados al terminar"),
        "missed" => new("Too late to act", "Ya era tarde"),
        "paused" => new("Not let in: paused", "No entraron: en pausa"),
        "again" => new("Not let in again yet", "Aún no podían repetir"),
        "untrue" => new("Taken back by later data", "Retirados por datos posteriores"),
        "broken" => new("A rule’s segment or lifecycle is gone", "Falta un segmento o ciclo de una regla"),
        "gone" => new("The person is gone", "La persona ya no está"),
        "no_endpoint" => new("No such webhook", "No existe ese webhook"),
        "not_taken" => new("The webhook is off", "El webhook está apagado"),
        _ => Text.Same(outcome),
    };

    /// <summary>A state of a message.</summary>
    public string MessageState(string state) => l.Say(state switch
    {
        "due" => new("Waiting to leave", "Por salir"),
        "sending" => new("Leaving", "Saliendo"),
        "sent" => new("Sent", "Enviados"),
        "held_back" => new("Held back", "Retenidos"),
        "missed" => new("Too late to send", "Ya era tarde"),
        "failed" => new("Failed", "Fallidos"),
        "unknown" => new("In doubt", "En duda"),
        "cancelled" => new("Called back", "Retirados"),
        "caught" => new("Caught by the sandbox", "En la bandeja de pruebas"),
        _ => Text.Same(state),
    });

    /// <summary>Where a run stands: inside, or how it ended.</summary>
    public string Standing(Run run) => run.Reason.Length > 0 ? Ending(run.Reason) : l.Say(Run.StatusText(run.Status));

    /// <summary>A channel or an hour that was chosen for a person; empty for none.</summary>
    public string Chosen(string chosen) => chosen is "email" or "onsite" ? Channel(chosen) : chosen;

    private string Channel(string channel) => channel switch
    {
        "email" => l.Say("E-mail", "Correo"),
        "onsite" => l.Say("On-site message", "Mensaje en el sitio"),
        _ => l.Say("Message", "Mensaje"),
    };

    private string Template(JsonNode? template) => template is null ? l.Say("Choose a template", "Elige una plantilla") : templateName?.Invoke(template.ToString()) ?? template.ToString();

    private string Arms(JsonArray? arms)
    {
        var found = (arms ?? []).OfType<JsonObject>().Select((arm, i) => (Name: arm["name"]?.ToString() ?? ((char)('A' + i)).ToString(), Share: decimal.TryParse(arm["share"]?.ToString(), CultureInfo.InvariantCulture, out var share) ? share : 0)).ToList();
        var whole = Math.Max(1, found.Sum(arm => arm.Share));
        return string.Join(" · ", found.Select(arm => $"{arm.Name} {l.Number(Math.Round(100 * arm.Share / whole, 1))}%"));
    }

    private string Happening(JsonObject map) => map["event"] is { } selector ? Selector(selector) : Said(map["when"]);

    /// <summary>An event as people say it: a name alone without its quotes.</summary>
    private string Selector(JsonNode? selector)
    {
        var text = Said(selector);
        return text.Length > 2 && text[0] == '"' && text.IndexOf('"', 1) == text.Length - 1 ? l.Say($"“{text[1..^1]}”", $"«{text[1..^1]}»") : text;
    }

    private string Date(JsonObject? date)
    {
        if (date is null)
        {
            return "";
        }
        var days = int.TryParse(date["days"]?.ToString(), out var number) ? number : 0;
        var trait = date["trait"]?.ToString() ?? "";
        var yearly = date["yearly"]?.ToString() == "false" ? "" : l.Say(", each year", ", cada año");
        return days switch
        {
            0 => trait,
            < 0 => l.Say($"{-days} days before {trait}", $"{-days} días antes de {trait}"),
            _ => l.Say($"{days} days after {trait}", $"{days} días después de {trait}"),
        } + yearly;
    }

    private string Schedule(JsonObject? schedule)
    {
        if (schedule is null)
        {
            return "";
        }
        var (on, at, segment) = (schedule["on"]?.ToString() ?? "", Clock(schedule["at"]), schedule["segment"]?.ToString() ?? "");
        return schedule["every"]?.ToString() switch
        {
            "week" => l.Say($"each {DayOf(on)} at {at}, {segment}", $"cada {DayOf(on)} a las {at}, {segment}"),
            "month" => l.Say($"each month on day {on} at {at}, {segment}", $"cada mes el día {on} a las {at}, {segment}"),
            _ => l.Say($"each day at {at}, {segment}", $"cada día a las {at}, {segment}"),
        };
    }

    private string DayOf(string key) => Array.IndexOf(DayKeys, key) is >= 0 and var day ? l.Say(Days[day]) : key;

    private string DaysOf(JsonArray days) => string.Join(", ", days.Select(day => DayOf(day?.ToString() ?? "")));

    private string Time(JsonNode? value) => value is not null && Durations.TryParse(value.ToString(), out var ms) ? l.Duration(ms) : "…";

    private static string Clock(JsonNode? value) => value?.ToString() is { Length: > 0 } text ? text : "…";

    private static string Said(JsonNode? value) => value is JsonValue ? value.ToString() : "";
}
