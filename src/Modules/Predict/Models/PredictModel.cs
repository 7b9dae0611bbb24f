using System.Text.Json.Serialization;
using Ciclo.Core;
using Ciclo.Core.Predict.Goals;
using Ciclo.Core.Predict.Value;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Predict.Models;

/// <summary>What a model predicts. Persisted by name.</summary>
public enum ModelKind
{
    /// <summary>Whether an event happens within the days.</summary>
    Event,

    /// <summary>Whether a rule that does not hold begins to hold within the days.</summary>
    Rule,

    /// <summary>What a customer brings within the days.</summary>
    Value,

    /// <summary>What a subscriber brings within the days, by how long alike subscriptions last.</summary>
    Contract,
}

/// <summary>What became of a training. Persisted by name.</summary>
public enum VersionState
{
    /// <summary>Somebody has to look at its back-test before its scores are written.</summary>
    Waiting,
    InUse,
    Replaced,

    /// <summary>It tells people apart no better than chance would, and is not used.</summary>
    NoSignal,
    Refused,
}

/// <summary>A question about the future of people, asked again every <paramref name="EveryDays"/> days.</summary>
/// <param name="Goal">An event as a selector, such as `"Order Completed"`, or a rule.</param>
/// <param name="Who">A rule for those of whom it is predicted; empty for everybody who was there within a year.</param>
/// <param name="Days">The horizon.</param>
/// <param name="Score">Under this name rules read it: `scores.NAME`, a probability from 0 to 1, or money in the workspace's currency.</param>
/// <param name="DueAt">When it is trained next, Unix milliseconds; null for never.</param>
/// <param name="Refusal">Why the last training came to nothing.</param>
public sealed record PredictModel(
    long Id, string WorkspaceId, string Name, ModelKind Kind, string Goal, string Who, int Days, string Score, int EveryDays, long CreatedAt, string CreatedBy, long? DueAt, Text? Refusal)
{
    public const int LongestName = 100;
    public const int LongestRule = 2_000;
    public const int LongestScore = 40;
    public const int MostDays = 365;
    public const int Most = 50;

    public const double HighestRate = 1;

    /// <summary>Of money: by what part money in a year is worth less than money now.</summary>
    public double YearlyRate { get; init; } = 0.1;

    /// <summary>When everybody is scored again by the version in use, Unix milliseconds; null for not before an approval.</summary>
    public long? ScoreDueAt { get; init; }

    public long HorizonMs => Days * Durations.Day;

    /// <summary>Whether the score is money.</summary>
    public bool IsMoney => Kind is ModelKind.Value or ModelKind.Contract;

    public static PredictModel New(string workspaceId, long now, string by) => new(0, workspaceId, "", ModelKind.Event, "\"Order Completed\"", "", 30, "", 7, now, by, now, null);
}

/// <summary>One column of a model: its share of all that moves scores, and how the probability goes with its value.</summary>
public sealed record ColumnWeight(string Column, double Share, IReadOnlyList<DependencePoint> Points);

/// <summary>What a training found, with its test on a later time than it had learned from.</summary>
/// <param name="TrainedOn">Rows.</param>
/// <param name="Lift">How many times what is usual the tenth with the highest scores had.</param>
[JsonDerivedType(typeof(GoalCard), "goal")]
[JsonDerivedType(typeof(ValueCard), "value")]
[JsonDerivedType(typeof(ContractCard), "contract")]
public abstract record ModelCard(int TrainedOn, int Tested, long TestedAt, double Lift, long TookMs)
{
    /// <summary>Whether it tells people apart better than chance would.</summary>
    [JsonIgnore]
    public abstract bool HasSignal { get; }

    /// <summary>Whether it tells people apart clearly worse than the one in use.</summary>
    public abstract bool IsWorseThan(ModelCard used);
}

/// <summary>
/// A goal. The test is of the newest past: trained on what was known before, held against what then happened to people in the <c>Days</c> after
/// <paramref name="TestedAt"/>. Probabilities from 0 to 1.
/// </summary>
/// <param name="TrainedOn">Rows: a person at an instant of the past.</param>
/// <param name="AucLow">The lower end of the interval of 95 % of the AUC (J. Hanley and B. McNeil 1982).</param>
/// <param name="Rate">Of all tested people, for whom it came true.</param>
public sealed record GoalCard(
    int TrainedOn, int Tested, int Positives, long FirstCutAt, long TestedAt, string Algorithm, double Auc, double AucLow, double AucHigh, double Brier, double BrierOfRate, double LogLoss, double Lift,
    double Rate, IReadOnlyList<Decile> Deciles, IReadOnlyList<ColumnWeight> Columns, long TookMs) : ModelCard(TrainedOn, Tested, TestedAt, Lift, TookMs)
{
    /// <summary>What moves it, by subject; none for a card of an older version.</summary>
    public IReadOnlyList<SubjectWeight> Subjects { get; init; } = [];

    /// <summary>Whose chance is as high as that of the riskiest fifth of the test.</summary>
    [JsonIgnore]
    public double HighFrom => Deciles.Count < 3 ? Rate : (Deciles[1].Foreseen + Deciles[2].Foreseen) / 2;

    /// <summary>Of a lead score.</summary>
    public LeadCard? Lead { get; init; }

    [JsonIgnore]
    public override bool HasSignal => AucLow > 0.5 && Brier < BrierOfRate;

    public override bool IsWorseThan(ModelCard used) => used is GoalCard goal && AucHigh < goal.AucLow;
}

/// <summary>A parameter of a model, and what it lies between with 80 % probability.</summary>
public sealed record FittedParameter(string Name, double Value, double Low, double High);

/// <summary>What customers bring. Money is in major units of <paramref name="Currency"/>.</summary>
/// <param name="TrainedOn">Customers.</param>
/// <param name="Kind">The model of purchases under which what came in the test is likeliest.</param>
/// <param name="IsShrunken">Drawn towards what is usual in shops, as there are few customers.</param>
/// <param name="Correlation">Of how often and for how much customers order; the model takes it to be 0.</param>
/// <param name="Ahead">What all customers of now bring within the days, discounted.</param>
public sealed record ValueCard(
    int TrainedOn, int Tested, long TestedAt, double Lift, PurchaseKind Kind, bool IsShrunken, IReadOnlyList<FittedParameter> Parameters, ValueTest Test, double MeanOrder, double Correlation, Forecast Ahead,
    string Currency, long TookMs) : ModelCard(TrainedOn, Tested, TestedAt, Lift, TookMs)
{
    [JsonIgnore]
    public override bool HasSignal => Test.RankLow > 0;

    public override bool IsWorseThan(ModelCard used) => used is ValueCard value && Test.RankHigh < value.Test.RankLow;
}

/// <summary>A training with what was decided about it. <paramref name="Scored"/>: people whose score was written.</summary>
public sealed record ModelVersion(long Id, long ModelId, long TrainedAt, VersionState State, ModelCard Card, string DecidedBy, long? DecidedAt, long? ScoredAt, long Scored)
{
    /// <summary>Why it was trained, where that was not its time; null otherwise.</summary>
    public Text? Note { get; init; }

    /// <summary>Whether its bytes are kept, so that it can score.</summary>
    public bool IsKept { get; init; }

    /// <summary>As of its newest scoring, the scores first, then the columns by how much they matter.</summary>
    public IReadOnlyList<ColumnDrift> Drift { get; init; } = [];

    /// <summary>The worst of what matters: the scores themselves, and the five columns that matter most.</summary>
    public DriftLevel DriftLevel => Drift.Take(6).Select(one => one.Level).DefaultIfEmpty().Max();
}
