using Ciclo.Core;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;

namespace Ciclo.Modules.Predict.Models;

/// <summary>Which instants of a person are looked at, as far as rules decide it: a bit for each.</summary>
/// <param name="Counts">Those at which the person is one of those asked about.</param>
/// <param name="CameTrue">Of these, those after which the rule came to hold; empty where an event is the goal.</param>
internal readonly record struct RuleBits(int Counts, int CameTrue);

/// <summary>Asks the rules of a model: of whom it is, and for a rule that is to begin to hold, when it did.</summary>
internal static class WhoBits
{
    /// <summary>People whose rules are asked at once, so that whoever waits for the engine has a turn.</summary>
    private const int PeopleAtOnce = 512;

    /// <summary>By profile, who counts at one of the instants at least; null where no rule decides anything.</summary>
    /// <param name="cuts">Instants, ascending; at most 30.</param>
    /// <param name="one">Of so many profiles one is asked.</param>
    /// <param name="only">The profiles that are asked, in a row; null for all.</param>
    public static Dictionary<int, RuleBits>? Read(WorkspaceEngine engine, PredictModel model, long[] cuts, int one, int[]? only, CancellationToken cancellation)
    {
        if (model.Kind != ModelKind.Rule && model.Who.Length == 0)
        {
            return null;
        }
        var found = new Dictionary<int, RuleBits>();
        for (int from = only?[0] ?? 0, count = from + 1; from < count; from += PeopleAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            count = engine.Read(state =>
            {
                var rules = new PersonRules(state, [model.Who.Length > 0 ? model.Who : "true", model.Kind == ModelKind.Rule ? model.Goal : "false"]);
                if (rules.IsBroken(0) || rules.IsBroken(1))
                {
                    throw new CannotTrainException(new("A rule names a segment or a lifecycle that is not there any more. Correct it.", "Una regla nombra un segmento o un ciclo de vida que ya no existe. Corrígela."));
                }
                using var desk = new PersonDesk(state, rules);
                var until = Math.Min(only?[^1] + 1 ?? int.MaxValue, state.Staged.Identity.NodeCount);
                for (var profile = from; profile < Math.Min(from + PeopleAtOnce, until); profile++)
                {
                    if (profile % one == 0 && state.Staged.Identity.IsProfile(profile) && Of(desk, model, cuts, profile) is { Counts: not 0 } bits)
                    {
                        found[profile] = bits;
                    }
                }
                return until;
            });
        }
        return found;
    }

    /// <summary>One person's, from the one course of both rules over their history.</summary>
    public static RuleBits Of(PersonDesk desk, PredictModel model, long[] cuts, int profile)
    {
        var (counts, came) = (0, 0);
        var turns = desk.Turns(profile, model.Kind == ModelKind.Rule ? cuts[^1] + model.HorizonMs : cuts[^1]).ToList();
        var (isAsked, holds, next) = (false, false, 0);
        for (var cut = 0; cut < cuts.Length; cut++)
        {
            for (; next < turns.Count && turns[next].At <= cuts[cut]; next++)
            {
                (isAsked, holds) = turns[next].Rule == 0 ? (turns[next].Began, holds) : (isAsked, turns[next].Began);
            }
            // Of those for whom the rule holds already, nothing is to be foreseen.
            if (isAsked && !(model.Kind == ModelKind.Rule && holds))
            {
                counts |= 1 << cut;
                came |= turns.Exists(turn => turn is { Rule: 1, Began: true } && turn.At > cuts[cut] && turn.At <= cuts[cut] + model.HorizonMs) ? 1 << cut : 0;
            }
        }
        return new RuleBits(counts, came);
    }
}
