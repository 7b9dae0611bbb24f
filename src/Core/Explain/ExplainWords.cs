using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Explain;

/// <summary>
/// What is missing, in words, as the end of "it lacks: …". Dates stand in the file's zone, as RFC 3339 unless a page says how to write them.
/// </summary>
public sealed class ExplainWords(Zone zone, Func<long, Text>? writeInstant = null)
{
    public Text Say(Missing missing)
    {
        var text = SayAlone(missing);
        if (missing.NotBefore is not { } at || missing.Kind == MissingKind.NotBefore)
        {
            return text;
        }
        var when = When(at);
        return new Text($"{text.En} (time alone brings that on {when.En})", $"{text.Es} (el tiempo solo lo trae el {when.Es})");
    }

    /// <summary>A value as a person reads it: instants in the zone, durations by their largest units.</summary>
    public string Show(in Value value) => value.Kind switch
    {
        ValueKind.Instant => zone.Format(value.AsMs),
        ValueKind.Duration => Duration(value.AsMs),
        ValueKind.List => "[" + string.Join(", ", value.AsList.Select(item => Show(item))) + "]",
        _ => value.ToString(),
    };

    private Text When(long at) => writeInstant is null ? Text.Same(zone.Format(at)) : writeInstant(at);

    private Text SayAlone(Missing missing) => missing.Kind switch
    {
        MissingKind.More => SayMore(missing, (AggregateExpression)missing.Subject!),
        MissingKind.Fewer => SayFewer(missing, (AggregateExpression)missing.Subject!),
        MissingKind.HasEvent => HasEvent((AggregateExpression)missing.Subject!),
        MissingKind.NoEvent => NoEvent((AggregateExpression)missing.Subject!),
        MissingKind.NewEvent => NewEvent(missing, (AggregateExpression)missing.Subject!),
        MissingKind.NotBefore => SayNotBefore(missing.NotBefore!.Value),
        MissingKind.TooLate => new Text($"the time for {Part(missing)} has passed", $"ya pasó el momento de {Part(missing)}"),
        MissingKind.Present => new Text($"{Subject(missing).En} must be set", $"{Subject(missing).Es} debe tener valor"),
        MissingKind.Absent => new Text($"{Subject(missing).En} must not be set; it is {Show(missing.Current)}",
            $"{Subject(missing).Es} no debe tener valor; ahora es {Show(missing.Current)}"),
        MissingKind.InSegment => InSegment(missing, "must be in", "debe estar en"),
        MissingKind.NotInSegment => InSegment(missing, "must not be in", "no debe estar en"),
        MissingKind.StageIs => StageIs(missing, false),
        MissingKind.StageIsNot => StageIs(missing, true),
        MissingKind.Never => new Text($"{Part(missing)}, which can never be", $"{Part(missing)}, que nunca puede ser"),
        MissingKind.NotForPersona => new Text("this segment does not exist for the persona that applies", "este segmento no existe para el tipo de cliente que aplica"),
        _ => SayValue(missing),
    };

    private static string Part(Missing missing) => missing.IsNegated ? $"not ({missing.Condition})" : missing.Condition;

    private Text SayMore(Missing missing, AggregateExpression call)
    {
        var gap = missing.Gap is { } known ? known.ToString() : "";
        var window = Within(call.WindowMs);
        var isOne = gap == "1";
        var events = RuleText.Events(call.Selector, isOne && call.Function == AggregateFunction.Count);
        var isOver = missing.Operator == ComparisonOperator.Greater;
        switch (call.Function)
        {
            case AggregateFunction.Count:
                return new Text($"{gap} more {events.En}{window.En}", $"{gap} {events.Es} más{window.Es}");
            case AggregateFunction.Days:
                return new Text($"{gap} more {(isOne ? "day" : "days")} with {events.En}{window.En}", $"{gap} {(isOne ? "día" : "días")} más con {events.Es}{window.Es}");
            case AggregateFunction.Distinct:
                return new Text($"{gap} more different {call.Property} of {events.En}{window.En}", $"{gap} {call.Property} {(isOne ? "distinto" : "distintos")} más de {events.Es}{window.Es}");
            default:
                return new Text($"{call.Property} of {events.En}: {(isOver ? "over " : "")}{gap} more{window.En}",
                    $"{call.Property} de {events.Es}: {(isOver ? "más de " : "")}{gap} más{window.Es}");
        }
    }

