using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>The world and the person whose life is being thought of: what every part of a life reads and adds to.</summary>
internal sealed class Scene(ulong seed, ShopCalendar calendar, Story story, Channels channels, Tally tally)
{
    private static readonly Weights ReturnWays = new([0.55, 0.2, 0.25]);

    private Truth truth;

    public ShopCalendar Calendar => calendar;

    public Story Story => story;

    public Channels Channels => channels;

    public Tally Tally => tally;

    public Agenda Agenda { get; } = new(calendar.Until);

    public Chance Chance { get; } = new();

    /// <summary>Of how the person is reached: drawing more of it moves nothing else.</summary>
    public Chance HabitChance { get; } = new();

    /// <summary>Of the campaign that was measured.</summary>
    public Chance LetterChance { get; } = new();

    /// <summary>The id of its message to the person; empty for none.</summary>
    public string LetterId { get; set; } = "";

    public Habit Habit { get; private set; }

    public ref readonly Truth Truth => ref truth;

    public bool OfLottery => truth.Channel == Channels.Lottery;

    /// <summary>When the person was lost after a repeat purchase; never, if they were not.</summary>
    public long LostAt { get; set; }

    public long SubscribedFrom { get; set; }

    public long SubscribedTo { get; set; }

    public int Subscriptions { get; set; }

    public int Tickets { get; set; }

    public int Mails { get; set; }

    /// <summary>The subscriber's last complaint and failed payment; never, if there was none.</summary>
    public long ComplainedAt { get; set; }

    public long PaymentFailedAt { get; set; }

    /// <summary>The number of the customer who brought this one; −1 for nobody.</summary>
    public int ReferredBy { get; private set; }

    public void Begin(in Truth person, int referredBy, ChanceDomain domain = ChanceDomain.Life)
    {
        truth = person;
        Chance.Begin(seed, domain, (ulong)person.Number);
        HabitChance.Begin(seed, ChanceDomain.Habit, (ulong)person.Number);
        LetterChance.Begin(seed, ChanceDomain.Letter, (ulong)person.Number);
        LetterId = "";
        Habit = Habit.Of(channels.All[person.Channel], HabitChance);
        ReferredBy = referredBy;
        Agenda.Clear();
        LostAt = SubscribedFrom = SubscribedTo = ComplainedAt = PaymentFailedAt = Truth.Never;
        Subscriptions = Tickets = Mails = 0;
    }

    /// <summary>Says who it is after all: a visitor's channel is drawn from the life's own chance.</summary>
    public void Enter(in Truth person) => truth = person;

    public bool IsSubscribed(long at) => at >= SubscribedFrom && at < SubscribedTo;

    /// <summary>The channel by which someone who knows the shop comes again.</summary>
    public int WayBack() => ReturnWays.Pick(Chance) switch
    {
        0 => Channels.Direct,
        1 => Channels.OrganicSearch,
        _ => truth.Channel is Channels.Fair or Channels.Referral ? Channels.Direct : truth.Channel,
    };

    /// <summary>Begins a session of somebody already known; on a second device it begins with a login.</summary>
    public int OpenKnown(long at, int channel)
    {
        var second = truth.SecondDevice && !truth.Guest && Chance.Is(0.45);
        var session = Agenda.Open(channel, second, LoadMs());
        Agenda.Add(at, Step.Page, session, Pages.Landing(channel));
        if (second)
        {
            Agenda.Add(at + Chance.Between(3_000, 9_000), Step.IdentifyLogin, session);
        }
        return session;
    }

    public int OpenFirst(long at)
    {
        var session = Agenda.Open(truth.Channel, secondDevice: false, LoadMs());
        Agenda.Add(at, Step.Page, session, Pages.Landing(truth.Channel));
        return session;
    }

    public long Days(double days) => (long)(days * Durations.Day);

    /// <summary>Page load times: mostly a second, for some over four.</summary>
    private int LoadMs() => Chance.Is(Story.SlowPageShare) ? 4_000 + Chance.Below(5_000) : 500 + Chance.Below(2_400);
}
