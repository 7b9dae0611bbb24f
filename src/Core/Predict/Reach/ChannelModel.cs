namespace Ciclo.Core.Predict.Reach;

/// <summary>What one person did with the messages of each channel.</summary>
/// <param name="Segment">How far the person came as a customer; from 0.</param>
/// <param name="First">By what the person came to the first purchase; from 0, −1 before it.</param>
/// <param name="ByChannel">In the order of the channels.</param>
public sealed record PersonAnswers(int Segment, int First, Answers[] ByChannel);

/// <summary>
/// How likely people answer on each channel, before anything is known of their own answers: everybody, drawn apart by segment, and within it by the way of the first purchase, each as far as
/// it tells enough (empirical Bayes in levels). What one person did then moves it as <see cref="Likely.After"/>.
/// </summary>
public sealed class ChannelModel
{
    /// <summary>So many messages' worth of the mean of all channels lies under each channel.</summary>
    private const double Floor = 10;

    private readonly Dictionary<(int Segment, int First, int Channel), double> means;
    private readonly double[] usual;
    private readonly double[] weights;

    private ChannelModel(double[] usual, double[] weights, Dictionary<(int Segment, int First, int Channel), double> means) => (this.usual, this.weights, this.means) = (usual, weights, means);

    public int Channels => usual.Length;

    public static ChannelModel Train(IReadOnlyList<PersonAnswers> people, int channels)
    {
        var model = new ChannelModel(new double[channels], new double[channels], []);
        var all = people.SelectMany(person => person.ByChannel).Aggregate(default(Answers), (sum, one) => sum + one);
        var mean = (all.Answered + 1) / (all.Sent + 2);
        for (var channel = 0; channel < channels; channel++)
        {
            model.Learn(people, channel, mean);
        }
        return model;
    }

    /// <summary>What is held likely of a channel before a person's own answers count.</summary>
    public Likely Before(int segment, int first, int channel) => Likely.Of(MeanOf(segment, first, channel), weights[channel]);

    /// <summary>The mean of everybody.</summary>
    public double Usual(int channel) => usual[channel];

    internal void Write(BinaryWriter to)
    {
        to.Put(usual);
        to.Put(weights);
        to.Put(means, mean =>
        {
            to.Write(mean.Key.Segment);
            to.Write(mean.Key.First);
            to.Write(mean.Key.Channel);
            to.Write(mean.Value);
        });
    }

    internal static ChannelModel Read(BinaryReader from) => new(
        from.Doubles(), from.Doubles(), from.List(() => KeyValuePair.Create((from.ReadInt32(), from.ReadInt32(), from.ReadInt32()), from.ReadDouble())).ToDictionary());

    private double MeanOf(int segment, int first, int channel) =>
        means.TryGetValue((segment, first, channel), out var own) ? own : means.TryGetValue((segment, -1, channel), out var ofSegment) ? ofSegment : usual[channel];

    private void Learn(IReadOnlyList<PersonAnswers> people, int channel, double mean)
    {
        var rows = people.Where(person => person.ByChannel[channel].Sent > 0).GroupBy(person => (person.Segment, person.First, Did: person.ByChannel[channel]))
            .Select(group => (group.Key.Segment, group.Key.First, group.Key.Did, Times: (double)group.Count())).OrderBy(row => row.Segment).ThenBy(row => row.First).ThenBy(row => row.Did.Sent)
            .ThenBy(row => row.Did.Answered).ToList();
        var sum = rows.Aggregate(default(Answers), (total, row) => total + new Answers(row.Did.Sent * row.Times, row.Did.Answered * row.Times));
        usual[channel] = (sum.Answered + (Floor * mean)) / (sum.Sent + Floor);
        weights[channel] = BetaBinomial.WeightOf([.. rows.Select(row => (row.Did, usual[channel], row.Times))]);
        var segments = Drawn(rows.GroupBy(row => row.Segment), _ => usual[channel]);
        foreach (var (segment, found) in segments)
        {
            means[(segment, -1, channel)] = found;
        }
        foreach (var (key, found) in Drawn(rows.Where(row => row.First >= 0).GroupBy(row => (row.Segment, row.First)), key => segments[key.Segment]))
        {
            means[(key.Segment, key.First, channel)] = found;
        }
        weights[channel] = BetaBinomial.WeightOf([.. rows.Select(row => (row.Did, MeanOf(row.Segment, row.First, channel), row.Times))]);

        Dictionary<TKey, double> Drawn<TKey>(IEnumerable<IGrouping<TKey, (int Segment, int First, Answers Did, double Times)>> groups, Func<TKey, double> above)
            where TKey : notnull
        {
            var told = groups.Select(group => (group.Key, Did: Together(group))).ToList();
            var weight = BetaBinomial.WeightOf([.. told.Select(group => (group.Did, above(group.Key), 1.0))]);
            return told.ToDictionary(group => group.Key, group => Likely.Of(above(group.Key), weight).After(group.Did).Mean);
        }

        // Many messages to one person say less of a group than as many to many: each person counts for n / (1 + (n − 1) ρ) with ρ = 1 / (1 + weight), the design effect (L. Kish, 1965).
        Answers Together(IEnumerable<(int Segment, int First, Answers Did, double Times)> group)
        {
            var rho = 1 / (1 + weights[channel]);
            return group.Aggregate(default(Answers), (total, row) =>
            {
                var worth = row.Times / (1 + (Math.Max(0, row.Did.Sent - 1) * rho));
                return total + new Answers(row.Did.Sent * worth, row.Did.Answered * worth);
            });
        }
    }
}
