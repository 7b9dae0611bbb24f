namespace Ciclo.Core.Identity;

/// <summary>
/// Takes the links of one component (of a quarantined one: the exempt links that hang together) in their order and joins what no limit and
/// no separation forbids. Where no type is over its limit in the whole component and nobody was separated, nothing can be refused, and the order is
/// not even made: the case of nearly all people. Buffers are kept, so that solving again allocates nothing.
/// </summary>
internal sealed class ComponentSolver(IdentityState state)
{
    private const int ExemptClasses = 4;
    private const int InsertionSortMax = 24;

    private readonly List<(int I, int J)> separations = [];
    private readonly List<int> types = [];
    private readonly List<int> totals = [];
    private readonly List<int> crowded = [];
    private Candidate[] candidates = new Candidate[16];
    private int candidateCount;
    private int[] parents = new int[16];
    private int[] counts = new int[64];

    private struct Candidate
    {
        // Exempt links come first, then the rank: 0 to 2 exempt, 4 to 6 by calls.
        public int Class;
        public int Link;
        public long At;
        public int I;
        public int J;
    }

    /// <summary>Solves for the given nodes, ascending; then <see cref="RootOf"/> tells by position who is in one profile.</summary>
    public void Solve(ReadOnlySpan<int> unit, bool quarantined)
    {
        Rows.Ensure(ref parents, unit.Length);
        for (var i = 0; i < unit.Length; i++)
        {
            parents[i] = i;
        }
        if (unit.Length == 1)
        {
            return;
        }
        candidateCount = 0;
        Gather(unit, state.Exempt, 0);
        if (!quarantined)
        {
            Gather(unit, state.Calls, ExemptClasses);
        }
        GatherSeparations(unit);
        FindCrowded(unit);
        if (crowded.Count > 0 || separations.Count > 0)
        {
            Count(unit);
            Sort();
        }
        for (var i = 0; i < candidateCount; i++)
        {
            TryJoin(candidates[i]);
        }
    }

    public int RootOf(int position)
    {
        while (parents[position] != position)
        {
            position = parents[position] = parents[parents[position]];
        }
        return position;
    }

    private void Gather(ReadOnlySpan<int> unit, LinkTable links, int firstClass)
    {
        for (var i = 0; i < unit.Length; i++)
        {
            for (var link = links.First(unit[i]); link >= 0; link = links.Next(link, unit[i]))
            {
                ref readonly var row = ref links[link];
                // Each link is met from both ends and taken at one. An end that no event carries stands in no component: the link is inert.
                if (row.A == unit[i] && PositionOf(unit, row.B) is >= 0 and var j)
                {
                    Rows.Ensure(ref candidates, candidateCount + 1);
                    candidates[candidateCount++] = new Candidate { Class = firstClass + row.Rank, Link = link, At = row.At, I = i, J = j };
                }
            }
        }
    }

    private void GatherSeparations(ReadOnlySpan<int> unit)
    {
        separations.Clear();
        for (var i = 0; i < unit.Length; i++)
        {
            if ((state.Nodes[unit[i]].Flags & NodeFlags.Separated) == 0)
            {
                continue;
            }
            foreach (var other in state.Commands.SeparatedFrom(unit[i]))
            {
                if (other > unit[i] && PositionOf(unit, other) is >= 0 and var j)
                {
                    separations.Add((i, j));
                }
            }
        }
    }

    private static int PositionOf(ReadOnlySpan<int> unit, int node) => unit.Length <= 8 ? unit.IndexOf(node) : unit.BinarySearch(node);

    /// <summary>Finds the types of which the component holds more than one profile may: no other can refuse a link.</summary>
    private void FindCrowded(ReadOnlySpan<int> unit)
    {
        types.Clear();
        totals.Clear();
        crowded.Clear();
        foreach (var node in unit)
        {
            var type = state.Nodes[node].Type;
            var known = types.IndexOf(type);
            if (known >= 0)
            {
                totals[known]++;
                continue;
            }
            types.Add(type);
            totals.Add(1);
        }
        for (var i = 0; i < types.Count; i++)
        {
            if (totals[i] > LimitOf(types[i]))
            {
                crowded.Add(types[i]);
            }
        }
    }

    /// <summary>Sets up, for each set (at first each node), how many identifiers of each crowded type it holds.</summary>
    private void Count(ReadOnlySpan<int> unit)
    {
        var width = crowded.Count;
        Rows.Ensure(ref counts, checked(unit.Length * width));
        Array.Clear(counts, 0, unit.Length * width);
        for (var i = 0; i < unit.Length; i++)
        {
            var column = crowded.IndexOf(state.Nodes[unit[i]].Type);
            if (column >= 0)
            {
                counts[i * width + column] = 1;
            }
        }
    }

    private int LimitOf(int type) => type == (int)IdentifierKind.UserId ? state.Limits.UserIds : state.Limits.Others;

    private void TryJoin(in Candidate candidate)
    {
        var (root, other) = (RootOf(candidate.I), RootOf(candidate.J));
        if (root == other || !IsWithinLimits(root, other, candidate.Class < ExemptClasses) || IsSeparated(root, other))
        {
            return;
        }
        parents[other] = root;
        var width = crowded.Count;
        for (var column = 0; column < width; column++)
        {
            counts[root * width + column] += counts[other * width + column];
        }
    }

    private bool IsWithinLimits(int root, int other, bool exempt)
    {
        var width = crowded.Count;
        for (var column = 0; column < width; column++)
        {
            var (a, b) = (counts[root * width + column], counts[other * width + column]);
            var isChecked = !exempt || crowded[column] != (int)IdentifierKind.UserId;
            // A set that aliases have already led over the limit may still take in what brings none of that type.
            if (isChecked && a > 0 && b > 0 && a + b > LimitOf(crowded[column]))
            {
                return false;
            }
        }
        return true;
    }

    private bool IsSeparated(int root, int other)
    {
        foreach (var (i, j) in separations)
        {
            var (a, b) = (RootOf(i), RootOf(j));
            if ((a == root && b == other) || (a == other && b == root))
            {
                return true;
            }
        }
        return false;
    }

    private void Sort()
    {
        var order = new Order(state);
        var span = candidates.AsSpan(0, candidateCount);
        if (span.Length > InsertionSortMax)
        {
            span.Sort(order);
            return;
        }
        for (var i = 1; i < span.Length; i++)
        {
            var candidate = span[i];
            var j = i - 1;
            for (; j >= 0 && order.Compare(candidate, span[j]) < 0; j--)
            {
                span[j + 1] = span[j];
            }
            span[j + 1] = candidate;
        }
    }

    /// <summary>Exempt first, rank, timestamp, message id; then the lower and the higher key of the ends, so that no two links are equal.</summary>
    private readonly struct Order(IdentityState state) : IComparer<Candidate>
    {
        public int Compare(Candidate x, Candidate y)
        {
            if (x.Class != y.Class)
            {
                return x.Class - y.Class;
            }
            return x.At != y.At ? x.At.CompareTo(y.At) : CompareTies(x, y);
        }

        private int CompareTies(in Candidate x, in Candidate y)
        {
            var links = x.Class < ExemptClasses ? state.Exempt : state.Calls;
            var order = links.MessageOf(x.Link).SequenceCompareTo(links.MessageOf(y.Link));
            return order != 0 ? order : Keys(links[x.Link]).CompareTo(Keys(links[y.Link]));
        }

        private (UInt128 Low, UInt128 High) Keys(in Link link)
        {
            var (a, b) = (state.Nodes[link.A].Key, state.Nodes[link.B].Key);
            return a < b ? (a, b) : (b, a);
        }
    }
}
