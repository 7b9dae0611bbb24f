using Ciclo.Core.Predict.Fitting;

namespace Ciclo.Core.Predict.Reach;

/// <summary>A message to a person, the hour of their own day at which it went out, and whether it was answered, whenever that was.</summary>
/// <param name="Campaign">What it belongs to: contents that are answered more go out at other hours than others, and the hour must not be praised for them.</param>
public readonly record struct SentMessage(int Channel, int Hour, bool IsAnswered, string Campaign = "");

/// <summary>The hours of one person's days: of messages, and by hour how often the person was seen without being written to.</summary>
public sealed record PersonHours(IReadOnlyList<SentMessage> Messages, double[] Seen)
{
    /// <summary>What one channel's messages did by hour.</summary>
    public Answers[] ByHour(int channel)
    {
        var hours = new Answers[HourModel.Hours];
        foreach (var message in Messages)
        {
            hours[message.Hour] += message.Channel == channel ? new Answers(1, message.IsAnswered ? 1 : 0) : default;
        }
        return hours;
    }
}

/// <summary>One message for learning what the hour does.</summary>
/// <param name="Hour">Of the person's own day, at which it went out.</param>
/// <param name="Usual">How likely this person answers a message of its campaign, whatever the hour, by all but this message.</param>
/// <param name="Seen">Of whom it is; see <see cref="PersonHours.Seen"/>.</param>
public readonly record struct SentAt(int Hour, bool IsAnswered, double Usual, double[] Seen);

/// <summary>
/// What the hour of sending does to answers: a logistic regression of two harmonics of the day (hours lie on a circle, so neighbours help each other; C. Bliss, Periodic regression in biology
/// and climatology, 1958) and of how much more than others the person is seen at that hour, on top of what is usual for the person. The person's own answers count with a weight found from all.
/// </summary>
public sealed class HourModel
{
    public const int Hours = 24;

    private const int Terms = 6;

    private const int MostTried = 20_000;

    /// <summary>How far an hour helps its neighbours: the deviation of the kernel, in hours.</summary>
    private const double Reach = 1.5;

    /// <summary>Of each term but the first, in log-odds: larger ones are held unlikely.</summary>
    private const double Spread = 1;

    private static readonly double[] Kernel = KernelOf();
    private static readonly double[] Trusts = [1, 2, 4, 8, 16, 32, 64, 128];

    private readonly double[] everybody;
    private readonly double[] terms;
    private readonly double trust;
    private readonly double weight;
    private readonly bool[] tried;

    private HourModel(double[] everybody, double trust, double[] terms, double weight, bool[] tried) =>
        (this.everybody, this.trust, this.terms, this.weight, this.tried) = (everybody, trust, terms, weight, tried);

    /// <summary>The log-odds of an answer that go with each time more that the person is seen at an hour, in logarithms: 0 where being seen says nothing.</summary>
    public double OfSeen => terms[Terms - 1];

    /// <summary>Whether enough went out at an hour to speak of it: half of an even share. What curves say of other hours nobody has seen.</summary>
    public bool IsTried(int hour) => tried[hour];

    /// <summary>Learns from messages; <paramref name="people"/> are all that are known, for what is usual.</summary>
    public static HourModel Train(IReadOnlyList<SentAt> messages, IReadOnlyList<PersonHours> people)
    {
        var usual = new double[Hours];
        foreach (var person in people)
        {
            for (var hour = 0; hour < Hours; hour++)
            {
                usual[hour] += person.Seen[hour];
            }
        }
        var seen = usual.Sum();
        usual = Smooth([.. usual.Select(count => (count + 1) / (seen + Hours))]);
        var belief = TrustOf(people, usual);
        bool[] isTried = [.. Enumerable.Range(0, Hours).Select(hour => messages.Count(message => message.Hour == hour) * 2 * Hours >= Math.Max(1, messages.Count))];
        var model = new HourModel(usual, belief, new double[Terms], 0, isTried);
        var rows = messages.Select(message => (Row: model.RowOf(message.Hour, message.Seen), Offset: Logit(message.Usual), message.IsAnswered)).ToArray();
        var found = rows.Length == 0 ? new double[Terms] : Ascent.OfReal(["usual", "cos", "sin", "cos2", "sin2", "seen"], (at, gradient, curvature) => Height(rows, at, gradient, curvature), new double[Terms]).Parameters;
        model = new HourModel(usual, belief, found, 0, isTried);
        // Only hours with several messages to one person tell how unlike people are; some thousands of them tell enough.
        var alike = messages.GroupBy(message => (message.Seen, message.Hour)).Where(group => group.Count() > 1).Take(MostTried).Select(group =>
            (new Answers(group.Count(), group.Count(message => message.IsAnswered)), model.Expected(group.Average(message => message.Usual), model.RowOf(group.Key.Hour, group.Key.Seen)), 1.0));
        return new HourModel(usual, belief, found, BetaBinomial.WeightOf([.. alike]), isTried);
    }

