using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>
/// What one customer truly is, drawn from a stream of chance of their own: the same in a run of any size.
/// Events are its consequence; customers.csv tells it to who wants to check a model.
/// </summary>
internal struct Truth
{
    public const long Never = long.MaxValue;

    public int Number;
    public int Channel;
    public Platform Platform;
    public bool Guest;
    public bool Company;
    public bool AcceptsMail;
    public bool SecondDevice;
    public int Birthday;

    public long ArrivedAt;
    /// <summary><see cref="Never"/> for guests.</summary>
    public long SignedUpAt;
    /// <summary><see cref="Never"/> if none before the story's end.</summary>
    public long FirstOrderAt;

    /// <summary>Purchases a day of demand time after the first, while the customer lives (gamma distributed).</summary>
    public double Rate;
    /// <summary>Chance to be lost after each repeat purchase (beta distributed).</summary>
    public double Dropout;
    /// <summary>1 on average; scales baskets and never depends on the rate.</summary>
    public double Spend;
    /// <summary>Standard normal: how content by nature; decides answers and recommendations.</summary>
    public double Contentment;
    /// <summary>Chance to open a message.</summary>
    public double Opens;
    /// <summary>Chance to cancel a subscription at each renewal.</summary>
    public double Cancels;

    public readonly bool Buys => FirstOrderAt != Never;

    /// <summary>When the shop first learns who this is.</summary>
    public readonly long KnownAt => Guest ? FirstOrderAt : SignedUpAt;
}

/// <summary>Draws the truth of a customer.</summary>
internal sealed class TruthSource(ulong seed, ShopCalendar calendar, Channels channels, Story story)
{
    // BG/NBD (Fader, Hardie, Lee 2005): rate ~ gamma(r, alpha days), dropout after a repeat purchase ~ beta(a, b).
    public const double RateShape = 0.42;
    public const double RateScaleDays = 38;
    public const double DropoutA = 0.9;
    public const double DropoutB = 3.6;

    // People who sign up in the story's last minutes would have no room for the session in which they do.
    private const long RoomAtEnd = 45 * Durations.Minute;

    private readonly Chance chance = new();

    public Truth Draw(int number)
    {
        chance.Begin(seed, ChanceDomain.Truth, (ulong)number);
        var index = channels.PickForCustomer(chance);
        var channel = channels.All[index];
        var truth = new Truth
        {
            Number = number,
            Channel = index,
            Platform = PickPlatform(channel, chance),
            Company = index != Channels.Lottery && chance.Is(0.009),
            SecondDevice = chance.Is(0.2),
            AcceptsMail = chance.Is(0.72),
            Birthday = chance.Below(365 * 50),
            SignedUpAt = Truth.Never,
            FirstOrderAt = Truth.Never,
        };
        truth.Guest = !truth.Company && index != Channels.Lottery && chance.Is(0.045);
        Times(ref truth, channel);
        truth.Rate = chance.Gamma(RateShape) / RateScaleDays * channel.RateFactor;
        truth.Dropout = chance.Beta(DropoutA, DropoutB);
        truth.Spend = chance.Gamma(4) / 4;
        truth.Contentment = chance.Normal();
        truth.Opens = chance.Beta(2.2, 3.4) * channel.MailFactor;
        truth.Cancels = chance.Beta(1.1, 32);
        if (truth.Buys)
        {
            truth.Rate *= story.RateFactor(truth.FirstOrderAt, index == Channels.Fair);
        }
        return truth;
    }

    public static Platform PickPlatform(Channel channel, Chance chance)
    {
        var android = 0.47 * channel.AndroidFactor;
        var at = chance.Unit();
        return at < android ? Platform.Android : at < android + (1 - android) * 0.42 ? Platform.Ios : Platform.Desktop;
    }

    private void Times(ref Truth truth, Channel channel)
    {
        var known = Truth.Never;
        for (var attempt = 0; attempt < 40 && known >= calendar.Until - RoomAtEnd; attempt++)
        {
            truth.ArrivedAt = calendar.Moment(channels.PickDay(truth.Channel, chance), chance);
            known = truth.ArrivedAt + (chance.Is(channel.SignsUpAtOnce) ? chance.Between(90_000, 400_000) : Later(truth.ArrivedAt, 4));
        }
        if (known >= calendar.Until - RoomAtEnd)
        {
            // Forty draws in the last hours: only options at the edge come here, and the person still must exist.
            truth.ArrivedAt = calendar.Until - 2 * Durations.Hour;
            known = truth.ArrivedAt + 200_000;
        }
        var buys = truth.Guest || chance.Is(truth.Company ? 0.5 : channel.Buys);
        var first = truth.Guest ? known : known + FirstOrderDelay(known, truth.Company);
        truth.SignedUpAt = truth.Guest ? Truth.Never : known;
        truth.FirstOrderAt = buys && first < calendar.Until ? first : Truth.Never;
    }

    private long FirstOrderDelay(long known, bool company)
    {
        if (company)
        {
            return Later(known, 24) + 6 * Durations.Day;
        }
        return chance.Unit() switch
        {
            < 0.42 => chance.Between(240_000, 900_000),
            < 0.82 => Later(known, 12),
            _ => Later(known, 75),
        };
    }

    /// <summary>A delay of some days, to an hour at which people shop; at least half an hour, so that it is another session.</summary>
    private long Later(long from, double meanDays)
    {
        var at = calendar.Civil(from + (long)(chance.Exponential(meanDays) * Durations.Day), chance);
        return Math.Max(at - from, chance.Between(45 * Durations.Minute, 8 * Durations.Hour));
    }
}
