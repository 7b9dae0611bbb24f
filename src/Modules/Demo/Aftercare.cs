using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>What follows an order: mail, points, delivery, answers to surveys, complaints and their end, refunds, invitations.</summary>
internal static class Aftercare
{
    public const int LateDelivery = 0;
    public const int WrongGrind = 1;
    public const int Topics = 5;

    /// <summary>Answers when the customer complains; never, if they do not.</summary>
    public static long Follow(Scene scene, int order, long at)
    {
        ref readonly var truth = ref scene.Truth;
        var chance = scene.Chance;
        var slow = scene.Story.IsDeliverySlow(at);
        Mailing.Transactional(scene, at + Durations.Minute, Mail.OrderConfirmation);
        if (!truth.Guest)
        {
            scene.Agenda.Add(at + 3_000, Step.PointsEarned, -1, order);
            if (chance.Is(0.09))
            {
                scene.Agenda.Add(at + scene.Days(chance.Between(1.0, 20)), Step.PointsRedeemed, -1, chance.Below(3));
            }
        }
        var delivered = at + scene.Days(slow ? chance.Between(6.0, 12) : chance.Between(2.0, 5));
        var complains = chance.Is(slow ? Story.TicketShareWhenSlow : Story.TicketShare);
        var mood = truth.Contentment - (slow ? 0.5 : 0) - (complains ? 1.1 : 0);
        var complained = complains ? Complain(scene, order, at, delivered, slow, mood) : Truth.Never;
        if (chance.Is(complains ? 0.05 : 0.008))
        {
            scene.Agenda.Add(delivered + scene.Days(chance.Between(0.5, 9)), Step.OrderRefunded, -1, order, chance.Below(2));
        }
        if (chance.Is(0.08))
        {
            scene.Agenda.Add(delivered + scene.Days(chance.Between(0.1, 2)), Step.CsatAnswered, -1, Score(4.6 + 0.75 * (mood + 0.6 * chance.Normal()), 1, 5));
        }
        if (scene.Agenda.Orders.Count % 3 == 2 && chance.Is(0.2))
        {
            AnswerNps(scene, scene.Calendar.Civil(delivered + scene.Days(chance.Between(1.0, 6)), chance), mood);
        }
        return complained;
    }

    /// <summary>Invitations that brought nobody: who is content sends some.</summary>
    public static void Invite(Scene scene)
    {
        ref readonly var truth = ref scene.Truth;
        if (!truth.Buys || truth.Guest || truth.Company || truth.Contentment < 0.6)
        {
            return;
        }
        var invites = scene.Chance.Poisson(0.9);
        var at = truth.FirstOrderAt;
        for (var i = 0; i < invites; i++)
        {
            at = scene.Calendar.Civil(at + scene.Days(3 + scene.Chance.Exponential(50)), scene.Chance);
            InviteOnce(scene, at, brought: -1);
        }
    }

    /// <summary>One invitation, from a visit to the account page. <paramref name="brought"/> is the number of who came, −1 for nobody.</summary>
    public static void InviteOnce(Scene scene, long at, int brought)
    {
        if (at >= scene.Calendar.Until)
        {
            return;
        }
        var session = scene.OpenKnown(at - 40_000, Channels.Direct);
        scene.Agenda.Add(at - 20_000, Step.Page, session, Pages.Account);
        scene.Agenda.Add(at, Step.InviteSent, session, scene.Chance.Below(3), brought);
    }

    private static void AnswerNps(Scene scene, long at, double mood)
    {
        Mailing.Transactional(scene, at - 50 * Durations.Minute, Mail.Nps);
        scene.Agenda.Add(at, Step.NpsAnswered, -1, Score(9.5 + 1.8 * (mood + 0.35 * scene.Chance.Normal()), 0, 10));
    }

    private static long Complain(Scene scene, int order, long at, long delivered, bool slow, double mood)
    {
        var chance = scene.Chance;
        var topic = slow && chance.Is(0.72) ? LateDelivery : 1 + chance.Below(Topics - 1);
        var opened = scene.Calendar.Civil(topic == LateDelivery ? at + scene.Days(chance.Between(4.0, 8)) : delivered + scene.Days(chance.Between(0.1, 3)), chance);
        scene.Tickets++;
        var ticket = scene.Tickets;
        if (!scene.Agenda.Add(opened, Step.TicketOpened, -1, ticket, topic, (order << 2) | chance.Below(3)))
        {
            return Truth.Never;
        }
        scene.Tally.Complained(slow);
        if (chance.Is(0.2))
        {
            // Asked in the middle of the trouble, people say what they think of it.
            AnswerNps(scene, opened + chance.Between(Durations.Hour, 36 * Durations.Hour), mood - 1.2);
        }
        // With the new courier there are more complaints than the people at support can answer in a day.
        var solved = opened + (long)(Durations.Hour * (slow ? 34 : 14) * Math.Exp(0.9 * chance.Normal()));
        scene.Agenda.Add(solved, Step.TicketSolved, -1, ticket, topic);
        if (chance.Is(0.25))
        {
            var effort = 5.6 - 0.5 * (solved - opened) / (double)Durations.Day + 0.9 * chance.Normal();
            scene.Agenda.Add(solved + chance.Between(Durations.Hour, Durations.Day), Step.CesAnswered, -1, Score(effort, 1, 7), ticket);
        }
        return opened;
    }

    private static int Score(double value, int low, int high) => (int)Math.Clamp(Math.Round(value), low, high);
}
