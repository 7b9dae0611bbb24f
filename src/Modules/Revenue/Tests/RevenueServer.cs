using System.Globalization;
using Ciclo.Tests.Home;

namespace Ciclo.Modules.Revenue.Tests;

/// <summary>The server over a small shop with orders, refunds and subscriptions of the last months.</summary>
public sealed class RevenueServer : IAsyncLifetime
{
    public HomeServer Server { get; } = new();

    public async Task InitializeAsync()
    {
        await Server.InitializeAsync();
        var today = Server.Host.Clock.GetUtcNow();
        string Ago(int days) => today.AddDays(-days).ToString("O", CultureInfo.InvariantCulture);
        var events = new List<object>();
        for (var i = 0; i < 12; i++)
        {
            var user = $"sub-{i:00}";
            events.Add(new { type = "track", userId = user, @event = "Subscription Started", timestamp = Ago(300 - (i * 20)), properties = new { subscription_id = user, plan = i % 2 == 0 ? "basic" : "gold", amount = 120.5 + i, interval = "month", currency = "MXN" } });
            var (name, id) = (i % 4) switch { 0 => ("Subscription Updated", user), 1 => ("Subscription Cancelled", user), 2 => ("Subscription Paused", user), _ => ("Subscription Renewed", user) };
            events.Add(new { type = "track", userId = user, @event = name, timestamp = Ago(70 - (i * 2)), properties = new { subscription_id = id, amount = 300, plan = "gold" } });
            for (var order = 0; order <= i % 3; order++)
            {
                events.Add(new { type = "track", userId = user, @event = "Order Completed", timestamp = Ago(90 - (i * 7) + order), properties = new { order_id = $"{user}-{order}", revenue = 80.25 * (i + 1), currency = "MXN" } });
            }
        }
        events.Add(new { type = "track", userId = "sub-05", @event = "Order Refunded", timestamp = Ago(40), properties = new { order_id = "sub-05-0", currency = "MXN" } });
        await Server.SendAsync([.. events]);
    }

    public Task DisposeAsync() => Server.DisposeAsync();
}
