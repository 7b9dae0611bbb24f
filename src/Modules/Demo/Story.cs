using System.Globalization;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>
/// What is planted in the demo shop, and when: the leaks that a person should find within five minutes. Dates hang on the end of the story,
/// so that "since forty days" is true on whatever date the demo is started. ground-truth.json repeats all of it.
/// </summary>
internal sealed class Story
{
    public const int FormDays = 40;
    public const int SlowDeliveryDays = 100;
    public const int LotteryDays = 45;
    public const int FairFirstDaysAgo = 252;
    public const int FairLastDaysAgo = 222;

    /// <summary>Shares of those who begin the subscription and choose a grind, in the order of <see cref="Platform"/>.</summary>
    public static readonly double[] GrindBeforeForm = [0.71, 0.69, 0.66];
    public static readonly double[] GrindAfterForm = [0.54, 0.51, 0.20];

    /// <summary>Share that sees the grind guide first, and that goes on if it did.</summary>
    public const double GuideShare = 0.11;
    public const double GrindWithGuide = 0.7;
    public const double SlowPageShare = 0.2;
    public const double SlowPageFactor = 0.78;
    public const double LotteryGrindFactor = 0.5;

    /// <summary>Later purchases come at this share of the usual rate for those who first bought after the courier changed.</summary>
    public const double SlowDeliveryRateFactor = 0.45;
    public const double FairRateFactor = 1.9;
    public const double TicketShare = 0.035;
    public const double TicketShareWhenSlow = 0.13;

    private const int WinBackDays = 47;

    /// <param name="calendar">Of the shop.</param>
    /// <param name="campaign">The number of the campaign whose experiment is in the story.</param>
    public Story(ShopCalendar calendar, long campaign)
    {
        Experiment = string.Create(CultureInfo.InvariantCulture, $"campaign:{campaign}");
        var mailed = calendar.Days - 1 - WinBackDays;
        while (calendar.Dates[mailed].DayOfWeek != DayOfWeek.Tuesday)
        {
            mailed--;
        }
        WinBackAt = calendar.StartOf(mailed) + (10 * Durations.Hour);
        FormSince = calendar.StartOf(calendar.Days - 1 - FormDays);
        SlowDeliverySince = calendar.StartOf(calendar.Days - 1 - SlowDeliveryDays);
        LotteryFirstDay = calendar.Days - 1 - LotteryDays;
        FairFirstDay = calendar.Days - 1 - FairFirstDaysAgo;
        FairLastDay = calendar.Days - 1 - FairLastDaysAgo;
        LotteryName = NameOfLottery(calendar.Dates[^1].Month);
    }

    /// <summary>Since then the subscription's grind step is a new form; Android suffers most.</summary>
    public long FormSince { get; }

    /// <summary>Since then a new courier takes twice as long; new customers buy again less, and complain more.</summary>
    public long SlowDeliverySince { get; }

    /// <summary>A Tuesday morning some seven weeks ago, so that every window is over.</summary>
    public long WinBackAt { get; }

    /// <summary>What its people are drawn by.</summary>
    public string Experiment { get; }

    public int LotteryFirstDay { get; }

    /// <summary>The bad campaign: «Sorteo Buen Fin» in November, another occasion in other months.</summary>
    public string LotteryName { get; }

    /// <summary>The good cohort: a coffee fair whose visitors got a grinder with their second order.</summary>
    public int FairFirstDay { get; }

    public int FairLastDay { get; }

    public double GrindPassed(Platform platform, long at, bool guide, bool slowPage, bool lottery)
    {
        var share = (at >= FormSince ? GrindAfterForm : GrindBeforeForm)[(int)platform];
        share = guide ? Math.Max(share, GrindWithGuide) : share;
        return share * (slowPage ? SlowPageFactor : 1) * (lottery ? LotteryGrindFactor : 1);
    }

    public double RateFactor(long firstOrderAt, bool fair) =>
        (firstOrderAt >= SlowDeliverySince ? SlowDeliveryRateFactor : 1) * (fair ? FairRateFactor : 1);

    public bool IsDeliverySlow(long at) => at >= SlowDeliverySince;

    private static string NameOfLottery(int month) => month switch
    {
        1 => "Sorteo Reyes",
        2 => "Sorteo San Valentín",
        3 => "Sorteo Primavera",
        4 => "Sorteo Semana Santa",
        5 => "Sorteo Día de las Madres",
        6 => "Sorteo Día del Padre",
        7 => "Sorteo Verano",
        8 => "Sorteo Regreso a clases",
        9 => "Sorteo Fiestas Patrias",
        10 => "Sorteo Día de Muertos",
        11 => "Sorteo Buen Fin",
        _ => "Sorteo Navidad",
    };
}

/// <summary>The equipment a person visits with, as events name it.</summary>
internal enum Platform : byte
{
    Desktop = 0,
    Ios = 1,
    Android = 2,
}