    private static Text SayFewer(Missing missing, AggregateExpression call)
    {
        var window = Within(call.WindowMs);
        var events = RuleText.Events(call.Selector);
        var (most, now) = (missing.Target.ToString(), missing.Current.ToString());
        var isUnder = missing.Operator == ComparisonOperator.Less;
        return call.Function switch
        {
            AggregateFunction.Count => new Text($"at most {most} {events.En}{window.En}; there are {now}", $"{most} {events.Es} como máximo{window.Es}; hay {now}"),
            AggregateFunction.Days => new Text($"at most {most} days with {events.En}{window.En}; there are {now}", $"{most} días con {events.Es} como máximo{window.Es}; hay {now}"),
            AggregateFunction.Distinct => new Text($"at most {most} different {call.Property} of {events.En}{window.En}; there are {now}",
                $"{most} {call.Property} distintos de {events.Es} como máximo{window.Es}; hay {now}"),
            _ => new Text($"{call.Property} of {events.En}: {(isUnder ? "under" : "at most")} {most}{window.En}; it is {now}",
                $"{call.Property} de {events.Es}: {(isUnder ? "menos de " + most : most + " como máximo")}{window.Es}; ahora es {now}"),
        };
    }

    private static Text HasEvent(AggregateExpression call)
    {
        var name = RuleText.Event(call.Selector);
        return new Text($"{name.En} must happen", $"debe ocurrir {name.Es}");
    }

    private static Text NoEvent(AggregateExpression call)
    {
        var name = RuleText.Event(call.Selector);
        return new Text($"{name.En} must never have happened, but it has", $"nunca debe haber ocurrido {name.Es}, pero ya ocurrió");
    }

    private Text NewEvent(Missing missing, AggregateExpression call)
    {
        var name = RuleText.Event(call.Selector);
        var last = When(missing.LastAt!.Value);
        return new Text($"{name.En} must happen again; the last was on {last.En}", $"debe ocurrir de nuevo {name.Es}; la última vez fue el {last.Es}");
    }

    private Text SayNotBefore(long at)
    {
        var when = When(at);
        return new Text($"not before {when.En}", $"no antes del {when.Es}");
    }

    private static Text InSegment(Missing missing, string en, string es)
    {
        var id = ((MembershipExpression)missing.Subject!).Segment;
        return new Text($"{en} segment {id}", $"{es} el segmento {id}");
    }

    private static Text StageIs(Missing missing, bool isNegated)
    {
        var ids = missing.Target.Kind == ValueKind.List ? missing.Target.AsList.Select(Word).ToList() : [Word(missing.Target)];
        var lifecycle = missing.Subject is StageExpression { Lifecycle: { } id } ? new Text($" of {id}", $" de {id}") : Text.Same("");
        var now = missing.Current.IsNull ? new Text("none yet", "ninguna aún") : Text.Same(Word(missing.Current));
        return isNegated
            ? new Text($"must not be in stage {string.Join(" or ", ids)}{lifecycle.En}; it is {now.En}", $"no debe estar en la etapa {string.Join(" ni ", ids)}{lifecycle.Es}; está en {now.Es}")
            : new Text($"must be in stage {string.Join(" or ", ids)}{lifecycle.En}; it is {now.En}", $"debe estar en la etapa {string.Join(" o ", ids)}{lifecycle.Es}; está en {now.Es}");
    }

    private Text SayValue(Missing missing)
    {
        var subject = Subject(missing);
        var (en, es) = Demand(missing);
        var target = Show(missing.Target);
        var now = missing.Current.IsNull
            ? new Text("it has none yet", "aún no tiene")
            : new Text($"it is {Show(missing.Current)}", $"ahora es {Show(missing.Current)}");
        return new Text($"{subject.En} {en} {target}; {now.En}", $"{subject.Es} {es} {target}; {now.Es}");
    }

