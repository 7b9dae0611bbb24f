using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>The subscription «Café del mes»: the way in with its weak step, and what becomes of it: renewals, pauses, other plans, the end.</summary>
internal static class Subscribing
{
    private const int MaxAttempts = 4;
    private const int MaxSubscriptions = 3;

    // The most that one subscription can renew in five years by the shortest plan.
    private const int MaxRenewals = 140;

    /// <summary>Every attempt to subscribe until one ends well; then the subscription's life.</summary>
    public static void Live(Scene scene, int signUpSession)
    {
        ref readonly var truth = ref scene.Truth;
        if (truth.Guest || truth.Company)
        {
            return;
        }
        var orderIsNear = truth.Buys && truth.FirstOrderAt - truth.SignedUpAt < 20 * Durations.Minute;
        var attempts = 0;
        if (!orderIsNear && scene.Chance.Is(truth.Buys ? 0.3 : scene.OfLottery ? 0.3 : 0.16))
        {
            attempts++;
            if (Attempt(scene, truth.SignedUpAt + scene.Chance.Between(20_000, 90_000), signUpSession))
            {
                return;
            }
        }
        var at = (truth.Buys ? truth.FirstOrderAt : truth.SignedUpAt) + scene.Days(scene.Chance.Between(0.5, 14));
        var cares = truth.Buys ? 0.6 : scene.OfLottery ? 0.05 : 0.14;
        while (attempts < MaxAttempts && scene.Chance.Is(cares))
        {
            at = scene.Calendar.Civil(at, scene.Chance);
            if (at >= scene.Calendar.Until)
            {
                return;
            }
            attempts++;
            if (Attempt(scene, at, session: null))
            {
                return;
            }
            at += scene.Days(3 + scene.Chance.Exponential(70));
        }
    }

    /// <summary>The five steps of the way in. True if the person is subscribed in the end.</summary>
    private static bool Attempt(Scene scene, long at, int? session)
    {
        var (agenda, chance) = (scene.Agenda, scene.Chance);
        var visit = session ?? scene.OpenKnown(at - 15_000, scene.WayBack());
        var slow = agenda.Sessions[visit].LoadMs >= 4_000;
        agenda.Add(at, Step.Page, visit, Pages.Subscription);
        agenda.Add(at + 500, Step.SubscriptionViewed, visit);
        at += 30_000 + (long)(chance.Exponential(1.4) * Durations.Minute);
        if (!chance.Is(0.47) || !agenda.Add(at, Step.SubscriptionSetupStarted, visit))
        {
            return false;
        }
        var guide = chance.Is(Story.GuideShare);
        if (guide)
        {
            agenda.Add(at + 25_000, Step.Page, visit, Pages.GrindGuide);
        }
        // What people use on a second device is a computer (see Person).
        var platform = agenda.Sessions[visit].SecondDevice ? Platform.Desktop : scene.Truth.Platform;
        var passes = chance.Is(scene.Story.GrindPassed(platform, at, guide, slow, scene.OfLottery));
        scene.Tally.GrindReached(platform, at >= scene.Story.FormSince, passes);
        var grindAt = at + Durations.Minute + (long)(chance.Exponential(4) * Durations.Minute);
        if (!passes)
        {
            LeaveAtGrind(scene, grindAt, visit, guide, slow);
            return false;
        }
        var grind = chance.Below(Catalogue.Grinds.Length);
        agenda.Add(grindAt, Step.GrindSelected, visit, grind);
        at = grindAt + 20_000 + (long)(chance.Exponential(0.8) * Durations.Minute);
        if (!chance.Is(scene.Truth.Buys ? 0.86 : 0.42) || !agenda.Add(at, Step.PaymentInfoEntered, visit, -1))
        {
            return false;
        }
        at += 15_000 + chance.Between(0, 50_000);
        return chance.Is(0.94) && agenda.Add(at, Step.DeliveryScheduled, visit, 2 + chance.Below(6)) && Start(scene, at + 2_000, visit);
    }

    private static void LeaveAtGrind(Scene scene, long at, int visit, bool guide, bool slow)
    {
        if (!scene.Chance.Is(0.08))
        {
            return;
        }
        // 0: does not know which grind; 1: page slow or broken; 2: price with shipping; 3: else. They give the reason they had, mostly.
        var reason = slow && scene.Chance.Is(0.6) ? 1 : !guide && scene.Chance.Is(0.7) ? 0 : 1 + scene.Chance.Below(3);
        scene.Agenda.Add(at, Step.ExitSurveyAnswered, visit, reason);
    }

