namespace Ciclo.Core.Metrics;

/// <summary>The numbers of subscriptions. Definitions: `docs/guides/revenue.md`; how movements are booked: <see cref="MrrBook"/>.</summary>
public static class MrrMetrics
{
    public static readonly MetricSetting PauseAs = new("pause_as", new Text("A pause is", "Una pausa es"),
    [
        ("own", new Text("a movement of its own", "un movimiento propio")),
        ("contraction", new Text("contraction", "contracción")),
        ("churn", new Text("churn", "pérdida")),
        ("excluded", new Text("left out until it counts as churn", "ignorada hasta que cuenta como pérdida")),
    ]);

    public static readonly MetricSetting RenewalBy = new("by", new Text("Counted by", "Se cuenta por"),
    [
        ("count", new Text("subscriptions", "suscripciones")),
        ("amount", new Text("their MRR", "su MRR")),
    ]);

    public static readonly Metric Mrr = Level("mrr", "MRR",
        "What subscriptions bring in a month, at the end of the period: each plan's amount times its quantity, less its discount, as of a month (a year / 12, a week × 52 / 12, a day × 365 / 12), rounded once to the cent. One-off and usage charges are not in it; paused subscriptions count 0.",
        "Lo que aportan las suscripciones en un mes, al final del periodo: el importe de cada plan por su cantidad, menos su descuento, llevado a un mes (un año / 12, una semana × 52 / 12, un día × 365 / 12), redondeado una vez al centavo. No incluye cargos únicos ni por uso; las suscripciones en pausa cuentan 0.");

    public static readonly Metric Arr = Level("arr", "ARR",
        "MRR × 12, at the end of the period.", "MRR × 12, al final del periodo.");

    public static readonly Metric New = Movement(MrrKind.New, "New MRR", "MRR nuevo", BetterWhen.Higher,
        "MRR of customers who never had any before.", "MRR de clientes que nunca habían tenido.");

    public static readonly Metric Expansion = Movement(MrrKind.Expansion, "Expansion", "Expansión", BetterWhen.Higher,
        "Rises of the MRR of customers who had some: a larger plan, more units, one subscription more. Changes of one customer on one day are netted.",
        "Aumentos del MRR de clientes que ya tenían: un plan mayor, más unidades, una suscripción más. Los cambios de un cliente en un mismo día se compensan.");

    public static readonly Metric Contraction = Movement(MrrKind.Contraction, "Contraction", "Contracción", BetterWhen.Higher,
        "Negative. Falls of the MRR of customers who keep some; the end of one of several subscriptions is one.",
        "En negativo. Caídas del MRR de clientes que conservan una parte; el fin de una de varias suscripciones es una.");

    public static readonly Metric Churn = Movement(MrrKind.Churn, "Churned MRR", "MRR perdido", BetterWhen.Higher,
        "Negative. MRR of customers who have none left, and of pauses on their 90th day.", "En negativo. MRR de clientes que se quedan sin ninguno, y de pausas en su día 90.");

    public static readonly Metric Reactivation = Movement(MrrKind.Reactivation, "Reactivation", "Reactivación", BetterWhen.Higher,
        "MRR of customers who had some before, lost all of it and came back.", "MRR de clientes que lo habían tenido, lo perdieron todo y volvieron.");

    public static readonly Metric Pause = Movement(MrrKind.Pause, "Paused MRR", "MRR en pausa", BetterWhen.Higher,
        "Negative. What pauses take from the MRR; a pause that ends in churn gives it back here and books it there.",
        "En negativo. Lo que las pausas quitan al MRR; una pausa que acaba en pérdida lo devuelve aquí y lo anota allí.");

    public static readonly Metric Resume = Movement(MrrKind.Resume, "Resumed MRR", "MRR reanudado", BetterWhen.Higher,
        "MRR of subscriptions that were paused and go on.", "MRR de suscripciones en pausa que continúan.");

    public static readonly Metric Ndr = Ratio("ndr", "Net revenue retention", "Retención neta de ingresos",
        "Of the MRR at the period's start, what is left of it at the end with expansion: (start + expansion − contraction − churn − pause) / start, over the customers who had some at the start. A resume within the period cancels its pause; who churns and comes back within it stays lost.",
        "Del MRR al inicio del periodo, lo que queda al final con la expansión: (inicio + expansión − contracción − pérdida − pausa) / inicio, entre los clientes que lo tenían al inicio. Reanudar dentro del periodo anula su pausa; quien se va y vuelve dentro de él sigue contando como perdido.");

    public static readonly Metric Grr = Ratio("grr", "Gross revenue retention", "Retención bruta de ingresos",
        "Of the MRR at the period's start, what is left of it without expansion: (start − contraction − churn − pause) / start; at most 100%.",
        "Del MRR al inicio del periodo, lo que queda sin la expansión: (inicio − contracción − pérdida − pausa) / inicio; 100% como máximo.");

    public static readonly Metric RenewalRate = new("renewal_rate", new Text("Renewal rate", "Tasa de renovación"), new Text(
            "Of the subscriptions whose term ended in the period, the share that went on. A subscription that ended early was due at the end of its term; a paused one is not due.",
            "De las suscripciones cuyo plazo terminó en el periodo, la parte que continuó. La que se canceló antes vencía al final de su plazo; una en pausa no vence."),
        MetricUnit.Share, BetterWhen.Higher)
    {
        Part = LifePart.Revenue,
        Form = MetricForm.Ratio,
        Row = new Text("subscription due", "suscripción que vencía"),
        IsOfAmounts = true,
        Settings = [RenewalBy],
    };

    /// <summary>One for each <see cref="MrrKind"/>, in its order.</summary>
    public static IReadOnlyList<Metric> Movements { get; } = [New, Expansion, Contraction, Churn, Reactivation, Pause, Resume];

    public static IReadOnlyList<Metric> All { get; } = [Mrr, Arr, .. Movements, Ndr, Grr, RenewalRate];

    private static Metric Level(string id, string label, string formulaEn, string formulaEs) =>
        new(id, Text.Same(label), new Text(formulaEn, formulaEs), MetricUnit.Money, BetterWhen.Higher)
        {
            Part = LifePart.Revenue,
            IsLevel = true,
            Breakdowns = ["plan"],
            Settings = [PauseAs],
        };

    private static Metric Movement(MrrKind kind, string en, string es, BetterWhen better, string formulaEn, string formulaEs) =>
        new("mrr_" + kind.ToString().ToLowerInvariant(), new Text(en, es), new Text(formulaEn, formulaEs), MetricUnit.Money, better)
        {
            Part = LifePart.Revenue,
            Settings = [PauseAs],
        };

    private static Metric Ratio(string id, string en, string es, string formulaEn, string formulaEs) =>
        new(id, new Text(en, es), new Text(formulaEn, formulaEs), MetricUnit.Share, BetterWhen.Higher)
        {
            Part = LifePart.Revenue,
            Form = MetricForm.Ratio,
            IsOfAmounts = true,
            Settings = [PauseAs],
        };
}
