using System.Text.Json;
using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Core.Values;
using Ciclo.Data.Journal;
using Ciclo.Data.Sql;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Revenue.Contracts;

namespace Ciclo.Modules.Ask.Views;

/// <summary>Orders and refunds by the same book from which the catalogue's revenue comes.</summary>
internal sealed class OrdersView : PeopleView
{
    public override string Name => "orders";

    public override Text Says => new("Orders and refunds: the amounts of which the number Revenue is the sum.", "Pedidos y devoluciones: los importes cuya suma es la cifra Ingresos.");

    public override bool HasRange => true;

    public override IReadOnlyList<ViewColumn> Columns { get; } =
    [
        new("time", ColumnKind.Instant, new("When.", "Cuándo.")),
        Common.Profile,
        Common.UserId,
        new("order_id", ColumnKind.Text, new("The shop's number of the order.", "El número que le dio la tienda.")),
        new("kind", ColumnKind.Text, new("order or refund.", "order o refund.")),
        new("amount", ColumnKind.Number, new("Without tax and shipping, in the workspace's currency at the rate of its day; negative for a refund.", "Sin impuestos ni envío, en la moneda del espacio de trabajo al tipo de su día; negativo si es devolución.")),
        new("sent_amount", ColumnKind.Number, new("The amount as it was sent, in its own currency.", "El importe tal como se envió, en su propia moneda.")),
        new("sent_currency", ColumnKind.Text, new("The currency that was sent.", "La moneda que se envió.")),
        new("event", ColumnKind.Text, new("The id of its event, evt_….", "El id de su evento, evt_….")),
    ];

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new(new("What does each month bring?", "¿Cuánto trae cada mes?"), "SELECT date_trunc('month', time)::DATE AS month, sum(amount) AS revenue, count(*) FILTER (kind = 'order') AS orders\nFROM orders\nGROUP BY month\nORDER BY month"),
        new(new("What share of revenue comes from the best tenth of customers?", "¿Qué parte de los ingresos viene del mejor 10 % de clientes?"), "SELECT tenth, sum(revenue) AS revenue, round(100 * sum(revenue) / sum(sum(revenue)) OVER (), 1) AS percent\nFROM (\n  SELECT sum(amount) AS revenue, ntile(10) OVER (ORDER BY sum(amount) DESC) AS tenth\n  FROM orders\n  GROUP BY profile\n)\nGROUP BY tenth\nORDER BY tenth"),
    ];

    protected override Func<bool[], RowMaker> Prepare(Asker asker, TableArguments arguments)
    {
        var rates = asker.Engine.Read(state => state.ReadingRates());
        return wanted => new Maker(wanted, arguments, new OrderBook(rates));
    }

    private sealed class Maker(bool[] wanted, TableArguments arguments, OrderBook book) : RowMaker
    {
        private const int Order = 0;
        private const int Refund = 1;
        private readonly EventFields fields = new();
        private readonly List<OrderLine> lines = [];

        public override IReadOnlyList<string> Paths => OrderFields.Paths;

        public override int CodeOf(EventKind kind, string name) => name switch { "Order Completed" => Order, "Order Refunded" => Refund, _ => -1 };

        public override int Begin(in ProfileEvents person)
        {
            book.Clear();
            lines.Clear();
            fields.Begin(person, OrderFields.Paths);
            for (var i = 0; i < person.Events.Count; i++)
            {
                OrderFields.Read(fields, i, person.Events.At[i], person.Events.Codes[i] == Refund, book);
            }
            foreach (var line in book.Lines)
            {
                if (!(line.At < arguments.Since) && !(line.At >= arguments.Until))
                {
                    lines.Add(line);
                }
            }
            return lines.Count;
        }

        public override void Write(in ProfileEvents person, int row, RowBatch into)
        {
            var line = lines[row];
            into.Instant(0, line.At);
            into.Text(1, PublicId(person));
            into.Text(2, wanted[2] ? person.State.Staged.Identity.PrintedUserId(person.Profile) : null);
            into.Text(3, fields.IdText(OrderFields.OrderId, line.Event) is { Length: > 0 } id ? id : null);
            into.Text(4, line.IsOrder ? "order"u8 : "refund"u8);
            into.Number(5, line.Micros);
            if (OrderFields.Amounts(fields, line.Event).Net is { } sent)
            {
                into.Number(6, sent.Micros);
            }
            else
            {
                into.Null(6);
            }
            into.Text(7, fields.Word(OrderFields.Currency, line.Event));
            into.Text(8, wanted[8] ? Profiles.Contracts.EventId.Of(person.Events.Event(line.Event).Address) : null);
        }
    }
}