    private static bool Start(Scene scene, long at, int visit)
    {
        var plan = Catalogue.PlanWeights.Pick(scene.Chance);
        var quantity = scene.Chance.Is(0.07) ? 2 : 1;
        scene.Subscriptions++;
        if (!scene.Agenda.Add(at, Step.SubscriptionStarted, visit, plan, quantity, scene.Subscriptions))
        {
            return false;
        }
        scene.SubscribedFrom = at;
        var order = Purchases.Deliver(scene, Catalogue.Plans[plan], quantity);
        scene.Agenda.Add(at + 1_000, Step.OrderCompleted, visit, order, scene.Subscriptions);
        scene.ComplainedAt = Aftercare.Follow(scene, order, at + 1_000);
        scene.SubscribedTo = Renew(scene, at, plan, quantity);
        if (scene.SubscribedTo != Truth.Never && scene.Subscriptions < MaxSubscriptions && scene.Chance.Is(0.14))
        {
            ComeBack(scene, scene.Calendar.Civil(scene.SubscribedTo + scene.Days(scene.Chance.Between(12.0, 100)), scene.Chance));
        }
        return true;
    }

    /// <summary>Who had a subscription takes a new one with what is known of them: no setup, no grind.</summary>
    private static void ComeBack(Scene scene, long at)
    {
        var visit = scene.OpenKnown(at - 90_000, scene.WayBack());
        scene.Agenda.Add(at - 60_000, Step.Page, visit, Pages.Subscription);
        Start(scene, at, visit);
    }

    /// <summary>Renewals until the end, the story's or the subscription's. Answers when it ended.</summary>
    private static long Renew(Scene scene, long at, int plan, int quantity)
    {
        var number = scene.Subscriptions;
        for (var cycle = 0; cycle < MaxRenewals; cycle++)
        {
            var due = Next(scene, at, Catalogue.Plans[plan]);
            if (due >= scene.Calendar.Until)
            {
                // The last days may still hold a word about the renewal to come.
                Decide(scene, due, ref plan, quantity, number, out _);
                return Truth.Never;
            }
            at = due;
            switch (Decide(scene, due, ref plan, quantity, number, out var until))
            {
                case Decision.End:
                    return until;
                case Decision.Pause:
                    at = until;
                    break;
            }
            var order = Purchases.Deliver(scene, Catalogue.Plans[plan], quantity);
            if (Leaving.PaymentFails(scene, at, order))
            {
                (scene.PaymentFailedAt, at) = (at, at + 5 * Durations.Hour);
            }
            scene.Agenda.Add(at, Step.SubscriptionRenewed, -1, number);
            if (scene.Agenda.Add(at + 1_500, Step.RenewalOrderCompleted, -1, order, number) && Aftercare.Follow(scene, order, at + 1_500) is not Truth.Never and var complained)
            {
                scene.ComplainedAt = complained;
            }
        }
        return Truth.Never;
    }

    private enum Decision
    {
        Renew,
        Pause,
        End,
    }

    /// <summary>What the person decides in the days before a renewal. <paramref name="until"/>: the end, or when a pause is over.</summary>
    private static Decision Decide(Scene scene, long due, ref int plan, int quantity, int number, out long until)
    {
        var (agenda, chance) = (scene.Agenda, scene.Chance);
        var at = due - scene.Days(chance.Between(0.5, 8));
        until = due;
        var ends = Leaving.Cancels(scene, at, plan);
        var dice = chance.Unit();
        scene.Tally.Renewing(Leaving.Remembers(scene.ComplainedAt, at), Leaving.Remembers(scene.PaymentFailedAt, at), dice < ends);
        if (dice < ends)
        {
            var atPeriodEnd = chance.Is(0.3);
            agenda.Add(at, Step.SubscriptionCancelled, -1, number, chance.Below(4), atPeriodEnd ? (int)((due - scene.Calendar.From) / 1000) : 0);
            until = atPeriodEnd ? due : at;
            return Decision.End;
        }
        if (dice < ends + 0.035)
        {
            agenda.Add(at, Step.SubscriptionPaused, -1, number, chance.Below(3));
            until = at + scene.Days(chance.Between(20, 110));
            if (chance.Is(0.72))
            {
                agenda.Add(until, Step.SubscriptionResumed, -1, number);
                until += 5_000;
                return Decision.Pause;
            }
            agenda.Add(until, Step.SubscriptionCancelled, -1, number, chance.Below(4));
            return Decision.End;
        }
        if (dice < ends + 0.075 && plan <= 2)
        {
            // The first three plans are sizes: one step down, or up.
            var other = Math.Clamp(plan + (dice < ends + 0.057 ? -1 : 1), 0, 2);
            if (other != plan)
            {
                plan = other;
                agenda.Add(at, Step.SubscriptionUpdated, -1, plan, quantity, number);
            }
        }
        return Decision.Renew;
    }

    private static long Next(Scene scene, long at, Plan plan)
    {
        if (plan.DaysBetween > 0)
        {
            return at + plan.DaysBetween * Durations.Day;
        }
        var date = DateTimeOffset.FromUnixTimeMilliseconds(at);
        return (plan.Interval == "year" ? date.AddYears(plan.IntervalCount) : date.AddMonths(plan.IntervalCount)).ToUnixTimeMilliseconds();
    }
}
