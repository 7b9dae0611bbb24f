using System.Text.Json;
using Ciclo.Core.Time;

namespace Ciclo.Core.Explain;

/// <summary>Turns explanations into the API's records, in one language. Pages and the command line show the same sentences.</summary>
public static class ExplainFormatter
{
    public static StageView View(StageExplanation explained, Language language)
    {
        var words = new ExplainWords(explained.Zone);
        return new StageView(explained.Lifecycle, explained.Label.In(language), explained.Version, explained.Zone.Id, Instants.Format(explained.At),
            explained.Persona, ExplainSentences.Of(explained).In(language),
            explained.Stay is { } stay ? View(stay, words, language) : null,
            [.. explained.Others.Select(other => View(other, explained, words, language))],
            explained.Next is { } next
                ? new NextView(next.From, next.To, Instants.Format(next.At), ExplainSentences.OfNext(next, explained.Zone).In(language))
                : null,
            Format(explained.LoopAt));
    }

    public static SegmentView View(SegmentExplanation explained, Language language)
    {
        var words = new ExplainWords(explained.Zone);
        return new SegmentView(explained.Segment, explained.Label.In(language), explained.Version, explained.Zone.Id, Instants.Format(explained.At),
            explained.IsMember, Format(explained.Since), ExplainSentences.Of(explained).In(language),
            View(explained.Rule, words), [.. explained.Missing.Select(missing => View(missing, words, language))], Format(explained.ChangesAt));
    }

    private static StayView View(StageStay stay, ExplainWords words, Language language) => new(
        stay.Id, stay.Label.In(language), Instants.Format(stay.Since), CamelCase(stay.Reason.ToString()), stay.Persona,
        View(stay.RuleThen, words), View(stay.RuleNow, words),
        [.. stay.Path.Select(step => new StepView(step.From, step.To, Instants.Format(step.At)))]);

    private static OutlookView View(StageOutlook other, StageExplanation explained, ExplainWords words, Language language) => new(
        other.Id, other.Label.In(language), other.IsAllowed, ExplainSentences.OfOutlook(other, explained).In(language), View(other.Rule, words),
        [.. other.Missing.Select(missing => View(missing, words, language))], Format(other.HoldsAt));

    private static MissingView View(Missing missing, ExplainWords words, Language language) => new(
        CamelCase(missing.Kind.ToString()), words.Say(missing).In(language), missing.IsNegated ? $"not ({missing.Condition})" : missing.Condition,
        missing.Gap?.ToString(), Format(missing.NotBefore));

    private static RuleView? View(RuleReading? rule, ExplainWords words) => rule is null
        ? null
        : new RuleView(rule.Condition, rule.Holds, [.. rule.Calls.Select(call => new CallView(call.Call, words.Show(call.Value), call.EventCount,
            [.. call.Newest.Select(e => new EventView(Instants.Format(e.At), e.Name, e.MessageId, e.Address))]))]);

    private static string? Format(long? at) => at is { } known ? Instants.Format(known) : null;

    private static string CamelCase(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
