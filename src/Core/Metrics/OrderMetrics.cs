namespace Ciclo.Core.Metrics;

/// <summary>The numbers of orders and of the customers who place them. An order is an event `Order Completed`; its revenue is without tax and shipping.</summary>
public static class OrderMetrics
{
    public static readonly MetricSetting Refunds = new("refunds", new Text("Refunds", "Devoluciones"),
    [
        ("net", new Text("taken off", "descontadas")),
        ("gross", new Text("left out", "sin descontar")),
    ]);

    public static readonly Metric Orders = Make("orders", "Orders", "Pedidos", MetricUnit.Count, MetricForm.Sum,
        "Completed orders of the period.", "Pedidos completados en el periodo.") with { Row = Order, Part = LifePart.Revenue };

    public static readonly Metric Revenue = Make("revenue", "Revenue", "Ingresos", MetricUnit.Money, MetricForm.Sum,
        "What orders of the period brought, without tax and shipping, less what was refunded in the period.",
        "Lo que aportaron los pedidos del periodo, sin impuestos ni envío, menos lo devuelto en el periodo.") with { Row = Order, Settings = [Refunds], Breakdowns = ["product", "category"] };

    public static readonly Metric Units = Make("units_sold", "Units sold", "Unidades vendidas", MetricUnit.Count, MetricForm.Sum,
        "The quantities of the products of the period's orders; an order that does not say its products counts none.",
        "Las cantidades de los productos de los pedidos del periodo; un pedido que no dice sus productos no cuenta ninguna.")
        with { Row = new Text("order line", "línea de pedido"), Breakdowns = ["product", "category"] };

    public static readonly Metric Customers = Make("customers", "Customers", "Clientes", MetricUnit.People, MetricForm.Sum,
        "People with at least one order in the period.", "Personas con al menos un pedido en el periodo.");

    public static readonly Metric Aov = Make("aov", "Average order value", "Pedido promedio", MetricUnit.Money, MetricForm.Ratio,
        "Revenue / orders.", "Ingresos / pedidos.") with { Row = Order, Part = LifePart.Activation, Settings = [Refunds] };

    public static readonly Metric Arpu = Make("arpu", "Revenue per active person", "Ingreso por persona activa", MetricUnit.Money, MetricForm.Ratio,
        "Revenue / people who did anything in the period.", "Ingresos / personas que hicieron algo en el periodo.") with { Settings = [Refunds] };

    public static readonly Metric Arppu = Make("arppu", "Revenue per customer", "Ingreso por cliente", MetricUnit.Money, MetricForm.Ratio,
        "Revenue / people with an order in the period.", "Ingresos / personas con un pedido en el periodo.") with { Settings = [Refunds] };

    public static readonly Metric RepeatRate = Make("repeat_purchase_rate", "Repeat purchase rate", "Tasa de recompra", MetricUnit.Share, MetricForm.Ratio,
        "People with two orders or more in the period / people with one or more.",
        "Personas con dos pedidos o más en el periodo / personas con uno o más.") with { Part = LifePart.Retention };

    public static readonly Metric Frequency = Make("purchase_frequency", "Purchase frequency", "Frecuencia de compra", MetricUnit.Number, MetricForm.Ratio,
        "Orders of the period / people who placed them.", "Pedidos del periodo / personas que los hicieron.") with { Part = LifePart.Retention };

    public static readonly Metric Retention = Make("crr", "Customer retention", "Retención de clientes", MetricUnit.Share, MetricForm.Ratio,
        "Of the customers at the period's start, the share that still are at its end. A customer has an order, or a subscription that had not ended, in the 365 days before.",
        "De los clientes al inicio del periodo, la parte que lo sigue siendo al final. Es cliente quien en los 365 días anteriores tiene un pedido o una suscripción sin terminar.")
        with { Part = LifePart.Retention };

    public static readonly Metric ChurnRate = Make("churn_rate", "Customer churn", "Pérdida de clientes", MetricUnit.Share, MetricForm.Ratio,
        "Of the customers at the period's start, the share that no longer are at its end: 1 − customer retention.",
        "De los clientes al inicio del periodo, la parte que ya no lo es al final: 1 − retención de clientes.")
        with { Part = LifePart.Retention, Better = BetterWhen.Lower };

    public static readonly Metric AtRisk = Make("customers_at_risk", "Customers at risk", "Clientes en riesgo", MetricUnit.People, MetricForm.Sum,
        "At the period's end: customers with three orders or more who have not ordered for more than twice their own usual gap (the median; 14 days at least), and for no more than 365 days.",
        "Al final del periodo: clientes con tres pedidos o más que llevan sin pedir más del doble de su intervalo habitual (la mediana; 14 días al menos) y no más de 365 días.")
        with { Part = LifePart.Retention, Better = BetterWhen.Lower };

    public static readonly Metric RevenueAtRisk = Make("revenue_at_risk", "Revenue at risk", "Ingresos en riesgo", MetricUnit.Money, MetricForm.Sum,
        "What the customers at risk brought in the 365 days before the period's end, net of refunds.",
        "Lo que aportaron los clientes en riesgo en los 365 días anteriores al final del periodo, menos devoluciones.")
        with { Part = LifePart.Retention, Better = BetterWhen.Lower, GreatestFirst = true };

    public static readonly Metric LtvHistoric = Make("ltv_historic", "Value to date", "Valor hasta hoy", MetricUnit.Money, MetricForm.Ratio,
        "Gross margin of the net revenue of all orders up to the period's end / people who placed one by then. The margin is a setting of the workspace: 100% until it is set.",
        "Margen bruto de los ingresos netos de todos los pedidos hasta el final del periodo / personas que hicieron alguno. El margen es un ajuste del espacio: 100% mientras no se ajuste.");

    public static IReadOnlyList<Metric> All { get; } =
        [Orders, Revenue, Units, Customers, Aov, Arpu, Arppu, RepeatRate, Frequency, Retention, ChurnRate, AtRisk, RevenueAtRisk, LtvHistoric];

    private static Text Order => new("order or refund", "pedido o devolución");

    private static Metric Make(string id, string en, string es, MetricUnit unit, MetricForm form, string formulaEn, string formulaEs) =>
        new(id, new Text(en, es), new Text(formulaEn, formulaEs), unit, BetterWhen.Higher) { Part = LifePart.Revenue, Form = form };
}
