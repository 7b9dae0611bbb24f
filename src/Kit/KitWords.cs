using Ciclo.Core;

namespace Ciclo.Kit;

/// <summary>What the frame around every page says.</summary>
public static class KitWords
{
    public static readonly Text SkipToContent = new("Skip to content", "Ir al contenido");
    public static readonly Text Main = new("Main", "Principal");
    public static readonly Text Sections = new("Sections", "Secciones");
    public static readonly Text Know = new("Know", "Conocer");
    public static readonly Text TheCycle = new("The cycle", "El ciclo");
    public static readonly Text Customers = new("Customers", "Clientes");
    public static readonly Text Home = new("Ciclo, home", "Ciclo, inicio");
    public static readonly Text SearchLabel = new("Search customers", "Buscar clientes");
    public static readonly Text SearchHint = new("Name, e-mail, phone or id", "Nombre, correo, teléfono o id");
    public static readonly Text OtherLanguage = new("Español", "English");
    public static readonly Text OtherLanguageLabel = new("Cambiar a español", "Switch to English");
    public static readonly Text Segments = new("Segments", "Segmentos");
    public static readonly Text Lifecycles = new("Lifecycles", "Ciclos de vida");
    public static readonly Text JourneyMap = new("Journey map", "Mapa");
    public static readonly Text Measure = new("Measure", "Medir");
    public static readonly Text Analytics = new("Analytics", "Análisis");
    public static readonly Text Act = new("Act", "Actuar");
    public static readonly Text Journeys = new("Journeys", "Recorridos");
    public static readonly Text Messages = new("Messages", "Mensajes");
    public static readonly Text Email = new("E-mail", "Correo");
    public static readonly Text Campaigns = new("Campaigns", "Campañas");
    public static readonly Text Experiments = new("Experiments", "Experimentos");
    public static readonly Text Dashboards = new("Dashboards", "Tableros");
    public static readonly Text Numbers = new("Numbers", "Cifras");
    public static readonly Text Funnels = new("Funnels", "Embudos");
    public static readonly Text Retention = new("Retention", "Retención");
    public static readonly Text Revenue = new("Revenue", "Ingresos");
    public static readonly Text Acquisition = new("Acquisition", "Adquisición");
    public static readonly Text Templates = new("Templates", "Plantillas");
    public static readonly Text Sources = new("Sources", "Fuentes");
    public static readonly Text Health = new("Health", "Salud");
    public static readonly Text EventsSeen = new("Events seen", "Eventos vistos");
    public static readonly Text Aliases = new("Aliases", "Alias");
    public static readonly Text Rejected = new("Refused", "Rechazados");
    public static readonly Text Identities = new("Identities", "Identidades");
    public static readonly Text Imports = new("Imports", "Importaciones");
    public static readonly Text System = new("System", "Sistema");
    public static readonly Text EventsPerMinute = new("events/min", "eventos/min");
    public static readonly Text SwitchTheme = new("Switch between light and dark", "Cambiar entre claro y oscuro");
    public static readonly Text MoreBy = new("more by", "más en");
    public static readonly Text LessBy = new("less by", "menos en");
    public static readonly Text Same = new("same", "igual");
    public static readonly Text ViewAs = new("View as", "Ver como");
    public static readonly Text Chart = new("Chart", "Gráfica");
    public static readonly Text Table = new("Table", "Tabla");
    public static readonly Text Counting = new("Counting…", "Contando…");
    public static readonly Text Settings = new("Settings", "Ajustes");
    public static readonly Text Users = new("Users", "Usuarios");
    public static readonly Text Consent = new("Consent", "Consentimiento");
    public static readonly Text Costs = new("Cost of messages", "Costo de mensajes");
    public static readonly Text Tasks = new("Tasks", "Tareas");
    public static readonly Text Onsite = new("On the site", "En el sitio");
    public static readonly Text Keys = new("Keys", "Claves");
    public static readonly Text Webhooks = Text.Same("Webhooks");
    public static readonly Text Predictions = new("Predictions", "Predicciones");
    public static readonly Text Goals = new("Goals", "Objetivos");
    public static readonly Text Alerts = new("Alerts", "Alertas");
    public static readonly Text Audit = new("Audit log", "Auditoría");
    public static readonly Text Account = new("Your account", "Tu cuenta");
    public static readonly Text YourMenu = new("Your menu", "Tu menú");
    public static readonly Text SignOut = new("Sign out", "Cerrar sesión");
    public static readonly Text Demo = new("Demo, no password", "Demo, sin contraseña");
    public static readonly Text DemoMeaning = new(
        "Invented customers. Open to this machine alone, without a password.", "Clientes inventados. Abierta solo en esta máquina, sin contraseña.");
    public static readonly Text TimesOf = new("Times of", "Horas de");
}
