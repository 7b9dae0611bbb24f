using System.CommandLine;
using System.Text;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Core.Predict.Goals;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Imports.Contracts;

namespace Ciclo.Modules.Predict;

/// <summary>`ciclo model train`: whether somebody will, how well that is foreseen, from what, and which columns know the future.</summary>
internal static class TrainCommand
{
    private const int FewestOfASide = 20;
    private const int MostFolds = 50;

    /// <summary>Rows times columns from which the model without a column is tested on three folds.</summary>
    private const long LargeTable = 3_000_000;

    private sealed record Asked(string Table, string Target, string Positive, string[] Drop, GoalOptions Options, double Cost, double? Benefit);

    public static Command Make(CommandRunner runner)
    {
        var table = ModelCommands.File("--table");
        var target = new Option<string>("--target") { Description = "The column that says what happened.", Required = true };
        var positive = new Option<string>("--positive") { Description = "What that column holds where the goal came true.", Required = true };
        var drop = new Option<string?>("--drop") { Description = "Columns to leave out, with commas between." };
        var algorithm = new Option<string>("--algorithm")
        {
            Description = "logistic, boosted, or auto: whichever foresees inner rows best, or both together.", DefaultValueFactory = _ => "auto",
        };
        algorithm.AcceptOnlyFromAmong("auto", "logistic", "boosted");
        var folds = new Option<int>("--folds") { Description = "Parts that are foreseen in turn by a model of the others.", DefaultValueFactory = _ => 10 };
        var seed = new Option<int>("--seed") { Description = "Which rows fall together. The same seed gives the same answer.", DefaultValueFactory = _ => 1 };
        var cost = new Option<double>("--cost") { Description = "Of acting on one person, for the best threshold.", DefaultValueFactory = _ => 1 };
        var benefit = new Option<double?>("--benefit") { Description = "Of each person for whom it came true and who was acted upon. With it comes the best threshold." };
        var command = new Command("train", "Whether somebody will: trains a model on a table and tests it on rows that it had not seen.")
        {
            table, target, positive, drop, algorithm, folds, seed, cost, benefit,
        };
        return ModelCommands.Bind(runner, command, (arguments, run) => Run(run, new Asked(
            arguments.GetValue(table)!, arguments.GetValue(target)!, arguments.GetValue(positive)!, TableColumns.Names(arguments.GetValue(drop)),
            new(Enum.Parse<GoalAlgorithm>(arguments.GetValue(algorithm)!, ignoreCase: true), arguments.GetValue(folds), arguments.GetValue(seed)),
            arguments.GetValue(cost), arguments.GetValue(benefit))));
    }

