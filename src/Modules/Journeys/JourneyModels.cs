using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Definitions;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Journeys;

/// <summary>A journey in the list. <see cref="Figures"/> is null for one that only a draft of the visitor has.</summary>
public sealed record ListedJourney(string Id, string Label, string Trigger, bool IsPaused, bool HasDraft, JourneyFigures? Figures);

public sealed record JourneysModel(IReadOnlyList<ListedJourney> Journeys, int All, string Query, bool MayChange);

/// <summary>What a new journey can begin with.</summary>
public sealed record NewJourneyModel(IReadOnlyList<LibraryJourney> Library, string Name, Text? Refusal);

/// <summary>What stands over the pages of one journey. <see cref="Current"/> is null for one that only a draft has.</summary>
public sealed record JourneyHead(string Id, string Label, DefinitionVersion? Current, DefinitionDraft? Draft, int Versions, bool IsPaused, Visitor Visitor)
{
    public bool MayChange => Visitor.May(Permission.ChangeDefinitions);

    public bool MaySend => Visitor.May(Permission.Send);

    public bool MayReadPeople => Visitor.May(Permission.ReadPeople);

    public string Path => "/journeys/" + Id;

    /// <summary>The number that the draft would get.</summary>
    public int Next => Versions + 1;
}

/// <summary>A journey in force: what it does, and where people are. <see cref="IsMeasured"/>: an experiment tells what it changed.</summary>
public sealed record JourneyModel(
    JourneyHead Head, JourneyFigures Figures, JourneyOutline Outline, string Trigger, bool IsMeasured, CanvasModel Canvas, IReadOnlyList<JourneyVersionRow> Versions, string? Cost,
    Text? Refusal = null);

public sealed record JourneyVersionRow(DefinitionVersion Version, Text By, long Inside);

/// <summary>The page where a journey is drawn.</summary>
public sealed record EditModel(JourneyHead Head, DefinitionFile File, CanvasModel Canvas, bool IsNew, Text? Refusal = null);

/// <summary>
/// What the canvas begins with. <see cref="Journey"/> has the keys of the file; <see cref="Says"/> tells each step in words, by its id (`start` and `end` too).
/// </summary>
public sealed record CanvasModel(
    string Id, bool IsEditable, JsonNode? Journey, string Text, IReadOnlyDictionary<string, SaidStep> Says, IReadOnlyList<CanvasFinding> Findings, CanvasFigures? Figures, CanvasNames? Names);

/// <summary>A step in words: what it is, and what it does it with.</summary>
public sealed record SaidStep(string Title, string Says);

/// <summary>One finding: its place in the text, counted from 1, and the path of keys and numbers that leads to it.</summary>
public sealed record CanvasFinding(IReadOnlyList<string> Path, int Line, int Column, bool IsError, string Message);

/// <summary>Numbers for the canvas; each names its rows under the journey's address.</summary>
public sealed record CanvasFigures(
    long Entered, long Inside, long Control, long Goal, IReadOnlyDictionary<string, StepFigures> Steps, IReadOnlyDictionary<string, string> OutcomeWords,
    IReadOnlyDictionary<string, IReadOnlyList<SentRow>> Sent);

/// <summary>A number of a step's messages, in words.</summary>
public sealed record SentRow(string Says, long Count);

/// <summary>A test run in words. <see cref="Course"/> is null where there is none; then <see cref="Refusal"/> says why.</summary>
public sealed record TrialModel(string Name, IReadOnlyList<string> Steps, IReadOnlyList<CourseStep>? Course, string End, long EndedAt, Text? Refusal);

/// <summary>What the days before would have done. <see cref="Figures"/> is null where the journey cannot be run; then <see cref="Refusal"/> says why.</summary>
public sealed record SimulatedModel(int Days, CanvasFigures? Figures, IReadOnlyDictionary<string, long> Ends, long Messages, string? Cost, Text? Refusal);

/// <summary>What the forms of steps offer.</summary>
public sealed record CanvasNames(
    IReadOnlyList<string> Events, IReadOnlyList<string> Traits, IReadOnlyList<string> Segments, IReadOnlyList<string> Stages, IReadOnlyList<CanvasTemplate> Templates, IReadOnlyList<string> Purposes,
    IReadOnlyList<string> Endpoints);

public sealed record CanvasTemplate(string Id, string Name, string Channel);

/// <summary>What became of a text that the canvas sent: it stands as a draft, with these faults. <see cref="Journey"/> is null where the text cannot be read at all.</summary>
public sealed record DraftAnswer(
    string Text, JsonNode? Journey, IReadOnlyDictionary<string, SaidStep> Says, IReadOnlyList<CanvasFinding> Findings, bool IsDraft, bool CanPublish, string Saved);

/// <summary>What publishing would change. <see cref="Inside"/>: people who go on by the version that they entered.</summary>
public sealed record ChangesModel(JourneyHead Head, IReadOnlyList<CanvasFinding> Errors, IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Removed, bool ChangesFrame, long Inside);

/// <summary>A page of people. <see cref="What"/> says in words which.</summary>
public sealed record PeopleModel(JourneyHead Head, string What, IReadOnlyList<PersonRun> Rows, int Skip, bool HasMore, string Query)
{
    public const int PageSize = 25;
}

public sealed record PersonRun(string PersonId, string Name, Run Run, string Step, IReadOnlyList<CourseStep> Course);

/// <summary>A step that somebody came by, in words. <paramref name="Preview"/>: where its message can be seen, null for a step without one.</summary>
public sealed record CourseStep(long At, SaidStep Step, string Way, string Outcome, string? Preview = null)
{
    /// <summary>The channel or the hour that was chosen for the person; empty for none.</summary>
    public string Chosen { get; init; } = "";

    public string Why { get; init; } = "";
}
