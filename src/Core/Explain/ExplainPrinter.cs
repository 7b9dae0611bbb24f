using System.Text;

namespace Ciclo.Core.Explain;

/// <summary>Explanations as plain text for a terminal.</summary>
public static class ExplainPrinter
{
    public static string Print(StageExplanation explained, Language language)
    {
        var view = ExplainFormatter.View(explained, language);
        var output = new StringBuilder();
        output.Append($"{view.Label} ({view.Lifecycle})\n{view.Text}\n");
        if (explained.Stay is { } stay)
        {
            AppendRule(output, view.Stay!.RuleThen, Say(language, "Then", "Entonces"), language);
            AppendRule(output, view.Stay.RuleNow, Say(language, "Now", "Ahora"), language);
            var path = stay.Path.Select(step => $"{step.To} ({explained.Zone.Format(step.At)})");
            output.Append($"{Say(language, "Path", "Recorrido")}: {string.Join(" → ", path)}\n");
        }
        if (view.Next is { } next)
        {
            output.Append(next.Text).Append('\n');
        }
        if (explained.LoopAt is { } loop)
        {
            output.Append(Say(language, $"Rules lead in a circle: a move at {explained.Zone.Format(loop)} was held back.",
                $"Las reglas dan vueltas: se detuvo un paso el {explained.Zone.Format(loop)}.")).Append('\n');
        }
        foreach (var other in view.Others)
        {
            output.Append($"\n{other.Label} ({other.Id}): {other.Text}\n");
            AppendRule(output, other.Rule, Say(language, "Now", "Ahora"), language);
        }
        return output.ToString();
    }

    public static string Print(SegmentExplanation explained, Language language)
    {
        var view = ExplainFormatter.View(explained, language);
        var output = new StringBuilder();
        output.Append($"{view.Label} ({view.Segment})\n{view.Text}\n");
        foreach (var missing in view.Missing)
        {
            output.Append($"{Say(language, "Missing", "Falta")}: {missing.Text}\n");
        }
        AppendRule(output, view.Rule, Say(language, "Now", "Ahora"), language);
        return output.ToString();
    }

    private static void AppendRule(StringBuilder output, RuleView? rule, string when, Language language)
    {
        if (rule is null)
        {
            return;
        }
        var holds = rule.Holds ? Say(language, "holds", "se cumple") : Say(language, "does not hold", "no se cumple");
        output.Append($"  {when}: {rule.Condition.ReplaceLineEndings(" ")} ({holds})\n");
        foreach (var call in rule.Calls)
        {
            output.Append($"    {call.Call} = {call.Value}{Count(call.EventCount, language)}\n");
            foreach (var e in call.Events)
            {
                output.Append($"      {e.At} {e.Name} ({e.MessageId})\n");
            }
        }
    }

    private static string Count(long count, Language language) => count switch
    {
        0 => "",
        1 => Say(language, ", 1 event", ", 1 evento"),
        _ => Say(language, $", {count} events", $", {count} eventos"),
    };

    private static string Say(Language language, string en, string es) => new Text(en, es).In(language);
}
