using System.CommandLine;
using Ciclo.Core;
using Ciclo.Core.Experiments;
using Ciclo.Core.Predict.Uplift;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Imports.Contracts;

namespace Ciclo.Modules.Predict;

/// <summary>`ciclo model uplift`: what treating changed, and whether it matters whom one treats.</summary>
internal static class UpliftCommand
{
    private const int FewestPeople = 50;

    private sealed record Asked(string Table, string Treatment, string Treated, string Control, string Outcome)
    {
        public string? Positive { get; init; }

        public string? Before { get; init; }

        public string[] Drop { get; init; } = [];

        public UpliftLearner Learner { get; init; }

        public int Seed { get; init; }
    }

    public static Command Make(CommandRunner runner)
    {
        var table = ModelCommands.File("--table");
        var treatment = new Option<string>("--treatment") { Description = "The column that says who was treated, drawn by chance.", Required = true };
        var treated = new Option<string>("--treated") { Description = "What it holds for those treated.", Required = true };
        var control = new Option<string>("--control") { Description = "What it holds for those who were not; other rows are left out.", Required = true };
        var outcome = new Option<string>("--outcome") { Description = "The column to be moved: numbers, or texts with --positive.", Required = true };
        var positive = new Option<string?>("--positive") { Description = "What the outcome's column holds where it happened, if it holds texts." };
        var before = new Option<string?>("--before") { Description = "A column from before the treatment that goes with the outcome: takes noise off the effect (CUPED)." };
        var drop = new Option<string?>("--drop") { Description = "Columns that must not choose whom to treat, with commas between." };
        var learner = new Option<string>("--learner") { Description = "How effects are learnt: t (two models) or x (Künzel's X-learner).", DefaultValueFactory = _ => "t" };
        learner.AcceptOnlyFromAmong("t", "x");
        var seed = new Option<int>("--seed") { Description = "Draws the five folds.", DefaultValueFactory = _ => 1 };
        var command = new Command("uplift", "What a treatment changed on average, and whether choosing whom to treat gains anything.")
        {
            table, treatment, treated, control, outcome, positive, before, drop, learner, seed,
        };
        return ModelCommands.Bind(runner, command, (arguments, run) => Run(run, new Asked(
            arguments.GetValue(table)!, arguments.GetValue(treatment)!, arguments.GetValue(treated)!, arguments.GetValue(control)!, arguments.GetValue(outcome)!)
        {
            Positive = arguments.GetValue(positive),
            Before = arguments.GetValue(before),
            Drop = TableColumns.Names(arguments.GetValue(drop)),
            Learner = arguments.GetValue(learner) == "x" ? UpliftLearner.X : UpliftLearner.T,
            Seed = arguments.GetValue(seed),
        }));
    }

    private static void Run(ModelRun run, Asked asked)
    {
        var table = run.Table(asked.Table);
        var (treatmentAt, outcomeAt) = (table.IndexOf(asked.Treatment), table.IndexOf(asked.Outcome));
        var (isTreated, isControl) = (TableColumns.Flags(table, treatmentAt, asked.Treated), TableColumns.Flags(table, treatmentAt, asked.Control));
        var rows = Enumerable.Range(0, table.Rows).Where(row => isTreated[row] || isControl[row]).ToArray();
        var treated = Array.ConvertAll(rows, row => isTreated[row]);
        var many = treated.Count(one => one);
        if (asked.Treated.Trim() == asked.Control.Trim() || Math.Min(many, rows.Length - many) < FewestPeople)
        {
            throw new RefusedException(new Text(
                $"{many} treated and {rows.Length - many} not: each group needs {FewestPeople} people, and another value of {table.Columns[treatmentAt]}.",
                $"{many} tratados y {rows.Length - many} no: cada grupo necesita {FewestPeople} personas y otro valor de {table.Columns[treatmentAt]}."));
        }
        var outcomes = TableColumns.Outcomes(table, outcomeAt, asked.Positive, rows);
        var before = asked.Before is null ? null : TableColumns.Filled(table, table.IndexOf(asked.Before), rows);
        var drop = asked.Drop.Select(table.IndexOf).Append(treatmentAt).Append(outcomeAt).ToHashSet();
        var ((effect, features, qini), seconds) = run.Timed(() =>
        {
            var found = UpliftFeatures.Of(table, rows, treated, outcomes, drop);
            var people = new UpliftTable(found.Values, found.Width, treated, outcomes);
            var measured = found.Width == 0 ? null : Qini.Of(UpliftModel.Effects(people, asked.Learner, seed: asked.Seed), treated, outcomes);
            return (EffectOf(treated, outcomes, before), found, measured);
        });
        run.Answer(json =>
        {
            json.WriteReal("ate", effect.Effect);
            json.WriteReal("se", effect.Error);
            json.WriteReal("ci_low", effect.Low);
            json.WriteReal("ci_high", effect.High);
            json.WriteReal("qini", qini?.Area ?? 0);
            json.WriteReal("qini_se", qini?.Error ?? double.NaN);
            json.WriteString("verdict", qini is { HasGain: true } ? "targeting gain" : "no targeting gain");
            json.WriteReal("mean_treated", effect.Treated);
            json.WriteReal("mean_control", effect.Control);
            json.WriteNumber("treated", many);
            json.WriteNumber("control", rows.Length - many);
            json.WriteStartArray("tenths");
            foreach (var tenth in qini?.Tenths ?? [])
            {
                json.WriteStartObject();
                json.WriteNumber("people", tenth.People);
                json.WriteReal("effect", tenth.Effect);
                json.WriteReal("se", tenth.Error);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("left_out");
            foreach (var (column, why) in features.LeftOut)
            {
                json.WriteStartObject();
                json.WriteString("column", column);
                json.WriteString("why", why.In(run.Language));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteReal("seconds", seconds);
        });
    }

    private static AverageEffect EffectOf(bool[] treated, double[] outcomes, double[]? before)
    {
        var (with, without) = (default(Moments), default(Moments));
        for (var i = 0; i < outcomes.Length; i++)
        {
            var x = before?[i] ?? 0;
            (with, without) = treated[i] ? (with.With(outcomes[i], x), without) : (with, without.With(outcomes[i], x));
        }
        return AverageEffect.Of(with, without, before is not null);
    }
}
