namespace Ciclo.Core.Predict.Goals;

/// <summary>A column that seems to know the future.</summary>
/// <param name="AucAlone">Of the column by itself, for rows that its rates were not learned from.</param>
/// <param name="AucWithout">Of the whole model without it.</param>
public sealed record Leak(string Column, double AucAlone, double AucWithout, Text Why);

/// <summary>
/// Names columns that seem to be written down with the outcome or after it; it leaves none out. Two signs: a column tells nearly all by itself; or the model loses much without a strong
/// column of which the others know nothing once the outcome is known. What an outcome leaves behind has to do with the causes through the outcome only, so that it is independent of them
/// given the outcome, whereas what comes before is nearly always tied to the other things known of the same person.
/// </summary>
public static class LeakTest
{
    /// <summary>A column as good as this by itself tells nearly all.</summary>
    private const double NearlyAll = 0.95;

    private const double StrongAlone = 0.75;
    private const double Loss = 0.05;

    /// <summary>Up to here the others tell no more of a column than chance and a few common habits do.</summary>
    private const double Unknown = 0.7;

    private const int Parts = 3;
    private const int MostRows = 20_000;
    private const int MostTried = 8;

    /// <summary>The columns named, the strongest first.</summary>
    /// <param name="aucWithout">Tests the whole model on the table that is left without a column.</param>
    public static IReadOnlyList<Leak> Run(FeatureTable table, int seed, Func<FeatureTable, double> aucWithout, CancellationToken cancel)
    {
        var alone = table.Columns.Select(column => (column.Name, Auc: AucAlone(table, column, seed))).ToList();
        var strong = alone.Where(one => one.Auc >= StrongAlone).OrderByDescending(one => one.Auc).Take(MostTried).ToList();
        if (strong.Count == 0)
        {
            return [];
        }
        var sample = Sample(table, seed);
        var whole = QuickAuc(sample, sample.Target, seed);
        var found = new List<Leak>();
        foreach (var (name, auc) in strong)
        {
            cancel.ThrowIfCancellationRequested();
            var twins = Twins(sample, name);
            var rest = sample.Without(twins);
            if (rest.Columns.Count == 0)
            {
                continue;
            }
            if (auc >= NearlyAll)
            {
                found.Add(new(name, auc, aucWithout(table.Without(twins)), AloneWhy(twins)));
            }
            else if (whole - QuickAuc(rest, rest.Target, seed) >= Loss && KnownByOthers(sample, rest, name, seed) <= Unknown)
            {
                found.Add(new(name, auc, aucWithout(table.Without(twins)), OutcomeWhy(twins)));
            }
        }
        return found;
    }

    /// <summary>The pooled AUC of the rates of a column's bins, each learned from the other four fifths of the rows.</summary>
    private static double AucAlone(FeatureTable table, FeatureColumn column, int seed)
    {
        const int Folded = 5;
        const double Prior = 20;
        var rows = Enumerable.Range(0, table.Rows).ToArray();
        var feature = BinnedFeature.Of(column, rows);
        var bins = BinnedTable.Of(new([column], table.Target), [feature], rows)[0];
        var fold = Folds.Of(table.Target, Folded, seed);
        var (people, hits) = (new double[Folded, 256], new double[Folded, 256]);
        for (var row = 0; row < rows.Length; row++)
        {
            people[fold[row], bins[row]]++;
            hits[fold[row], bins[row]] += table.Target[row] ? 1 : 0;
        }
        var rate = (double)table.Positives / table.Rows;
        var cells = new List<(double Score, double People, double Hits)>();
        for (var bin = 0; bin < 256; bin++)
        {
            var (allPeople, allHits) = (0.0, 0.0);
            for (var one = 0; one < Folded; one++)
            {
                (allPeople, allHits) = (allPeople + people[one, bin], allHits + hits[one, bin]);
            }
            for (var one = 0; one < Folded; one++)
            {
                if (people[one, bin] > 0)
                {
                    cells.Add(((allHits - hits[one, bin] + (Prior * rate)) / (allPeople - people[one, bin] + Prior), people[one, bin], hits[one, bin]));
                }
            }
        }
        // Cells of one score are rows that tie.
        var (pairs, below) = (0.0, 0.0);
        foreach (var tie in cells.GroupBy(cell => cell.Score).OrderBy(group => group.Key))
        {
            var (tied, tiedHits) = (tie.Sum(cell => cell.People), tie.Sum(cell => cell.Hits));
            pairs += tiedHits * (below + ((tied - tiedHits) / 2));
            below += tied - tiedHits;
        }
        return pairs / ((double)table.Positives * (table.Rows - table.Positives));
    }

    private static FeatureTable Sample(FeatureTable table, int seed)
    {
        if (table.Rows <= MostRows)
        {
            return table;
        }
        var rows = Enumerable.Range(0, table.Rows).ToArray();
        new Dice(seed).Shuffle(rows);
        return table.Take(rows[..MostRows]);
    }

