using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Customers.Contracts;

namespace Ciclo.Modules.Predict.Models;

/// <summary>A person's scores on their page: the latest of each name, with what moved it.</summary>
internal sealed class ModelScores : IPersonScores
{
    /// <param name="Currency">Of a score that is money; null of one that is a probability.</param>
    private readonly record struct Noted(double Value, string Label, string Why, long At, string? Currency, LeadScore? Lead);

    public IReadOnlyList<PersonScore> Of(EngineState state, int profile)
    {
        var updated = state.Staged.EventNames.Find(SystemEventNames.ScoresUpdated);
        if (updated < 0)
        {
            return [];
        }
        var found = new Dictionary<string, Noted>(StringComparer.Ordinal);
        foreach (var timed in state.Staged.History.Read(state.Staged.Identity.MembersOf(profile)))
        {
            var e = timed.Read();
            if (e.Type == CallType.Track && e.Name == updated)
            {
                Note(state, e, timed.At, found);
            }
        }
        return [.. found.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => Shown(one.Value))];
    }

    private static void Note(EngineState state, in PackedEvent e, long at, Dictionary<string, Noted> found)
    {
        var paths = new HashSet<int>();
        e.NotePaths(paths);
        foreach (var path in paths)
        {
            if (state.Staged.Paths[path] is { } name && name.EndsWith(ScoreWriter.Why, StringComparison.Ordinal) && name[..^ScoreWriter.Why.Length] is var score
                && e.TryGetNumber(state.Staged.Paths.Find(score), out var value) && e.Get(path) is { Kind: ValueKind.Text } why)
            {
                var label = state.Staged.Paths.Find(score + ScoreWriter.Label) is >= 0 and var named && e.Get(named) is { Kind: ValueKind.Text } text ? text.AsText : score;
                var currency = state.Staged.Paths.Find(score + ScoreWriter.Money) is >= 0 and var money && e.Get(money) is { Kind: ValueKind.Text } code ? code.AsText : null;
                found[score] = new Noted((double)value.Micros / Number.Scale, label, why.AsText, at, currency, LeadOf(state, e, score));
            }
        }
    }

    private static PersonScore Shown(Noted score)
    {
        var (en, es) = (new Locale(Language.En, Core.Time.Zone.Utc), new Locale(Language.Es, Core.Time.Zone.Utc));
        return new PersonScore(
            Text.Same(score.Label), new Text(ValueOf(en), ValueOf(es)), Verdict.None, score.At,
            [.. LeadSays(score.Lead), .. ScoreWriter.Unpacked(score.Why).Select(reason => new Text(Says(en, reason), Says(es, reason)))], "/models");

        string ValueOf(Locale l) => score.Currency is { } currency ? l.Money(Math.Round((decimal)score.Value), currency) : (score.Lead is { } lead ? lead.Grade + " · " : "") + l.Percent(score.Value);
    }

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
