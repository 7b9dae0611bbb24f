using Ciclo.Core.Time;

namespace Ciclo.Core.Explain;

/// <summary>The sentences of an explanation. Stages are named by their ids, as rules name them.</summary>
public static class ExplainSentences
{
    public static Text Of(StageExplanation explained)
    {
        if (explained.Stay is not { } stay)
        {
            return new Text("In no stage yet: nothing has come from this customer.", "Aún en ninguna etapa: no ha llegado nada de este cliente.");
        }
        var since = explained.Zone.Format(stay.Since);
        var why = Why(stay, explained);
        return new Text($"In {stay.Id} since {since}: {why.En}.", $"En {stay.Id} desde {since}: {why.Es}.");
    }

    public static Text Of(SegmentExplanation explained)
    {
        var since = explained.Since is { } at ? explained.Zone.Format(at) : null;
        var text = (explained.IsMember, since) switch
        {
            (true, _) => new Text($"In {explained.Segment} since {since}", $"En {explained.Segment} desde {since}"),
            (false, null) => new Text($"Never in {explained.Segment} so far", $"Nunca ha estado en {explained.Segment}"),
            _ => new Text($"Not in {explained.Segment} since {since}", $"Fuera de {explained.Segment} desde {since}"),
        };
        if (explained.ChangesAt is not { } change)
        {
            return new Text(text.En + ".", text.Es + ".");
        }
        var when = explained.Zone.Format(change);
        return explained.IsMember
            ? new Text($"{text.En}; leaves it on {when} if nothing happens.", $"{text.Es}; sale el {when} si no pasa nada.")
            : new Text($"{text.En}; enters it on {when} if nothing happens.", $"{text.Es}; entra el {when} si no pasa nada.");
    }

    public static Text OfNext(ScheduledMove next, Zone zone)
    {
        var when = zone.Format(next.At);
        return new Text($"Moves to {next.To} on {when} if nothing happens.", $"Pasa a {next.To} el {when} si no pasa nada.");
    }

    /// <summary>Why another stage is not the one held.</summary>
    public static Text OfOutlook(StageOutlook other, StageExplanation explained)
    {
        var from = explained.Stay!.Id;
        if (!other.IsAllowed)
        {
            return new Text($"Cannot go back to {other.Id} from {from}.", $"No se puede regresar a {other.Id} desde {from}.");
        }
        if (other.Missing.Count == 0)
        {
            return explained.LoopAt is not null
                ? new Text("Its rule holds, but the rules lead in a circle.", "Su regla se cumple, pero las reglas dan vueltas.")
                : new Text($"Its rule holds, but {from} comes later.", $"Su regla se cumple, pero {from} está más adelante.");
        }
        var words = new ExplainWords(explained.Zone);
        var parts = other.Missing.Select(words.Say).ToList();
        return new Text("Missing: " + string.Join("; ", parts.Select(part => part.En)) + ".", "Falta: " + string.Join("; ", parts.Select(part => part.Es)) + ".");
    }

    private static Text Why(StageStay stay, StageExplanation explained)
    {
        var persona = stay.Persona is { } id ? new Text($" for persona {id}", $" para el tipo de cliente {id}") : Text.Same("");
        var version = explained.Version > 0
            ? new Text($"version {explained.Version}", $"la versión {explained.Version}")
            : new Text("the current version", "la versión actual");
        return stay.Reason switch
        {
            MoveReason.FirstEvent => new Text("everyone begins there, at their first event", "todos empiezan ahí, con su primer evento"),
            MoveReason.NothingElseHeld => new Text("no other stage's rule held", "no se cumplía la regla de ninguna otra etapa"),
            _ when stay.RuleThen is { } rule =>
                new Text($"its rule in {version.En}{persona.En} held, {rule.Condition}", $"se cumplió su regla en {version.Es}{persona.Es}, {rule.Condition}"),
            _ => new Text($"it has no condition in {version.En}{persona.En}", $"no tiene condición en {version.Es}{persona.Es}"),
        };
    }
}
