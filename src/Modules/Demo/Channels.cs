namespace Ciclo.Modules.Demo;

/// <summary>
/// A way by which people come, and how good it is. Shares are of all customers and of all visitors. Costs are in minor units a click
/// of an ad report (0: not paid). A window of days limits a campaign.
/// </summary>
internal sealed record Channel(
    string Id, string Source, string Medium, string Campaign, string Referrer, double CustomerShare, double VisitorShare, double Buys)
{
    public double SignsUpAtOnce { get; init; } = 0.6;
    public double RateFactor { get; init; } = 1;
    public double MailFactor { get; init; } = 1;
    public double Bounces { get; init; } = 0.52;
    public double AndroidFactor { get; init; } = 1;
    public int ClickCostMinor { get; init; }
    public double ClickRate { get; init; }
    /// <summary>Shares of those who like e-mail, WhatsApp and messages on the site most.</summary>
    public double[] Likes { get; init; } = [0.6, 0.2, 0.2];

    public int FirstDay { get; init; }
    public int LastDay { get; init; } = int.MaxValue;

    public bool Paid => ClickCostMinor > 0;

    public bool Tagged => Source.Length > 0;
}

/// <summary>The channels of Café Altura, and on which days each brings people.</summary>
internal sealed class Channels
{
    public const int Direct = 0;
    public const int Newsletter = 1;
    public const int Referral = 2;
    public const int Fair = 3;
    public const int Lottery = 4;
    public const int OrganicSearch = 5;
    public const int WhatsApp = 11;

    private static readonly double[] OfSocial = [0.25, 0.45, 0.3];

    private readonly Weights customers;
    private readonly Weights visitors;
    private readonly Weights[] days;

    public Channels(Story story, ShopCalendar calendar)
    {
        All =
        [
            new("direct", "", "", "", "", 0.16, 0.17, 0.36) { Bounces = 0.45 },
            // Only people already known come by mail: it carries no share of its own.
            new("newsletter", "ciclo", "email", "Boletín Altura", "", 0, 0, 0),
            new("referral", "referidos", "referral", "Trae a un amigo", "", 0.06, 0.02, 0.5) { RateFactor = 1.2, SignsUpAtOnce = 0.8, Likes = [0.3, 0.5, 0.2] },
            new("fair", "feria", "qr", "Café de la sierra", "", 0.04, 0.01, 0.52)
                { FirstDay = story.FairFirstDay, LastDay = story.FairLastDay, SignsUpAtOnce = 0.85 },
            new("lottery", "facebook", "paid_social", story.LotteryName, "https://l.facebook.com/", 0.06, 0.05, 0.035)
            {
                FirstDay = story.LotteryFirstDay, ClickCostMinor = 560, ClickRate = 0.031, SignsUpAtOnce = 0.96, RateFactor = 0.5,
                MailFactor = 0.35, Bounces = 0.7, AndroidFactor = 1.5, Likes = OfSocial,
            },
            new("organic-search", "", "", "", "https://www.google.com/", 0.17, 0.2, 0.31),
            new("brand-search", "google", "cpc", "Marca", "https://www.google.com/", 0.09, 0.05, 0.44)
                { ClickCostMinor = 1150, ClickRate = 0.062, Bounces = 0.36 },
            new("generic-search", "google", "cpc", "Café de especialidad", "https://www.google.com/", 0.11, 0.12, 0.27)
                { ClickCostMinor = 2050, ClickRate = 0.034 },
            new("instagram", "", "", "", "https://www.instagram.com/", 0.1, 0.11, 0.3) { AndroidFactor = 0.8, Likes = OfSocial },
            new("meta-prospecting", "facebook", "paid_social", "Descubre Altura", "https://l.facebook.com/", 0.1, 0.14, 0.24)
                { ClickCostMinor = 1280, ClickRate = 0.014, Bounces = 0.6, Likes = OfSocial },
            new("tiktok", "tiktok", "paid_social", "Barista en casa", "https://www.tiktok.com/", 0.06, 0.1, 0.15)
                { ClickCostMinor = 760, ClickRate = 0.011, Bounces = 0.64, RateFactor = 0.85, Likes = OfSocial },
            new("whatsapp", "whatsapp", "social", "Comparte", "", 0.05, 0.03, 0.38) { Likes = [0.25, 0.6, 0.15] },
        ];
        customers = new Weights(All.Select(channel => channel.CustomerShare));
        visitors = new Weights(All.Select(channel => channel.VisitorShare));
        days = [.. All.Select(channel => new Weights(Enumerable.Range(0, calendar.Days).Select(day => WeightOf(channel, day, calendar))))];
    }

    public Channel[] All { get; }

    public int PickForCustomer(Chance chance) => customers.Pick(chance);

    public int PickForVisitor(Chance chance) => visitors.Pick(chance);

    public int PickDay(int channel, Chance chance) => days[channel].Pick(chance);

    private static double WeightOf(Channel channel, int day, ShopCalendar calendar) =>
        day < channel.FirstDay || day > channel.LastDay ? 0 : calendar.Demand[day] * calendar.Growth(day);
}
