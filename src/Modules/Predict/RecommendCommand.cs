using System.CommandLine;
using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Predict.Recommend;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Imports.Contracts;

namespace Ciclo.Modules.Predict;

/// <summary>`ciclo model recommend`: how well what people take later is foreseen from what they took before.</summary>
internal static class RecommendCommand
{
    private const int Threads = 2;
    private const int Neighbours = 100;
    private const int MostPlaces = 1_000;

    private static readonly string[] UserNames = ["user", "user_id", "userid", "customer", "customer_id", "customerid"];
    private static readonly string[] ItemNames = ["item", "item_id", "itemid", "product", "product_id", "productid"];

    private sealed record Asked(string Train, string Test, string Algorithm, double? Lambda, int K, int Seed);

    public static Command Make(CommandRunner runner)
    {
        var train = PairsFile("--train", "What people took before");
        var test = PairsFile("--test", "What they took later");
        var algorithm = new Option<string>("--algorithm") { Description = "popular, item-knn, ease or als.", DefaultValueFactory = _ => "ease" };
        algorithm.AcceptOnlyFromAmong("popular", "item-knn", "ease", "als");
        var lambda = new Option<double?>("--lambda") { Description = "How strongly ease (default 300) or als (default 30) draws to 0." };
        var k = new Option<int>("--k") { Description = "How many are recommended to each.", DefaultValueFactory = _ => 20 };
        var seed = new Option<int>("--seed") { Description = "Where als begins. The same seed gives the same answer.", DefaultValueFactory = _ => 1 };
        var command = new Command("recommend", "What to offer: trains on what people took before and tests on what they took later.") { train, test, algorithm, lambda, k, seed };
        return ModelCommands.Bind(runner, command, (arguments, run) => Run(run, new Asked(
            arguments.GetValue(train)!, arguments.GetValue(test)!, arguments.GetValue(algorithm)!, arguments.GetValue(lambda), arguments.GetValue(k), arguments.GetValue(seed))));
    }

    private static Option<string> PairsFile(string name, string what) =>
        new(name) { Description = $"{what}: a CSV file with the columns user and item, or without a header and these two first.", Required = true };

    private static void Run(ModelRun run, Asked asked)
    {
        if (asked.K is < 1 or > MostPlaces)
        {
            throw new RefusedException(new Text($"--k is a number from 1 to {MostPlaces}.", $"--k es un número de 1 a {MostPlaces}."));
        }
        if (asked.Lambda is { } lambda && !(lambda > 0 && double.IsFinite(lambda)))
        {
            throw new RefusedException(new Text("--lambda is a number above 0.", "--lambda es un número mayor que 0."));
        }
        var (people, items) = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        var earlier = Pairs(run.Table(asked.Train), asked.Train, people, items);
        var later = Pairs(run.Table(asked.Test), asked.Test, people, items);
        var (before, after) = (Interactions.From(earlier, people.Count, items.Count), Interactions.From(later, people.Count, items.Count));
        if (asked.Algorithm == "ease" && items.Count > Ease.MostItems)
        {
            throw new RefusedException(new Text(
                $"There are {items.Count} items; ease takes {Ease.MostItems} at most, as its weights grow with the square. Use --algorithm item-knn or als.",
                $"Hay {items.Count} artículos; ease admite {Ease.MostItems} como máximo, porque sus pesos crecen con el cuadrado. Usa --algorithm item-knn o als."));
        }
        var (result, seconds) = run.Timed(() => RankingTest.Of(Train(before, asked), before, after, asked.K, CancellationToken.None));
        run.Answer(json =>
        {
            json.WriteReal("recall", result.Recall);
            json.WriteReal("ndcg", result.Ndcg);
            json.WriteNumber("users", result.People);
            json.WriteReal("seconds", seconds);
            json.WriteNumber("items", items.Count);
            json.WriteNumber("pairs", before.Count);
        });
    }

    private static IRecommender Train(Interactions before, Asked asked) => asked.Algorithm switch
    {
        "popular" => Popular.Train(before),
        "item-knn" => ItemKnn.Train(before, Neighbours, CancellationToken.None),
        "als" => ImplicitAls.Train(before, new AlsOptions(Ridge: asked.Lambda ?? 30, Seed: asked.Seed), Threads, CancellationToken.None),
        _ => Ease.Train(before, asked.Lambda ?? 300, Threads, CancellationToken.None),
    };

    private static (int Person, int Item)[] Pairs(ColumnTable table, string file, Dictionary<string, int> people, Dictionary<string, int> items)
    {
        var (user, item) = (Find(table, UserNames), Find(table, ItemNames));
        var hasHeader = user >= 0 && item >= 0;
        if (!hasHeader)
        {
            // A first line of numbers is no header.
            if (table.Columns.Count < 2 || !table.Columns.Take(2).All(cell => long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            {
                throw new RefusedException(new Text(
                    $"{Path.GetFileName(file)} has no columns user and item. Name them so on the first line; without a header, the first two columns are numbers.",
                    $"{Path.GetFileName(file)} no tiene las columnas user e item. Llámalas así en la primera línea; sin encabezado, las dos primeras columnas son números."));
            }
            (user, item) = (0, 1);
        }
        var pairs = new List<(int, int)>(table.Rows + 1);
        if (!hasHeader)
        {
            pairs.Add((Place(people, table.Columns[0]), Place(items, table.Columns[1])));
        }
        for (var row = 0; row < table.Rows; row++)
        {
            if (table.Cell(row, user).IsEmpty || table.Cell(row, item).IsEmpty)
            {
                throw table.RefuseCell(row, table.Cell(row, user).IsEmpty ? user : item, new Text("a name", "un nombre"));
            }
            pairs.Add((Place(people, table.TextOf(row, user)), Place(items, table.TextOf(row, item))));
        }
        return [.. pairs];
    }

    private static int Find(ColumnTable table, string[] names) => names.Where(table.Has).Select(table.IndexOf).DefaultIfEmpty(-1).First();

    private static int Place(Dictionary<string, int> places, string name)
    {
        if (!places.TryGetValue(name, out var place))
        {
            places.Add(name, place = places.Count);
        }
        return place;
    }
}
