using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Core.Predict.Survival;
using Ciclo.Core.Predict.Value;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Predict.Models;

/// <summary>
/// Learns from all subscriptions how long those to each plan last, and foresees what those who have one, and are asked about, still bring. Tested on the newest stretch of the past as long as the horizon, or a third
/// of the history where that is shorter.
/// </summary>
internal sealed class ContractTraining(WorkspaceEngine engine, TimeProvider clock, Action<Text> tell) : ITraining
{
    private const double DaysOfMonth = 365.25 / 12;
    private const int FewestDays = 90;
    private const int FewestContracts = 50;
    private const int FewestEnded = 10;
    private const int MostCurves = 6;
    private const int MostPoints = 60;

    /// <summary>What is known of all customers on a day, with plans by their number.</summary>
    private sealed record Known(List<ContractHistory> Customers, List<string> Plans, int Today, string Currency, double Unit);

    public Trained Train(PredictModel model, long now, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        tell(new Text("Reading subscriptions …", "Leyendo las suscripciones …"));
        var known = Read(model, now, cancellation);
        var (asked, first) = (MonthsOf(model), known.Customers.Count == 0 ? known.Today : known.Customers.Min(one => one.Spells[0].From));
        var months = Math.Max(1, Math.Min(asked, (int)((known.Today - first) / 3 / DaysOfMonth)));
        var testedOn = known.Today - (int)Math.Round(months * DaysOfMonth);
        Check(known, first, testedOn);
        tell(new Text("Testing on a later time …", "Probando en un tiempo posterior …"));
        var test = ContractTest.Of(ContractModel.Fitted(SpellsOn(known, testedOn), known.Plans.Count), CasesOn(known, testedOn, months), months);
        var spells = SpellsOn(known, known.Today);
        var scorer = new ContractScorer(known.Plans, spells);
        var ahead = Now(known, scorer, model).Select(pair => pair.Worth).ToList();
        return Made(model, new ContractCard(
            spells.Count, test.Customers, now - ((known.Today - testedOn) * Durations.Day), test.Lift, Curves(known, scorer.Model, spells), test, ContractTest.Foreseen(ahead), asked,
            ahead.Count == 0 ? 0 : ahead.Average(worth => worth.Seen), known.Currency, (long)clock.GetElapsedTime(began).TotalMilliseconds), scorer);
    }

    public Trained? Restore(PredictModel model, ModelCard card, byte[] file) => ContractScorer.Of(file) is { } scorer ? Made(model, card, scorer) : null;

    private Trained Made(PredictModel model, ModelCard card, ContractScorer scorer) => new(card, (at, stop) =>
    {
        tell(new Text("Scoring everybody …", "Puntuando a todos …"));
        var known = Read(model, at, stop, scorer.Plans);
        var who = WhoBits.Read(engine, model, [at], 1, null, stop);
        return [.. Now(known, scorer, model).Where(pair => who is null || who.ContainsKey(pair.Customer.Profile)).Select(pair => ScoreOf(known, scorer, model, pair.Customer, pair.Worth))];
    }, scorer.Bytes());

    private static PersonScored ScoreOf(Known known, ContractScorer scorer, PredictModel model, ContractHistory customer, ContractWorth worth)
    {
        var own = scorer.Model.OfGroup(known.Plans.IndexOf(customer.Plan)) is not null;
        return new PersonScored(
            customer.Profile, worth.Money, customer.Before, ContractWords.ReasonsOf(own ? customer.Plan : "", AgeOn(customer, known.Today), customer.MinorOn(known.Today) / known.Unit, known.Currency, worth.Stays, MonthsOf(model)),
            (worth.Low, worth.High), new Worth(worth.Stays, null, known.Currency, worth.Months));
    }

    /// <summary>Those who are under contract now, with what they still bring.</summary>
    private static IEnumerable<(ContractHistory Customer, ContractWorth Worth)> Now(Known known, ContractScorer scorer, PredictModel model)
    {
        var rate = Math.Pow(1 + model.YearlyRate, 1 / 12.0) - 1;
        return known.Customers.Where(one => one.Spells[^1].Until == int.MaxValue)
            .Select(one => (one, scorer.Model.Of(known.Plans.IndexOf(one.Plan), AgeOn(one, known.Today), MonthsOf(model), one.MinorOn(known.Today) / known.Unit, rate)));
    }

    private static int MonthsOf(PredictModel model) => Math.Max(1, (int)Math.Round(model.Days / DaysOfMonth));

