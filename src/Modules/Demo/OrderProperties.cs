using System.Text;

namespace Ciclo.Modules.Demo;

/// <summary>The properties of products, orders, refunds, quotes and invoices (Segment's e-commerce v2 names; ours for B2B).</summary>
internal sealed class OrderProperties(Scene scene, Person person, byte[] currency)
{
    private static readonly byte[][] PlanNames =
        [.. Catalogue.Plans.Select(plan => Encoding.UTF8.GetBytes($"\"plan\":\"{plan.Id}\",\"amount\":{plan.AmountMinor / 100},\"interval\":\"{plan.Interval}\",\"interval_count\":{plan.IntervalCount}"))];

    private readonly List<int> numbers = [];
    private int lastNumber;
    private bool bought;

    /// <summary>A point for each ten of money.</summary>
    public static long Points(in Order order) => order.Revenue / 10_00;

    public void Begin()
    {
        bought = false;
        lastNumber = 0;
        numbers.Clear();
    }

    /// <summary>An order's id. Orders are numbered as they first appear in time, not as they were thought of.</summary>
    public Utf8Text Id(Utf8Text json, int order) => json.Add("\"CA-"u8).Add(person.Truth.Number).Add("-"u8).Add(NumberOf(order)).Add("\""u8);

    public void Plan(Utf8Text json, int plan, int quantity) =>
        Currency(json.Add(PlanNames[plan]).Add(",\"quantity\":"u8).Add(quantity)).Add(",\"discount\":0"u8);

    public void Write(in Planned planned, Utf8Text json)
    {
        switch (planned.Step)
        {
            case Step.ProductViewed:
                Product(json, planned.A);
                Currency(json);
                break;
            case Step.ProductAdded:
                Product(json, planned.A);
                Currency(json.Add(",\"quantity\":"u8).Add(planned.B));
                break;
            case Step.CheckoutStarted when planned.A < 0:
                json.Add("\"value\":"u8).AddMoney(Catalogue.Products[planned.B].PriceMinor).Add(",\"products\":[{"u8);
                Product(json, planned.B);
                Currency(json.Add(",\"quantity\":1}]"u8));
                break;
            case Step.CheckoutStarted or Step.OrderCompleted or Step.RenewalOrderCompleted:
                Order(planned, json);
                break;
            case Step.PaymentInfoEntered when planned.A < 0:
                json.Add("\"flow\":\"subscription\",\"payment_method\":\"card\""u8);
                break;
            case Step.PaymentInfoEntered:
                Id(json.Add("\"flow\":\"checkout\",\"payment_method\":\"card\",\"order_id\":"u8), planned.A);
                break;
            case Step.PaymentFailed:
                Currency(Id(json.Add("\"order_id\":"u8), planned.A).Add(",\"reason\":\"card_declined\",\"amount\":"u8).AddMoney(scene.Agenda.Orders[planned.A].Total));
                break;
            case Step.OrderRefunded:
                Refund(planned, json);
                break;
            case Step.QuoteSent or Step.QuoteAccepted or Step.ContractSigned:
                Currency(json.Add("\"quote_id\":\"Q-"u8).Add(person.Truth.Number).Add("\",\"amount\":"u8).AddMoney(planned.A));
                break;
            case Step.InvoiceIssued or Step.InvoicePaid:
                Id(json.Add("\"invoice_id\":\"F-"u8).Add(person.Truth.Number).Add("-"u8).Add(NumberOf(planned.A)).Add("\",\"order_id\":"u8), planned.A);
                Currency(json.Add(",\"amount\":"u8).AddMoney(scene.Agenda.Orders[planned.A].Total));
                break;
        }
    }

    private void Order(in Planned planned, Utf8Text json)
    {
        var order = scene.Agenda.Orders[planned.A];
        Id(json.Add("\"order_id\":"u8), planned.A).Add(",\"subtotal\":"u8).AddMoney(order.Revenue + order.Discount);
        Amounts(json, order);
        json.Add(",\"discount\":"u8).AddMoney(order.Discount);
        if (order.Coupon >= 0)
        {
            json.Add(",\"coupon\":\""u8).Add(Phrases.Coupons[order.Coupon]).Add("\""u8);
        }
        Currency(json);
        if (planned.B > 0)
        {
            json.Add(",\"subscription_id\":\"sub-"u8).Add(person.Truth.Number).Add("-"u8).Add(planned.B).Add("\""u8);
        }
        Products(json, order);
        if (planned.Step != Step.CheckoutStarted)
        {
            Count(planned, order);
        }
    }

    /// <summary>Whole orders; of some with several lines and no discount only the first line comes back.</summary>
    private void Refund(in Planned planned, Utf8Text json)
    {
        var order = scene.Agenda.Orders[planned.A];
        if (planned.B == 1 && order.Lines > 1 && order.Discount == 0)
        {
            var line = scene.Agenda.Lines[order.FirstLine];
            var revenue = (long)line.Quantity * line.PriceMinor;
            var tax = Catalogue.Products[line.Product].Taxed ? (revenue * 16 + 50) / 100 : 0;
            order = new Order(order.FirstLine, 1, Purchases.NoCoupon, 0, revenue, tax, 0);
        }
        Id(json.Add("\"order_id\":"u8), planned.A);
        Amounts(json, order);
        Currency(json);
        Products(json, order);
    }

    private static void Amounts(Utf8Text json, in Order order) =>
        json.Add(",\"revenue\":"u8).AddMoney(order.Revenue).Add(",\"tax\":"u8).AddMoney(order.Tax)
            .Add(",\"shipping\":"u8).AddMoney(order.Shipping).Add(",\"total\":"u8).AddMoney(order.Total);

    private void Products(Utf8Text json, in Order order)
    {
        json.Add(",\"products\":["u8);
        for (var i = 0; i < order.Lines; i++)
        {
            var line = scene.Agenda.Lines[order.FirstLine + i];
            json.Add(i == 0 ? "{"u8 : ",{"u8).Add(Catalogue.Products[line.Product].Json)
                .Add(",\"price\":"u8).AddMoney(line.PriceMinor).Add(",\"quantity\":"u8).Add(line.Quantity).Add("}"u8);
        }
        json.Add("]"u8);
    }

    private static void Product(Utf8Text json, int product) =>
        json.Add(Catalogue.Products[product].Json).Add(",\"price\":"u8).AddMoney(Catalogue.Products[product].PriceMinor);

    private Utf8Text Currency(Utf8Text json) => json.Add(",\"currency\":\""u8).Add(currency).Add("\""u8);

    private int NumberOf(int order)
    {
        while (numbers.Count <= order)
        {
            numbers.Add(0);
        }
        if (numbers[order] == 0)
        {
            lastNumber++;
            numbers[order] = lastNumber;
        }
        return numbers[order];
    }

    private void Count(in Planned planned, in Order order)
    {
        var tally = scene.Tally;
        tally.RevenueMinor += order.Revenue;
        tally.Ordered(scene.Story.IsDeliverySlow(planned.At));
        ref var channel = ref tally.Channels[person.Truth.Channel];
        channel.Orders++;
        channel.RevenueMinor += order.Revenue;
        channel.Buyers += bought ? 0 : 1;
        bought = true;
    }
}