    private static double QuickAuc(FeatureTable table, bool[] target, int seed)
    {
        var (fold, scores) = (Folds.Of(target, Parts, seed), new double[target.Length]);
        Parallel.For(0, Parts, new ParallelOptions { MaxDegreeOfParallelism = 2 }, part =>
        {
            var (learned, tried) = (Folds.Others(fold, part), Folds.In(fold, part));
            var features = BinnedTable.Learn(table, learned);
            var trees = BoostedTrees.Grow(BinnedTable.Of(table, features, learned), features, Array.ConvertAll(learned, row => target[row]), new(12, 0.12, 60, seed));
            var made = trees.Scores(BinnedTable.Of(table, features, tried));
            for (var i = 0; i < tried.Length; i++)
            {
                scores[tried[i]] = made[i];
            }
        });
        return Accuracy.Auc(scores, target);
    }

    /// <summary>
    /// How well the other columns tell a high value of one (or its most common category) from a low one, as an AUC, among people of the more common outcome: among the others causes that
    /// have nothing to do with each other are tied, since one of them sufficed.
    /// </summary>
    private static double KnownByOthers(FeatureTable table, FeatureTable others, string name, int seed)
    {
        var common = table.Positives * 2 > table.Rows;
        var rows = Enumerable.Range(0, table.Rows).Where(row => table.Target[row] == common).ToArray();
        var halved = Halved(table.Columns.First(one => one.Name == name), rows);
        // A column that says one thing only for all of them leaves nothing to be known.
        return halved.Distinct().Count() < 2 ? 0.5 : QuickAuc(others.Take(rows), halved, seed);
    }

    /// <summary>Whether each row lies in the upper half of a column; where values repeat, the cut lies where the halves are most alike.</summary>
    private static bool[] Halved(FeatureColumn column, int[] rows)
    {
        if (!column.IsNumeric)
        {
            var codes = Array.ConvertAll(rows, row => column.Codes[row]);
            var common = codes.CountBy(code => code).MaxBy(one => one.Value).Key;
            return Array.ConvertAll(codes, code => code == common);
        }
        var values = Array.ConvertAll(rows, row => double.IsNaN(column.Numbers[row]) ? double.NegativeInfinity : column.Numbers[row]);
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var middle = sorted[sorted.Length / 2];
        var (atLeast, above) = (sorted.Count(value => value >= middle), sorted.Count(value => value > middle));
        return Math.Abs(atLeast - (sorted.Length / 2)) <= Math.Abs(above - (sorted.Length / 2))
            ? Array.ConvertAll(values, value => value >= middle) : Array.ConvertAll(values, value => value > middle);
    }

    /// <summary>A column and those that say the same in other units: leaving out one of them would lose nothing.</summary>
    private static HashSet<string> Twins(FeatureTable table, string name)
    {
        const double Same = 0.98;
        var column = table.Columns.First(one => one.Name == name);
        var twins = new HashSet<string>(StringComparer.Ordinal) { name };
        if (column.IsNumeric)
        {
            var ranks = Ranks(column);
            twins.UnionWith(table.Columns.Where(other => other.IsNumeric && Math.Abs(Correlation(ranks, Ranks(other))) >= Same).Select(other => other.Name));
        }
        return twins;
    }

    private static double[] Ranks(FeatureColumn column)
    {
        var order = Enumerable.Range(0, column.Rows).ToArray();
        Array.Sort(column.Numbers.ToArray(), order);
        var values = column.Numbers;
        var ranks = new double[order.Length];
        for (var begin = 0; begin < order.Length;)
        {
            var end = begin;
            while (end < order.Length && (values[order[end]] == values[order[begin]] || double.IsNaN(values[order[begin]])) && double.IsNaN(values[order[end]]) == double.IsNaN(values[order[begin]]))
            {
                end++;
            }
            for (var i = begin; i < end; i++)
            {
                ranks[order[i]] = (begin + end) / 2.0;
            }
            begin = end;
        }
        return ranks;
    }

    private static double Correlation(double[] one, double[] other)
    {
        var (meanOne, meanOther) = (one.Average(), other.Average());
        var (product, squareOne, squareOther) = (0.0, 0.0, 0.0);
        for (var i = 0; i < one.Length; i++)
        {
            var (a, b) = (one[i] - meanOne, other[i] - meanOther);
            (product, squareOne, squareOther) = (product + (a * b), squareOne + (a * a), squareOther + (b * b));
        }
        return product / Math.Sqrt(Math.Max(squareOne * squareOther, double.Epsilon));
    }

    private static Text AloneWhy(HashSet<string> twins) => new(
        $"By itself it tells nearly everyone apart{Among(twins).En}. Values that are only filled in once the outcome is known look like this: leave it out unless it is known at the time of scoring.",
        $"Por sí sola separa a casi todos{Among(twins).Es}. Así son los valores que solo se rellenan cuando ya se conoce el resultado: quítala, salvo que se conozca al puntuar.");

    private static Text OutcomeWhy(HashSet<string> twins) => new(
        $"The model loses much without it{Among(twins).En}, and among people of the same outcome no other column tells anything of it: so does what an outcome leaves behind. "
        + "A cause that nothing else knows of looks the same: keep it only if it is known at the time of scoring.",
        $"El modelo pierde mucho sin ella{Among(twins).Es} y, entre personas con el mismo resultado, ninguna otra columna dice nada de ella: así es lo que un resultado deja tras de sí. "
        + "Una causa que nada más conoce se ve igual: consérvala solo si se conoce al puntuar.");

    private static Text Among(HashSet<string> twins) => twins.Count == 1 ? default : new(
        $" (together with what says the same: {string.Join(", ", twins.Skip(1))})", $" (junto con lo que dice lo mismo: {string.Join(", ", twins.Skip(1))})");
}
