using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Customers.Contracts;

namespace Ciclo.Modules.Predict.Models;

/// <summary>The latest score of a name that a person has, as the history says it.</summary>
/// <param name="Between">What it lies between with 80 % probability; null of scores from before that was written.</param>
/// <param name="Currency">Of a score that is money; null of one that is a probability.</param>
/// <param name="Lead">Of a lead; null of others.</param>
/// <param name="Version">The training that it comes from; null of scores from before that was written.</param>
internal sealed record NotedScore(string Name, double Value, string Label, string Why, long At, (double Low, double High)? Between, string? Currency, double? Alive, double? Orders, double? Months, long? Version, LeadScore? Lead);

/// <summary>A person's scores on their page: the latest of each name, with what moved it.</summary>
internal sealed class ModelScores : IPersonScores
{
    public IReadOnlyList<PersonScore> Of(EngineState state, int profile) => [.. Read(state, profile).Select(Shown)];

    /// <summary>By name. Inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
    public static IReadOnlyList<NotedScore> Read(EngineState state, int profile)
    {
        var updated = state.Staged.EventNames.Find(SystemEventNames.ScoresUpdated);
        if (updated < 0)
        {
            return [];
        }
        var found = new Dictionary<string, NotedScore>(StringComparer.Ordinal);
        foreach (var timed in state.Staged.History.Read(state.Staged.Identity.MembersOf(profile)))
        {
            var e = timed.Read();
            if (e.Type == CallType.Track && e.Name == updated)
            {
                Note(state, e, timed.At, found);
            }
        }
        return [.. found.Values.OrderBy(one => one.Name, StringComparer.Ordinal)];
    }

    /// <summary>What moved a score, as sentences.</summary>
    public static IReadOnlyList<Text> ReasonsOf(NotedScore score)
    {
        var (en, es) = Locales;
        return [.. LeadSays(score.Lead), .. ScoreWriter.Unpacked(score.Why).Select(reason => new Text(Says(en, reason), Says(es, reason)))];
    }

    private static (Locale En, Locale Es) Locales => (new Locale(Language.En, Core.Time.Zone.Utc), new Locale(Language.Es, Core.Time.Zone.Utc));

    private static void Note(EngineState state, in PackedEvent e, long at, Dictionary<string, NotedScore> found)
    {
        var paths = new HashSet<int>();
        e.NotePaths(paths);
        foreach (var path in paths)
        {
            if (state.Staged.Paths[path] is { } name && name.EndsWith(ScoreWriter.Why, StringComparison.Ordinal) && name[..^ScoreWriter.Why.Length] is var score
                && e.TryGetNumber(state.Staged.Paths.Find(score), out var value) && e.Get(path) is { Kind: ValueKind.Text } why)
            {
                found[score] = new NotedScore(
                    score, (double)value.Micros / Number.Scale, TextOf(state, e, score + ScoreWriter.Label) ?? score, why.AsText, at, BetweenOf(state, e, score), TextOf(state, e, score + ScoreWriter.Money),
                    NumberOf(state, e, score + ScoreWriter.Alive), NumberOf(state, e, score + ScoreWriter.Orders), NumberOf(state, e, score + ScoreWriter.Months),
                    (long?)NumberOf(state, e, score + ScoreWriter.Version), LeadOf(state, e, score));
            }
        }
    }

    private static string? TextOf(EngineState state, in PackedEvent e, string path) =>
        state.Staged.Paths.Find(path) is >= 0 and var place && e.Get(place) is { Kind: ValueKind.Text } text ? text.AsText : null;

    private static double? NumberOf(EngineState state, in PackedEvent e, string path) =>
        state.Staged.Paths.Find(path) is >= 0 and var place && e.TryGetNumber(place, out var number) ? (double)number.Micros / Number.Scale : null;

    private static (double Low, double High)? BetweenOf(EngineState state, in PackedEvent e, string score) =>
        NumberOf(state, e, score + ScoreWriter.Low) is { } low && NumberOf(state, e, score + ScoreWriter.High) is { } high ? (low, high) : null;

    private static PersonScore Shown(NotedScore score)
    {
        var (en, es) = Locales;
        return new PersonScore(
            Text.Same(score.Label), new Text(ValueOf(en), ValueOf(es)), Verdict.None, score.At,
            [.. score.Between is { } between ? [new Text(BetweenSays(en, score, between), BetweenSays(es, score, between))] : (Text[])[], .. ReasonsOf(score)], "/models");

        string ValueOf(Locale l) => score.Currency is { } currency ? Money(l, score.Value, currency) : (score.Lead is { } lead ? lead.Grade + " · " : "") + l.Percent(score.Value);
    }

    private static string BetweenSays(Locale l, NotedScore score, (double Low, double High) between) => score.Currency is { } currency
        ? between.High < 0.5
            ? l.Say("Nothing, with a probability of 80% or more.", "Nada, con una probabilidad de 80% o más.")
            : l.Say($"With a probability of 80%, between {Money(l, between.Low, currency)} and {Money(l, between.High, currency)}.", $"Con una probabilidad de 80%, entre {Money(l, between.Low, currency)} y {Money(l, between.High, currency)}.")
        : l.Say(
            $"Of people with such a score in the test, {l.Percent(between.Low)} to {l.Percent(between.High)} did.",
            $"En la prueba, de quienes tenían una puntuación así lo hizo entre {l.Percent(between.Low)} y {l.Percent(between.High)}.");

    private static string Money(Locale l, double amount, string currency) => l.Money(Math.Round((decimal)amount), currency);

    private static IEnumerable<Text> LeadSays(LeadScore? lead)
    {
        if (lead is { } known)
        {
            yield return known.IsQualified
                ? new($"Fit {known.Fit}, engagement {known.Engagement} of 100: qualified for sales.", $"Perfil {known.Fit}, interés {known.Engagement} de 100: calificado para ventas.")
                : new($"Fit {known.Fit}, engagement {known.Engagement} of 100: not qualified.", $"Perfil {known.Fit}, interés {known.Engagement} de 100: sin calificar.");
        }
    }

    private static LeadScore? LeadOf(EngineState state, in PackedEvent e, string score)
    {
        var paths = state.Staged.Paths;
        if (paths.Find(score + ScoreWriter.Grade) is not (>= 0 and var grade) || e.Get(grade) is not { Kind: ValueKind.Text } letter)
        {
            return null;
        }
        return new LeadScore(Whole(e, paths.Find(score + ScoreWriter.Fit)), Whole(e, paths.Find(score + ScoreWriter.Engagement)), letter.AsText, paths.Find(score + ScoreWriter.Qualified) is >= 0 and var qualified && e.Get(qualified).AsBoolean);
    }

    private static int Whole(in PackedEvent e, int path) => path >= 0 && e.TryGetNumber(path, out var number) ? (int)(number.Micros / Number.Scale) : 0;

    internal static string Says(Locale l, Core.Predict.Goals.Reason reason)
    {
        if ((WorthWords.Says(l, reason) ?? ContractWords.Says(l, reason)) is { } said)
        {
            return said;
        }
        var (name, value) = (l.Say(HabitColumns.Says(reason.Column)), HabitColumns.Shown(l, reason.Column, reason.Value));
        return reason.LogOdds >= 0 ? l.Say($"{name}: {value}, makes it likelier.", $"{name}: {value}, lo hace más probable.") : l.Say($"{name}: {value}, makes it less likely.", $"{name}: {value}, lo hace menos probable.");
    }
}
