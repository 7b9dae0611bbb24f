namespace Ciclo.Core.Predict.Value;

/// <summary>
/// Many histories, each different one once with the number of customers who have it: a likelihood costs by these. Where hardly any two are alike (times to the second)
/// they stand one by one, as looking for equals would cost more than it saves.
/// </summary>
public sealed class HistoryTable
{
    public const int MostOrders = 1_000_000;

    /// <summary>After so many rows it is decided whether equals are worth looking for.</summary>
    private const int Tried = 1 << 14;

    private readonly int[]? groups;

    private HistoryTable(double[] orders, double[] lastOrders, double[] ages, double[] weights, int count, int[]? groups)
    {
        (Orders, LastOrders, Ages, Weights, Count, this.groups) = (orders, lastOrders, ages, weights, count, groups);
        var (most, age, all) = (0.0, 0.0, 0.0);
        for (var i = 0; i < count; i++)
        {
            Customers += weights[i];
            most = Math.Max(most, orders[i]);
            age += weights[i] * ages[i];
            all += weights[i] * (orders[i] + 1);
        }
        MeanGap = age > 0 ? age / all : 1;
        OrdersBeyond = new double[(int)most];
        for (var i = 0; i < count; i++)
        {
            if (orders[i] > 0)
            {
                OrdersBeyond[(int)orders[i] - 1] += weights[i];
            }
        }
        for (var i = OrdersBeyond.Length - 2; i >= 0; i--)
        {
            OrdersBeyond[i] += OrdersBeyond[i + 1];
        }
    }

    /// <summary>How many histories differ.</summary>
    public int Count { get; }

    public double Customers { get; }

    /// <summary>Weeks between two orders, about: a scale that follows the unit of time.</summary>
    internal double MeanGap { get; }

    /// <summary>Columns, padded with rows without weight to a multiple of the widest vector.</summary>
    internal double[] Orders { get; }

    internal double[] LastOrders { get; }

    internal double[] Ages { get; }

    internal double[] Weights { get; }

    /// <summary>At i: how many customers have more than i orders. By it ln Γ(r+x) − ln Γ(r) and its like are sums of logarithms: exact, and without a gamma function.</summary>
    internal double[] OrdersBeyond { get; }

    public PurchaseHistory this[int group] => new((int)Orders[group], LastOrders[group], Ages[group]);

    /// <summary>How many customers have a history.</summary>
    public double WeightOf(int group) => Weights[group];

    /// <summary>Which history a row of what the table was made of has.</summary>
    public int GroupOf(int row) => groups is null ? row : groups[row];

    /// <summary>
    /// Makes a table of x, t_x and T (and how many customers each row stands for). Orders must be whole, times in 0 ≤ t_x ≤ T: throws <see cref="ArgumentException"/>
    /// otherwise. Without orders t_x counts as 0.
    /// </summary>
    public static HistoryTable Of(ReadOnlySpan<double> orders, ReadOnlySpan<double> lastOrders, ReadOnlySpan<double> ages, ReadOnlySpan<double> weights = default)
    {
        var builder = new Builder(orders.Length);
        for (var row = 0; row < orders.Length; row++)
        {
            if (!IsHistory(orders[row], lastOrders[row], ages[row]))
            {
                throw new ArgumentException($"Row {row} is no history: x {orders[row]}, t_x {lastOrders[row]}, T {ages[row]}.", nameof(orders));
            }
            builder.Add(orders[row], orders[row] == 0 ? 0 : lastOrders[row], ages[row], weights.IsEmpty ? 1 : weights[row]);
        }
        return builder.Take();
    }

    /// <summary>Whether numbers can be a history: x whole, 0 ≤ t_x ≤ T (where there are orders).</summary>
    public static bool IsHistory(double orders, double lastOrder, double age) =>
        orders is >= 0 and <= MostOrders && orders == Math.Floor(orders) && age >= 0 && double.IsFinite(age) && (orders == 0 || (lastOrder >= 0 && lastOrder <= age));

    /// <summary>Every k-th history, so that about <paramref name="most"/> remain: near enough to begin a climb from.</summary>
    internal HistoryTable Sample(int most)
    {
        var stride = Math.Max(1, Count / most);
        var rows = Enumerable.Range(0, (Count + stride - 1) / stride).Select(i => i * stride).ToArray();
        double[] Of(double[] column) => Padded(Array.ConvertAll(rows, row => column[row]), rows.Length);
        return new HistoryTable(Of(Orders), Of(LastOrders), Of(Ages), Of(Weights), rows.Length, null);
    }

    private static double[] Padded(double[] column, int count)
    {
        Array.Resize(ref column, (count + 7) / 8 * 8);
        Array.Clear(column, count, column.Length - count);
        return column;
    }

    private sealed class Builder
    {
        private readonly int[] groups;
        private double[] orders;
        private double[] lastOrders;
        private double[] ages;
        private double[] weights;
        private int[] slots = new int[1 << 12];
        private int count;
        private int rows;
        private bool looksForEquals = true;

        public Builder(int capacity)
        {
            groups = new int[capacity];
            var first = Math.Min(capacity, Tried);
            (orders, lastOrders, ages, weights) = (new double[first], new double[first], new double[first], new double[first]);
        }

        public void Add(double x, double last, double age, double weight)
        {
            if (looksForEquals)
            {
                if (rows == Tried && count > Tried * 3 / 4)
                {
                    looksForEquals = false;
                }
                else if (Find(x, last, age, out var slot))
                {
                    var group = slots[slot] - 1;
                    weights[group] += weight;
                    groups[rows++] = group;
                    return;
                }
                else
                {
                    slots[slot] = count + 1;
                }
            }
            Append(x, last, age, weight);
        }

        public HistoryTable Take() => new(
            Padded(orders, count), Padded(lastOrders, count), Padded(ages, count), Padded(weights, count), count, count == rows ? null : groups);

        private void Append(double x, double last, double age, double weight)
        {
            if (count == orders.Length)
            {
                var more = Math.Min(groups.Length, count * 2);
                Array.Resize(ref orders, more);
                Array.Resize(ref lastOrders, more);
                Array.Resize(ref ages, more);
                Array.Resize(ref weights, more);
            }
            (orders[count], lastOrders[count], ages[count], weights[count]) = (x, last, age, weight);
            groups[rows++] = count++;
            if (looksForEquals && count * 2 > slots.Length)
            {
                slots = new int[slots.Length * 4];
                for (var group = 0; group < count; group++)
                {
                    Find(orders[group], lastOrders[group], ages[group], out var slot);
                    slots[slot] = group + 1;
                }
            }
        }

        private bool Find(double x, double last, double age, out int slot)
        {
            var hash = (BitConverter.DoubleToUInt64Bits(x) * 0x9E3779B97F4A7C15) ^ (BitConverter.DoubleToUInt64Bits(last) * 0xC2B2AE3D27D4EB4F) ^ (BitConverter.DoubleToUInt64Bits(age) * 0x165667B19E3779F9);
            hash = (hash ^ (hash >> 29)) * 0xBF58476D1CE4E5B9;
            for (slot = (int)(hash >> 32) & (slots.Length - 1); slots[slot] != 0; slot = (slot + 1) & (slots.Length - 1))
            {
                var group = slots[slot] - 1;
                if (lastOrders[group] == last && ages[group] == age && orders[group] == x)
                {
                    return true;
                }
            }
            return false;
        }
    }
}