    private static double AgeOn(ContractHistory customer, int day) => (day - customer.Spells[^1].From) / DaysOfMonth;

    private static void Check(Known known, int first, int testedOn)
    {
        if (known.Today - first < FewestDays)
        {
            throw new CannotTrainException(new(
                $"The history is too short: of subscriptions there are {known.Today - first} days, and {FewestDays} are needed. Send or import older “Subscription Started”, or wait.",
                $"El historial es demasiado corto: hay {known.Today - first} días de suscripciones y hacen falta {FewestDays}. Envía o importa «Subscription Started» más antiguos o espera."));
        }
        var spells = SpellsOn(known, testedOn);
        if (spells.Count < FewestContracts || spells.Count(spell => spell.IsOver) < FewestEnded)
        {
            throw new CannotTrainException(new(
                $"Too few subscriptions: on the test’s day there were {spells.Count}, {spells.Count(spell => spell.IsOver)} of them ended; at least {FewestContracts} and {FewestEnded} are needed. Import older ones, or wait.",
                $"Muy pocas suscripciones: el día de la prueba había {spells.Count}, {spells.Count(spell => spell.IsOver)} terminadas; hacen falta al menos {FewestContracts} y {FewestEnded}. Importa más antiguas o espera."));
        }
    }

    /// <summary>Every stretch that had begun by a day, as it stood then.</summary>
    private static List<ContractSpell> SpellsOn(Known known, int day) =>
    [
        .. known.Customers.SelectMany(one => one.Spells.Where(spell => spell.From < day)
            .Select(spell => new ContractSpell((Math.Min(spell.Until, day) - spell.From) / DaysOfMonth, spell.Until <= day, known.Plans.IndexOf(one.Plan)))),
    ];

    private static List<ContractCase> CasesOn(Known known, int day, int months) =>
    [
        .. known.Customers.SelectMany(one => one.Spells.Where(spell => spell.From < day && spell.Until > day).Select(spell => new ContractCase(
            known.Plans.IndexOf(one.Plan), (day - spell.From) / DaysOfMonth, one.MinorOn(day) / known.Unit,
            Enumerable.Range(0, months).Count(month => day + (month * DaysOfMonth) < spell.Until)))),
    ];

    private static List<ContractCurve> Curves(Known known, ContractModel used, List<ContractSpell> spells)
    {
        var own = known.Plans.Select((plan, group) => (plan, curve: used.OfGroup(group))).Where(one => one.curve is not null).OrderByDescending(one => one.curve!.Count).Take(MostCurves);
        return [CurveOf("", used.All), .. own.Select(one => CurveOf(one.plan, one.curve!))];
    }

    private static ContractCurve CurveOf(string plan, SurvivalCurve curve)
    {
        var every = Math.Max(1, curve.Points.Count / MostPoints);
        var points = curve.Points.Where((_, i) => i % every == 0 || i == curve.Points.Count - 1).Select(point => (point, SurvivalCurve.Interval(point)))
            .Select(pair => new CurvePoint(pair.point.Time, pair.point.Surviving, pair.Item2.Low, pair.Item2.High));
        return new ContractCurve(plan, curve.Count, curve.Ended, curve.Quantile(0.5).Time, [.. points]);
    }

    /// <param name="plans">Their numbers, where these are given; else by how many have them.</param>
    private Known Read(PredictModel model, long now, CancellationToken cancellation, IReadOnlyList<string>? plans = null)
    {
        var (rates, zone) = engine.Read(state => (state.ReadingRates(), state.Rules.Zone));
        if (engine.Read(state => state.Currency) is not { } currency)
        {
            throw new CannotTrainException(new(
                "It is not known in which currency your subscriptions are. Choose the workspace’s currency in its settings.", "No se sabe en qué moneda están tus suscripciones. Elige la moneda en los ajustes del espacio."));
        }
        var decimals = Currency.DecimalsOf(currency);
        var folds = new SlicedScan(engine, clock).Run(() => new ContractFold(now, model.Score, new MrrBook(new MrrRules(), rates, zone, decimals), zone), cancellation)
            ?? throw CannotTrainException.Recount();
        var customers = folds.SelectMany(fold => fold.Customers).OrderBy(one => one.Profile).ToList();
        return new Known(
            customers, [.. plans ?? customers.Where(one => one.Plan.Length > 0).GroupBy(one => one.Plan).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key)],
            zone.DayOf(now), currency, Math.Pow(10, decimals));
    }
}
