using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Data.Sql;

namespace Ciclo.Modules.Ask.Views;

/// <summary>Every admitted event. Properties can be had as columns of their own.</summary>
internal sealed class EventsView : PeopleView
{
    public override string Name => "events";

    public override Text Says => new("Everything that people did, and what was done to them: one row an event.", "Todo lo que hizo la gente y lo que se le hizo: una fila por evento.");

    public override bool HasRange => true;

    public override bool HasProperties => true;

    public override IReadOnlyList<ViewColumn> Columns { get; } =
    [
        new("time", ColumnKind.Instant, new("When it happened.", "Cuándo pasó.")),
        new("id", ColumnKind.Text, new("The event's id, evt_….", "El id del evento, evt_….")),
        new("type", ColumnKind.Text, new("track, page, screen, identify, group or alias.", "track, page, screen, identify, group o alias.")),
        new("name", ColumnKind.Text, new("The name of a track event, or of the page or screen.", "El nombre de un evento track, o de la página o pantalla.")),
        new("profile", ColumnKind.Text, new("Who: the id of the profile, prf_….", "Quién: el id del perfil, prf_….")),
        new("user_id", ColumnKind.Text, new("Who: the user id that pages show.", "Quién: el id de usuario que muestran las páginas."), IsPersonal: true),
        new("source", ColumnKind.Text, new("client, server (or a file), system, or bot.", "client, server (o un archivo), system o bot.")),
        new("campaign_source", ColumnKind.Text, new("utm_source.", "utm_source.")),
        new("campaign_medium", ColumnKind.Text, new("utm_medium.", "utm_medium.")),
        new("campaign_name", ColumnKind.Text, new("utm_campaign.", "utm_campaign.")),
        new("campaign_term", ColumnKind.Text, new("utm_term.", "utm_term.")),
        new("campaign_content", ColumnKind.Text, new("utm_content.", "utm_content.")),
        new("click", ColumnKind.Text, new("The network whose click brought the visit.", "La red cuyo clic trajo la visita.")),
        new("referrer", ColumnKind.Text, new("The page before.", "La página anterior.")),
        new("device", ColumnKind.Text, new("mobile, tablet or desktop.", "mobile, tablet o desktop.")),
        new("os", ColumnKind.Text, new("The operating system.", "El sistema operativo.")),
        new("browser", ColumnKind.Text, new("The browser.", "El navegador.")),
        new("locale", ColumnKind.Text, new("The language that was set.", "El idioma configurado.")),
        new("message_id", ColumnKind.Text, new("The sender's id of the event.", "El id que le dio quien lo envió.")),
        new("anonymous_id", ColumnKind.Text, new("The anonymous id that was sent.", "El id anónimo que se envió."), IsPersonal: true),
        new("received_at", ColumnKind.Instant, new("When it came in.", "Cuándo llegó.")),
        new("properties", ColumnKind.Text, new("The properties or traits as they were sent, as JSON.", "Las propiedades o los rasgos tal como se enviaron, en JSON."), IsPersonal: true),
        new("context", ColumnKind.Text, new("The context as it was sent, as JSON.", "El contexto tal como se envió, en JSON."), IsPersonal: true),
        new("item", ColumnKind.Text, new("The whole item as it was sent, as JSON.", "El elemento entero tal como se envió, en JSON."), IsPersonal: true, RepeatsOthers: true),
    ];

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new(new("How often does each event happen?", "¿Cuántas veces pasa cada evento?"), "SELECT name, count(*) AS times, count(DISTINCT profile) AS people\nFROM events\nWHERE type = 'track'\nGROUP BY name\nORDER BY times DESC"),
        new(new("How many people come each week?", "¿Cuánta gente viene cada semana?"), "SELECT date_trunc('week', time)::DATE AS week, count(DISTINCT profile) AS people\nFROM events\nWHERE source = 'client'\nGROUP BY week\nORDER BY week"),
        new(new("What is an order worth, by currency?", "¿Cuánto vale un pedido, por moneda?"), "SELECT currency, count(*) AS orders, round(avg(revenue), 2) AS average\nFROM events(properties := ['revenue number', 'currency'])\nWHERE name = 'Order Completed'\nGROUP BY currency"),
    ];

    protected override IReadOnlyList<ViewColumn> ColumnsFor(Asker asker, TableArguments arguments) =>
        [.. Columns, .. PropertyColumn.Read(arguments.Properties ?? [], asker.Language).Select(one => new ViewColumn(NameOf(one), one.Kind, Text.Same(one.Path), IsPersonal: true))];

    protected override Func<bool[], RowMaker> Prepare(Asker asker, TableArguments arguments)
    {
        var properties = PropertyColumn.Read(arguments.Properties ?? [], asker.Language);
        return wanted => new EventMaker(asker, arguments, properties, wanted, Columns.Count);
    }

    private string NameOf(PropertyColumn one) => Columns.Any(column => column.Name == one.Path) ? "property_" + one.Path : one.Path;
}

/// <summary>A property that is asked for as a column, with the type that its values are read as; other values are null.</summary>
internal sealed record PropertyColumn(string Path, ColumnKind Kind)
{
    public const int Most = 50;

    private static readonly Dictionary<string, ColumnKind> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["text"] = ColumnKind.Text, ["varchar"] = ColumnKind.Text, ["number"] = ColumnKind.Number, ["decimal"] = ColumnKind.Number, ["double"] = ColumnKind.Number,
        ["boolean"] = ColumnKind.Flag, ["bool"] = ColumnKind.Flag, ["instant"] = ColumnKind.Instant, ["timestamptz"] = ColumnKind.Instant,
    };

    /// <summary>Reads `path` or `path type`. Throws <see cref="SqlRefusedException"/>.</summary>
    public static IReadOnlyList<PropertyColumn> Read(IReadOnlyList<string> asked, Language language)
    {
        if (asked.Count > Most)
        {
            throw new SqlRefusedException(new Text($"properties takes {Most} at most.", $"properties admite {Most} como máximo.").In(language));
        }
        return [.. asked.Select(one => Read(one.Trim(), language))];
    }

    private static PropertyColumn Read(string asked, Language language)
    {
        var space = asked.LastIndexOf(' ');
        if (space > 0 && Kinds.TryGetValue(asked[(space + 1)..], out var kind))
        {
            return new PropertyColumn(asked[..space].Trim(), kind);
        }
        return asked.Length is > 0 and <= 200
            ? new PropertyColumn(asked, ColumnKind.Text)
            : throw new SqlRefusedException(new Text(
                "properties takes names, each with a type where it is no text: ['total number', 'gift boolean'].",
                "properties recibe nombres, con su tipo si no es texto: ['total number', 'gift boolean'].").In(language));
    }
}
