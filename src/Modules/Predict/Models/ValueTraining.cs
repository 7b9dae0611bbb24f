using Ciclo.Core;
using Ciclo.Core.Predict.Goals;
using Ciclo.Core.Predict.Value;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Predict.Models;

/// <summary>
/// Learns what customers bring from their orders. Tested on the newest stretch of the past as long as the horizon, or a third of the history where that is shorter, by a model that knew only
/// what was before; the one that is used has learned from all of it.
/// </summary>
internal sealed class ValueTraining(WorkspaceEngine engine, TimeProvider clock, Action<Text> tell) : ITraining
{
    private const double WeeksOfYear = 365.25 / 7;
    private const int FewestDays = 84;
    private const int AtOnce = 4_096;

    private static readonly string[] Columns = ["orders_all", "days_since_order", "mean_order", "days_between_orders"];

    /// <summary>What money in a week is worth less than money now.</summary>
    public static double WeeklyRate(PredictModel model) => Math.Log(1 + model.YearlyRate) / WeeksOfYear;

    public Trained Train(PredictModel model, long now, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        tell(new Text("Reading orders …", "Leyendo los pedidos …"));
        var currency = engine.Read(state => state.Currency) ?? throw new CannotTrainException(new(
            "It is not known in which currency your orders are. Choose the workspace’s currency in its settings.", "No se sabe en qué moneda están tus pedidos. Elige la moneda en los ajustes del espacio."));
        var read = Read(model, now, cancellation);
        var days = DaysTested(model, read);
        // Of whom it is asked is decided for the test as of its day, and for use as of now.
        var who = WhoBits.Read(engine, model, [now - (days * Durations.Day), now], 1, null, cancellation);
        List<OrderDay[]> At(int cut) => [.. read.Where(one => who is null || (who.GetValueOrDefault(one.Profile).Counts & (1 << cut)) != 0).Select(one => one.Days)];
        var (all, asked) = (At(0), At(1));
        Check(all, days);
        tell(new Text("Testing on a later time …", "Probando en un tiempo posterior …"));
        var test = ValueTrainer.Test(all, days, cancellation);
        tell(new Text("Learning from all of it …", "Aprendiendo de todo …"));
        var (customers, _) = ValueTrainer.AsOf(asked, 0);
        var used = ValueModel.Fitted(test.Kinds.MaxBy(one => one.LogLikelihood)!.Kind, customers);
        cancellation.ThrowIfCancellationRequested();
        var card = CardOf(model, used, customers, test, now - (days * Durations.Day), currency) with { TookMs = (long)clock.GetElapsedTime(began).TotalMilliseconds };
        var money = Array.ConvertAll(customers, one => used.Of(one, model.Days / 7.0, WeeklyRate(model)).Money);
        var spread = SpreadSet.Of(TableOf(customers), money, Columns);
        return Made(model, card, new ValueScorer(used, currency, spread));
    }

    public Trained? Restore(PredictModel model, ModelCard card, byte[] file) => ValueScorer.Of(file) is { } scorer ? Made(model, card, scorer) : null;

    private Trained Made(PredictModel model, ModelCard card, ValueScorer scorer)
    {
        Trained? trained = null;
        return trained = new Trained(card, (at, stop) =>
        {
            tell(new Text("Scoring everybody …", "Puntuando a todos …"));
            var (read, counts) = (Read(model, at, stop), scorer.Spread.Begin());
            if (WhoBits.Read(engine, model, [at], 1, null, stop) is { } who)
            {
                read.RemoveAll(one => !who.ContainsKey(one.Profile));
            }
            var scored = Score(model, scorer.Model, scorer.Currency, read, at, stop);
            counts.Add(TableOf([.. read.Select(one => Customer.AsOf(one.Days, 0)!.Value)]), [.. scored.Select(one => one.Score)]);
            trained!.Drift = counts.Drift();
            return scored;
        }, scorer.Bytes());
    }

    /// <summary>What is known of customers, under the names that goals have for it.</summary>
    private static FeatureTable TableOf(Customer[] customers)
    {
        double[][] values =
        [
            Array.ConvertAll(customers, one => one.History.Orders + 1.0), Array.ConvertAll(customers, one => Math.Round((one.History.Age - one.History.LastOrder) * 7)),
            Array.ConvertAll(customers, one => one.MeanOrder), Array.ConvertAll(customers, one => one.History.Orders > 0 ? one.History.LastOrder * 7 / one.History.Orders : double.NaN),
        ];
        return new FeatureTable([.. Columns.Zip(values, FeatureColumn.OfNumbers)], new bool[customers.Length]);
    }

    private static PersonScored[] Score(PredictModel model, ValueModel used, string currency, List<CustomerDays> read, long now, CancellationToken cancellation)
    {
        var scored = new PersonScored[read.Count];
        Parallel.For(0, (read.Count + AtOnce - 1) / AtOnce, new ParallelOptions { CancellationToken = cancellation }, chunk =>
        {
            for (var i = chunk * AtOnce; i < Math.Min(read.Count, (chunk + 1) * AtOnce); i++)
            {
                scored[i] = ScoreOf(model, used, read[i], currency, now);
            }
        });
        return scored;
    }

