namespace Ciclo.Bench.Report;

/// <summary>Cost against size. The exponent e of cost ~ size^e is tested, not the time: it holds on every machine.</summary>
/// <param name="Id">A word for the file of the chart and for `--only`: "growth-history".</param>
/// <param name="Work">What was done.</param>
/// <param name="Size">What grows: "events in a profile's history".</param>
/// <param name="Cost">What it costs: "µs an event".</param>
/// <param name="AtMost">The exponent that no line may exceed: about 0 is flat, 1 is linear; n-fold from a to b is log n / log(b/a).</param>
/// <param name="Target">The same in words.</param>
/// <param name="Lines">At least two points each, sizes and costs above 0.</param>
internal sealed record Growth(string Id, string Work, string Size, string Cost, double AtMost, string Target, IReadOnlyList<GrowthLine> Lines)
{
    /// <summary>The greatest exponent of the lines.</summary>
    public double Worst => Lines.Max(line => line.Exponent);

    public bool IsMissed => Worst > AtMost;

    public string Verdict => !IsMissed ? "reached" : $"**missed**: {Worst:0.00}";
}

/// <param name="Name">In the chart's legend; empty when there is only one.</param>
/// <param name="Points">Size and cost.</param>
internal sealed record GrowthLine(string Name, IReadOnlyList<(double Size, double Cost)> Points)
{
    /// <summary>Slope of the least-squares line through the logarithms.</summary>
    public double Exponent
    {
        get
        {
            var (x, y) = (Points.Select(point => Math.Log(point.Size)).ToArray(), Points.Select(point => Math.Log(point.Cost)).ToArray());
            var (meanX, meanY) = (x.Average(), y.Average());
            return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
        }
    }

    public string Text => $"{(Name.Length > 0 ? Name + ": " : "")}{string.Join(", ", Points.Select(point => $"{point.Size:N0} → {Figures.Short(point.Cost)}"))}; exponent {Exponent:0.00}";
}
