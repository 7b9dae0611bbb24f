using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Predict.Goals;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;

namespace Ciclo.Modules.Predict.Models;

/// <summary>
/// Trains a goal on the past: people as they were known at instants so long ago that the horizon after them has passed, and what they then did. The newest of these instants is kept for the
/// test, so that the test is what use will be: a model of the past held against a later time.
/// </summary>
internal sealed class GoalTraining(WorkspaceEngine engine, TimeProvider clock, Action<Text> tell, ViewSettings? view = null) : ITraining
{
    private const int MostRows = 250_000;
    private const int FewestOfASide = 30;
    private const int MostCuts = 4;
    private const int MostWeights = 15;
    private const double Z95 = 1.959963984540054;

    /// <summary>People whose rows are held at once to be scored.</summary>
    private const int ScoredAtOnce = 1 << 16;

    public Trained Train(PredictModel model, long now, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        var columns = engine.Read(HabitColumns.Of);
        var cuts = CutsOf(model, now);
        tell(new Text("Reading what people did …", "Leyendo lo que hicieron las personas …"));
        // People as of now are not learned from: they tell later how far people have moved since.
        var all = Sample(model, columns, [.. cuts, now], cancellation);
        var (rows, present) = (all.FindAll(row => row.Cut < cuts.Length), all.FindAll(row => row.Cut == cuts.Length));
        var (past, newest) = (rows.Where(row => row.Cut < cuts.Length - 1).ToList(), rows.Where(row => row.Cut == cuts.Length - 1).ToList());
        Check(model, past, newest);
        tell(new Text("Learning from the past …", "Aprendiendo del pasado …"));
        var learned = new HabitTable(columns, past);
        var tried = GoalTrainer.Train(learned.Table, All(past.Count), new GoalOptions());
        tell(new Text("Testing on a later time …", "Probando en un tiempo posterior …"));
        var held = learned.Of(newest);
        var test = new BackTest(tried.Probabilities(tried.Bin(held, All(newest.Count))), held.Target);
        cancellation.ThrowIfCancellationRequested();
        // What is used has seen the newest past too.
        tell(new Text("Learning from all of it …", "Aprendiendo de todo …"));
        var whole = new HabitTable(columns, rows);
        var used = GoalTrainer.Train(whole.Table, All(rows.Count), new GoalOptions());
        var lead = view?.View == ModelView.Leads ? LeadCard.Of(used, whole.Of(newest), test) : null;
        var card = CardOf(test, past.Count, cuts, used, whole.Table) with { Lead = lead, Subjects = SubjectWeight.Of(used, whole.Table), TookMs = (long)clock.GetElapsedTime(began).TotalMilliseconds };
        var today = whole.Of(present);
        var spread = SpreadSet.Of(today, used.Probabilities(used.Bin(today, All(present.Count))), card.Columns.Select(column => column.Column));
        return Made(model, card, new GoalScorer(whole.Layout, used, spread));
    }

    public Trained? Restore(PredictModel model, ModelCard card, byte[] file) => GoalScorer.Of(file) is { } scorer ? Made(model, card, scorer) : null;

    private Trained Made(PredictModel model, ModelCard card, GoalScorer scorer)
    {
        Trained? trained = null;
        scorer.Tested = (card as GoalCard)?.Deciles ?? [];
        scorer.Leads = card is GoalCard { Lead: { } lead } ? new LeadRule(lead, view ?? ViewSettings.Plain) : null;
        return trained = new Trained(card, (at, stop) =>
        {
            var (scored, drift) = Score(model, scorer, at, stop);
            trained!.Drift = drift;
            return scored;
        }, scorer.Bytes());
    }

    /// <summary>Scores everybody who is asked about as of now, so many at a time.</summary>
    private (IReadOnlyList<PersonScored> Scored, IReadOnlyList<ColumnDrift> Drift) Score(PredictModel model, GoalScorer scorer, long now, CancellationToken cancellation)
    {
        tell(new Text("Scoring everybody …", "Puntuando a todos …"));
        var (found, counts, staged, people) = (new List<PersonScored>(), scorer.Spread.Begin(), engine.Read(state => state.Staged), 1);
        for (var from = 0; from < people; from += ScoredAtOnce)
        {
            if ((people = engine.Read(state => state.Staged.Identity.NodeCount)) <= from)
            {
                break;
            }
            var rows = Rows(model, scorer.Layout.Habits, [now], 1, [.. Enumerable.Range(from, Math.Min(ScoredAtOnce, people - from))], cancellation);
            found.AddRange(rows.Count == 0 ? [] : scorer.Score(rows, counts, cancellation));
        }
        return ReferenceEquals(engine.Read(state => state.Staged), staged) ? (found, counts.Drift()) : throw CannotTrainException.Recount();
    }

