namespace Ciclo.Modules.Demo;

/// <summary>What one channel brought, counted from what was written.</summary>
internal struct ChannelTally
{
    public long Visits;
    public long SignUps;
    public long Buyers;
    public long Orders;
    public long RevenueMinor;
}

/// <summary>What truly happened, counted while it is thought of or written: the numbers of ground-truth.json.</summary>
internal sealed class Tally(int channels, int days)
{
    // People whose first order lies less than this before the story's end are left out of the share who bought again within it.
    public const int RepeatWindowDays = 60;

    private readonly int[,] clicks = new int[channels, days];
    private readonly long[,] grind = new long[6, 2];
    private readonly long[,] repeat = new long[2, 2];
    private readonly long[,] complaints = new long[2, 2];
    private readonly long[,] freely = new long[Leaving.Drivers + 1, 2];
    private readonly long[,] renewals = new long[Leaving.Drivers + 1, 2];

    private readonly long[,] wonBack = new long[2, 7];
    private readonly long[,,] selected = new long[3, 2, 2];

    public ChannelTally[] Channels { get; } = new ChannelTally[channels];

    public long[] Steps { get; } = new long[Enum.GetValues<Step>().Length];

    public long Events { get; set; }

    public long JsonBytes { get; set; }

    public long RevenueMinor { get; set; }

    public int Customers { get; set; }

    public int Visitors { get; set; }

    public int Referrals { get; set; }

    public void Visited(int channel, int day)
    {
        Channels[channel].Visits++;
        clicks[channel, day]++;
    }

    public int Clicks(int channel, int day) => clicks[channel, day];

    public void GrindReached(Platform platform, bool newForm, bool passed)
    {
        var row = (int)platform * 2 + (newForm ? 1 : 0);
        grind[row, 0]++;
        grind[row, 1] += passed ? 1 : 0;
    }

    public (long Reached, long Passed) Grind(Platform platform, bool newForm)
    {
        var row = (int)platform * 2 + (newForm ? 1 : 0);
        return (grind[row, 0], grind[row, 1]);
    }

    /// <summary>A buyer without subscription whose first order is old enough, and whether a second came in time.</summary>
    public void Repeated(bool slowCourier, bool boughtAgain)
    {
        repeat[slowCourier ? 1 : 0, 0]++;
        repeat[slowCourier ? 1 : 0, 1] += boughtAgain ? 1 : 0;
    }

    public (long Buyers, long Again) Repeat(bool slowCourier) => (repeat[slowCourier ? 1 : 0, 0], repeat[slowCourier ? 1 : 0, 1]);

    /// <summary>An order of somebody who buys freely: what went wrong with it, and whether they were lost after it.</summary>
    public void LeftFreely(bool complained, bool failed, bool lost) => Note(freely, complained, failed, lost);

    /// <summary>A renewal to come: what the subscriber remembers, and whether they cancel.</summary>
    public void Renewing(bool complained, bool failed, bool cancels) => Note(renewals, complained, failed, cancels);

    /// <summary>Of people in trouble of one kind alone, or of those in none (null): how often it came to leaving.</summary>
    public (long Times, long Left) Freely(LeavingDriver? driver) => (freely[Row(driver), 0], freely[Row(driver), 1]);

    public (long Times, long Left) Renewals(LeavingDriver? driver) => (renewals[Row(driver), 0], renewals[Row(driver), 1]);

    /// <summary>A message over a channel drawn by chance, to somebody who likes that channel most or another, and whether it was opened.</summary>
    public void Selected(Post post, bool liked, bool opened)
    {
        selected[(int)post, liked ? 1 : 0, 0]++;
        selected[(int)post, liked ? 1 : 0, 1] += opened ? 1 : 0;
    }

    public (long Sent, long Opened) Selected(Post post, bool liked) => (selected[(int)post, liked ? 1 : 0, 0], selected[(int)post, liked ? 1 : 0, 1]);

    /// <summary>One of the audience of the campaign. <paramref name="isSent"/>: null for the global holdout, who are in no comparison; <paramref name="moved"/>: the mail makes, or would have made, them order.</summary>
    public void WonBack(bool looked, bool? isSent, bool ordersAnyway, bool moved)
    {
        var at = looked ? 1 : 0;
        if (isSent is not { } sent)
        {
            wonBack[at, 6]++;
            return;
        }
        wonBack[at, 0]++;
        wonBack[at, 1] += ordersAnyway ? 1 : 0;
        wonBack[at, 2] += ordersAnyway || moved ? 1 : 0;
        wonBack[at, 3] += sent ? 1 : 0;
        wonBack[at, 4] += sent && (ordersAnyway || moved) ? 1 : 0;
        wonBack[at, 5] += !sent && ordersAnyway ? 1 : 0;
    }

    /// <summary>Of those who had looked at a page before, or had not: how many, who order without and with the mail, who got it and ordered, who did not and ordered; and the global holdout.</summary>
    public (long People, long Without, long With, long Sent, long SentOrdered, long KeptOrdered, long HeldOut) WonBack(bool looked) =>
        (wonBack[looked ? 1 : 0, 0], wonBack[looked ? 1 : 0, 1], wonBack[looked ? 1 : 0, 2], wonBack[looked ? 1 : 0, 3], wonBack[looked ? 1 : 0, 4], wonBack[looked ? 1 : 0, 5], wonBack[looked ? 1 : 0, 6]);

    public void Ordered(bool slowCourier) => complaints[slowCourier ? 1 : 0, 0]++;

    public void Complained(bool slowCourier) => complaints[slowCourier ? 1 : 0, 1]++;

    public (long Orders, long Tickets) Complaints(bool slowCourier) => (complaints[slowCourier ? 1 : 0, 0], complaints[slowCourier ? 1 : 0, 1]);

    private static int Row(LeavingDriver? driver) => driver is { } one ? (int)one + 1 : 0;

    private static void Note(long[,] into, bool complained, bool failed, bool left)
    {
        if (complained && failed)
        {
            return;
        }
        var row = complained ? Row(LeavingDriver.Complaint) : failed ? Row(LeavingDriver.FailedPayment) : 0;
        into[row, 0]++;
        into[row, 1] += left ? 1 : 0;
    }
}
