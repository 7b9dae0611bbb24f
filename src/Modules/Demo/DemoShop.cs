using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Modules.Campaigns.Contracts;

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
        Zone.TryGet(options.Zone, out var zone);
        calendar = new ShopCalendar(options.LastHour, options.Months, zone!);
        story = new Story(calendar, options.Campaign);
        channels = new Channels(story, calendar);
        tally = new Tally(channels.All.Length, calendar.Days);
    }

    /// <summary>The first instant that an event can have.</summary>
    public long From => calendar.From;

    /// <summary>No event is at or after this instant.</summary>
    public long Until => calendar.Until;

    /// <summary>
    /// Every event, in payloads of journal frames: one person's after another's, in order of time within a person, `receivedAt` = timestamp.
    /// A payload is valid until the next one is asked for. <paramref name="customersCsv"/>, if given, gets a row for each customer with what they truly are;
    /// <paramref name="audience"/> hears of each of whom the campaign was for, and what became of their message.
    /// </summary>
    public IEnumerable<ReadOnlyMemory<byte>> Frames(TextWriter? customersCsv = null, Action<PastRecipient>? audience = null)
    {
        if (started)
        {
            throw new InvalidOperationException("A demo shop runs once; make another for another run.");
        }
        started = true;
        return Run(customersCsv, audience);
    }

    /// <summary>When the campaign of the story was sent, Unix milliseconds.</summary>
    public long WinBackAt => story.WinBackAt;

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

    private IEnumerable<ReadOnlyMemory<byte>> Run(TextWriter? customersCsv, Action<PastRecipient>? audience)
    {
        var crowd = new Crowd(options, calendar, story, channels, tally);
        var truths = customersCsv is null ? null : new CustomersCsv(customersCsv, channels);
        var frame = new FrameBuilder();
        long visitors = 0;
        for (var number = 0; number < options.Customers; number++)
        {
            crowd.Customer(number, frame, truths, audience);
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