/// <summary>The products of orders, as they were sent.</summary>
internal sealed class OrderLinesView : PeopleView
{
    public override string Name => "order_lines";

    public override Text Says => new("The products of each order, as they were sent in products.", "Los productos de cada pedido, tal como se enviaron en products.");

    public override bool HasRange => true;

    public override IReadOnlyList<ViewColumn> Columns { get; } =
    [
        new("time", ColumnKind.Instant, new("When the order was made.", "Cuándo se hizo el pedido.")),
        Common.Profile,
        new("order_id", ColumnKind.Text, new("The shop's number of the order.", "El número que le dio la tienda.")),
        new("line", ColumnKind.Whole, new("The place within the order, from 1.", "El lugar dentro del pedido, desde 1.")),
        new("product_id", ColumnKind.Text, new("product_id, else sku.", "product_id; si no, sku.")),
        new("name", ColumnKind.Text, new("The product's name.", "El nombre del producto.")),
        new("category", ColumnKind.Text, new("Its category.", "Su categoría.")),
        new("quantity", ColumnKind.Number, new("How many; 1 where it was not said.", "Cuántos; 1 si no se dijo.")),
        new("price", ColumnKind.Number, new("The price of one, in the order's currency.", "El precio de uno, en la moneda del pedido.")),
        new("currency", ColumnKind.Text, new("The order's currency.", "La moneda del pedido.")),
    ];

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new(new("Which products sell best?", "¿Qué productos se venden más?"), "SELECT coalesce(name, product_id) AS product, sum(quantity) AS sold, sum(quantity * price) AS revenue\nFROM order_lines\nGROUP BY product\nORDER BY revenue DESC\nLIMIT 20"),
    ];

    protected override Func<bool[], RowMaker> Prepare(Asker asker, TableArguments arguments) => _ => new Maker(asker.Engine.Journal, arguments);

    private sealed record Line(long At, string? Order, int Place, string? Product, string? Name, string? Category, Number Quantity, Number? Price, string? Currency);

    private sealed class Maker(Journal journal, TableArguments arguments) : RowMaker
    {
        private readonly List<Line> lines = [];

        public override int CodeOf(EventKind kind, string name) => name == "Order Completed" ? 0 : -1;

        public override int Begin(in ProfileEvents person)
        {
            lines.Clear();
            for (var i = 0; i < person.Events.Count; i++)
            {
                var at = person.Events.At[i];
                if (!(at < arguments.Since) && !(at >= arguments.Until))
                {
                    Read(at, person.Events.Event(i).Address);
                }
            }
            return lines.Count;
        }

        public override void Write(in ProfileEvents person, int row, RowBatch into)
        {
            var line = lines[row];
            into.Instant(0, line.At);
            into.Text(1, PublicId(person));
            into.Text(2, line.Order);
            into.Whole(3, line.Place);
            into.Text(4, line.Product);
            into.Text(5, line.Name);
            into.Text(6, line.Category);
            into.Number(7, line.Quantity.Micros);
            if (line.Price is { } price)
            {
                into.Number(8, price.Micros);
            }
            else
            {
                into.Null(8);
            }
            into.Text(9, line.Currency);
        }

        private void Read(long at, long address)
        {
            var (kind, body) = journal.ReadRecord(address);
            if (kind == RecordKind.Erased || !EventRecord.TryRead(body.Span, out var sent) || sent.PropertiesJson.IsEmpty)
            {
                return;
            }
            using var json = JsonDocument.Parse(sent.PropertiesJson.ToArray());
            if (!json.RootElement.TryGetProperty("products", out var products) || products.ValueKind != JsonValueKind.Array)
            {
                return;
            }
            var (order, currency, place) = (Said(json.RootElement, "order_id"), Said(json.RootElement, "currency"), 0);
            foreach (var product in products.EnumerateArray().Where(product => product.ValueKind == JsonValueKind.Object))
            {
                lines.Add(new Line(at, order, ++place, Said(product, "product_id") ?? Said(product, "sku"), Said(product, "name"), Said(product, "category"),
                    Amount(product, "quantity") ?? Number.One, Amount(product, "price"), currency));
            }
        }

        private static string? Said(JsonElement of, string name) => of.TryGetProperty(name, out var value)
            ? value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Number => value.GetRawText(), _ => null }
            : null;

        private static Number? Amount(JsonElement of, string name) => Said(of, name) is { } text && Number.TryParse(text, out var number) ? number : null;
    }
}

