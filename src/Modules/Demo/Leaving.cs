using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>What makes people leave, apart from chance.</summary>
internal enum LeavingDriver
{
    /// <summary>Something went wrong with an order, and they complained.</summary>
    Complaint = 0,

    /// <summary>The payment did not go through at once.</summary>
    FailedPayment = 1,
}

/// <summary>
/// The planted drivers of leaving. Each is an event that anybody who has the events can see, and each acts on what is thought of after it: a customer who buys freely may be lost at once, a
/// subscriber cancels more readily at the renewals within <see cref="MemoryDays"/>.
/// </summary>
internal static class Leaving
{
    public const int Drivers = 2;

    /// <summary>How long a subscriber bears a grudge.</summary>
    public const int MemoryDays = 120;

    /// <summary>Of payments, those that fail at first.</summary>
    public const double FailedPaymentShare = 0.08;

    /// <summary>Chance to be lost after the order, in the order of <see cref="LeavingDriver"/>; on top of the dropout that everybody has.</summary>
    public static readonly double[] LostAfterOrder = [0.6, 0.45];

    /// <summary>What the chance to cancel at a renewal is multiplied by.</summary>
    public static readonly double[] CancelFactor = [7, 8];

    /// <summary>The events that show them.</summary>
    public static readonly Step[] Shown = [Step.TicketOpened, Step.PaymentFailed];

    /// <summary>The smallest plan is taken to try it.</summary>
    public const double SmallPlanFactor = 1.9;

    /// <summary>Whether a payment fails at first; if so a step says so, a while before the order.</summary>
    public static bool PaymentFails(Scene scene, long at, int order) =>
        scene.Chance.Is(FailedPaymentShare) && scene.Agenda.Add(at, Step.PaymentFailed, -1, order);

    /// <summary>Whether a customer is lost after an order that went as it did.</summary>
    public static bool LosesAfterOrder(Scene scene, double dropout, bool complained, bool failed)
    {
        var stays = (1 - dropout) * (complained ? 1 - LostAfterOrder[0] : 1) * (failed ? 1 - LostAfterOrder[1] : 1);
        var lost = scene.Chance.Is(1 - stays);
        scene.Tally.LeftFreely(complained, failed, lost);
        return lost;
    }

    /// <summary>The chance that a subscriber cancels before a renewal.</summary>
    public static double Cancels(Scene scene, long at, int plan)
    {
        var chance = scene.Truth.Cancels * (scene.Story.IsDeliverySlow(at) ? 1.35 : 1) * (plan == 0 ? SmallPlanFactor : 1);
        chance *= Remembers(scene.ComplainedAt, at) ? CancelFactor[0] : 1;
        chance *= Remembers(scene.PaymentFailedAt, at) ? CancelFactor[1] : 1;
        return Math.Min(chance, 0.9);
    }

    public static bool Remembers(long what, long at) => what <= at && at - what <= MemoryDays * Durations.Day;
}
