using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>How people look around: first visits, sign-up, later visits with carts left behind, and visitors who never say who they are.</summary>
internal static class Visits
{
    private const long SameSession = 30 * Durations.Minute;

    /// <summary>The first visit, and the session in which the person is known: that of the sign-up, or of a guest's order.</summary>
    public static int Arrive(Scene scene)
    {
        ref readonly var truth = ref scene.Truth;
        var session = scene.OpenFirst(truth.ArrivedAt);
        var knownAt = truth.KnownAt;
        if (knownAt - truth.ArrivedAt < SameSession)
        {
            // A guest's own order fills the last minutes of this session; a sign-up needs only one.
            Wander(scene, session, truth.ArrivedAt, knownAt - (truth.Guest ? 80_000 : 40_000), 1 + scene.Chance.Poisson(1.2));
        }
        else
        {
            Wander(scene, session, truth.ArrivedAt, truth.ArrivedAt + scene.Chance.Between(40_000, 600_000), 1 + scene.Chance.Poisson(2));
            session = scene.Agenda.Open(scene.WayBack(), secondDevice: false, scene.Agenda.Sessions[session].LoadMs);
            var back = knownAt - scene.Chance.Between(120_000, 300_000);
            scene.Agenda.Add(back, Step.Page, session, Pages.Home);
            Wander(scene, session, back, knownAt - 90_000, 1);
        }
        if (!truth.Guest)
        {
            SignUp(scene, session, truth.SignedUpAt);
        }
        return session;
    }

    /// <summary>Later visits of a known person, while they care.</summary>
    public static void Browse(Scene scene)
    {
        ref readonly var truth = ref scene.Truth;
        var interest = truth.Buys ? 45.0 : scene.OfLottery ? 2 : 25;
        var last = truth.Buys && scene.LostAt == Truth.Never
            ? scene.Calendar.Until
            : Math.Max(truth.KnownAt, truth.Buys ? scene.LostAt : 0) + scene.Days(scene.Chance.Exponential(interest));
        var at = truth.KnownAt;
        while (true)
        {
            at += scene.Days(1 + scene.Chance.Exponential(44));
            if (at >= last || at >= scene.Calendar.Until)
            {
                return;
            }
            Visit(scene, scene.Habit.Moved(scene.Calendar.Civil(at, scene.Chance), scene.Calendar, scene.HabitChance), scene.WayBack());
        }
    }

    /// <summary>One visit without an order; some leave a cart, and are reminded of it.</summary>
    public static void Visit(Scene scene, long at, int channel)
    {
        var session = scene.OpenKnown(at, channel);
        if (scene.Chance.Is(0.24))
        {
            return;
        }
        var t = at + scene.Chance.Between(10_000, 40_000);
        t = Wander(scene, session, t, t + scene.Chance.Between(30_000, 500_000), 1 + scene.Chance.Poisson(1.1));
        if (!scene.Chance.Is(0.16))
        {
            return;
        }
        var product = Catalogue.ProductWeights.Pick(scene.Chance);
        t += 20_000;
        scene.Agenda.Add(t, Step.ProductViewed, session, product);
        scene.Agenda.Add(t + 15_000, Step.ProductAdded, session, product, 1);
        if (scene.Chance.Is(0.35))
        {
            scene.Agenda.Add(t + 40_000, Step.Page, session, Pages.Cart);
            scene.Agenda.Add(t + 55_000, Step.CheckoutStarted, session, -1, product);
        }
        Mailing.RemindOfCart(scene, t + Durations.Hour, product);
    }

    /// <summary>A visitor who never says who they are: one or more sessions with few pages.</summary>
    public static void Anonymous(Scene scene, long firstAt, int channel)
    {
        var at = firstAt;
        var sessions = 1 + scene.Chance.Poisson(0.28);
        for (var i = 0; i < sessions; i++)
        {
            var way = i == 0 || scene.Chance.Is(0.4) ? channel : Channels.Direct;
            var session = scene.OpenFirst(at);
            scene.Agenda.Sessions[session] = scene.Agenda.Sessions[session] with { Channel = way };
            if (!scene.Chance.Is(scene.Channels.All[way].Bounces))
            {
                Wander(scene, session, at, at + scene.Chance.Between(20_000, 420_000), 1 + scene.Chance.Poisson(1.4));
            }
            at = scene.Calendar.Civil(at + scene.Days(0.5 + scene.Chance.Exponential(12)), scene.Chance);
        }
    }

    /// <summary>Looks at some pages between two instants; answers when the last was opened.</summary>
    public static long Wander(Scene scene, int session, long from, long to, int pages)
    {
        var at = from;
        var gap = Math.Max((to - from) / (pages + 1), 2_000);
        for (var i = 0; i < pages; i++)
        {
            at += (long)(gap * scene.Chance.Between(0.5, 1));
            if (scene.Chance.Is(0.4))
            {
                var product = Catalogue.ProductWeights.Pick(scene.Chance);
                scene.Agenda.Add(at, Step.Page, session, Pages.FirstProduct + product);
                scene.Agenda.Add(at + 400, Step.ProductViewed, session, product);
            }
            else
            {
                scene.Agenda.Add(at, Step.Page, session, Pages.Wander(scene.Chance));
            }
        }
        return at;
    }

    private static void SignUp(Scene scene, int session, long at)
    {
        scene.Agenda.Add(at - 25_000, Step.Page, session, Pages.Account);
        scene.Agenda.Add(at, Step.IdentifySignUp, session);
        scene.Agenda.Add(at + 200, Step.SignedUp, session, scene.Chance.Below(3), scene.ReferredBy);
        scene.Agenda.Add(at + 900, Step.ConsentUpdated, session);
    }
}
