using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Customers.Contracts;

namespace Ciclo.Modules.Customers;

/// <summary>
/// What a person said of us themselves: the newest `NPS Answered`, as promoter (9–10), passive (7–8) or detractor (0–6), after F. Reichheld, "The One
/// Number You Need to Grow" (2003).
/// </summary>
internal sealed class SurveyScores : IPersonScores
{
    public IReadOnlyList<PersonScore> Of(EngineState state, int profile)
    {
        var (answered, path) = (state.Staged.EventNames.Find("NPS Answered"), state.Staged.Paths.Find("score"));
        if (answered < 0 || path < 0)
        {
            return [];
        }
        var (answers, score, before, at) = (0, 0L, 0L, 0L);
        using var reader = new HistoryReader(state.Staged.History, kind => kind.Type == CallType.Track && kind.Name == answered);
        reader.Open(state.Staged.Identity.MembersOf(profile));
        while (reader.Next(out var e, hearsAll: false))
        {
            if (e.Type == CallType.Track && e.Name == answered && e.TryGetNumber(path, out var number) && number.Micros >= 0 && number.Micros <= 10 * (Int128)Number.Scale)
            {
                (answers, before, score, at) = (answers + 1, score, (long)(number.Micros / Number.Scale), e.At);
            }
        }
        return answers == 0 ? [] :
        [
            new PersonScore(new Text("NPS", "NPS"), ValueOf(score), score >= 9 ? Verdict.Good : score >= 7 ? Verdict.None : Verdict.Bad, at,
                answers == 1 ? [] : [score == before ? new Text("The same as the time before.", "Igual que la vez anterior.") : new Text($"It was {before} the time before.", $"La vez anterior fue {before}.")]),
        ];
    }

    private static Text ValueOf(long score) => score switch
    {
        >= 9 => new($"{score}, promoter", $"{score}, promueve"),
        >= 7 => new($"{score}, passive", $"{score}, neutral"),
        _ => new($"{score}, detractor", $"{score}, detractor"),
    };
}
