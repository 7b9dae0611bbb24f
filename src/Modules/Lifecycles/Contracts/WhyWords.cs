using Ciclo.Core;

namespace Ciclo.Modules.Lifecycles.Contracts;

/// <summary>What is said about why somebody is in their stage, on every page that says it.</summary>
public static class WhyWords
{
    public static readonly Text NoStage = new("In no stage yet", "Aún en ninguna etapa");
    public static readonly Text NoStageWhy = new(
        "Everyone enters with the first thing they do themselves; so far only messages and other things done to them have come.",
        "Cada quien entra con lo primero que hace por sí mismo; hasta ahora solo han llegado mensajes y otras cosas que se le hicieron.");
    public static readonly Text NoStageThen = new("By then they had done nothing themselves yet.", "Para entonces aún no había hecho nada por sí mismo.");
    public static readonly Text EveryoneBegins = new("everyone begins here, with their first event.", "todos empiezan aquí, con su primer evento.");
    public static readonly Text NothingElse = new("no other stage’s rule held.", "no se cumplía la regla de ninguna otra etapa.");
    public static readonly Text RuleHeld = new("this rule held.", "se cumplió esta regla.");
    public static readonly Text NoLongerHolds = new("It does not hold any more, but nothing that does leads away from here.", "Ya no se cumple, pero ninguna que se cumpla lleva a otra etapa.");
    public static readonly Text NoCondition = new("No condition", "Sin condición");
    public static readonly Text Missing = new("Missing", "Le falta");
    public static readonly Text Loop = new("The rules led in a circle, and a move was held back. Look at the lifecycle’s rules.", "Las reglas dieron vueltas y se detuvo un paso. Revisa las reglas del ciclo de vida.");
    public static readonly Text FromEvents = new("from", "de");
    public static readonly Text Event = new("event", "evento");
    public static readonly Text Events = new("events", "eventos");

    public static Text Title(string stage) => new($"Why in {stage}, and what next", $"Por qué está en {stage} y qué sigue");

    public static Text WasTitle(string stage) => new($"Why they were in {stage} then", $"Por qué estaba en {stage} entonces");

    public static Text Sub(int version, string moment) => new($"Rules of version {version}, read {moment}", $"Reglas de la versión {version}, leídas el {moment}");

    public static Text Because(string moment) => new($"Here since {moment}:", $"Aquí desde el {moment}:");

    public static Text ForPersona(string persona) => new($"As {persona}.", $"Como {persona}.");

    public static Text Next(string stage, string moment) => new($"{stage} comes next, on {moment}, if nothing else happens.", $"Sigue {stage}, el {moment}, si no pasa nada más.");

    public static Text Left(string duration) => new($"{duration} left.", $"Faltan {duration}.");

    public static Text NoWay(string from, string to) => new($"There is no way back from {from} to {to}.", $"De {from} no se regresa a {to}.");

    public static Text HoldsButLater(string current) => new($"Its rule holds, but {current} is further along.", $"Su regla se cumple, pero {current} está más adelante.");

    public static Text HoldsAlone(string moment) => new($"Its rule will hold on {moment} with time alone.", $"Su regla se cumplirá el {moment} con solo el paso del tiempo.");
}
