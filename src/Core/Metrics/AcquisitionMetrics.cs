namespace Ciclo.Core.Metrics;

/// <summary>What it costs to win customers, and what they bring: by the visits before (<see cref="Attribution"/>) and imported costs.</summary>
public static class AcquisitionMetrics
{
    /// <summary>What costs and credits can both be broken down by.</summary>
    public static IReadOnlyList<string> Dimensions { get; } = ["channel", "source", "medium", "campaign", "channel_campaign"];

    public static readonly MetricSetting Model = new("attribution", new Text("Credit goes to", "El mérito es de"),
    [
        ("last_non_direct", new Text("the last visit, direct ones aside", "la última visita no directa")), ("last", new Text("the last visit", "la última visita")),
        ("first", new Text("the first visit", "la primera visita")), ("linear", new Text("all visits alike", "todas por igual")),
        ("position", new Text("first 40, last 40, others 20", "primera 40, última 40, resto 20")), ("time_decay", new Text("the later, the more (7 days: half)", "más cuanto más cerca (7 días: la mitad)")),
        ("data_driven", new Text("by the data (removal effect)", "según los datos (efecto de retirar)")),
    ]);

    /// <summary>The event that counts as a conversion: one of these, or any other by its name.</summary>
    public static readonly MetricSetting Conversion = new("conversion", new Text("Conversion", "Conversión"),
    [
        .. new[] { "Order Completed", "Signed Up", "Account Created", "Trial Started", "Subscription Started", "Quote Accepted" }.Select(name => (name, Text.Same(name))),
    ]) { IsOpen = true };

    public static readonly MetricSetting Costs = new("costs", new Text("Customers", "Clientes"),
    [
        ("all", new Text("all new customers", "todos los clientes nuevos")), ("paid", new Text("those of channels with costs", "los de canales con costo")),
    ]);

    public static readonly Metric NewCustomers = Of(
        "new_customers", new Text("New customers", "Clientes nuevos"),
        new Text("People whose first order or subscription falls in the period.", "Personas cuyo primer pedido o suscripción cae en el periodo."), MetricUnit.People, BetterWhen.Higher);

    public static readonly Metric AcquisitionRate = Of(
        "acquisition_rate", new Text("Acquisition rate", "Tasa de adquisición"),
        new Text("New customers over unique visitors.", "Clientes nuevos entre visitantes únicos."), MetricUnit.Share, BetterWhen.Higher) with { Form = MetricForm.Ratio, Row = new Text("person", "persona") };

    public static readonly Metric AdCost = OfCosts(
        "ad_cost", new Text("Cost", "Costo"), new Text("Imported costs of marketing and sales, in the workspace's currency.", "Costos importados de mercadotecnia y ventas, en la moneda del espacio."),
        MetricUnit.Money, BetterWhen.Neither);

    public static readonly Metric AdClicks = OfCosts(
        "ad_clicks", new Text("Clicks", "Clics"), new Text("Clicks on advertisements, as imported.", "Clics en anuncios, según lo importado."), MetricUnit.Count, BetterWhen.Higher);

    public static readonly Metric ClickRate = OfCosts(
        "ctr", new Text("CTR", "CTR"), new Text("Clicks over impressions of advertisements.", "Clics entre impresiones de anuncios."), MetricUnit.Share, BetterWhen.Higher) with { Form = MetricForm.Ratio };

    public static readonly Metric Conversions = Of(
        "attributed_conversions", new Text("Conversions", "Conversiones"),
        new Text("Conversions in the period, each shared among the visits of the 30 days before it.", "Conversiones del periodo, cada una repartida entre las visitas de los 30 días anteriores."),
        MetricUnit.Number, BetterWhen.Higher) with { Row = new Text("conversion", "conversión"), Settings = [Model, Conversion] };

    public static readonly Metric Cpa = Of(
        "cpa", new Text("CPA", "CPA"),
        new Text(
            "Cost over the conversions credited to channels that have costs; credit goes to the visits of the 30 days before.",
            "Costo entre las conversiones de los canales que tienen costos; el mérito es de las visitas de los 30 días anteriores."),
        MetricUnit.Money, BetterWhen.Lower) with { Form = MetricForm.Ratio, Row = new Text("cost or conversion", "costo o conversión"), Settings = [Model, Conversion] };

