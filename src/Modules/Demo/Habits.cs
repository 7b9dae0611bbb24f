using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>The ways by which the shop writes to people, by their places in <see cref="Channel.Likes"/>.</summary>
internal enum Post
{
    Email = 0,
    WhatsApp = 1,
    Onsite = 2,
}

/// <summary>
/// How one person likes to be reached, drawn from a stream of chance of its own: the channel, which hangs on the way by which they came, and the hour of the day, which is also when they
/// mostly look around. What best channel and hour should find; customers.csv tells it.
/// </summary>
internal readonly record struct Habit(Post Liked, int Hour)
{
    /// <summary>Answers on the liked channel and on others, beside <see cref="Truth.Opens"/>.</summary>
    public const double OnLiked = 1.35;
    public const double OnOther = 0.6;

    /// <summary>Answers far from the liked hour, and how much more there are at it.</summary>
    public const double AnyHour = 0.65;
    public const double AtHour = 0.7;

    /// <summary>The share of later visits around the liked hour.</summary>
    public const double VisitsAtHour = 0.6;

    /// <summary>By what chance a message of the month's selection goes over each channel.</summary>
    public static readonly double[] Draws = [0.5, 0.25, 0.25];

    private static readonly Weights Drawing = new(Draws);

    public static Habit Of(Channel came, Chance chance)
    {
        var (at, liked) = (chance.Unit(), 0);
        while (liked < came.Likes.Length - 1 && at >= came.Likes[liked])
        {
            at -= came.Likes[liked++];
        }
        return new Habit((Post)liked, ShopCalendar.Hour(chance));
    }

    public static Post Draw(Chance chance) => (Post)Drawing.Pick(chance);

    /// <summary>The probability that somebody who opens so many mails answers one over a channel at an hour.</summary>
    public double Answers(double opens, Post post, int hour) => Math.Min(
        opens * (post == Liked ? OnLiked : OnOther) * (AnyHour + (AtHour * Math.Exp(2.5 * (Math.Cos(2 * Math.PI * (hour - Hour) / 24) - 1)))), 0.95);

    /// <summary>A visit's instant, moved for some to around the liked hour of its day.</summary>
    public long Moved(long at, ShopCalendar calendar, Chance chance)
    {
        if (!chance.Is(VisitsAtHour))
        {
            return at;
        }
        var hour = Math.Clamp(Hour + chance.Below(3) - 1, 0, 23);
        return calendar.StartOf(calendar.DayOf(at)) + (hour * Durations.Hour) + chance.Between(0, Durations.Hour);
    }
}