    private static void Run(ModelRun run, Asked asked)
    {
        Check(asked);
        var source = run.Table(asked.Table);
        var ((table, test, picked, leaks, importance), seconds) = run.Timed(() => Train(source, asked));
        run.Answer(json =>
        {
            json.WriteReal("auc", test.Auc);
            json.WriteReal("brier", test.Brier);
            json.WriteReal("log_loss", test.LogLoss);
            json.WriteReal("lift_top_decile", test.LiftOfTopDecile);
            json.WriteNumber("rows", test.Rows);
            json.WriteNumber("positives", test.Positives);
            json.WriteReal("seconds", seconds);
            WriteLeaks(json, leaks, run.Language);
            json.WriteString("algorithm", Word(picked));
            WriteLeftOut(json, table.LeftOut, run.Language);
            json.WriteStartArray("columns");
            foreach (var (name, share) in importance)
            {
                json.WriteStartObject();
                json.WriteString("column", name);
                json.WriteReal("importance", share);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            WriteDeciles(json, test.Deciles);
            if (asked.Benefit is { } benefit)
            {
                WriteThreshold(json, test.Threshold(asked.Cost, benefit));
            }
        });
    }

    private static (FeatureTable Table, BackTest Test, GoalAlgorithm Picked, IReadOnlyList<Leak> Leaks, IReadOnlyList<(string Column, double Share)> Importance) Train(
        ColumnTable source, Asked asked)
    {
        var table = TableOf(source, asked);
        var (test, picked) = GoalValidation.Run(table, asked.Options, CancellationToken.None);
        var fewer = (long)table.Rows * table.Columns.Count > LargeTable ? Math.Min(3, asked.Options.Folds) : asked.Options.Folds;
        var leaks = LeakTest.Run(
            table, asked.Options.Seed, rest => GoalValidation.Run(rest, asked.Options with { Folds = fewer }, CancellationToken.None).Test.Auc, CancellationToken.None);
        return (table, test, picked.CountBy(one => one).MaxBy(one => one.Value).Key, leaks, Reasons.Importance(GoalTrainer.Train(table, [.. Enumerable.Range(0, table.Rows)], asked.Options), table));
    }

    private static void Check(Asked asked)
    {
        if (asked.Options.Folds is < 2 or > MostFolds)
        {
            throw new RefusedException(new Text($"--folds is a number from 2 to {MostFolds}.", $"--folds es un número de 2 a {MostFolds}."));
        }
        if (asked.Cost < 0 || asked.Benefit <= 0)
        {
            throw new RefusedException(new Text("--cost is 0 or more and --benefit is above 0.", "--cost es 0 o más y --benefit es mayor que 0."));
        }
    }

    private static FeatureTable TableOf(ColumnTable source, Asked asked)
    {
        var target = source.IndexOf(asked.Target);
        var dropped = asked.Drop.Select(source.IndexOf).ToHashSet();
        var (columns, leftOut) = (new List<FeatureColumn>(), new List<ColumnLeftOut>());
        for (var column = 0; column < source.Columns.Count; column++)
        {
            if (column != target && !dropped.Contains(column))
            {
                var (read, why) = Read(source, column);
                if (read is not null)
                {
                    columns.Add(read);
                }
                else
                {
                    leftOut.Add(why!);
                }
            }
        }
        var table = new FeatureTable(columns, TableColumns.Flags(source, target, asked.Positive), leftOut);
        if (Math.Min(table.Positives, table.Rows - table.Positives) < Math.Max(FewestOfASide, asked.Options.Folds))
        {
            var least = Math.Max(FewestOfASide, asked.Options.Folds);
            throw new RefusedException(new Text(
                $"The goal came true in {table.Positives} of {table.Rows} rows. At least {least} where it did and {least} where it did not are needed: wait for more, or choose a goal that is met more often.",
                $"El objetivo se cumplió en {table.Positives} de {table.Rows} filas. Hacen falta al menos {least} en que sí y {least} en que no: espera a tener más, o elige un objetivo más frecuente."));
        }
        return columns.Count > 0 ? table : throw new RefusedException(new Text(
            "No column is left to learn from: each names its row, holds one value, or was dropped.", "No queda ninguna columna de la que aprender: cada una nombra su fila, tiene un solo valor o la has quitado."));
    }

    private static (FeatureColumn? Column, ColumnLeftOut? LeftOut) Read(ColumnTable source, int column)
    {
        var reader = new FeatureReader(source.Columns[column]);
        Span<char> small = stackalloc char[256];
        for (var row = 0; row < source.Rows; row++)
        {
            var cell = source.Cell(row, column);
            reader.Add(cell.Length <= small.Length ? small[..Encoding.UTF8.GetChars(cell, small)] : Encoding.UTF8.GetString(cell));
        }
        return reader.Finish();
    }

    private static string Word(GoalAlgorithm algorithm) => algorithm switch
    {
        GoalAlgorithm.Logistic => "logistic",
        GoalAlgorithm.Boosted => "boosted",
        _ => "both",
    };

    private static void WriteLeaks(Utf8JsonWriter json, IReadOnlyList<Leak> leaks, Language language)
    {
        json.WriteStartArray("leaks");
        foreach (var leak in leaks)
        {
            json.WriteStartObject();
            json.WriteString("column", leak.Column);
            json.WriteReal("auc_alone", leak.AucAlone);
            json.WriteReal("auc_without", leak.AucWithout);
            json.WriteString("why", leak.Why.In(language));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteLeftOut(Utf8JsonWriter json, IReadOnlyList<ColumnLeftOut> leftOut, Language language)
    {
        json.WriteStartArray("left_out");
        foreach (var one in leftOut)
        {
            json.WriteStartObject();
            json.WriteString("column", one.Column);
            json.WriteString("why", one.Why.In(language));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteDeciles(Utf8JsonWriter json, IReadOnlyList<Decile> deciles)
    {
        json.WriteStartArray("deciles");
        foreach (var decile in deciles)
        {
            json.WriteStartObject();
            json.WriteNumber("decile", decile.Place);
            json.WriteNumber("people", decile.People);
            json.WriteNumber("hits", decile.Hits);
            json.WriteReal("foreseen", decile.Foreseen);
            json.WriteReal("actual", decile.Actual);
            json.WriteReal("lift", decile.Lift);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteThreshold(Utf8JsonWriter json, (IReadOnlyList<ThresholdPoint> Curve, ThresholdPoint Best) found)
    {
        json.WriteStartObject("threshold");
        WritePoint(json, found.Best);
        json.WriteStartArray("curve");
        foreach (var point in found.Curve)
        {
            json.WriteStartObject();
            WritePoint(json, point);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePoint(Utf8JsonWriter json, ThresholdPoint point)
    {
        json.WriteReal("probability", point.Threshold);
        json.WriteNumber("people", point.People);
        json.WriteNumber("hits", point.Hits);
        json.WriteReal("gain", point.Gain);
    }
}
