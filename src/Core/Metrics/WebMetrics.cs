namespace Ciclo.Core.Metrics;

/// <summary>What visits add up to. Visits as <see cref="Analytics.SessionFold"/> cuts them; bots and what the workspace calls internal are left out.</summary>
public static class WebMetrics
{
    /// <summary>Which visits a number of visits is broken down by: their source, where they began, and on what.</summary>
    public static IReadOnlyList<string> Dimensions { get; } = ["channel", "source", "medium", "campaign", "channel_campaign", "landing_page", "os", "device"];

    /// <summary>Events that make the visit they happen in an engaged one.</summary>
    public static IReadOnlyList<string> KeyEvents { get; } = ["Order Completed", "Signed Up", "Account Created", "Trial Started", "Subscription Started"];

    /// <summary>After how much silence the next event begins a new visit; Google Analytics allows the same span.</summary>
    public static readonly MetricSetting Inactivity = new("inactivity", new Text("A visit ends after", "Una visita termina tras"),
    [
        ("30m", new Text("30 minutes", "30 minutos")), ("5m", new Text("5 minutes", "5 minutos")), ("10m", new Text("10 minutes", "10 minutos")),
        ("15m", new Text("15 minutes", "15 minutos")), ("45m", new Text("45 minutes", "45 minutos")), ("60m", new Text("1 hour", "1 hora")),
        ("120m", new Text("2 hours", "2 horas")), ("240m", new Text("4 hours", "4 horas")), ("475m", new Text("7 h 55 min", "7 h 55 min")),
    ]);

    public static readonly MetricSetting Bounce = new("bounce", new Text("A bounce is a visit", "Un rebote es una visita"),
    [
        ("engaged", new Text("that was not engaged", "sin interacción")), ("classic", new Text("of one page", "de una sola página")),
    ]);

    public static readonly Metric Visits = Of(
        "visits", new Text("Visits", "Visitas"),
        new Text(
            "Visits that began in the period: page, screen and client-side track calls of one person, a new visit after 30 minutes of silence. Midnight and campaigns do not split one.",
            "Visitas que empezaron en el periodo: páginas, pantallas y eventos del navegador de una persona; tras 30 minutos de silencio empieza otra. Ni la medianoche ni las campañas la parten."),
        MetricUnit.Count);

    public static readonly Metric UniqueVisitors = Of(
        "unique_visitors", new Text("Unique visitors", "Visitantes únicos"),
        new Text(
            "People with a page or screen view in the period, each counted once; two devices of one person are one once that is known.",
            "Personas que vieron una página o pantalla en el periodo, cada una una vez; dos dispositivos de una persona son una en cuanto se sabe."),
        MetricUnit.People) with { Row = new Text("visitor", "visitante") };

    public static readonly Metric PageViews = Of(
        "page_views", new Text("Page views", "Páginas vistas"), new Text("Page and screen views in the period.", "Páginas y pantallas vistas en el periodo."), MetricUnit.Count);

    public static readonly Metric PagesPerSession = Of(
        "pages_per_session", new Text("Pages per visit", "Páginas por visita"),
        new Text("Page and screen views over visits.", "Páginas y pantallas vistas entre visitas."), MetricUnit.Number) with { Form = MetricForm.Ratio };

    public static readonly Metric AverageTime = Of(
        "avg_time_on_site", new Text("Time on site", "Tiempo en el sitio"),
        new Text("The mean time from the first to the last event, of visits with two events or more.", "El tiempo medio del primer al último evento, en visitas de dos eventos o más."),
        MetricUnit.Duration) with { Form = MetricForm.Ratio };

    public static readonly Metric BounceRate = Of(
        "bounce_rate", new Text("Bounce rate", "Tasa de rebote"),
        new Text(
            "The share of visits that were not engaged: no longer than 10 seconds, fewer than two page views and no key event. Classic: visits of a single page.",
            "La parte de visitas sin interacción: de 10 segundos o menos, con menos de dos páginas y sin evento clave. Clásica: visitas de una sola página."),
        MetricUnit.Share) with { Form = MetricForm.Ratio, Better = BetterWhen.Lower, Settings = [Inactivity, Bounce] };

    public static IReadOnlyList<Metric> All { get; } = [Visits, UniqueVisitors, PageViews, PagesPerSession, AverageTime, BounceRate];

    private static Metric Of(string id, Text label, Text formula, MetricUnit unit) => new(id, label, formula, unit, BetterWhen.Higher)
    {
        Part = LifePart.Acquisition, Row = new Text("visit", "visita"), Breakdowns = Dimensions, Settings = [Inactivity],
    };
}
