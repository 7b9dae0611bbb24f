using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>Orders and their money, and the process by which a customer buys again until they are lost (BG/NBD, in demand time).</summary>
internal static class Purchases
{
    public const int NoCoupon = -1;
    public const int Welcome = 0;
    public const int BuenFin = 1;
    public const int Friend = 2;
    public const int BackAgain = 3;

    private const int MaxOrders = 250;
    private const long FreeShippingFrom = 599_00;
    private const long ShippingMinor = 79_00;
    private static readonly int[] PercentOff = [10, 15, 10, 20];

    /// <summary>Every order of the customer that is not a renewal. The first happens in the session in which they became known, if it is near.</summary>
    public static void Live(Scene scene, int knownSession)
    {
        ref readonly var truth = ref scene.Truth;
        if (!truth.Buys)
        {
            return;
        }
        var at = truth.FirstOrderAt;
        var near = at - truth.KnownAt < 20 * Durations.Minute;
        var trouble = Shop(scene, at, near ? knownSession : null, first: true);
        if (!truth.Company && trouble != default && Leaving.LosesAfterOrder(scene, 0, trouble.Complained, trouble.Failed))
        {
            scene.LostAt = at;
            return;
        }
        var demand = scene.Calendar.DemandAt(at);
        var rate = truth.Company ? 1 / 26.0 : truth.Rate;
        var dropout = truth.Company ? 0.04 : truth.Dropout;
        for (var n = 1; n < MaxOrders; n++)
        {
            demand += scene.Chance.Exponential(1 / rate);
            var day = scene.Calendar.DayAtDemand(demand);
            if (day == scene.Calendar.Days)
            {
                return;
            }
            at = Math.Max(scene.Calendar.Moment(day, scene.Chance), at + scene.Chance.Between(2 * Durations.Hour, 8 * Durations.Hour));
            // Who has coffee coming every month buys little beside it.
            trouble = !scene.IsSubscribed(at) || scene.Chance.Is(0.3) ? Shop(scene, at, session: null, first: false) : default;
            if (truth.Company ? scene.Chance.Is(dropout) : Leaving.LosesAfterOrder(scene, dropout, trouble.Complained, trouble.Failed))
            {
                scene.LostAt = at;
                return;
            }
        }
    }

    /// <summary>Orders what a subscription delivers. Answers the order's number in the agenda.</summary>
    public static int Deliver(Scene scene, Plan plan, int quantity)
    {
        var agenda = scene.Agenda;
        agenda.Lines.Add(new Line(plan.Product, plan.Quantity * quantity, plan.AmountMinor / plan.Quantity));
        agenda.Orders.Add(new Order(agenda.Lines.Count - 1, 1, NoCoupon, 0, (long)plan.AmountMinor * quantity, 0, 0));
        return agenda.Orders.Count - 1;
    }

    /// <summary>An order with the coupon of a campaign; in a new visit where <paramref name="session"/> is null.</summary>
    public static void ComeBack(Scene scene, long at, int? session) => Shop(scene, at, session, first: false, BackAgain);

    /// <summary>Answers what went wrong.</summary>
    private static (bool Complained, bool Failed) Shop(Scene scene, long at, int? session, bool first, int? coupon = null)
    {
        if (at >= scene.Calendar.Until)
        {
            return default;
        }
        var agenda = scene.Agenda;
        var order = Compose(scene, at, first, coupon);
        var (firstLine, lines) = (agenda.Orders[order].FirstLine, agenda.Orders[order].Lines);
        var begin = at - scene.Chance.Between(110_000, 200_000);
        if (first && scene.Truth.Guest)
        {
            begin = Math.Max(begin, at - 70_000);
        }
        var visit = session ?? (scene.Truth.Guest && first ? scene.OpenFirst(begin - 20_000) : scene.OpenKnown(begin - 20_000, scene.WayBack()));
        var gap = (at - begin) / (2 * lines + 5);
        var t = begin;
        for (var i = firstLine; i < firstLine + lines; i++)
        {
            var line = agenda.Lines[i];
            agenda.Add(t, Step.Page, visit, Pages.FirstProduct + line.Product);
            agenda.Add(t + 400, Step.ProductViewed, visit, line.Product);
            agenda.Add(t += gap, Step.ProductAdded, visit, line.Product, line.Quantity);
            t += gap;
        }
        agenda.Add(t, Step.Page, visit, Pages.Cart);
        agenda.Add(t += gap, Step.CheckoutStarted, visit, order);
        agenda.Add(t += gap, Step.Page, visit, Pages.Checkout);
        agenda.Add(t += gap, Step.PaymentInfoEntered, visit, order);
        if (scene.Truth.Guest)
        {
            agenda.Add(t + gap / 2, Step.IdentifyGuest, visit);
        }
        var failed = !scene.Truth.Guest && Leaving.PaymentFails(scene, t + gap / 2, order);
        agenda.Add(at, Step.OrderCompleted, visit, order);
        return (Aftercare.Follow(scene, order, at) != Truth.Never, failed);
    }

    private static int Compose(Scene scene, long at, bool first, int? given)
    {
        ref readonly var truth = ref scene.Truth;
        var (agenda, chance) = (scene.Agenda, scene.Chance);
        var firstLine = agenda.Lines.Count;
        long sum = 0;
        long taxed = 0;
        var lines = truth.Company ? 1 + chance.Below(2) : 1 + Math.Min(chance.Poisson(0.5 * truth.Spend), 4);
        for (var i = 0; i < lines; i++)
        {
            var line = PickLine(scene);
            agenda.Lines.Add(line);
            var amount = (long)line.Quantity * line.PriceMinor;
            sum += amount;
            taxed += Catalogue.Products[line.Product].Taxed ? amount : 0;
        }
        var coupon = given ?? PickCoupon(scene, at, first);
        var percent = coupon == NoCoupon ? 0 : PercentOff[coupon];
        var discount = (sum * percent + 50) / 100;
        // Equipment and gifts bear 16 % on what is paid for them; coffee none.
        var tax = (taxed * (100 - percent) * 16 + 5_000) / 10_000;
        var shipping = sum - discount >= FreeShippingFrom ? 0 : ShippingMinor;
        agenda.Orders.Add(new Order(firstLine, lines, coupon, discount, sum - discount, tax, shipping));
        return agenda.Orders.Count - 1;
    }

    private static Line PickLine(Scene scene)
    {
        var chance = scene.Chance;
        if (scene.Truth.Company)
        {
            var kilo = chance.Is(0.5) ? Catalogue.FirstKilo : Catalogue.HouseBlend;
            return new Line(kilo, 4 + chance.Below(12), Catalogue.Products[kilo].PriceMinor);
        }
        var product = Catalogue.ProductWeights.Pick(chance);
        var other = Catalogue.ProductWeights.Pick(chance);
        // Big spenders take the dearer of two.
        if (Catalogue.Products[other].PriceMinor > Catalogue.Products[product].PriceMinor && chance.Is(0.3 * scene.Truth.Spend))
        {
            product = other;
        }
        return new Line(product, 1 + (chance.Is(0.18 * scene.Truth.Spend) ? 1 : 0), Catalogue.Products[product].PriceMinor);
    }

    private static int PickCoupon(Scene scene, long at, bool first)
    {
        var referred = first && scene.Truth.Channel == Channels.Referral;
        if (referred)
        {
            return Friend;
        }
        if (scene.Calendar.IsBuenFin(scene.Calendar.DayOf(at)) && scene.Chance.Is(0.6))
        {
            return BuenFin;
        }
        return first && scene.Chance.Is(0.35) ? Welcome : NoCoupon;
    }
}
