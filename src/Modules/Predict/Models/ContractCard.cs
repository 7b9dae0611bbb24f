using Ciclo.Core.Predict.Value;

namespace Ciclo.Modules.Predict.Models;

/// <summary>A point of a curve of survival: months, and the part that goes on beyond them with what it lies between with 95 % probability.</summary>
public sealed record CurvePoint(double Months, double Stays, double Low, double High);

/// <summary>How contracts of a plan last. <paramref name="Plan"/>: empty for all of them. <paramref name="Median"/>: months after which half are gone; null where it is not known yet.</summary>
public sealed record ContractCurve(string Plan, int Contracts, int Ended, double? Median, IReadOnlyList<CurvePoint> Points);

/// <summary>What customers under contract bring. Money is in major units of <paramref name="Currency"/>.</summary>
/// <param name="TrainedOn">Contracts, ended or not.</param>
/// <param name="Ahead">What all who are under contract now bring within the days, discounted.</param>
/// <param name="Asked">Months of the horizon; of these <paramref name="Seen"/>, on average, were reached by somebody who had subscribed as long before. The others are left out.</param>
public sealed record ContractCard(
    int TrainedOn, int Tested, long TestedAt, double Lift, IReadOnlyList<ContractCurve> Curves, ContractTest Test, Forecast Ahead, int Asked, double Seen, string Currency, long TookMs)
    : ModelCard(TrainedOn, Tested, TestedAt, Lift, TookMs)
{
    /// <summary>A sum that came in as foreseen is of use even where nobody is told apart.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public override bool HasSignal => Test.IsWithin || Test.RankLow > 0;

    [System.Text.Json.Serialization.JsonIgnore]
    public override (double Value, double Low, double High) Quality => (Test.Rank, Test.RankLow, Test.RankHigh);

    public override bool IsWorseThan(ModelCard used) => used is ContractCard contract && Test.RankHigh < contract.Test.RankLow;
}
