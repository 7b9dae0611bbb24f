using System.Globalization;
using Ciclo.Core.Time;
using Ciclo.Modules.Campaigns.Contracts;
using Ciclo.Modules.Experiments.Contracts;

namespace Ciclo.Modules.Demo;

/// <summary>
/// The campaign that the shop measured: one mail to everybody who accepts mail and has not ordered for a while, with some kept back by the draw of its experiment. What it changes is
/// planted: it moves those who still look at the shop, and hardly anybody else.
/// </summary>
internal static class WinBack
{
    public const string Campaign = "Te extrañamos";
    public const string Template = "win-back";
    public const string Coupon = "REGRESA20";
    public const string Link = "https://example.com/";

    public const string Segment = "quiet-45";
    public const int QuietDays = 45;

    /// <summary>Whom it is for, as a file of the rule language.</summary>
    public const string SegmentYaml = """
        # Signed up more than six weeks ago, and no order in six weeks. Whether they may be written to is asked when a message leaves.
        segment: quiet-45
        label: { en: No order for 45 days, es: Sin pedidos en 45 días }
        timezone: America/Mexico_City
        when: since("Signed Up") > 45d and count("Order Completed", 45d) == 0
        """;

    /// <summary>What the shop pays for a mail.</summary>
    public const decimal MailCost = 0.06m;

    public const double Holdout = 0.4;
    public const int WindowDays = 30;

    /// <summary>Who looked at a page within so many days before it is moved, as far as anybody is.</summary>
    public const int LookedDays = 90;
    public const double MovesWhoLooked = 0.18;
    public const double MovesOthers = 0.01;

    private const double Bounces = 0.008;
    private const double Clicks = 0.1;

    /// <summary>Of those who are moved, who order in the visit that the mail brought; the others do some days later.</summary>
    private const double AtOnce = 0.7;

    /// <summary>Until the last mail has left.</summary>
    private const long Longest = 20 * Durations.Minute;

    private const string Version = "A";

    private static readonly ArmShare[] Arms = [new(IAssignments.Control, Holdout), new(Version, 1 - Holdout)];

    /// <summary>The campaign as its pages are to tell of it.</summary>
    public static PastCampaign Plan(long sentAt) => new(
        Campaign, Segment, Template, Holdout, WindowDays, sentAt, sentAt + Longest,
        new Dictionary<string, string>(StringComparer.Ordinal) { ["coupon"] = Coupon, ["coupon_until"] = Instants.Format(sentAt + (WindowDays * Durations.Day)) });

    /// <summary>The campaign's part in a life that is otherwise thought of to its end; <paramref name="tell"/> hears of each of its audience.</summary>
    public static void Live(Scene scene, Action<PastRecipient>? tell)
    {
        ref readonly var truth = ref scene.Truth;
        var sentAt = scene.Story.WinBackAt;
        if (truth.Guest || !truth.AcceptsMail || truth.SignedUpAt >= sentAt - (QuietDays * Durations.Day) || Met(scene, sentAt) is not { } met)
        {
            return;
        }
        var chance = scene.LetterChance;
        // Drawn for those who are kept back too: only so is it known what was missed.
        var bounces = chance.Is(Bounces);
        var moved = chance.Is(met.Looked ? MovesWhoLooked : MovesOthers) && !bounces;
        var (high, low) = (chance.Next(), chance.Next());
        var person = "user_id:ca-" + truth.Number.ToString("0000000", CultureInfo.InvariantCulture);
        var arm = ExperimentBook.ArmOf(scene.Story.Experiment, person, Arms);
        scene.Tally.WonBack(met.Looked, arm is null ? null : arm == Version, met.Orders, moved);
        var letter = arm == Version ? Write(scene, sentAt, high, low, bounces, moved) : null;
        tell?.Invoke(new PastRecipient(person, letter));
    }

    /// <summary>Whether they looked at a page before, and order within the window anyway; null for who is not meant.</summary>
    private static (bool Looked, bool Orders)? Met(Scene scene, long at)
    {
        var (looked, orders) = (false, false);
        foreach (ref readonly var step in scene.Agenda.Steps)
        {
            switch (step.Step)
            {
                case Step.OrderCompleted or Step.RenewalOrderCompleted when step.At > at - (QuietDays * Durations.Day) && step.At <= at:
                case Step.Unsubscribed when step.At <= at:
                    return null;
                case Step.OrderCompleted or Step.RenewalOrderCompleted:
                    orders |= step.At > at && step.At <= at + (WindowDays * Durations.Day);
                    break;
                case Step.Page:
                    looked |= step.At >= at - (LookedDays * Durations.Day) && step.At < at;
                    break;
            }
        }
        return (looked, orders);
    }

    /// <summary>The mail and what the person does with it.</summary>
    private static PastLetter Write(Scene scene, long campaignAt, ulong high, ulong low, bool bounces, bool moved)
    {
        var (agenda, chance) = (scene.Agenda, scene.LetterChance);
        // The shape of the ids that messages have: it begins with the time.
        var id = string.Create(CultureInfo.InvariantCulture, $"msg_{campaignAt:x12}7{high & 0xfff:x3}8{low >> 4:x15}");
        scene.LetterId = id;
        var letter = new PastLetter(id, campaignAt + chance.Between(1_000, Longest), Link);
        agenda.Add(letter.SentAt, Step.EmailSent, -1, (int)Mail.WinBack);
        if (bounces)
        {
            agenda.Add(letter.SentAt + 4_000, Step.EmailBounced, -1, (int)Mail.WinBack);
            return letter with { BouncedAt = letter.SentAt + 4_000 };
        }
        letter = letter with { DeliveredAt = letter.SentAt + chance.Between(1_500, 9_000) };
        agenda.Add(letter.DeliveredAt.Value, Step.EmailDelivered, -1, (int)Mail.WinBack);
        if (!moved && !chance.Is(scene.Habit.Answers(scene.Truth.Opens, Post.Email, scene.Calendar.HourOf(campaignAt))))
        {
            return letter;
        }
        letter = letter with { OpenedAt = letter.SentAt + Durations.Minute + (long)(Math.Min(chance.Exponential(3.5), 96) * Durations.Hour) };
        agenda.Add(letter.OpenedAt.Value, Step.EmailOpened, -1, (int)Mail.WinBack);
        if (!moved && !chance.Is(Clicks))
        {
            return letter;
        }
        letter = letter with { ClickedAt = letter.OpenedAt + chance.Between(5_000, 60_000) };
        var clicked = letter.ClickedAt.Value;
        agenda.Add(clicked, Step.EmailLinkClicked, -1, (int)Mail.WinBack);
        var session = scene.OpenKnown(clicked + 1_500, Channels.Newsletter);
        Visits.Wander(scene, session, clicked + 12_000, clicked + 200_000, 1);
        if (moved && chance.Is(AtOnce))
        {
            Purchases.ComeBack(scene, clicked + chance.Between(7 * Durations.Minute, 15 * Durations.Minute), session);
        }
        else if (moved)
        {
            Purchases.ComeBack(scene, scene.Calendar.Civil(clicked + scene.Days(chance.Between(1.0, 9)), chance), session: null);
        }
        return letter;
    }
}
