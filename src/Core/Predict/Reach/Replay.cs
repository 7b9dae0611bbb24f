using MathNet.Numerics.Distributions;

namespace Ciclo.Core.Predict.Reach;

/// <summary>A message whose channel was drawn by chance.</summary>
/// <param name="Person">Messages to one person hang together.</param>
/// <param name="Taken">The channel that was drawn.</param>
/// <param name="Propensity">The probability with which it was, above 0.</param>
/// <param name="Reward">What came of it, in any unit.</param>
/// <param name="Expected">What a model that saw nothing of this message expects of each channel, in the same unit.</param>
public readonly record struct Drawn(int Person, int Taken, double Propensity, double Reward, double[] Expected);

/// <summary>A value with the interval in which it lies with a probability of 95%.</summary>
public readonly record struct Estimate(double Value, double Low, double High)
{
    /// <summary>Whether even the lower end is above zero.</summary>
    public bool IsGain => Low > 0;
}

/// <summary>What two ways to choose a channel would have brought for each message.</summary>
/// <param name="Differ">Messages for which the two ways choose differently.</param>
public sealed record ReplayResult(int Messages, int People, int Differ, Estimate Chosen, Estimate Baseline, Estimate Gain);

/// <summary>
/// What a way to choose channels would have brought, from messages whose channel was drawn by chance: doubly robust (M. Dudík, J. Langford and L. Li, Doubly robust policy evaluation and
/// learning, ICML 2011), with weights that sum to one (A. Swaminathan and T. Joachims, The self-normalized estimator for counterfactual learning, NIPS 2015). Right where the probabilities are
/// right, however bad the model is; a good model only makes it narrower. Intervals by the influence of each person, so that many messages to one count as they hang together.
/// </summary>
public static class Replay
{
    private const double Level = 0.95;

    /// <param name="messages">Drawn by chance.</param>
    /// <param name="chosen">What the one way would have taken for each.</param>
    /// <param name="baseline">What the other would have.</param>
    public static ReplayResult Compare(IReadOnlyList<Drawn> messages, IReadOnlyList<int> chosen, IReadOnlyList<int> baseline)
    {
        var (one, ofOne) = Influence(messages, chosen);
        var (other, ofOther) = Influence(messages, baseline);
        return new ReplayResult(
            messages.Count, messages.Select(message => message.Person).Distinct().Count(), chosen.Zip(baseline).Count(pair => pair.First != pair.Second),
            With(messages, one, ofOne), With(messages, other, ofOther), With(messages, one - other, [.. ofOne.Zip(ofOther, (a, b) => a - b)]));
    }

    /// <summary>The value, and by how much each message moves it, times their number.</summary>
    private static (double Value, double[] Moves) Influence(IReadOnlyList<Drawn> messages, IReadOnlyList<int> chosen)
    {
        var (expected, weights, off) = (0.0, 0.0, 0.0);
        for (var i = 0; i < messages.Count; i++)
        {
            expected += messages[i].Expected[chosen[i]];
            var weight = WeightOf(messages[i], chosen[i]);
            weights += weight;
            off += weight * (messages[i].Reward - messages[i].Expected[chosen[i]]);
        }
        (expected, off) = (expected / messages.Count, weights > 0 ? off / weights : 0);
        var moves = new double[messages.Count];
        for (var i = 0; i < moves.Length; i++)
        {
            var ofModel = messages[i].Expected[chosen[i]];
            var ofDrawn = weights > 0 ? messages.Count * WeightOf(messages[i], chosen[i]) / weights * (messages[i].Reward - ofModel - off) : 0;
            moves[i] = ofModel - expected + ofDrawn;
        }
        return (expected + off, moves);
    }

    private static double WeightOf(Drawn message, int chosen) => message.Taken == chosen ? 1 / message.Propensity : 0;

    private static Estimate With(IReadOnlyList<Drawn> messages, double value, double[] moves)
    {
        var byPerson = new Dictionary<int, double>();
        for (var i = 0; i < moves.Length; i++)
        {
            byPerson[messages[i].Person] = byPerson.GetValueOrDefault(messages[i].Person) + moves[i];
        }
        var reach = Normal.InvCDF(0, 1, (1 + Level) / 2) * Math.Sqrt(byPerson.Values.Sum(move => move * move)) / messages.Count;
        return new Estimate(value, value - reach, value + reach);
    }
}
