using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.Extensions.Primitives;

namespace Ciclo.Modules.Boards;

/// <summary>A card as the fields of its form say it: what is saved, and what is shown beforehand.</summary>
internal static class CardForm
{
    public const int LongestTitle = 80;
    public const int LongestText = 4_000;
    private const int LongestStep = 500;
    private const int LongestSetting = 200;

    /// <summary>The prefix of fields that hold a metric's settings, so that none of them is called like another field.</summary>
    public const string Setting = "set-";

    /// <summary>The card, or what is wrong with the fields.</summary>
    public static (BoardCard? Card, Text? Wrong) Read(Func<string, StringValues> field, MetricCatalogue catalogue, string id)
    {
        string One(string name, int longest) => field(name).ToString().Trim() is var text && text.Length <= longest ? text : text[..longest];
        var kind = BoardWords.Find<CardKind>(field("kind")) ?? CardKind.Number;
        var card = new BoardCard(id, kind, BoardWords.Find<CardSize>(field("size")) ?? BoardWords.UsualSize(kind))
        {
            Title = One("title", LongestTitle),
            By = kind != CardKind.Text && AskedPeriods.TryKind(field("own"), out var own) ? MetricLinks.Word(own) : "",
        };
        return kind switch
        {
            CardKind.Text => One("text", LongestText) is { Length: > 0 } text ? (card with { Text = text }, null) : (null, new Text("Write what the card says.", "Escribe lo que dice la tarjeta.")),
            CardKind.Funnel => Steps(field, FunnelOf.MostSteps) is { Count: >= 2 } steps
                ? (card with { Steps = steps, Window = FunnelOf.Windows.Contains(field("window").ToString()) ? field("window").ToString() : "7d" }, null)
                : (null, new Text("A funnel needs two steps or more: name the events.", "Un embudo necesita dos pasos o más: nombra los eventos.")),
            CardKind.Cohorts => Steps(field, 2) is { Count: >= 1 } steps
                ? (card with { Steps = steps }, null)
                : (null, new Text("Name the event that people do first.", "Nombra el evento que la gente hace primero.")),
            CardKind.Mrr => (card, null),
            CardKind.Stages => (card with { Settings = SettingsOf(field, [StageMetrics.Lifecycle]) }, null),
            _ => catalogue.Find(One("metric", 100)) is { } metric ? OfMetric(card, metric, field) : (null, new Text("Choose a number of the catalogue.", "Elige una cifra del catálogo.")),
        };
    }

    private static (BoardCard? Card, Text? Wrong) OfMetric(BoardCard card, Metric metric, Func<string, StringValues> field)
    {
        var breakdown = field("breakdown").ToString() is var asked && metric.Breakdowns.Contains(asked) ? asked : "";
        if (card.Kind == CardKind.Table && breakdown.Length == 0)
        {
            if (metric.Breakdowns.Count == 0)
            {
                return (null, new Text($"“{metric.Label.En}” has no breakdown, so it makes no table. Show it as a number or over time.", $"«{metric.Label.Es}» no se desglosa, así que no hace tabla. Muéstrala como cifra o en el tiempo."));
            }
            breakdown = metric.Breakdowns[0];
        }
        var value = card.Kind == CardKind.Number && breakdown.Length > 0 ? field("value").ToString().Trim() : "";
        return (card with { Metric = metric.Id, Breakdown = breakdown, Value = value.Length <= LongestSetting ? value : "", Settings = SettingsOf(field, metric.Settings) }, null);
    }

    private static List<string> Steps(Func<string, StringValues> field, int most) =>
        [.. field("step").Select(step => step?.Trim() ?? "").Where(step => step.Length is > 0 and <= LongestStep).Take(most)];

    private static Dictionary<string, string> SettingsOf(Func<string, StringValues> field, IReadOnlyList<MetricSetting> settings) => settings
        .Select(setting => (Setting: setting, Chosen: field(Setting + setting.Id).ToString().Trim()))
        .Where(one => one.Chosen.Length is > 0 and <= LongestSetting && one.Chosen != one.Setting.Choices[0].Id && (one.Setting.IsOpen || one.Setting.Choices.Any(choice => choice.Id == one.Chosen)))
        .ToDictionary(one => one.Setting.Id, one => one.Chosen, StringComparer.Ordinal);
}
