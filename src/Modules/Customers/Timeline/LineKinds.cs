using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Customers.Timeline;

/// <summary>Where a line of the timeline comes from, as the chips above it say.</summary>
public enum LineKind
{
    Message,
    Site,
    Order,
    Support,
    Points,
    Other,
    Stage,
    Note,
}

/// <summary>Sorts events into kinds by their call and the first word of their name, so that names of the same family that nobody has thought of yet fall right.</summary>
internal static class LineKinds
{
    private static readonly (string Begins, LineKind Kind)[] Families =
    [
        ("Email ", LineKind.Message), ("SMS ", LineKind.Message), ("WhatsApp ", LineKind.Message), ("Push ", LineKind.Message), ("In-App ", LineKind.Message), ("Message ", LineKind.Message),
        ("Unsubscribed", LineKind.Message), ("Order ", LineKind.Order), ("Subscription ", LineKind.Order), ("Invoice ", LineKind.Order),
        ("Quote ", LineKind.Order), ("Contract ", LineKind.Order), ("Payment ", LineKind.Order), ("Product", LineKind.Site), ("Cart ", LineKind.Site),
        ("Checkout ", LineKind.Site), ("Signed ", LineKind.Site), ("Grind ", LineKind.Site), ("Ticket ", LineKind.Support), ("NPS ", LineKind.Support),
        ("Survey ", LineKind.Support), ("Brand ", LineKind.Support), ("Points ", LineKind.Points), ("Reward ", LineKind.Points), ("Invite ", LineKind.Points),
        ("Referral ", LineKind.Points),
    ];

    private static readonly (LineKind Kind, string Word, Text Label)[] Words =
    [
        (LineKind.Message, "messages", new("Messages", "Mensajes")),
        (LineKind.Site, "site", new("Site", "Sitio")),
        (LineKind.Order, "orders", new("Orders", "Compras")),
        (LineKind.Support, "support", new("Support and surveys", "Soporte y encuestas")),
        (LineKind.Points, "points", new("Points and referrals", "Puntos y referidos")),
        (LineKind.Other, "other", new("Other", "Otros")),
        (LineKind.Stage, "stages", new("Stages", "Etapas")),
        (LineKind.Note, "notes", new("Notes", "Notas")),
    ];

    public static IEnumerable<LineKind> All => Words.Select(word => word.Kind);

    public static LineKind Of(CallType type, string? name)
    {
        if (type is CallType.Page or CallType.Screen)
        {
            return LineKind.Site;
        }
        foreach (var (begins, kind) in Families)
        {
            if (name is not null && name.StartsWith(begins, StringComparison.Ordinal))
            {
                return kind;
            }
        }
        return LineKind.Other;
    }

    public static Text Label(this LineKind kind) => Words.First(word => word.Kind == kind).Label;

    /// <summary>As it stands in an address.</summary>
    public static string Word(this LineKind kind) => Words.First(word => word.Kind == kind).Word;

    public static LineKind? Find(string? word) => Words.Where(known => known.Word == word).Select(known => (LineKind?)known.Kind).FirstOrDefault();
}

/// <summary>A line before it is read: an event by its address in the journal, a move by its number among those of the lifecycle, or a note by its number; -1 where it is another.</summary>
public readonly record struct Line(long At, LineKind Kind, long Address, int Move, int Note)
{
    /// <summary>Every event of a person, oldest first, then to be merged with what else has happened.</summary>
    public static List<Line> EventsOf(EngineState state, ReadOnlySpan<int> members)
    {
        var kinds = new Dictionary<(CallType, int), LineKind>();
        var lines = new List<Line>();
        using var reader = new HistoryReader(state.Staged.History);
        reader.Open(members);
        while (reader.Next(out var e))
        {
            if (!kinds.TryGetValue((e.Type, e.Name), out var kind))
            {
                kinds[(e.Type, e.Name)] = kind = LineKinds.Of(e.Type, e.Name < 0 ? null : state.Staged.EventNames[e.Name]);
            }
            lines.Add(new Line(e.At, kind, e.Address, -1, -1));
        }
        return lines;
    }
}
