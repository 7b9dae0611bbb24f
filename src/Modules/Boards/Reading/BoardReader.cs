using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Boards.Reading;

/// <summary>
/// Reads cards: asks the catalogue, and puts the answer into words. Cards of a dashboard that ask the same of different metrics are counted in one pass,
/// and what several readers ask at once is counted once.
/// </summary>
public sealed class BoardReader
{
    private readonly DataHost host;
    private readonly KeptReadings<Counted> counted;
    private readonly KeptReadings<object> flows;
    private readonly Lock[] gates = [.. Enumerable.Range(0, 16).Select(_ => new Lock())];

    private BoardReader(DataHost host) => (this.host, counted, flows) = (host, new KeptReadings<Counted>(host.Clock), new KeptReadings<object>(host.Clock));

    /// <summary>That of a data directory.</summary>
    public static BoardReader Of(DataHost host) => host.Shared(host => new BoardReader(host));

    /// <summary>Reads a card as it stands on its dashboard, for one period of it.</summary>
    public CardReading Read(WorkspaceEngine engine, Locale l, Board board, BoardCard card, BoardPeriod period)
    {
        var asked = new CardAsked(engine, l, board, card, period, Latest.Of(engine));
        return card.Kind switch
        {
            CardKind.Text => new CardReading(card, card.Title, "", null, [], new TextFace(card.Text, SafeMarkdown.Html(card.Text))),
            CardKind.Funnel => FlowFaces.Funnel(asked, this),
            CardKind.Cohorts => FlowFaces.Cohorts(asked, this),
            CardKind.Mrr => OfMetrics(asked, MrrFaces.Metrics, MrrFaces.Of),
            CardKind.Stages => OfMetrics(asked, [MetricCatalogue.Of(host).Find(StageMetrics.Size.Id)!], StageFaces.Of),
            _ => MetricCatalogue.Of(host).Find(card.Metric) is { } metric
                ? OfMetrics(asked, [metric], MetricFaces.Of)
                : new CardReading(card, card.Title.Length > 0 ? card.Title : card.Metric, "", null, [], new RefusalFace(Gone(card.Metric), IsBusy: false)),
        };
    }

    private static Text Gone(string metric) => new(
        $"The catalogue no longer has “{metric}”. Take the card off, or choose another number for it.", $"El catálogo ya no tiene «{metric}». Quita la tarjeta, o elige otra cifra para ella.");

    private CardReading OfMetrics(CardAsked asked, IReadOnlyList<Metric> metrics, Func<CardAsked, Counted, CardReading> face)
    {
        // What the cards beside it ask in the same way comes along in the same pass over everybody.
        var catalogue = MetricCatalogue.Of(host);
        var beside = asked.Board.Cards.Where(card => card.Kind is CardKind.Number or CardKind.Line or CardKind.Bars or CardKind.Table && asked.AsksAlike(card))
            .Select(card => catalogue.Find(card.Metric)).OfType<Metric>();
        var together = asked.Card.Kind is CardKind.Mrr or CardKind.Stages ? metrics : [.. metrics.Concat(beside).DistinctBy(metric => metric.Id).OrderBy(metric => metric.Id, StringComparer.Ordinal)];
        var key = $"{asked.Engine.Id}/{asked.Key}/{string.Join(',', together.Select(metric => metric.Id))}";
        var answer = Once(key, () => counted.Of(key, asked.Engine.Changes, () => Count(asked, together)));
        return answer.IsBusy
            ? new CardReading(asked.Card, asked.Title(metrics[0].Label), "", null, metrics, new RefusalFace(MetricsBusyException.Says, IsBusy: true))
            : face(asked, answer with { Series = [.. answer.Series.Where(series => metrics.Any(metric => metric.Id == series.Metric.Id))], Metrics = metrics });
    }

    private Counted Count(CardAsked asked, IReadOnlyList<Metric> metrics)
    {
        var currency = asked.Engine.Read(state => state.Currency);
        try
        {
            var question = new MetricQuestion(metrics, asked.Periods, asked.Card.Breakdown, asked.Card.Settings);
            return new Counted(metrics, MetricCatalogue.Of(host).Answer(asked.Engine, question, CancellationToken.None), currency, IsBusy: false);
        }
        catch (MetricsBusyException)
        {
            return new Counted(metrics, [], currency, IsBusy: true);
        }
    }

    /// <summary>What was read under a name that holds all that was asked; kept as metrics are.</summary>
    internal T Flow<T>(CardAsked asked, string what, Func<T> read)
        where T : class
    {
        var key = $"{asked.Engine.Id}/{what}";
        return (T)Once(key, () => flows.Of(key, asked.Engine.Changes, read));
    }

    /// <summary>Whoever asks the same meanwhile waits for the first, and then finds what it counted.</summary>
    private T Once<T>(string key, Func<T> read)
    {
        lock (gates[(uint)key.GetHashCode(StringComparison.Ordinal) % gates.Length])
        {
            return read();
        }
    }
}

/// <summary>Metrics counted over a card's periods. <paramref name="IsBusy"/>: the history is being staged anew, and nothing was.</summary>
internal sealed record Counted(IReadOnlyList<Metric> Metrics, IReadOnlyList<MetricSeries> Series, string? Currency, bool IsBusy);

/// <summary>What one card is asked for.</summary>
internal sealed class CardAsked
{
    public CardAsked(WorkspaceEngine engine, Locale l, Board board, BoardCard card, BoardPeriod period, long latest)
    {
        (Engine, L, Board, Card, Period, Now) = (engine, l, board, card, period, latest);
        Periods = period.Of(KindOf(card), engine.Rules.Zone, latest, AskedPeriods.Shown(KindOf(card)));
    }

    public WorkspaceEngine Engine { get; }

    public Locale L { get; }

    public Board Board { get; }

    public BoardCard Card { get; }

    public BoardPeriod Period { get; }

    /// <summary>The instant up to which there are data.</summary>
    public long Now { get; }

    /// <summary>The last is the one that the dashboard tells of.</summary>
    public Periods Periods { get; }

    public int Last => Periods.Count - 1;

    public bool IsOpen => Now < Periods.End;

    public string Key => $"{MetricLinks.Word(Periods.Kind)}/{Periods.Start}/{Periods.End}/{Card.Breakdown}/{SettingsOf(Card)}";

    public string Title(Text usual) => Card.Title.Length > 0 ? Card.Title : L.Say(usual);

    public string PeriodName(int period) => MetricWords.Period(L, Periods.Kind, Periods.DateOf(period));

    /// <summary>The period told of, and whether it is not over.</summary>
    public string Told => PeriodName(Last) + (IsOpen ? L.Say(", so far", ", hasta hoy") : "");

    /// <summary>Whether another card asks for other metrics in the same way, so that both are counted at once.</summary>
    public bool AsksAlike(BoardCard other) => KindOf(other) == Periods.Kind && other.Breakdown == Card.Breakdown && SettingsOf(other) == SettingsOf(Card);

    private PeriodKind KindOf(BoardCard card) => AskedPeriods.TryKind(card.By, out var own) ? own : Period.By;

    private static string SettingsOf(BoardCard card) => string.Join('&', card.Settings.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
}
