using System.Numerics;
using Ciclo.Core.Values;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Revenue;

/// <summary>One of an order's lines: what it is of, and its weight beside the order's other lines.</summary>
/// <param name="Units">How many were bought, in millionths.</param>
internal readonly record struct ProductLine(string Name, Int128 Weight, Int128 Units);

/// <summary>
/// Reads `products` of an order's event. Lists of properties belong together by their places; where lines leave some out so that this cannot be told,
/// the order counts as one line without a name.
/// </summary>
internal sealed class ProductLines(EventFields fields, int firstPath, bool isByCategory)
{
    private const int Id = 0;
    private const int Name = 1;
    private const int Category = 2;
    private const int Price = 3;
    private const int Quantity = 4;

    private readonly List<ProductLine> lines = [];

    public static IReadOnlyList<string> Paths { get; } = ["products.product_id", "products.name", "products.category", "products.price", "products.quantity"];

    /// <summary>An order has one line at least; whether it says its products.</summary>
    public IReadOnlyList<ProductLine> Lines => lines;

    public bool IsSaid { get; private set; }

    public void Read(int e)
    {
        lines.Clear();
        var (ids, names, categories) = (ListOf(Id, e), ListOf(Name, e), ListOf(Category, e));
        var (prices, quantities) = (ListOf(Price, e), ListOf(Quantity, e));
        var count = Math.Max(ids.Length, names.Length);
        var labels = isByCategory ? categories : names.Length == count ? names : ids;
        IsSaid = count > 0;
        if (count == 0 || labels.Length != count)
        {
            lines.Add(new ProductLine("", 1, count == 0 ? 0 : UnitsOf(quantities, count)));
            return;
        }
        var isWeighed = prices.Length == count && (quantities.Length == count || quantities.Length == 0);
        for (var i = 0; i < count; i++)
        {
            var units = quantities.Length == count ? MicrosOf(quantities[i]) : Number.Scale;
            lines.Add(new ProductLine(TextOf(labels[i]), isWeighed ? Int128.Max(0, MicrosOf(prices[i])) * Int128.Max(0, units) : 1, units));
        }
    }

    /// <summary>What of an amount falls to each line, by weight; the parts add up to the amount.</summary>
    public IEnumerable<(ProductLine Line, Int128 Part)> Share(Int128 amount)
    {
        var whole = lines.Aggregate((Int128)0, (sum, line) => sum + line.Weight);
        var (passed, given) = ((Int128)0, (Int128)0);
        for (var i = 0; i < lines.Count; i++)
        {
            passed += whole == 0 ? 1 : lines[i].Weight;
            // Weights are millionths times millionths: the product with an amount can be wider than 128 bits.
            var upTo = whole == 0 ? amount * (i + 1) / lines.Count : (Int128)((BigInteger)amount * passed / whole);
            yield return (lines[i], upTo - given);
            given = upTo;
        }
    }

    private static Int128 UnitsOf(Value[] quantities, int count) => quantities.Length == 0
        ? count * (Int128)Number.Scale
        : quantities.Aggregate((Int128)0, (sum, one) => sum + MicrosOf(one));

    private Value[] ListOf(int path, int e) => fields.Value(firstPath + path, e) switch
    {
        { Kind: ValueKind.List } list => list.AsList,
        { Kind: ValueKind.Null } => [],
        var one => [one],
    };

    private static Int128 MicrosOf(Value value) => value.Kind == ValueKind.Number ? value.AsNumber.Micros : 0;

    private static string TextOf(Value value) => value.Kind == ValueKind.Text ? value.AsText : value.ToString();
}
