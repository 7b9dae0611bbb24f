namespace Ciclo.Core.Metrics;

public enum MetricUnit
{
    People,
    Share,
    Duration,
    /// <summary>In the workspace's currency.</summary>
    Money,
    /// <summary>Things that are no people: orders, visits.</summary>
    Count,
    /// <summary>A number with decimals.</summary>
    Number,
    /// <summary>From -100 to 100.</summary>
    Score,
}

/// <summary>Whether more of it is good for the business, bad, or neither by itself.</summary>
public enum BetterWhen
{
    Neither,
    Higher,
    Lower,
}

/// <summary>The part of a customer's life that a number tells of. Stages of the shipped frameworks belong to one each.</summary>
public enum LifePart
{
    Acquisition = 0,
    Activation = 1,
    Retention = 2,
    Revenue = 3,
    Referral = 4,
    Feedback = 5,
    /// <summary>Numbers that each stage has of its own.</summary>
    Stage = 6,
}

/// <summary>How a number comes from its rows.</summary>
public enum MetricForm
{
    /// <summary>The sum of the rows' parts.</summary>
    Sum = 0,
    /// <summary>The sum of the rows' parts over that of their wholes; no data where the wholes are 0.</summary>
    Ratio = 1,
    /// <summary>An order statistic, or an estimate over the rows' values: the rows are what it is taken from.</summary>
    Estimate = 2,
}

/// <summary>A setting of a metric: a name for commands and addresses, and its choices, the default first.</summary>
public sealed record MetricSetting(string Id, Text Label, IReadOnlyList<(string Id, Text Label)> Choices)
{
    /// <summary>Whether any other text is a choice too: the name of an event, a lifecycle.</summary>
    public bool IsOpen { get; init; }
}

/// <summary>One number of the catalogue: what it is called, how it is counted in words that people read, and what its rows are.</summary>
public sealed record Metric(string Id, Text Label, Text Formula, MetricUnit Unit, BetterWhen Better)
{
    public LifePart Part { get; init; } = LifePart.Stage;

    public MetricForm Form { get; init; }

    /// <summary>Whether its rows are a sample of equal weights, so that an interval of 95 % around the mean says something.</summary>
    public bool HasInterval { get; init; }

    /// <summary>Whether it stands at an instant, as MRR does, rather than growing with its period.</summary>
    public bool IsLevel { get; init; }

    /// <summary>Whether it is a share of amounts of money rather than of people or things.</summary>
    public bool IsOfAmounts { get; init; }

    /// <summary>Whether it only grows within its period, as orders do.</summary>
    public bool AddsUp => Form == MetricForm.Sum && !IsLevel;

    /// <summary>How far chance alone moves it.</summary>
    public ChanceModel Chance => (Form, Unit) switch
    {
        (MetricForm.Ratio, MetricUnit.Share) when !IsOfAmounts => ChanceModel.Shares,
        (MetricForm.Sum, MetricUnit.People or MetricUnit.Count) when !IsLevel => ChanceModel.Counts,
        _ => ChanceModel.None,
    };

    /// <summary>Whether its rows are shown by their parts, the greatest first; else by when they were, the latest first.</summary>
    public bool GreatestFirst { get; init; }

    /// <summary>What one of its rows is: an order, a customer, a visit.</summary>
    public Text Row { get; init; } = new("customer", "cliente");

    /// <summary>By what it can be broken down, in the order of use: `channel`, `plan`.</summary>
    public IReadOnlyList<string> Breakdowns { get; init; } = [];

    /// <summary>How values of its breakdown read that are words of the program; others are words of the data.</summary>
    public IReadOnlyDictionary<string, Text> Values { get; init; } = new Dictionary<string, Text>();

    public IReadOnlyList<MetricSetting> Settings { get; init; } = [];
}

/// <summary>The numbers that every stage of every lifecycle has.</summary>
public static class StageMetrics
{
    public static readonly Metric Size = new(
        "stage_size", new Text("People", "Personas"),
        new Text("The people who hold the stage at the end of the period.", "Las personas que están en la etapa al final del periodo."),
        MetricUnit.People, BetterWhen.Neither);

    public static readonly Metric Entries = new(
        "entries", new Text("Enter", "Entran"),
        new Text("The people who moved into the stage within the period, each counted once.", "Las personas que pasaron a la etapa dentro del periodo, cada una contada una vez."),
        MetricUnit.People, BetterWhen.Neither);

    public static readonly Metric Exits = new(
        "exits", new Text("Leave", "Salen"),
        new Text("The people who moved out of the stage within the period, each counted once.", "Las personas que dejaron la etapa dentro del periodo, cada una contada una vez."),
        MetricUnit.People, BetterWhen.Neither);

    public static readonly Metric Conversion = new(
        "stage_conversion", new Text("Conversion", "Conversión"),
        new Text(
            "Of the people who entered the stage in a span as long as the period that ended one horizon ago, the share that reached a later stage within the horizon of their entry.",
            "De las personas que entraron a la etapa en un lapso tan largo como el periodo y que terminó hace un horizonte, la parte que llegó a una etapa posterior dentro del horizonte desde su entrada."),
        MetricUnit.Share, BetterWhen.Higher);

    public static readonly Metric TimeInStage = new(
        "time_in_stage", new Text("Median", "Mediana"),
        new Text(
            "How long until half of those who entered within a year have left the stage; people still in it count for as long as they have been (Kaplan–Meier).",
            "Cuánto pasa hasta que la mitad de quienes entraron en el último año deja la etapa; quienes siguen en ella cuentan por el tiempo que llevan (Kaplan–Meier)."),
        MetricUnit.Duration, BetterWhen.Neither);

    /// <summary>The lifecycle whose stages are counted; its default is the workspace's.</summary>
    public static readonly MetricSetting Lifecycle = new("lifecycle", new Text("Lifecycle", "Ciclo de vida"), [("", new Text("the first", "el primero"))]) { IsOpen = true };

    public static IReadOnlyList<Metric> All { get; } =
    [
        .. new[] { Size with { IsLevel = true }, Entries, Exits, Conversion with { Form = MetricForm.Ratio }, TimeInStage with { Form = MetricForm.Estimate } }
            .Select(metric => metric with { Breakdowns = ["stage"], Settings = [Lifecycle] }),
    ];
}
