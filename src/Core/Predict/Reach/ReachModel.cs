namespace Ciclo.Core.Predict.Reach;

/// <summary>What is known of one person for reaching them.</summary>
public sealed record PersonReach(PersonAnswers Channels, PersonHours Hours);

/// <summary>Why a channel or an hour was chosen.</summary>
public enum ReachReason
{
    /// <summary>Hardly anything is known: what most answer to.</summary>
    Everybody = 0,

    /// <summary>People who have come as far as customers.</summary>
    Segment = 1,

    /// <summary>People who came to their first purchase the same way.</summary>
    FirstPurchase = 2,

    /// <summary>When the person is on the site or in the app.</summary>
    Seen = 3,

    /// <summary>What the person answered.</summary>
    OwnAnswers = 4,

    /// <summary>Another channel is answered more often, and costs more than that is worth.</summary>
    Cost = 5,
}

/// <summary>A channel for a person.</summary>
/// <param name="Channel">Its place.</param>
/// <param name="Value">What a message is worth: the mean times the worth of an answer, less its cost; the mean where neither is known.</param>
public sealed record ChannelChance(int Channel, Answers Own, Likely Likely, double Value)
{
    public double Mean => Likely.Mean;
}

/// <summary>An hour of the person's day, 0 to 23; <paramref name="IsTried"/> as <see cref="HourModel.IsTried"/>.</summary>
public sealed record HourChance(int Hour, Likely Likely, bool IsTried)
{
    public double Mean => Likely.Mean;
}

/// <summary>How to reach a person: channels, the best first, and the hours in their order.</summary>
/// <param name="Best">The best hour.</param>
public sealed record ReachAnswer(IReadOnlyList<ChannelChance> Channels, ReachReason Why, IReadOnlyList<HourChance> Hours, HourChance Best, ReachReason WhyHour);

/// <summary>What messages cost, by channel, and what an answer is worth, in one currency; a worth of 0 leaves costs out.</summary>
public sealed record ReachWorth(double Answer, IReadOnlyList<double> Costs)
{
    public double Of(int channel, double mean) => Answer > 0 ? (mean * Answer) - Costs[channel] : mean;
}

/// <summary>By what channel and at what hour people answer most.</summary>
public sealed class ReachModel(ChannelModel channels, HourModel hours)
{
    /// <summary>With fewer messages of their own people are spoken of by what others do.</summary>
    private const double Few = 2;

    /// <summary>Seen at so many hours, a person has hours of their own.</summary>
    private const double SeenOften = 5;

    /// <summary>Messages from which hours are learned, at most.</summary>
    private const int MostMessages = 200_000;

    public ChannelModel Channels => channels;

    public HourModel Hours => hours;

    public static ReachModel Train(IReadOnlyList<PersonReach> people, int channels)
    {
        var model = ChannelModel.Train([.. people.Select(person => person.Channels)], channels);
        var messages = new List<(SentAt At, string Campaign)>();
        var step = Math.Max(1, people.Sum(person => person.Hours.Messages.Count) / MostMessages);
        for (var i = 0; i < people.Count; i += step)
        {
            var person = people[i];
            foreach (var (channel, hour, isAnswered, campaign) in person.Hours.Messages)
            {
                // What this message says itself must not foretell it.
                var others = person.Channels.ByChannel[channel] - new Answers(1, isAnswered ? 1 : 0);
                messages.Add((new SentAt(hour, isAnswered, model.Before(person.Channels.Segment, person.Channels.First, channel).After(others).Mean, person.Hours.Seen), campaign));
            }
        }
        return new ReachModel(model, HourModel.Train(WithinCampaigns(messages), [.. people.Select(person => person.Hours)]));
    }

    /// <summary>What <see cref="Read"/> reads again, to the last bit. It tells of no person.</summary>
    public void Write(BinaryWriter to)
    {
        channels.Write(to);
        hours.Write(to);
    }

    public static ReachModel Read(BinaryReader from) => new(ChannelModel.Read(from), HourModel.Read(from));

    /// <summary>Moves what is usual for a person to what is for messages of the campaign: answered over expected of all of them, drawn to 1 where they are few.</summary>
    private static List<SentAt> WithinCampaigns(List<(SentAt At, string Campaign)> messages)
    {
        const double Pull = 20;
        var odds = messages.GroupBy(message => message.Campaign, StringComparer.Ordinal).ToDictionary(group => group.Key, group =>
        {
            var (sent, answered, expected) = (group.Count(), group.Count(message => message.At.IsAnswered), group.Sum(message => message.At.Usual));
            var usual = expected / sent;
            return Odds((answered + (Pull * usual)) / (sent + Pull)) / Odds(usual);
        }, StringComparer.Ordinal);
        return [.. messages.Select(message => message.At with { Usual = odds[message.Campaign] * Odds(message.At.Usual) is var here ? here / (1 + here) : 0 })];

        static double Odds(double share) => Math.Clamp(share, 1e-4, 1 - 1e-4) is var within ? within / (1 - within) : 0;
    }

    /// <param name="person">What is known.</param>
    /// <param name="worth">Of an answer, and the costs.</param>
    /// <param name="among">The channels that there are; null for all.</param>
    /// <param name="mayBe">Whether an hour may be chosen; null for all. Where none may, all may.</param>
    public ReachAnswer For(PersonReach person, ReachWorth worth, IReadOnlyCollection<int>? among = null, Func<int, bool>? mayBe = null)
    {
        var (segment, first) = (person.Channels.Segment, person.Channels.First);
        var chances = (among ?? [.. Enumerable.Range(0, channels.Channels)]).Order().Select(channel =>
        {
            var (own, likely) = (person.Channels.ByChannel[channel], channels.Before(segment, first, channel).After(person.Channels.ByChannel[channel]));
            return new ChannelChance(channel, own, likely, worth.Of(channel, likely.Mean));
        }).OrderByDescending(one => one.Value).ThenBy(one => one.Channel).ToList();
        var best = chances[0];
        HourChance[] all = [.. hours.For(best.Likely, best.Channel, person.Hours).Select((likely, hour) => new HourChance(hour, likely, hours.IsTried(hour)))];
        var bestHour = all.OrderByDescending(one => mayBe?.Invoke(one.Hour) != false).ThenByDescending(one => one.IsTried).ThenByDescending(one => one.Mean).ThenBy(one => one.Hour).First();
        return new ReachAnswer(chances, Why(person, chances), all, bestHour, WhyHour(person, bestHour.Hour));
    }

    private static ReachReason Why(PersonReach person, List<ChannelChance> chances) =>
        chances.Exists(one => one.Mean > chances[0].Mean) ? ReachReason.Cost
        : person.Channels.ByChannel.Sum(one => one.Sent) >= Few && person.Channels.ByChannel.Sum(one => one.Answered) > 0 ? ReachReason.OwnAnswers
        : person.Channels.First >= 0 ? ReachReason.FirstPurchase
        : person.Channels.Segment > 0 || person.Channels.ByChannel.Sum(one => one.Sent) > 0 ? ReachReason.Segment : ReachReason.Everybody;

    private static ReachReason WhyHour(PersonReach person, int hour)
    {
        var near = person.Hours.Messages.Count(message => message.IsAnswered && Math.Abs(message.Hour - hour) is <= 1 or HourModel.Hours - 1);
        return near >= Few ? ReachReason.OwnAnswers : person.Hours.Seen.Sum() >= SeenOften ? ReachReason.Seen : ReachReason.Everybody;
    }
}
