using Ciclo.Core.Analytics;
using Ciclo.Core.Predict.Survival;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Views;

/// <summary>How long customers stay, by group, with everybody behind the numbers. <paramref name="Groups"/>: of each row, as the table names it.</summary>
public sealed record StayTable(string Begins, StayGrouping By, GroupedSurvival Found, IReadOnlyList<Stay> Rows, IReadOnlyList<string> Groups, long Now);

/// <summary>
/// Reads how long people stay until what a model foresees: from the first event that begins it (an order, a subscription) until the goal first comes true. Who comes back begins no second time.
/// </summary>
internal sealed class StayReading(WorkspaceEngine engine, TimeProvider clock)
{
    private const int PeopleAtOnce = 512;

    /// <summary>Null where the history was replaced meanwhile: ask again. Throws <see cref="CannotTrainException"/> for a rule that cannot be asked.</summary>
    public StayTable? Read(PredictModel model, string begins, StayGrouping by, long now, CancellationToken cancellation)
    {
        var folds = new SlicedScan(engine, clock).Run(() => engine.Read(state => new StayFold(
            Parse(state, begins), model.Kind == ModelKind.Event ? Parse(state, model.Goal) : null, by, now)), cancellation);
        if (folds is null)
        {
            return null;
        }
        var stays = folds.SelectMany(fold => fold.Stays).OrderBy(stay => stay.Profile).ToList();
        if (model.Kind == ModelKind.Rule || by.Kind == "segment")
        {
            stays = Asked(model, by, stays, now, cancellation);
        }
        // A stay of no time says nothing of how long people stay.
        stays = [.. stays.Where(stay => (stay.EndedAt ?? now) > stay.StartedAt)];
        var groups = GroupedSurvival.Joined([.. stays.Select(stay => stay.Group ?? Unknown)]);
        var found = GroupedSurvival.Of(
            [.. stays.Select(stay => ((stay.EndedAt ?? now) - stay.StartedAt) / (double)Durations.Day)], [.. stays.Select(stay => stay.EndedAt is not null)], groups);
        return new StayTable(begins, by, found, stays, groups, now);
    }

    /// <summary>The group of whom nothing is known.</summary>
    public const string Unknown = "";

    /// <summary>The groups by a segment.</summary>
    public const string Inside = "in";
    public const string Outside = "out";

    public static EventTest Parse(EngineState state, string text) => EventTest.Parse(text, state.Rules.Zone, state.Staged.EventNames, state.Staged.Paths);

    /// <summary>What only the rule language knows: when a rule began to hold after the beginning, and who was in a segment then.</summary>
    private List<Stay> Asked(PredictModel model, StayGrouping by, List<Stay> stays, long now, CancellationToken cancellation)
    {
        var found = new List<Stay>(stays.Count);
        foreach (var some in stays.Chunk(PeopleAtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            engine.Read(state =>
            {
                var rules = new PersonRules(state, [model.Kind == ModelKind.Rule ? model.Goal : "false", by.Kind == "segment" ? $"in(\"{by.Name}\")" : "false"]);
                if (rules.IsBroken(0) || rules.IsBroken(1))
                {
                    throw new CannotTrainException(new("A rule names a segment or a lifecycle that is not there any more. Correct it.", "Una regla nombra un segmento o un ciclo de vida que ya no existe. Corrígela."));
                }
                using var desk = new PersonDesk(state, rules);
                foreach (var stay in some)
                {
                    var group = by.Kind == "segment" ? desk.Holds(1, stay.Profile, stay.StartedAt) ? Inside : Outside : stay.Group;
                    var ended = model.Kind != ModelKind.Rule ? stay.EndedAt
                        : desk.Turns(stay.Profile, now).Where(turn => turn is { Rule: 0, Began: true } && turn.At > stay.StartedAt).Select(turn => (long?)turn.At).FirstOrDefault();
                    found.Add(stay with { EndedAt = ended, Group = group });
                }
                return 0;
            });
        }
        return found;
    }
}
