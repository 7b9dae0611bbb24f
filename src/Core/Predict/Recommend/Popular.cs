namespace Ciclo.Core.Predict.Recommend;

/// <summary>One time that a person had to do with an item.</summary>
/// <param name="Weight">How much it counts beside others: a look less than a purchase. Above 0.</param>
public readonly record struct ItemTouch(int Item, int Segment, DateTimeOffset At, double Weight = 1);

/// <summary>
/// What most people had, overall and by segment, where older times count less: half after each half-life. A segment with few times is drawn to the whole, so that it is never empty.
/// </summary>
public sealed class Popular : IRecommender
{
    /// <summary>A segment's own times weigh as much as the whole's when there are so many of them.</summary>
    private const double Shrinkage = 50;

    private readonly float[] overall;
    private readonly float[][] bySegment;

    private Popular(float[] overall, float[][] bySegment)
    {
        this.overall = overall;
        this.bySegment = bySegment;
    }

    public int ItemCount => overall.Length;

    /// <summary>By the number of people, without times.</summary>
    public static Popular Train(Interactions data) => new(Array.ConvertAll(data.PeopleOfItems(), count => (float)count), []);

    /// <param name="now">Times after it are left out.</param>
    /// <param name="halfLife">The age at which a time counts half; above 0.</param>
    public static Popular Train(IEnumerable<ItemTouch> touches, int itemCount, int segments, DateTimeOffset now, TimeSpan halfLife) =>
        Train(touches, [.. Enumerable.Range(0, segments).Select(segment => new[] { segment })], itemCount, segments, now, halfLife);

    /// <summary>The same for people who are in several segments at once.</summary>
    /// <param name="segmentsOf">The segments that a touch counts for, by what its <see cref="ItemTouch.Segment"/> says.</param>
    public static Popular Train(IEnumerable<ItemTouch> touches, IReadOnlyList<int[]> segmentsOf, int itemCount, int segments, DateTimeOffset now, TimeSpan halfLife)
    {
        var whole = new double[itemCount];
        var own = Enumerable.Range(0, segments).Select(_ => new double[itemCount]).ToArray();
        foreach (var touch in touches)
        {
            if (touch.At <= now)
            {
                var weight = touch.Weight * Math.Pow(0.5, (now - touch.At) / halfLife);
                whole[touch.Item] += weight;
                foreach (var segment in segmentsOf[touch.Segment])
                {
                    own[segment][touch.Item] += weight;
                }
            }
        }
        var total = Math.Max(whole.Sum(), double.Epsilon);
        var mixed = Array.ConvertAll(own, segment =>
        {
            var all = segment.Sum();
            return Enumerable.Range(0, itemCount).Select(item => (float)((segment[item] + (Shrinkage * whole[item] / total)) / (all + Shrinkage))).ToArray();
        });
        return new(Array.ConvertAll(whole, weight => (float)(weight / total)), mixed);
    }

    public void Score(ReadOnlySpan<int> history, Span<float> scores) => overall.CopyTo(scores);

    /// <summary>The same for a person of a segment: where somebody new begins.</summary>
    public void ScoreOfSegment(int segment, Span<float> scores) => (segment >= 0 && segment < bySegment.Length ? bySegment[segment] : overall).CopyTo(scores);

    public int Because(ReadOnlySpan<int> history, int item) => -1;

    public void Write(BinaryWriter to)
    {
        to.Put(overall);
        to.Put(bySegment, to.Put);
    }

    public static Popular Read(BinaryReader from) => new(from.Floats(), from.List(from.Floats));
}