/// <summary>Movements of MRR by the book from which the catalogue's come, with its usual settings.</summary>
internal sealed class MrrView : PeopleView
{
    public override string Name => "mrr_movements";

    public override Text Says => new("Each change of a customer's monthly recurring revenue; all up to a day add up to the MRR.", "Cada cambio del ingreso mensual recurrente de un cliente; todos hasta un día suman el MRR.");

    public override IReadOnlyList<ViewColumn> Columns { get; } =
    [
        new("day", ColumnKind.Day, new("The calendar day in the workspace's zone.", "El día natural en la zona del espacio de trabajo.")),
        Common.Profile,
        new("kind", ColumnKind.Text, new("new, expansion, contraction, churn, reactivation, pause or resume.", "new, expansion, contraction, churn, reactivation, pause o resume.")),
        new("amount", ColumnKind.Number, new("In the workspace's currency; reductions are negative.", "En la moneda del espacio de trabajo; las bajadas son negativas.")),
    ];

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new(new("How does MRR move each month?", "¿Cómo se mueve el MRR cada mes?"), "SELECT date_trunc('month', day)::DATE AS month, kind, sum(amount) AS amount\nFROM mrr_movements\nGROUP BY month, kind\nORDER BY month, kind"),
    ];

    protected override Func<bool[], RowMaker> Prepare(Asker asker, TableArguments arguments)
    {
        var (now, rates) = asker.Engine.Read(state => (state.Now, state.ReadingRates()));
        var (zone, decimals) = (asker.Engine.Rules.Zone, Currency.DecimalsOf(rates.Currency));
        return _ => new Maker(new MrrBook(new MrrRules(), rates, zone, decimals), zone, now, (long)Math.Pow(10, Number.Places - decimals));
    }

    private sealed class Maker(MrrBook book, Core.Time.Zone zone, long now, long microsPerMinor) : RowMaker
    {
        private static readonly string[] Read = [.. OrderFields.Paths, .. SubscriptionFields.Paths];
        private readonly EventFields fields = new();
        private readonly Names plans = new();

        public override IReadOnlyList<string> Paths => Read;

        public override int CodeOf(EventKind kind, string name) => SubscriptionFields.ChangeOf(name) is { } change ? (int)change : -1;

        public override int Begin(in ProfileEvents person)
        {
            book.Clear();
            fields.Begin(person, Read);
            for (var i = 0; i < person.Events.Count; i++)
            {
                book.Add(SubscriptionFields.Read(fields, OrderFields.Paths.Count, (SubscriptionChange)person.Events.Codes[i], i, person.Events.At[i], plans, zone));
            }
            book.Close(now);
            return book.Movements.Length;
        }

        public override void Write(in ProfileEvents person, int row, RowBatch into)
        {
            var movement = book.Movements[row];
            into.Day(0, movement.Day);
            into.Text(1, PublicId(person));
            into.Text(2, movement.Kind.ToString().ToLowerInvariant());
            into.Number(3, (Int128)movement.Minor * microsPerMinor);
        }
    }
}
