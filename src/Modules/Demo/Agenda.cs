namespace Ciclo.Modules.Demo;

/// <summary>What happens, each written as one event. The first group happens in a browser and belongs to a session.</summary>
internal enum Step : byte
{
    Page,
    ProductViewed,
    ProductAdded,
    CheckoutStarted,
    PaymentInfoEntered,
    OrderCompleted,
    IdentifySignUp,
    IdentifyGuest,
    IdentifyLogin,
    GroupCompany,
    SignedUp,
    ConsentUpdated,
    SubscriptionViewed,
    SubscriptionSetupStarted,
    GrindSelected,
    DeliveryScheduled,
    SubscriptionStarted,
    ExitSurveyAnswered,
    InviteSent,

    // From here on: events of the shop's servers, with no session.
    RenewalOrderCompleted,
    PaymentFailed,
    OrderRefunded,
    SubscriptionUpdated,
    SubscriptionPaused,
    SubscriptionResumed,
    SubscriptionCancelled,
    SubscriptionRenewed,
    ReferralMade,
    PointsEarned,
    PointsRedeemed,
    NpsAnswered,
    CsatAnswered,
    CesAnswered,
    TicketOpened,
    TicketSolved,
    EmailSent,
    EmailDelivered,
    EmailOpened,
    EmailLinkClicked,
    EmailBounced,
    Unsubscribed,
    QuoteSent,
    QuoteAccepted,
    ContractSigned,
    InvoiceIssued,
    InvoicePaid,
    ConsentWithdrawn,
    WhatsAppSent,
    WhatsAppOpened,
    WhatsAppClicked,
    OnsiteSent,
    OnsiteOpened,
    OnsiteClicked,
}

/// <summary>One step to come, with up to three numbers whose meaning hangs on the step.</summary>
internal struct Planned
{
    public long At;
    public int Sequence;
    public Step Step;
    public int Session;
    public int A;
    public int B;
    public int C;
}

internal readonly record struct Session(int Channel, bool SecondDevice, int LoadMs);

internal readonly record struct Line(int Product, int Quantity, int PriceMinor);

/// <summary>Amounts in minor units: revenue = lines − discount; total = revenue + tax + shipping.</summary>
internal record struct Order(int FirstLine, int Lines, int Coupon, long Discount, long Revenue, long Tax, long Shipping)
{
    public readonly long Total => Revenue + Tax + Shipping;
}

/// <summary>
/// Everything one person does, gathered in the order in which it is thought of and sorted before it is written.
/// One instance serves all people: after the longest life seen it allocates nothing.
/// </summary>
internal sealed class Agenda(long until)
{
    /// <summary>No life has more steps: what comes after is dropped, so that memory stays bounded whatever the dice say.</summary>
    public const int MaxSteps = 20_000;

    private static readonly Comparison<Planned> ByTime = (x, y) => x.At != y.At ? x.At.CompareTo(y.At) : x.Sequence.CompareTo(y.Sequence);

    private Planned[] steps = new Planned[256];

    public int Count { get; private set; }

    public List<Session> Sessions { get; } = [];

    public List<Order> Orders { get; } = [];

    public List<Line> Lines { get; } = [];

    public Span<Planned> Steps => steps.AsSpan(0, Count);

    public void Clear()
    {
        Count = 0;
        Sessions.Clear();
        Orders.Clear();
        Lines.Clear();
    }

    public int Open(int channel, bool secondDevice, int loadMs)
    {
        Sessions.Add(new Session(channel, secondDevice, loadMs));
        return Sessions.Count - 1;
    }

    /// <summary>Adds a step of a session. False if it lies after the story's end: the caller need not go on.</summary>
    public bool Add(long at, Step step, int session = -1, int a = 0, int b = 0, int c = 0)
    {
        if (at >= until || Count == MaxSteps)
        {
            return false;
        }
        if (Count == steps.Length)
        {
            Array.Resize(ref steps, Count * 2);
        }
        steps[Count] = new Planned { At = at, Sequence = Count, Step = step, Session = session, A = a, B = b, C = c };
        Count++;
        return true;
    }

    /// <summary>Sorts by time; steps of one millisecond are set apart by one each, in the order in which they were thought of.</summary>
    public void Sort()
    {
        Steps.Sort(ByTime);
        for (var i = 1; i < Count; i++)
        {
            if (steps[i].At <= steps[i - 1].At)
            {
                steps[i].At = steps[i - 1].At + 1;
            }
        }
        while (Count > 0 && steps[Count - 1].At >= until)
        {
            Count--;
        }
    }
}
