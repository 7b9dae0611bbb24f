using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Analytics;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Boards.Mails;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Boards;

/// <summary>Kinds, sizes and sharing by the names that are stored, and as people read them.</summary>
internal static class BoardWords
{
    public static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    public static T? Find<T>(string? name)
        where T : struct, Enum => Enum.TryParse<T>(name, ignoreCase: true, out var found) && Enum.IsDefined(found) && name!.All(char.IsAsciiLetter) ? found : null;

    public static Text Of(CardKind kind) => kind switch
    {
        CardKind.Number => new("Number", "Cifra"),
        CardKind.Line => new("Line over time", "Línea en el tiempo"),
        CardKind.Bars => new("Bars over time", "Barras en el tiempo"),
        CardKind.Table => new("Table by value", "Tabla por valor"),
        CardKind.Funnel => new("Funnel", "Embudo"),
        CardKind.Cohorts => new("Who comes back", "Quién regresa"),
        CardKind.Mrr => new("What moved MRR", "Qué movió el MRR"),
        CardKind.Stages => new("People in each stage", "Personas en cada etapa"),
        _ => new("Text", "Texto"),
    };

    public static Text Of(CardSize size) => size switch
    {
        CardSize.Small => new("Small, a quarter", "Chica, un cuarto"),
        CardSize.Medium => new("Medium, a third", "Mediana, un tercio"),
        CardSize.Large => new("Large, a half", "Grande, la mitad"),
        _ => new("Wide, the whole row", "Ancha, toda la fila"),
    };

    public static Text Of(MailState state) => state switch
    {
        MailState.Due => new("waits", "en espera"),
        MailState.Sending => new("on its way", "saliendo"),
        MailState.Sent => new("sent", "enviado"),
        MailState.Failed => new("not sent", "no enviado"),
        _ => new("in doubt", "en duda"),
    };

    public static Verdict VerdictOf(MailState state) => state switch { MailState.Sent => Verdict.Good, MailState.Failed => Verdict.Bad, MailState.Unknown => Verdict.Warn, _ => Verdict.None };

    public static Text Of(Sharing sharing) => sharing switch
    {
        Sharing.Private => new("Only you", "Solo tú"),
        _ => new("The workspace", "Todo el espacio"),
    };

    /// <summary>Whether somebody sees a dashboard of their workspace.</summary>
    public static bool Shows(this Board board, Visitor visitor) => board.Sharing == Sharing.Workspace || board.Owner == visitor.UserId;

    /// <summary>Whether somebody may change it; what comes with the program is copied instead.</summary>
    public static bool MayChange(this Board board, Visitor visitor) =>
        !board.IsReady && (board.Owner == visitor.UserId || (board.Sharing == Sharing.Workspace && visitor.May(Permission.ChangeDefinitions)));

    /// <summary>Small numbers, half a row for courses, whole rows for what is wide by nature.</summary>
    public static CardSize UsualSize(CardKind kind) => kind switch
    {
        CardKind.Number => CardSize.Small,
        CardKind.Cohorts => CardSize.Wide,
        _ => CardSize.Large,
    };

    public static Text PeriodName(PeriodKind by) => MetricWords.By(by);
}
