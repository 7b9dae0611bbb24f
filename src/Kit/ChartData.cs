namespace Ciclo.Kit;

/// <summary>Flows between stages for the browser's chart: nodes on both sides, and what went between them. Texts are in the reader's language.</summary>
public sealed record FlowsChart(IReadOnlyList<FlowsChart.Node> From, IReadOnlyList<FlowsChart.Node> To, IReadOnlyList<FlowsChart.Flow> Flows)
{
    public string Kind => "flows";

    public sealed record Node(string Name, int Tone, string People);

    /// <summary>From and To are positions among the nodes of that side; Kind is `forward`, `cool` or `back`.</summary>
    public sealed record Flow(int From, int To, int People, string Says, string Kind, string Href);
}

/// <summary>Values over labels, up to eight series; what the tooltip says at each label. <paramref name="IsNamed"/>: two series are named beside the chart too.</summary>
public sealed record LinesChart(IReadOnlyList<string> Labels, IReadOnlyList<LinesChart.Line> Series, IReadOnlyList<IReadOnlyList<string>> Says, bool IsNamed = false)
{
    public string Kind => "lines";

    /// <summary>Whether values are drawn as bars from zero.</summary>
    public bool IsBars { get; init; }

    /// <summary>A quiet line is drawn in grey, for what the other is held against.</summary>
    public sealed record Line(string Name, IReadOnlyList<double?> Values, bool Quiet = false);
}