    private static (string En, string Es) Demand(Missing missing) => missing.Kind switch
    {
        MissingKind.OneOf => ("must be one of", "debe ser uno de"),
        MissingKind.NoneOf => ("must be none of", "no debe ser ninguno de"),
        MissingKind.Text => (missing.TextOperator, missing.IsNegated) switch
        {
            (TextOperator.Contains, false) => ("must contain", "debe contener"),
            (TextOperator.Contains, true) => ("must not contain", "no debe contener"),
            (TextOperator.StartsWith, false) => ("must start with", "debe empezar con"),
            (TextOperator.StartsWith, true) => ("must not start with", "no debe empezar con"),
            (TextOperator.EndsWith, false) => ("must end with", "debe terminar con"),
            (TextOperator.EndsWith, true) => ("must not end with", "no debe terminar con"),
            (_, false) => ("must match", "debe coincidir con"),
            _ => ("must not match", "no debe coincidir con"),
        },
        _ => missing.Operator switch
        {
            ComparisonOperator.NotEqual => ("must not be", "no debe ser"),
            ComparisonOperator.Less => ("must be less than", "debe ser menor que"),
            ComparisonOperator.LessOrEqual => ("must be at most", "debe ser como máximo"),
            ComparisonOperator.Greater => ("must be more than", "debe ser mayor que"),
            ComparisonOperator.GreaterOrEqual => ("must be at least", "debe ser al menos"),
            _ => ("must be", "debe ser"),
        },
    };

    private static Text Subject(Missing missing) => missing.Subject switch
    {
        PathExpression { Root: PathRoot.Traits } path => new Text($"trait {path.Path}", $"el atributo {path.Path}"),
        PathExpression { Root: PathRoot.Group } path => new Text($"group trait {path.Path}", $"el atributo de grupo {path.Path}"),
        PathExpression { Root: PathRoot.Scores } path => new Text($"score {path.Path}", $"la puntuación {path.Path}"),
        PathExpression { Root: PathRoot.Consent } path => new Text($"consent to {path.Path}", $"el consentimiento para {path.Path}"),
        AggregateExpression { Property: { } property } call => OfProperty(call, property),
        { } other => Text.Same(RuleText.Of(other)),
        null => Text.Same(missing.Condition),
    };

    private static Text OfProperty(AggregateExpression call, string property)
    {
        var events = RuleText.Events(call.Selector);
        var window = Within(call.WindowMs);
        var (en, es) = call.Function switch
        {
            AggregateFunction.First => ("the first", "el primer"),
            AggregateFunction.Last => ("the last", "el último"),
            AggregateFunction.Min => ("the least", "el menor"),
            AggregateFunction.Max => ("the greatest", "el mayor"),
            AggregateFunction.Avg => ("the average", "el promedio de"),
            _ => ("the", "el"),
        };
        return new Text($"{en} {property} of {events.En}{window.En}", $"{es} {property} de {events.Es}{window.Es}");
    }

    private static Text Within(long? windowMs) => windowMs switch
    {
        null => Text.Same(""),
        Durations.Day => new Text(" within 1 day", " en 1 día"),
        { } ms when ms % Durations.Day == 0 => new Text($" within {ms / Durations.Day} days", $" en {ms / Durations.Day} días"),
        { } ms => new Text($" within {Duration(ms)}", $" en {Duration(ms)}"),
    };

    private static string Word(Value value) => value.Kind == ValueKind.Text ? value.AsText : value.ToString();

    private static string Duration(long ms)
    {
        var rest = Math.Abs(ms);
        var parts = new List<string>();
        foreach (var (unit, name) in new[] { (Durations.Day, "d"), (Durations.Hour, "h"), (Durations.Minute, "m"), (Durations.Second, "s"), (1L, "ms") })
        {
            if (rest >= unit)
            {
                parts.Add(rest / unit + name);
                rest %= unit;
            }
        }
        return (ms < 0 ? "-" : "") + (parts.Count == 0 ? "0s" : string.Join(' ', parts));
    }
}
