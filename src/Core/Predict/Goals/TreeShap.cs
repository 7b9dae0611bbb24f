namespace Ciclo.Core.Predict.Goals;

/// <summary>
/// Shapley values of one tree for one row, where what is not known goes down both sides by the rows that did (S. Lundberg, G. Erion and S.-I. Lee, Consistent individualized feature
/// attribution for tree ensembles, 2018, algorithm 2). They add up to the tree's value minus its mean.
/// </summary>
public static class TreeShap
{
    private record struct Step(int Feature, double Zero, double One, double Weight);

    /// <summary>Adds the value of each column, times a factor, for a row.</summary>
    public static void Add(BoostedTree tree, BinnedTable table, int row, double factor, Span<double> into)
    {
        // A path is no longer than the tree is deep, and a tree of n leaves is at most n − 1 deep.
        Span<Step> path = stackalloc Step[(tree.Nodes / 2) + 2];
        Walk(new(tree, table, row, factor), 0, path, 0, new(-1, 1, 1, 0), into);
    }

    private readonly record struct Asked(BoostedTree Tree, BinnedTable Table, int Row, double Factor);

    private static void Walk(Asked asked, int node, ReadOnlySpan<Step> before, int length, Step step, Span<double> into)
    {
        Span<Step> path = stackalloc Step[length + 1];
        before[..length].CopyTo(path);
        Extend(path, length, step);
        length++;
        var tree = asked.Tree;
        if (tree.FeatureOf(node) is var feature && feature < 0)
        {
            for (var i = 1; i < length; i++)
            {
                into[path[i].Feature] += asked.Factor * UnwoundSum(path, length, i) * (path[i].One - path[i].Zero) * tree.ValueOf(node);
            }
            return;
        }
        var (hot, cold) = tree.GoesLeft(node, asked.Table[feature][asked.Row])
            ? (tree.LeftOf(node), tree.RightOf(node)) : (tree.RightOf(node), tree.LeftOf(node));
        var (zero, one) = (1.0, 1.0);
        for (var i = 1; i < length; i++)
        {
            if (path[i].Feature == feature)
            {
                (zero, one) = (path[i].Zero, path[i].One);
                Unwind(path, length, i);
                length--;
                break;
            }
        }
        var cover = tree.CoverOf(node);
        Walk(asked, hot, path, length, new(feature, zero * tree.CoverOf(hot) / cover, one, 0), into);
        Walk(asked, cold, path, length, new(feature, zero * tree.CoverOf(cold) / cover, 0, 0), into);
    }

    private static void Extend(Span<Step> path, int length, Step step)
    {
        path[length] = step with { Weight = length == 0 ? 1 : 0 };
        for (var i = length - 1; i >= 0; i--)
        {
            path[i + 1].Weight += step.One * path[i].Weight * (i + 1) / (length + 1);
            path[i].Weight *= step.Zero * (length - i) / (length + 1);
        }
    }

    private static void Unwind(Span<Step> path, int length, int place)
    {
        var (zero, one, last) = (path[place].Zero, path[place].One, length - 1);
        var next = path[last].Weight;
        for (var i = last - 1; i >= 0; i--)
        {
            if (one != 0)
            {
                var kept = path[i].Weight;
                path[i].Weight = next * length / ((i + 1) * one);
                next = kept - (path[i].Weight * zero * (last - i) / length);
            }
            else
            {
                path[i].Weight = path[i].Weight * length / (zero * (last - i));
            }
        }
        for (var i = place; i < last; i++)
        {
            path[i] = path[i + 1] with { Weight = path[i].Weight };
        }
    }

    private static double UnwoundSum(ReadOnlySpan<Step> path, int length, int place)
    {
        var (zero, one, last) = (path[place].Zero, path[place].One, length - 1);
        var (next, sum) = (path[last].Weight, 0.0);
        for (var i = last - 1; i >= 0; i--)
        {
            if (one != 0)
            {
                var weight = next * length / ((i + 1) * one);
                sum += weight;
                next = path[i].Weight - (weight * zero * (last - i) / length);
            }
            else if (zero != 0)
            {
                sum += path[i].Weight * length / (zero * (last - i));
            }
        }
        return sum;
    }
}