    private static PersonScored ScoreOf(PredictModel model, ValueModel used, CustomerDays person, string currency, long now)
    {
        // A fortieth of what it takes: of a month, a day.
        const double Accuracy = 0.025;
        var customer = Customer.AsOf(person.Days, 0)!.Value;
        var (history, value) = (customer.History, used.Of(customer, model.Days / 7.0, WeeklyRate(model)));
        var next = value.Alive >= 0.5 ? used.Purchases.NextOrder(history, 0.5, Accuracy) : null;
        var (low, high) = used.Range(customer, model.Days / 7.0);
        var discount = value.Orders * value.MeanOrder is > 0 and var whole ? value.Money / whole : 1;
        return new PersonScored(
            person.Profile, value.Money, person.Before, WorthWords.ReasonsOf(history, value, currency, next is { } weeks ? now + (long)(weeks * 7 * Durations.Day) : null),
            (Math.Min(low * discount, value.Money), Math.Max(high * discount, value.Money)), new Worth(value.Alive, value.Orders, currency));
    }

    /// <summary>The days that are tested on.</summary>
    private static int DaysTested(PredictModel model, List<CustomerDays> all)
    {
        var span = all.Count == 0 ? 0 : -all.Min(one => one.Days[0].Day);
        if (span < FewestDays)
        {
            throw new CannotTrainException(new(
                $"The history is too short: of orders there are {span} days, and {FewestDays} are needed to learn from some and test on the rest. Import older orders, or wait.",
                $"El historial es demasiado corto: hay {span} días de pedidos y hacen falta {FewestDays} para aprender de unos y probar en el resto. Importa pedidos más antiguos o espera."));
        }
        return Math.Min(model.Days, span / 3 / 7 * 7);
    }

    private static void Check(List<OrderDay[]> all, int days)
    {
        var (known, _) = ValueTrainer.AsOf(all, -days);
        var (repeaters, paid) = (known.Count(one => one.History.Orders > 0), known.Count(one => one.MeanOrder > 0));
        if (known.Length < ValueTrainer.Fewest || repeaters < ValueTrainer.FewestRepeaters)
        {
            throw new CannotTrainException(new(
                $"Too few customers: {days} days ago there were {known.Length}, {repeaters} of them with a second order; at least {ValueTrainer.Fewest} and {ValueTrainer.FewestRepeaters} are needed. Import older orders, or wait.",
                $"Muy pocos clientes: hace {days} días había {known.Length}, {repeaters} con un segundo pedido; hacen falta al menos {ValueTrainer.Fewest} y {ValueTrainer.FewestRepeaters}. Importa pedidos más antiguos o espera."));
        }
        if (paid < ValueTrainer.FewestRepeaters)
        {
            throw new CannotTrainException(new(
                $"Only {paid} customers have orders with an amount. Send `revenue` or `total` with \"Order Completed\", and exchange rates for other currencies.",
                $"Solo {paid} clientes tienen pedidos con importe. Envía `revenue` o `total` con \"Order Completed\", y tipos de cambio para otras monedas."));
        }
    }

    private List<CustomerDays> Read(PredictModel model, long now, CancellationToken cancellation)
    {
        var folds = new SlicedScan(engine, clock).Run(() => engine.Read(state => new OrderFold(now, model.Score, state.ReadingRates())), cancellation)
            ?? throw CannotTrainException.Recount();
        return [.. folds.SelectMany(fold => fold.Customers).OrderBy(one => one.Profile)];
    }

    private static ValueCard CardOf(PredictModel model, ValueModel used, Customer[] customers, ValueTest test, long testedAt, string currency)
    {
        // As many as are tested stand for all: what moves all of them together is most of the interval.
        var some = ValueModel.Sampled(customers, ValueTrainer.MostTested);
        var (each, scale) = (ValueTrainer.Forecasts(used, some, new int[some.Length], [test.Shock], model.Days / 7.0, WeeklyRate(model))[0], customers.Length / (double)some.Length);
        var repeaters = customers.Where(one => one.History.Orders > 0 && one.MeanOrder > 0).ToList();
        var correlation = repeaters.Count < 3 ? 0 : ValueTrainer.Correlation([.. repeaters.Select(one => (double)one.History.Orders)], [.. repeaters.Select(one => one.MeanOrder)]);
        return new ValueCard(
            customers.Length, test.Deciles.Sum(decile => decile.People), testedAt, test.Lift, used.Kind, used.Purchases.Fit.IsShrunken || used.Spending.Fit.IsShrunken,
            [.. ParametersOf(used.Purchases.Fit), .. ParametersOf(used.Spending.Fit)], test, customers.Where(one => one.MeanOrder > 0).Average(one => one.MeanOrder),
            double.IsFinite(correlation) ? correlation : 0, new Forecast(each.Expected * scale, each.Low * scale, each.High * scale), currency, 0);
    }

    private static IEnumerable<FittedParameter> ParametersOf(Core.Predict.Fitting.Fit fit) => fit.Names.Select((name, at) =>
    {
        var (low, high) = fit.Interval(at);
        return new FittedParameter(name, fit.Parameters[at], Known(low, 0), Known(high, fit.Parameters[at]));
    });

    /// <summary>Cards are JSON, which has no infinity.</summary>
    private static double Known(double value, double otherwise) => double.IsFinite(value) ? value : otherwise;
}