    /// <summary>The newest instant whose horizon has passed, and earlier ones each a horizon (at least four weeks) before, as far as the history reaches with a horizon before the first.</summary>
    private long[] CutsOf(PredictModel model, long now)
    {
        var first = engine.Read(state => state.Staged.History.FirstAt);
        var (step, cuts) = (Math.Max(model.HorizonMs, 28 * Durations.Day), new List<long>());
        for (var cut = now - model.HorizonMs; cuts.Count < MostCuts && cut - first >= Math.Min(step, 28 * Durations.Day); cut -= step)
        {
            cuts.Insert(0, cut);
        }
        if (cuts.Count < 2)
        {
            var days = model.Days + Math.Max(model.Days, 28) + 28;
            throw new CannotTrainException(new(
                $"The history is too short: {days} days are needed to learn from one {model.Days}-day stretch and to test on the next. Choose fewer days, or import older events.",
                $"El historial es demasiado corto: hacen falta {days} días para aprender de un tramo de {model.Days} días y probar en el siguiente. Elige menos días o importa eventos más antiguos."));
        }
        return [.. cuts];
    }

    private static void Check(PredictModel model, List<HabitRow> past, List<HabitRow> newest)
    {
        foreach (var rows in new[] { past, newest })
        {
            var positives = rows.Count(row => row.CameTrue);
            if (positives < FewestOfASide || rows.Count - positives < FewestOfASide)
            {
                throw new CannotTrainException(new(
                    $"Too few to learn from: of {rows.Count} people it came true for {positives}; at least {FewestOfASide} of either are needed. Choose more days, or a goal that more people reach.",
                    $"Muy pocos para aprender: de {rows.Count} personas se cumplió en {positives}; hacen falta al menos {FewestOfASide} de cada lado. Elige más días o una meta que más personas alcancen."));
            }
        }
    }

    /// <summary>Of many people every so many, so that at most about <see cref="MostRows"/> rows come; how many are asked about is known after a first look.</summary>
    private List<HabitRow> Sample(PredictModel model, HabitColumns columns, long[] cuts, CancellationToken cancellation)
    {
        var (people, most) = (engine.Read(state => state.Staged.Identity.NodeCount), MostRows / cuts.Length);
        var one = Math.Max(1, (people + most - 1) / most);
        var rows = Rows(model, columns, cuts, one, null, cancellation);
        var fewer = Math.Max(1, (int)Math.Ceiling(one * (double)rows.Count / MostRows));
        return fewer < one ? Rows(model, columns, cuts, fewer, null, cancellation) : rows;
    }

    /// <param name="one">Of so many profiles one is read.</param>
    /// <param name="only">The profiles that are read; null for all.</param>
    private List<HabitRow> Rows(PredictModel model, HabitColumns columns, long[] cuts, int one, int[]? only, CancellationToken cancellation)
    {
        var bits = WhoBits.Read(engine, model, cuts, one, only, cancellation);
        var folds = new SlicedScan(engine, clock).Run(() => engine.Read(state => new HabitFold(
            columns, cuts, model.HorizonMs, model.Kind == ModelKind.Event ? EventTest.Parse(model.Goal, state.Rules.Zone, state.Staged.EventNames, state.Staged.Paths) : null, bits, model.Score,
            state.ReadingRates(), one)), cancellation, only)
            ?? throw CannotTrainException.Recount();
        return [.. folds.SelectMany(fold => fold.Rows).OrderBy(row => row.Cut).ThenBy(row => row.Profile)];
    }

    private static GoalCard CardOf(BackTest test, int trainedOn, long[] cuts, GoalModel used, FeatureTable table)
    {
        var rate = test.Positives / (double)test.Rows;
        var half = Z95 * AucError(test.Auc, test.Positives, test.Rows - test.Positives);
        var weights = Reasons.Importance(used, table).Take(MostWeights)
            .Select(one => new ColumnWeight(one.Column, one.Share, Reasons.Dependence(used, table, table.Columns.ToList().FindIndex(column => column.Name == one.Column))));
        return new GoalCard(
            trainedOn, test.Rows, test.Positives, cuts[0], cuts[^1], used.Algorithm.ToString(), test.Auc, Math.Max(0, test.Auc - half), Math.Min(1, test.Auc + half), test.Brier, rate * (1 - rate), test.LogLoss,
            test.LiftOfTopDecile, rate, test.Deciles, [.. weights], 0);
    }

    /// <summary>The standard error of an AUC (J. Hanley and B. McNeil, Radiology 143, 1982).</summary>
    private static double AucError(double auc, int positives, int negatives)
    {
        var (q1, q2) = (auc / (2 - auc), 2 * auc * auc / (1 + auc));
        return Math.Sqrt(((auc * (1 - auc)) + ((positives - 1) * (q1 - (auc * auc))) + ((negatives - 1) * (q2 - (auc * auc)))) / ((double)positives * negatives));
    }

    private static int[] All(int count) => [.. Enumerable.Range(0, count)];
}
