namespace Ciclo.Core.Experiments;

/// <summary>
/// What has to be known of the people of one arm: their number, and sums of what each brought (y), of what each spent before (x), of squares and products.
/// </summary>
public readonly record struct Moments(long People, double Y, double YY, double X = 0, double XX = 0, double XY = 0)
{
    public double Mean => People == 0 ? 0 : Y / People;

    public Moments With(double y, double x = 0) => new(People + 1, Y + y, YY + (y * y), X + x, XX + (x * x), XY + (x * y));

    public static Moments operator +(Moments one, Moments other) =>
        new(one.People + other.People, one.Y + other.Y, one.YY + other.YY, one.X + other.X, one.XX + other.XX, one.XY + other.XY);

    /// <summary>So many people of whom some converted.</summary>
    public static Moments OfShare(long people, long converted) => new(people, converted, converted);

    /// <summary>The sample variance of y − θx.</summary>
    public double Variance(double theta)
    {
        if (People < 2)
        {
            return 0;
        }
        var (mean, square) = (Y - (theta * X), YY - (2 * theta * XY) + (theta * theta * XX));
        return Math.Max(0, (square - (mean * mean / People)) / (People - 1));
    }
}
