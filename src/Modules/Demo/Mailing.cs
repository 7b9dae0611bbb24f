using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>The mails of the shop, by their place in <see cref="Phrases.Mails"/>.</summary>
internal enum Mail
{
    Welcome = 0,
    Newsletter = 1,
    OrderConfirmation = 2,
    Cart = 3,
    Nps = 4,
    Selection = 5,
    WinBack = 6,
}

/// <summary>Messages: sent and delivered by the system; opened, clicked and refused by the person.</summary>
internal static class Mailing
{
    private const int SunsetAfterUnopened = 6;

    private static readonly (Step Sent, Step Opened, Step Clicked)[] Steps =
    [
        (Step.EmailSent, Step.EmailOpened, Step.EmailLinkClicked), (Step.WhatsAppSent, Step.WhatsAppOpened, Step.WhatsAppClicked), (Step.OnsiteSent, Step.OnsiteOpened, Step.OnsiteClicked),
    ];

    /// <summary>The welcome, then a newsletter on the first Thursday of each month, until the person leaves the list or never opens it.</summary>
    public static void Live(Scene scene)
    {
        ref readonly var truth = ref scene.Truth;
        if (truth.Guest || !truth.AcceptsMail)
        {
            return;
        }
        var chance = scene.Chance;
        Send(scene, truth.SignedUpAt + 5 * Durations.Minute, Mail.Welcome, truth.Opens * 1.3);
        var unopened = 0;
        for (var day = scene.Calendar.DayOf(truth.SignedUpAt) + 1; day < scene.Calendar.Days && unopened < SunsetAfterUnopened; day++)
        {
            var date = scene.Calendar.Dates[day];
            if (date.DayOfWeek != DayOfWeek.Thursday || date.Day > 7)
            {
                continue;
            }
            var at = scene.Calendar.StartOf(day) + 9 * Durations.Hour + chance.Between(0, 40 * Durations.Minute);
            var opened = Send(scene, at, Mail.Newsletter, truth.Opens);
            unopened = opened == Truth.Never ? unopened + 1 : 0;
            if (opened != Truth.Never && chance.Is(0.004))
            {
                scene.Agenda.Add(opened + chance.Between(20_000, 90_000), Step.Unsubscribed, -1, (int)Mail.Newsletter, scene.Mails);
                scene.Agenda.Add(opened + 95_000, Step.ConsentWithdrawn);
                Select(scene, opened);
                return;
            }
        }
        Select(scene, scene.Calendar.Until);
    }

    /// <summary>On the third Tuesday of each month three coffees chosen for the person, over a channel and at an hour drawn by chance: what shows later which would have been better.</summary>
    private static void Select(Scene scene, long until)
    {
        var chance = scene.HabitChance;
        for (var day = scene.Calendar.DayOf(scene.Truth.SignedUpAt) + 1; day < scene.Calendar.Days; day++)
        {
            var date = scene.Calendar.Dates[day];
            if (date.DayOfWeek != DayOfWeek.Tuesday || date.Day is < 15 or > 21)
            {
                continue;
            }
            var (post, hour) = (Habit.Draw(chance), 8 + chance.Below(14));
            var at = scene.Calendar.StartOf(day) + (hour * Durations.Hour) + chance.Between(0, 40 * Durations.Minute);
            scene.Mails++;
            var (sent, opened, clicked) = Steps[(int)post];
            if (at >= until || !scene.Agenda.Add(at, sent, -1, (int)Mail.Selection, scene.Mails))
            {
                return;
            }
            var isOpened = chance.Is(scene.Habit.Answers(scene.Truth.Opens, post, hour));
            scene.Tally.Selected(post, post == scene.Habit.Liked, isOpened);
            var openedAt = at + Durations.Minute + (long)(chance.Exponential(2) * Durations.Hour);
            if (isOpened && scene.Agenda.Add(openedAt, opened, -1, (int)Mail.Selection, scene.Mails) && chance.Is(0.25))
            {
                scene.Agenda.Add(openedAt + 20_000, clicked, -1, (int)Mail.Selection, scene.Mails);
                if (post != Post.Onsite)
                {
                    var session = scene.OpenKnown(openedAt + 21_500, post == Post.Email ? Channels.Newsletter : Channels.WhatsApp);
                    Visits.Wander(scene, session, openedAt + 32_000, openedAt + 220_000, 1 + scene.Chance.Poisson(0.8));
                }
            }
        }
    }

    public static void Transactional(Scene scene, long at, Mail mail) => Send(scene, at, mail, Math.Min(scene.Truth.Opens * 1.5, 0.9));

    public static void RemindOfCart(Scene scene, long at, int product)
    {
        if (scene.Truth.AcceptsMail && !scene.Truth.Guest)
        {
            Send(scene, at, Mail.Cart, scene.Truth.Opens * 1.1, product);
        }
    }

    /// <summary>One mail. Answers when it was opened, never if it was not.</summary>
    private static long Send(Scene scene, long at, Mail mail, double opens, int product = -1)
    {
        var (agenda, chance) = (scene.Agenda, scene.Chance);
        scene.Mails++;
        var number = scene.Mails;
        if (!agenda.Add(at, Step.EmailSent, -1, (int)mail, number))
        {
            return Truth.Never;
        }
        if (chance.Is(0.008))
        {
            agenda.Add(at + 4_000, Step.EmailBounced, -1, (int)mail, number);
            return Truth.Never;
        }
        agenda.Add(at + chance.Between(1_500, 9_000), Step.EmailDelivered, -1, (int)mail, number);
        if (!chance.Is(scene.Habit.Answers(opens, Post.Email, scene.Calendar.HourOf(at))))
        {
            return Truth.Never;
        }
        var opened = at + Durations.Minute + (long)(chance.Exponential(3.5) * Durations.Hour);
        if (!agenda.Add(opened, Step.EmailOpened, -1, (int)mail, number))
        {
            return Truth.Never;
        }
        if (mail is not (Mail.OrderConfirmation or Mail.Nps) && chance.Is(mail == Mail.Cart ? 0.22 : 0.1))
        {
            Click(scene, opened + chance.Between(5_000, 60_000), mail, number, product);
        }
        return opened;
    }

    private static void Click(Scene scene, long at, Mail mail, int number, int product)
    {
        scene.Agenda.Add(at, Step.EmailLinkClicked, -1, (int)mail, number);
        var session = scene.OpenKnown(at + 1_500, Channels.Newsletter);
        if (product >= 0)
        {
            scene.Agenda.Add(at + 12_000, Step.Page, session, Pages.FirstProduct + product);
        }
        Visits.Wander(scene, session, at + 12_000, at + 200_000, 1 + scene.Chance.Poisson(0.8));
    }
}
