using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;

namespace Ciclo.Modules.Demo;

/// <summary>How much a finished run wrote. Money in minor units; <paramref name="ByName"/> counts calls by event name, others by their type.</summary>
public sealed record DemoCounts(
    long Events, long JsonBytes, int Customers, int Visitors, long Orders, long RevenueMinor, int Referrals, IReadOnlyDictionary<string, long> ByName);

/// <summary>
/// The demo shop «Café Altura»: a coffee brand with visitors, customers, orders, subscriptions, mail and complaints, and with planted leaks.
/// A pure function of its options: the same bytes on each run; customer k has the same events in a run of any size.
/// It streams: one person is in memory at a time. Each instance runs once; it is not for several threads.
/// </summary>
public sealed class DemoShop
{
    private readonly DemoOptions options;
    private readonly Zone zone;
    private readonly ShopCalendar calendar;
    private readonly Story story;
    private readonly Channels channels;
    private readonly Tally tally;
    private bool started;
    private bool finished;

    /// <exception cref="ArgumentException">The options are refused; ask <see cref="DemoOptions.Refusal"/> first.</exception>
    public DemoShop(DemoOptions options)
    {
        if (options.Refusal() is { } refusal)
        {
            throw new ArgumentException(refusal.En, nameof(options));
        }
        this.options = options;
        Zone.TryGet(options.Zone, out var found);
        zone = found!;
        calendar = new ShopCalendar(options.LastHour, options.Months, zone);
        story = new Story(calendar);
        channels = new Channels(story, calendar);
        tally = new Tally(channels.All.Length, calendar.Days);
    }

    /// <summary>The first instant that an event can have.</summary>
    public long From => calendar.From;

    /// <summary>No event is at or after this instant.</summary>
    public long Until => calendar.Until;

    /// <summary>
    /// Every event, in payloads of journal frames: one person's after another's, in order of time within a person, `receivedAt` = timestamp.
    /// A payload is valid until the next one is asked for. <paramref name="customersCsv"/>, if given, gets a row for each customer with what they truly are.
    /// </summary>
    public IEnumerable<ReadOnlyMemory<byte>> Frames(TextWriter? customersCsv = null)
    {
        if (started)
        {
            throw new InvalidOperationException("A demo shop runs once; make another for another run.");
        }
        started = true;
        return Run(customersCsv);
    }

    /// <summary>What was written. Only after the last frame.</summary>
    public DemoCounts Counts()
    {
        MustBeFinished();
        var byName = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var step in Enum.GetValues<Step>().Where(step => tally.Steps[(int)step] > 0))
        {
            var name = EventWriter.NameOf(step);
            byName[name] = byName.GetValueOrDefault(name) + tally.Steps[(int)step];
        }
        return new DemoCounts(
            tally.Events, tally.JsonBytes, tally.Customers, tally.Visitors, byName.GetValueOrDefault("Order Completed"), tally.RevenueMinor, tally.Referrals, byName);
    }

    /// <summary>Cost of the paid campaigns by day, as CSV in the shape of GA4's cost data. Only after the last frame: clicks follow the visits.</summary>
    public void WriteAdCosts(TextWriter csv)
    {
        MustBeFinished();
        new AdCosts(options.Seed, calendar, channels, tally).Write(csv);
    }

    /// <summary>What was planted and what came of it, as JSON. Only after the last frame.</summary>
    public void WriteGroundTruth(Stream json)
    {
        MustBeFinished();
        new GroundTruth(options, calendar, story, channels, tally).Write(json);
    }

    private IEnumerable<ReadOnlyMemory<byte>> Run(TextWriter? customersCsv)
    {
        var crowd = new Crowd(options, calendar, story, channels, tally);
        var truths = customersCsv is null ? null : new CustomersCsv(customersCsv, channels);
        var frame = new FrameBuilder();
        long visitors = 0;
        for (var number = 0; number < options.Customers; number++)
        {
            crowd.Customer(number, frame, truths);
            // Visitors stand between customers at an even rate, so that a short run is a small shop and not only customers.
            for (var due = (long)((number + 1) * options.VisitorsPerCustomer); visitors < due; visitors++)
            {
                crowd.Visitor((int)visitors, frame);
            }
            if (frame.Records >= options.EventsPerFrame)
            {
                yield return frame.Payload;
                frame.Clear();
            }
        }
        if (frame.Records > 0)
        {
            yield return frame.Payload;
        }
        finished = true;
    }

    private void MustBeFinished()
    {
        if (!finished)
        {
            throw new InvalidOperationException("Read the frames to their end first: the numbers are counted while they are written.");
        }
    }
}

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

    public void Customer(int number, FrameBuilder frame, CustomersCsv? truths)
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