    public static readonly Metric Cac = Of(
        "cac", new Text("CAC", "CAC"),
        new Text(
            "Cost of marketing and sales over new customers of the same period. Paid only: over those credited to channels that have costs.",
            "Costo de mercadotecnia y ventas entre los clientes nuevos del mismo periodo. Solo de pago: entre los de canales que tienen costos."),
        MetricUnit.Money, BetterWhen.Lower) with { Form = MetricForm.Ratio, Row = new Text("cost or customer", "costo o cliente"), Settings = [Model, Costs] };

    public static readonly Metric Revenue = Of(
        "attributed_revenue", new Text("Revenue", "Ingresos"),
        new Text(
            "Revenue of orders in the period without tax and shipping, less refunds, shared among the visits of the 30 days before each order.",
            "Ingresos de los pedidos del periodo sin impuestos ni envío, menos devoluciones, repartidos entre las visitas de los 30 días anteriores a cada pedido."),
        MetricUnit.Money, BetterWhen.Higher) with { Row = new Text("order or refund", "pedido o devolución") };

    /// <summary>The least ratio at which winning customers is held to pay.</summary>
    public const decimal LtvCacTarget = 3;

    public static readonly Metric LtvCac = Of(
        "ltv_cac", new Text("LTV:CAC", "LTV:CAC"),
        new Text(
            "What the period's new customers have brought to this day (margin of revenue net of refunds) over what it cost to win them. The part that they are yet expected to bring is not in it. The target is 3 to 1.",
            "Lo que los clientes nuevos del periodo han dejado hasta hoy (margen de los ingresos netos de devoluciones) entre lo que costó ganarlos. No incluye lo que se espera que dejen después. La meta es 3 a 1."),
        MetricUnit.Number, BetterWhen.Higher) with { Form = MetricForm.Ratio, Row = new Text("cost or customer", "costo o cliente") };

    public static readonly Metric Payback = Of(
        "payback_months", new Text("Payback", "Recuperación"),
        new Text(
            "Months until a new customer has brought back what winning them cost: CAC over the margin that one brings in a month, both of the period's new customers.",
            "Meses hasta que un cliente nuevo devuelve lo que costó ganarlo: CAC entre el margen que deja uno al mes, ambos de los clientes nuevos del periodo."),
        MetricUnit.Number, BetterWhen.Lower) with { Form = MetricForm.Estimate, Row = new Text("cost or customer", "costo o cliente") };

    public static readonly Metric Followers = new Metric(
        "social_followers", new Text("Followers", "Seguidores"),
        new Text("The latest imported count of each network by the end of the period.", "El último conteo importado de cada red al final del periodo."), MetricUnit.People, BetterWhen.Higher)
    {
        Part = LifePart.Acquisition, Row = new Text("network", "red"), Breakdowns = ["network"], IsLevel = true,
    };

    public static readonly Metric FollowersGained = Followers with
    {
        Id = "social_followers_change", IsLevel = false, Label = new Text("Followers gained", "Seguidores ganados"),
        Formula = new Text("The change of followers over the period, of networks counted before it.", "El cambio de seguidores en el periodo, de redes contadas antes de él."),
    };

    public static IReadOnlyList<Metric> All { get; } =
    [
        NewCustomers, AcquisitionRate, AdCost, AdClicks, ClickRate, Conversions, Cpa, Cac, Revenue, LtvCac, Payback, Followers, FollowersGained,
    ];

    /// <summary>The model that a setting's choice names.</summary>
    public static AttributionModel ModelOf(string choice) => choice switch
    {
        "last" => AttributionModel.Last,
        "first" => AttributionModel.First,
        "linear" => AttributionModel.Linear,
        "position" => AttributionModel.Position,
        "time_decay" => AttributionModel.TimeDecay,
        "data_driven" => AttributionModel.DataDriven,
        _ => AttributionModel.LastNonDirect,
    };

    private static Metric Of(string id, Text label, Text formula, MetricUnit unit, BetterWhen better) => new(id, label, formula, unit, better)
    {
        Part = LifePart.Acquisition, Breakdowns = Dimensions, Settings = [Model],
    };

    private static Metric OfCosts(string id, Text label, Text formula, MetricUnit unit, BetterWhen better) =>
        Of(id, label, formula, unit, better) with { Row = new Text("cost", "costo"), Settings = [] };
}
