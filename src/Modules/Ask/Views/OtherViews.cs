using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Data.Sql;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Acquisition.Contracts;

namespace Ciclo.Modules.Ask.Views;

/// <summary>Visits as the catalogue cuts them with its usual settings.</summary>
internal sealed class SessionsView : PeopleView
{
    public override string Name => "sessions";

    public override Text Says => new("Visits: what one person did without a pause of more than 30 minutes.", "Visitas: lo que hizo una persona sin una pausa de más de 30 minutos.");

    public override bool HasRange => true;

    public override IReadOnlyList<ViewColumn> Columns { get; } =
    [
        new("time", ColumnKind.Instant, new("When it began.", "Cuándo empezó.")),
        Common.Profile,
        new("seconds", ColumnKind.Number, new("From its first event to its last.", "De su primer evento al último.")),
        new("events", ColumnKind.Whole, new("How many events.", "Cuántos eventos.")),
        new("pages", ColumnKind.Whole, new("How many pages or screens.", "Cuántas páginas o pantallas.")),
        new("engaged", ColumnKind.Flag, new("Longer than 10 s, with two pages, or with a key event.", "De más de 10 s, con dos páginas o con un evento clave.")),
    ];

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new(new("How do visits go by weekday?", "¿Cómo van las visitas por día de la semana?"), "SELECT isodow(time) AS weekday, count(*) AS visits, round(avg(pages), 1) AS pages, round(100.0 * count(*) FILTER (NOT engaged) / count(*), 1) AS bounce_percent\nFROM sessions\nGROUP BY weekday\nORDER BY weekday"),
    ];

    protected override Func<bool[], RowMaker> Prepare(Asker asker, TableArguments arguments) => _ => new Maker(arguments);

    private sealed class Maker(TableArguments arguments) : RowMaker
    {
        private readonly SessionFold fold = new(SessionFold.DefaultGapMs);
        private readonly List<Session> sessions = [];

        public override int CodeOf(EventKind kind, string name) => (kind.Flags & (PackedFlags.System | PackedFlags.Server | PackedFlags.Bot)) != 0 ? -1 : kind.Type switch
        {
            CallType.Page or CallType.Screen => SessionFold.Extends | SessionFold.IsPage,
            CallType.Track => SessionFold.Extends | (WebMetrics.KeyEvents.Contains(name, StringComparer.Ordinal) ? SessionFold.IsKey : 0),
            _ => -1,
        };

        public override int Begin(in ProfileEvents person)
        {
            fold.Fold(person.Events.At, person.Events.Codes);
            sessions.Clear();
            foreach (var session in fold.Sessions)
            {
                if (!(session.Start < arguments.Since) && !(session.Start >= arguments.Until))
                {
                    sessions.Add(session);
                }
            }
            return sessions.Count;
        }

        public override void Write(in ProfileEvents person, int row, RowBatch into)
        {
            var session = sessions[row];
            into.Instant(0, session.Start);
            into.Text(1, PublicId(person));
            into.Number(2, (Int128)session.DurationMs * 1_000);
            into.Whole(3, session.Events);
            into.Whole(4, session.Pages);
            into.Flag(5, session.IsEngaged);
        }
    }
}

/// <summary>Advertising costs. They are few: one thread writes them from a list.</summary>
internal sealed class CostsView : View
{
    public override string Name => "costs";

    public override Text Says => new("Advertising costs by day and campaign, as they were imported.", "Costos de publicidad por día y campaña, tal como se importaron.");

    public override IReadOnlyList<ViewColumn> Columns { get; } =
    [
        new("day", ColumnKind.Day, new("The day.", "El día.")),
        new("source", ColumnKind.Text, new("utm_source.", "utm_source.")),
        new("medium", ColumnKind.Text, new("utm_medium.", "utm_medium.")),
        new("campaign", ColumnKind.Text, new("utm_campaign.", "utm_campaign.")),
        new("cost", ColumnKind.Number, new("What it cost.", "Lo que costó.")),
        new("currency", ColumnKind.Text, new("In which currency; null for the workspace's own.", "En qué moneda; nula si es la del espacio de trabajo.")),
        new("clicks", ColumnKind.Whole, new("Clicks.", "Clics.")),
        new("impressions", ColumnKind.Whole, new("Impressions.", "Impresiones.")),
    ];

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new(new("What does a click cost on each source?", "¿Cuánto cuesta un clic en cada fuente?"), "SELECT source, sum(cost) AS cost, sum(clicks) AS clicks, round(sum(cost) / nullif(sum(clicks), 0), 2) AS per_click\nFROM costs\nGROUP BY source\nORDER BY cost DESC"),
    ];

    public override ITableScan Open(Asker asker, TableArguments arguments) => new Scan(Shapes(Columns), CostTable.Of(asker.Host, asker.Engine.Id));

    private sealed class Scan(IReadOnlyList<TableColumn> columns, IReadOnlyList<CostLine> rows) : ITableScan
    {
        private int next;

        public IReadOnlyList<TableColumn> Columns => columns;

        public long Estimate => rows.Count;

        public ITableReader Reader(bool[] wanted) => new Turn(this);

        private sealed class Turn(Scan whole) : ITableReader
        {
            public void Read(RowBatch into)
            {
                while (!into.IsFull && Interlocked.Increment(ref whole.next) - 1 is var at && at < whole.Rows.Count)
                {
                    Write(whole.Rows[at], into);
                    into.Next();
                }
            }

            public void Dispose()
            {
            }

            private static void Write(CostLine row, RowBatch into)
            {
                into.Day(0, row.Day);
                into.Text(1, row.Source);
                into.Text(2, row.Medium);
                into.Text(3, row.Campaign);
                into.Number(4, row.Cost.Micros);
                into.Text(5, row.Currency.Length == 0 ? null : row.Currency);
                into.Whole(6, row.Clicks);
                into.Whole(7, row.Impressions);
            }
        }

        private IReadOnlyList<CostLine> Rows => rows;
    }
}

/// <summary>Every view, in the order in which they are shown.</summary>
internal static class AllViews
{
    public static IReadOnlyList<View> List { get; } =
    [
        new EventsView(), new ProfilesView(), new StagesView(), new MovesView(), new SegmentsView(), new IdentifiersView(), new OrdersView(), new OrderLinesView(),
        new MrrView(), new SessionsView(), new CostsView(),
    ];

    public static View? Find(string? name) => List.FirstOrDefault(view => view.Name == name);
}
