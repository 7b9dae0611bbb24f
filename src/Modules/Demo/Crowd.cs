using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Modules.Campaigns.Contracts;

namespace Ciclo.Modules.Demo;

/// <summary>Writes one person after the other.</summary>
internal sealed class Crowd
{
    private readonly Scene scene;
    private readonly Person person;
    private readonly EventWriter writer;
    private readonly Neighbourhood neighbours;
    private readonly Tally tally;
    private readonly ulong seed;

    public Crowd(DemoOptions options, ShopCalendar calendar, Story story, Channels channels, Tally tally)
    {
        seed = options.Seed;
        this.tally = tally;
        scene = new Scene(seed, calendar, story, channels, tally);
        person = new Person(seed, options.Zone);
        writer = new EventWriter(scene, person, options.Currency);
        neighbours = new Neighbourhood(seed, new TruthSource(seed, calendar, channels, story));
    }

    public void Customer(int number, FrameBuilder frame, CustomersCsv? truths, Action<PastRecipient>? audience)
    {
        ref readonly var truth = ref neighbours[number];
        scene.Begin(truth, ReferrerOf(number));
        var session = Visits.Arrive(scene);
        Subscribing.Live(scene, session);
        Purchases.Live(scene, session);
        Companies.Live(scene);
        Visits.Browse(scene);
        Mailing.Live(scene);
        Aftercare.Invite(scene);
        foreach (var referral in neighbours.Referrals)
        {
            if (referral.Referrer == number)
            {
                Refer(referral);
            }
        }
        // Last: what is drawn for it moves nothing else.
        WinBack.Live(scene, audience);
        person.Begin(truth, visitor: false);
        scene.Agenda.Sort();
        writer.Write(frame);
        Count(truth);
        truths?.Write(truth, person, scene);
    }

    public void Visitor(int number, FrameBuilder frame)
    {
        var visitor = new Truth { Number = number };
        scene.Begin(visitor, referredBy: -1, ChanceDomain.Visitor);
        var channel = scene.Channels.PickForVisitor(scene.Chance);
        visitor.Channel = channel;
        visitor.Platform = TruthSource.PickPlatform(scene.Channels.All[channel], scene.Chance);
        scene.Enter(visitor);
        var at = scene.Calendar.Moment(scene.Channels.PickDay(channel, scene.Chance), scene.Chance);
        // The story may end in the middle of its last day: who would come later comes in its first hour.
        at = at < scene.Calendar.Until ? at : Math.Max(scene.Calendar.From, scene.Calendar.Until - scene.Chance.Between(1, Durations.Hour));
        Visits.Anonymous(scene, at, channel);
        person.Begin(visitor, visitor: true);
        scene.Agenda.Sort();
        writer.Write(frame);
        tally.Visitors++;
    }

    private int ReferrerOf(int number)
    {
        foreach (var referral in neighbours.Referrals)
        {
            if (referral.Referred == number)
            {
                return referral.Referrer;
            }
        }
        return -1;
    }

    private void Refer(in Referral referral)
    {
        Aftercare.InviteOnce(scene, referral.InvitedAt, referral.Referred);
        if (referral.RewardedAt != Truth.Never
            && scene.Agenda.Add(referral.RewardedAt + Durations.Minute, Step.ReferralMade, -1, referral.Referred, referral.ByGuest ? 1 : 0))
        {
            tally.Referrals++;
        }
    }

    private void Count(in Truth truth)
    {
        tally.Customers++;
        tally.Channels[truth.Channel].SignUps += truth.Guest ? 0 : 1;
        if (!truth.Buys || truth.Company || scene.Subscriptions > 0 || truth.FirstOrderAt + scene.Days(Tally.RepeatWindowDays) >= scene.Calendar.Until)
        {
            return;
        }
        var orders = 0;
        foreach (ref readonly var step in scene.Agenda.Steps)
        {
            orders += step.Step == Step.OrderCompleted && step.At <= truth.FirstOrderAt + scene.Days(Tally.RepeatWindowDays) ? 1 : 0;
        }
        // Without a subscription the first order is the one of the truth.
        tally.Repeated(scene.Story.IsDeliverySlow(truth.FirstOrderAt), orders > 1);
    }
}
