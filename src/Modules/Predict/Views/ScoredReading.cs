using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Kit;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Views;

/// <summary>Everybody whom a model speaks of now, with the score that stands.</summary>
/// <param name="MeanOrder">Of the workspace; null without orders.</param>
/// <param name="ByWorth">Whether money is what a value model foresees rather than what was spent in a year.</param>
public sealed record ScoredPeople(IReadOnlyList<ScoredPerson> People, double? MeanOrder, bool ByWorth, string? Currency, long Now);

/// <summary>Reads and keeps who has which score. One for each data directory.</summary>
internal sealed class ScoredReading
{
    private const int PeopleAtOnce = 512;

    private readonly DataHost host;
    private readonly KeptReadings<ScoredPeople> kept;

    private ScoredReading(DataHost host) => (this.host, kept) = (host, new KeptReadings<ScoredPeople>(host.Clock));

    public static ScoredReading Of(DataHost host) => host.Shared(host => new ScoredReading(host));

    /// <summary>Null where the history is being replaced: ask again.</summary>
    /// <param name="scoredAt">When scores were written last: what was read before is not given after it.</param>
    public ScoredPeople? Of(WorkspaceEngine engine, PredictModel model, long? scoredAt)
    {
        try
        {
            return kept.Of($"{engine.Id}/{model.Id}/{model.Score}/{scoredAt}/{model.Who}", engine.Changes, () => Read(engine, model) ?? throw new CannotTrainException(Busy));
        }
        catch (CannotTrainException)
        {
            return null;
        }
    }

    public static Core.Text Busy { get; } = new("Everything is being counted anew. Try again in a minute.", "Todo se está contando de nuevo. Prueba otra vez en un minuto.");

    private ScoredPeople? Read(WorkspaceEngine engine, PredictModel model)
    {
        var now = host.NowMs;
        var worth = ModelDesk.Of(host).List(engine.Id).FirstOrDefault(one => one.Kind == ModelKind.Value)?.Score ?? "";
        var folds = new SlicedScan(engine, host.Clock).Run(() => engine.Read(state => new ScoreFold(model.Score, worth, now, state.ReadingRates())), CancellationToken.None);
        if (folds is null)
        {
            return null;
        }
        // A score stays written when somebody is not asked about any more: who bought is no lead.
        var people = Asked(engine, model, [.. folds.SelectMany(fold => fold.People).OrderBy(person => person.Profile)], now);
        var orders = folds.Sum(fold => fold.Ordered.Orders);
        return new ScoredPeople(people, orders > 0 ? folds.Sum(fold => fold.Ordered.Money) / orders : null, worth.Length > 0, engine.Read(state => state.Currency), now);
    }

    private static List<ScoredPerson> Asked(WorkspaceEngine engine, PredictModel model, List<ScoredPerson> people, long now)
    {
        if (model.Who.Length == 0)
        {
            return people;
        }
        var found = new List<ScoredPerson>();
        foreach (var some in people.Chunk(PeopleAtOnce))
        {
            found.AddRange(engine.Read(state =>
            {
                var rules = new PersonRules(state, [model.Who]);
                if (rules.IsBroken(0))
                {
                    return [];
                }
                using var desk = new PersonDesk(state, rules);
                return some.Where(person => desk.Holds(0, person.Profile, now)).ToList();
            }));
        }
        return found;
    }
}
