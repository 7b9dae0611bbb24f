using Ciclo.Core.Predict.Goals;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Views;

/// <summary>A person of a list, as pages name them.</summary>
public sealed record NamedPerson(string Id, string Name, ScoredPerson Person);

/// <summary>Who may leave and what to do. <paramref name="People"/> is null while the history is being replaced.</summary>
public sealed record ChurnModel(PredictModel Model, GoalCard Card, bool IsScored, ScoredPeople? People, IReadOnlyList<NamedPerson> First, bool MayReadPeople, bool MayChange)
{
    public IEnumerable<ScoredPerson> AtRisk => People?.People.Where(person => person.Score >= Card.HighFrom) ?? [];

    /// <summary>Of those at risk, for how many a subject is among what speaks for leaving.</summary>
    public int With(string subject) => AtRisk.Count(person => ScoredFilter.Speaks(person, subject));
}

/// <summary>How long people stay; <paramref name="Refusal"/> why that cannot be told.</summary>
public sealed record StayModel(PredictModel Model, StayTable? Table, string Begins, StayGrouping By, IReadOnlyList<string> Events, IReadOnlyList<StayGrouping> Groupings, Core.Text? Refusal, bool MayReadPeople);

/// <summary>The people behind a number of how long they stay.</summary>
public sealed record StayPeopleModel(PredictModel Model, StayTable Table, string? Group, bool OnlyLeft, IReadOnlyList<(string Id, string Name, Stay Stay)> Shown, int Count)
{
    public const int Most = 500;
}

/// <summary>Leads by grade, the gain of a threshold, whom sales see.</summary>
public sealed record LeadsModel(
    PredictModel Model, GoalCard Card, LeadCard Lead, ViewSettings View, bool IsScored, ScoredPeople? People, IReadOnlyList<NamedPerson> First, bool MayReadPeople, bool MayChange, Core.Text? Refusal);

/// <summary>Which of the people with a score are listed: by grade, by a subject that speaks for it, or those with a high chance.</summary>
public sealed record ScoredFilter(string Grade, string Subject, bool OnlyQualified, int Skip)
{
    public const int OfPage = 50;

    public static ScoredFilter None { get; } = new("", "", false, 0);

    public bool Takes(ScoredPerson person) =>
        (Grade.Length == 0 || person.Lead?.Grade == Grade) && (!OnlyQualified || person.Lead?.IsQualified == true) && (Subject.Length == 0 || Speaks(person, Subject));

    public static bool Speaks(ScoredPerson person, string subject) => person.Reasons.Any(reason => reason.LogOdds > 0 && HabitColumns.SubjectOf(reason.Column) == subject);
}

/// <summary>A page of the people with a score.</summary>
public sealed record ScoredPeopleModel(PredictModel Model, ModelView View, GoalCard? Card, ScoredFilter Filter, ScoredPeople? People, IReadOnlyList<NamedPerson> Shown, int Count);
