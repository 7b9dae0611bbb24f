using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Boards.Reading;
using Ciclo.Modules.Boards.Schedules;
using Ciclo.Modules.Boards.Links;
using Ciclo.Modules.Boards.Mails;

namespace Ciclo.Modules.Boards;

/// <summary>The list: those that come with the program, and those that people made.</summary>
public sealed record ListModel(IReadOnlyList<Board> Ready, IReadOnlyList<Board> Own, IReadOnlyDictionary<string, Text> Names, string Query, BoardError? Error);

/// <summary>A dashboard being read. <paramref name="Told"/>: the period by its name.</summary>
/// <param name="Periods">The kind's latest periods by their first dates, newest first.</param>
public sealed record BoardModel(Board Board, BoardPeriod Period, string Told, IReadOnlyList<(string Date, string Name)> Periods, bool MayChange, bool HasEvents, IReadOnlyList<ReportRow> Reports)
{
    /// <summary>Whether strangers read it by a link: without navigation, and no number opens.</summary>
    public string? Token { get; init; }
}

/// <summary>A card's content, with or without links into rows.</summary>
/// <param name="Width">Of the 12 columns.</param>
public sealed record CardModel(CardReading Reading, bool HasLinks, int Width);

/// <summary>A dashboard being arranged.</summary>
public sealed record EditModel(Board Board, bool CanUndo, BoardError? Error, string? Done);

/// <summary>The catalogue to choose from.</summary>
public sealed record ChooseModel(Board Board, string Query, IReadOnlyList<Metric> Metrics);

/// <summary>The form of a card. <paramref name="Metric"/> is null for kinds that have none.</summary>
public sealed record CardFormModel(Board Board, BoardCard Card, bool IsNew, Metric? Metric, IReadOnlyList<string> Events, Text? Wrong);

/// <summary>Who sees a dashboard: inside, by links, and who gets it when.</summary>
/// <param name="NewLink">The address of a link that was just made, shown this once.</param>
public sealed record ShareModel(
    Board Board, Visitor Visitor, IReadOnlyList<BoardLink> Links, IReadOnlyList<(Schedule Schedule, IReadOnlyList<RecipientRow> Recipients)> Schedules, IReadOnlyList<ReportRow> Reports,
    IReadOnlyList<TeamMember> Readers, IReadOnlyList<(long Id, string Name)> Endpoints,
    string? NewLink, BoardError? Error, long Now);
