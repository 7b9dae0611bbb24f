using Ciclo.Core;

namespace Ciclo.Modules.Boards;

/// <summary>What a card shows. Persisted by name, so names only grow.</summary>
public enum CardKind
{
    /// <summary>One number with its change and its course.</summary>
    Number = 0,
    Line = 1,
    Bars = 2,
    /// <summary>The values of a breakdown in one period.</summary>
    Table = 3,
    Funnel = 4,
    Cohorts = 5,
    /// <summary>From what MRR opened with to what it closed with.</summary>
    Mrr = 6,
    /// <summary>The people in each stage of a lifecycle.</summary>
    Stages = 7,
    Text = 8,
}

/// <summary>How much of the grid's 12 columns a card takes. Persisted by name, so names only grow.</summary>
public enum CardSize
{
    Small = 0,
    Medium = 1,
    Large = 2,
    Wide = 3,
}

/// <summary>Who sees a dashboard. Persisted by name, so names only grow.</summary>
public enum Sharing
{
    /// <summary>Its owner alone.</summary>
    Private = 0,
    /// <summary>Everybody in the workspace; who may change definitions changes it too.</summary>
    Workspace = 1,
}

/// <summary>
/// One card, by what it asks the catalogue for: nothing of what it shows is kept. Empty texts stand for the metric's or the dashboard's own.
/// </summary>
public sealed record BoardCard(string Id, CardKind Kind, CardSize Size)
{
    public string Title { get; init; } = "";

    public string Metric { get; init; } = "";

    public string Breakdown { get; init; } = "";

    /// <summary>Of the breakdown, where a number is of one of its values.</summary>
    public string Value { get; init; } = "";

    /// <summary>The card's own kind of period, `week`; empty for the dashboard's.</summary>
    public string By { get; init; } = "";

    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Of a funnel; of cohorts: the first event and that of coming back.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];

    /// <summary>How long an attempt at a funnel may take.</summary>
    public string Window { get; init; } = "7d";

    /// <summary>Markdown.</summary>
    public string Text { get; init; } = "";
}

/// <summary>
/// A dashboard: cards in an order, which alone says where each stands. <paramref name="Version"/> counts its changes; 0 is one that comes with the program.
/// </summary>
/// <param name="Owner">The user's id; empty for one that comes with the program.</param>
public sealed record Board(string Id, string Name, string Description, string Owner, Sharing Sharing, BoardPeriod Period, IReadOnlyList<BoardCard> Cards, int Version, long UpdatedAt)
{
    public const int LongestName = 80;
    public const int LongestDescription = 300;
    public const int MostCards = 40;

    public bool IsReady => Version == 0;

    public BoardCard? Card(string id) => Cards.FirstOrDefault(card => card.Id == id);
}

/// <summary>A refusal of this module: a stable code, and what is wrong and what next.</summary>
public sealed record BoardError(string Code, Text Message)
{
    public static readonly BoardError NotFound = new("no_dashboard", new(
        "There is no such dashboard, or it is somebody's own. `/dashboards` lists those you may see.", "No existe ese tablero, o es privado. `/dashboards` lista los que puedes ver."));

    public static readonly BoardError Changed = new("changed_meanwhile", new(
        "Somebody changed this dashboard meanwhile, so your change was not made. This is how it is now: make yours again.",
        "Alguien cambió este tablero mientras tanto y tu cambio no se hizo. Así está ahora: vuelve a hacer el tuyo."));

    public static readonly BoardError NoName = new("no_name", new(
        $"Give it a name of 1 to {Board.LongestName} characters, and a description of at most {Board.LongestDescription}.",
        $"Ponle un nombre de 1 a {Board.LongestName} caracteres, y una descripción de {Board.LongestDescription} como máximo."));

    public static readonly BoardError TooMany = new("too_many_cards", new(
        $"A dashboard holds {Board.MostCards} cards. Take one off, or put this on another dashboard.",
        $"Un tablero tiene {Board.MostCards} tarjetas como máximo. Quita una, o pon esta en otro tablero."));

    public static readonly BoardError TooManyBoards = new("too_many_dashboards", new(
        $"A workspace holds {BoardService.MostBoards} dashboards. Delete one that nobody needs.", $"Un espacio tiene {BoardService.MostBoards} tableros como máximo. Borra uno que nadie necesite."));

    public static readonly BoardError NothingToUndo = new("nothing_to_undo", new(
        "There is nothing to undo: somebody undid it already.", "No hay nada que deshacer: alguien ya lo deshizo."));
}