    /// <summary>What is held likely of each hour for a person of whom so much is held likely of a channel whatever the hour.</summary>
    public Likely[] For(Likely usual, int channel, PersonHours person)
    {
        // Two things are unsure: the person's share by the way, and what the hour does to it. Their variances add up.
        var sure = 1 / ((1 / usual.Weight) + (1 / weight));
        var hours = person.ByHour(channel);
        var own = (Sent: Smooth([.. hours.Select(one => one.Sent)]), Answered: Smooth([.. hours.Select(one => one.Answered)]));
        return
        [
            .. Enumerable.Range(0, Hours).Select(hour => Likely.Of(Expected(usual.Mean, RowOf(hour, person.Seen)), sure)
                // A kernel that sums to one spreads a message over its neighbours; at the hour itself it counts whole.
                .After(new Answers(own.Sent[hour] / Kernel[0], own.Answered[hour] / Kernel[0]))),
        ];
    }

    internal void Write(BinaryWriter to)
    {
        to.Put(everybody);
        to.Write(trust);
        to.Put(terms);
        to.Write(weight);
        to.Put(tried);
    }

    internal static HourModel Read(BinaryReader from) => new(from.Doubles(), from.ReadDouble(), from.Doubles(), from.ReadDouble(), from.Bools());

    private double Expected(double usual, double[] row)
    {
        var odds = Logit(usual);
        for (var term = 0; term < Terms; term++)
        {
            odds += terms[term] * row[term];
        }
        return Math.Clamp(1 / (1 + Math.Exp(-odds)), 1e-4, 1 - 1e-4);
    }

    private double[] RowOf(int hour, double[] seen)
    {
        var angle = hour * 2 * Math.PI / Hours;
        return [1, Math.Cos(angle), Math.Sin(angle), Math.Cos(2 * angle), Math.Sin(2 * angle), More(hour, seen)];
    }

    /// <summary>The logarithm of how many times more than others the person is seen at an hour, drawn to 0 for whoever was hardly seen.</summary>
    private double More(int hour, double[] seen)
    {
        var (here, all) = (0.0, 0.0);
        for (var other = 0; other < Hours; other++)
        {
            here += seen[other] * Kernel[Math.Abs(hour - other)];
            all += seen[other];
        }
        return Math.Log((here + (trust * everybody[hour])) / ((all + trust) * everybody[hour]));
    }

    private static double Height((double[] Row, double Offset, bool IsAnswered)[] rows, ReadOnlySpan<double> at, Span<double> gradient, Span<double> curvature)
    {
        gradient.Clear();
        curvature.Clear();
        var height = 0.0;
        foreach (var (row, offset, isAnswered) in rows)
        {
            var odds = offset;
            for (var term = 0; term < Terms; term++)
            {
                odds += at[term] * row[term];
            }
            var share = 1 / (1 + Math.Exp(-odds));
            height += isAnswered ? Math.Log(Math.Max(share, 1e-12)) : Math.Log(Math.Max(1 - share, 1e-12));
            var (off, bend) = ((isAnswered ? 1 : 0) - share, share * (1 - share));
            for (var i = 0; i < Terms; i++)
            {
                gradient[i] += off * row[i];
                for (var j = 0; j < Terms; j++)
                {
                    curvature[(i * Terms) + j] -= bend * row[i] * row[j];
                }
            }
        }
        for (var i = 0; i < Terms; i++)
        {
            height -= at[i] * at[i] / (2 * Spread * Spread);
            gradient[i] -= at[i] / (Spread * Spread);
            curvature[(i * Terms) + i] -= 1 / (Spread * Spread);
        }
        return height;
    }

    /// <summary>
    /// How many times a person must have been seen before the own hours count as much as everybody's: that under which each time is likeliest by all others of the person
    /// (T. Minka, Estimating a Dirichlet distribution, 2003, the leave-one-out likelihood).
    /// </summary>
    private static double TrustOf(IReadOnlyList<PersonHours> people, double[] everybody)
    {
        var known = people.Where(person => person.Seen.Sum() >= 2).Take(20_000).Select(person => (person.Seen, Smooth: Smooth(person.Seen), All: person.Seen.Sum())).ToList();
        return Trusts.MaxBy(trust => known.Sum(person =>
        {
            var sum = 0.0;
            for (var hour = 0; hour < Hours; hour++)
            {
                sum += person.Seen[hour] == 0 ? 0 : person.Seen[hour] * Math.Log((person.Smooth[hour] - Kernel[0] + (trust * everybody[hour])) / (person.All - 1 + trust));
            }
            return sum;
        }));
    }

    private static double[] Smooth(double[] hours)
    {
        var smooth = new double[Hours];
        for (var hour = 0; hour < Hours; hour++)
        {
            for (var other = 0; other < Hours; other++)
            {
                smooth[hour] += hours[other] * Kernel[Math.Abs(hour - other)];
            }
        }
        return smooth;
    }

    /// <summary>By how many hours lie between, in either direction; the sum over the circle is 1.</summary>
    private static double[] KernelOf()
    {
        var kernel = Enumerable.Range(0, Hours).Select(away => Math.Min(away, Hours - away)).Select(away => Math.Exp(-away * away / (2 * Reach * Reach))).ToArray();
        var sum = kernel.Sum();
        return [.. kernel.Select(part => part / sum)];
    }

    private static double Logit(double share) => Math.Log(Math.Clamp(share, 1e-4, 1 - 1e-4) / (1 - Math.Clamp(share, 1e-4, 1 - 1e-4)));
}
