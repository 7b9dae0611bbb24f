using System.Globalization;
using Ciclo.Core;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Views;

/// <summary>What to do about a subject that goes with leaving. <paramref name="Journey"/>: a journey of the library that does it; null where there is nothing to do to a person.</summary>
internal sealed record NextStep(Text Says, string? Journey)
{
    public static NextStep For(SubjectWeight subject) => subject.Subject switch
    {
        HabitColumns.Orders or "activity" => new(new("Give them a reason to come back before they are gone.", "Dales un motivo para volver antes de que se vayan."), "win-back"),
        "spending" => new(new("Nothing to do by itself: those who spend less care less.", "Por sí solo nada: a quien gasta menos le importa menos."), null),
        _ when subject.Raises => new(new("Something went wrong: have somebody of the team put it right.", "Algo salió mal: que alguien del equipo lo resuelva."), "at-risk"),
        _ when subject.IsStrong => new(new("Who does this stays: bring them back to it.", "Quien hace esto se queda: vuelve a llevarles ahí."), "win-back"),
        _ when subject.Odds is not null => new(new("Too weak to act on by itself.", "Muy débil para actuar solo por esto."), null),
        _ => new(new("Nobody changes it in a person: look at where such people come from.", "No se cambia en una persona: mira de dónde viene gente así."), null),
    };

    /// <summary>Whom it is about, as a rule: those the model speaks of with a high chance, and, of an event, who had it in 90 days, or did not where having it is good.</summary>
    public static string RuleOf(PredictModel model, double from, SubjectWeight? subject)
    {
        var rule = string.Create(CultureInfo.InvariantCulture, $"scores.{model.Score} >= {Math.Round(from, 4)}");
        rule = model.Who.Length > 0 ? $"({model.Who}) and {rule}" : rule;
        return subject is { Odds: { } odds } && subject.Subject[HabitColumns.EventSubject.Length..] is var name
            ? $"{rule} and count({(name == HabitColumns.Views ? name : $"\"{name}\"")}, 90d) {(odds > 1 ? ">= 1" : "== 0")}" : rule;
    }

    /// <summary>An id for a segment of it.</summary>
    public static string SegmentOf(PredictModel model, SubjectWeight? subject)
    {
        var id = string.Concat($"{model.Score}-{subject?.Subject.Split(':')[^1] ?? "high"}".ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_' ? letter : '-')).Trim('-');
        return id[..Math.Min(id.Length, 60)];
    }
}
