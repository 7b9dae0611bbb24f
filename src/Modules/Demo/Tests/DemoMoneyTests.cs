using System.Text;
using System.Text.Json;
using Ciclo.Core.Events;

namespace Ciclo.Modules.Demo.Tests;

public sealed class DemoMoneyTests
{
    private static DemoShop Shop() => new(new DemoOptions(DemoStream.Afternoon) { Customers = 3_000, VisitorsPerCustomer = 0, Seed = 3 });

    [Fact]
    public void Orders_add_up_to_the_cent()
    {
        var shop = Shop();
        var (orders, discounted, taxed, sum) = (0, 0, 0, 0m);
        EachTrack(shop, (name, properties, _) =>
        {
            if (name is not ("Order Completed" or "Order Refunded"))
            {
                return;
            }
            var discount = name == "Order Completed" ? Number(properties, "discount") : 0;
            var (revenue, tax) = (Number(properties, "revenue"), Number(properties, "tax"));
            var lines = properties.GetProperty("products").EnumerateArray().Sum(line => Number(line, "price") * Number(line, "quantity"));
            if (name == "Order Completed")
            {
                Assert.Equal(lines, Number(properties, "subtotal"));
                Assert.Equal(lines - discount, revenue);
                orders++;
                sum += revenue;
                discounted += discount > 0 ? 1 : 0;
                taxed += tax > 0 ? 1 : 0;
                var due = properties.GetProperty("products").EnumerateArray()
                    .Where(line => line.GetProperty("category").GetString() != "coffee")
                    .Sum(line => Number(line, "price") * Number(line, "quantity")) * 0.16m * (lines == 0 ? 0 : revenue / lines);
                Assert.InRange(tax, due - 0.02m, due + 0.02m);
            }
            Assert.Equal(revenue + tax + Number(properties, "shipping"), Number(properties, "total"));
            Assert.Equal("MXN", properties.GetProperty("currency").GetString());
            Assert.True(revenue > 0);
        });
        Assert.True(orders > 2_000 && discounted > 300 && taxed > 300, $"{orders} orders, {discounted} with discount, {taxed} with tax");
        Assert.Equal(orders, shop.Counts().Orders);
        Assert.Equal(sum, shop.Counts().RevenueMinor / 100m);
    }

    [Fact]
    public void Nothing_is_refunded_beyond_its_order_and_nothing_before_it()
    {
        var totals = new Dictionary<string, decimal>();
        var refunds = 0;
        EachTrack(Shop(), (name, properties, _) =>
        {
            if (name == "Order Completed")
            {
                Assert.True(totals.TryAdd(properties.GetProperty("order_id").GetString()!, Number(properties, "total")));
            }
            else if (name == "Order Refunded")
            {
                refunds++;
                var id = properties.GetProperty("order_id").GetString()!;
                totals[id] -= Number(properties, "total");
                Assert.True(totals[id] >= 0, id);
            }
        });
        Assert.True(refunds > 5, $"{refunds} refunds");
    }

    [Fact]
    public void Points_are_never_spent_before_they_are_earned_and_the_balance_is_their_sum()
    {
        var balances = new Dictionary<string, decimal>();
        var redeemed = 0;
        EachTrack(Shop(), (name, properties, user) =>
        {
            if (name is not ("Points Earned" or "Points Redeemed"))
            {
                return;
            }
            var points = Number(properties, "points") * (name == "Points Earned" ? 1 : -1);
            Assert.NotEqual(0, points);
            balances[user] = balances.GetValueOrDefault(user) + points;
            Assert.True(balances[user] >= 0);
            Assert.Equal(balances[user], Number(properties, "balance"));
            redeemed += points < 0 ? 1 : 0;
        });
        Assert.True(redeemed > 50, $"{redeemed} redeemed");
    }

    [Fact]
    public void Subscriptions_follow_their_life_and_each_paid_interval_is_an_order()
    {
        // A subscription's state: its amount while live, null while paused; gone when cancelled at once.
        var live = new Dictionary<string, decimal?>();
        var due = new HashSet<string>();
        var counts = new Dictionary<string, int>();
        EachTrack(Shop(), (name, properties, _) =>
        {
            if (name == "Order Completed" && properties.TryGetProperty("subscription_id", out var paid))
            {
                Assert.True(due.Remove(paid.GetString()!));
                Assert.Equal(live[paid.GetString()!], Number(properties, "revenue"));
            }
            if (!name.StartsWith("Subscription ", StringComparison.Ordinal) || name is "Subscription Viewed" or "Subscription Setup Started")
            {
                return;
            }
            counts[name] = counts.GetValueOrDefault(name) + 1;
            var id = properties.GetProperty("subscription_id").GetString()!;
            switch (name)
            {
                case "Subscription Started":
                    Assert.True(live.TryAdd(id, Number(properties, "amount") * Number(properties, "quantity")));
                    due.Add(id);
                    break;
                case "Subscription Updated":
                    Assert.NotNull(live[id]);
                    live[id] = Number(properties, "amount") * Number(properties, "quantity");
                    break;
                case "Subscription Paused":
                    Assert.NotNull(live[id]);
                    paused[id] = live[id];
                    live[id] = null;
                    break;
                case "Subscription Resumed":
                    Assert.Null(live[id]);
                    live[id] = paused[id];
                    break;
                case "Subscription Renewed":
                    Assert.NotNull(live[id]);
                    Assert.True(due.Add(id));
                    break;
                case "Subscription Cancelled":
                    Assert.True(live.Remove(id));
                    break;
            }
        });
        Assert.Equal(6, counts.Count);
        // An order follows its interval within two seconds: only one that began in the story's last can lack it.
        Assert.True(due.Count <= 1, $"{due.Count} intervals without an order");
    }

    private readonly Dictionary<string, decimal?> paused = [];

    private static decimal Number(JsonElement json, string name) => json.GetProperty(name).GetDecimal();

    private static void EachTrack(DemoShop shop, Action<string, JsonElement, string> visit) =>
        DemoStream.Each(shop, (in EventRecord record) =>
        {
            if (record.Type == CallType.Track)
            {
                using var json = JsonDocument.Parse(record.PropertiesJson.ToArray());
                visit(Encoding.UTF8.GetString(record.Name), json.RootElement, Encoding.UTF8.GetString(record.UserId));
            }
        });
}
