using Ciclo.Core;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Predict.Recommending;

/// <summary>What is popular in a segment or a stage.</summary>
/// <param name="Id">The segment's id, or `LIFECYCLE:STAGE`.</param>
/// <param name="People">Its people who had to do with an item.</param>
/// <param name="First">Its first items, the most popular first.</param>
public sealed record GroupTaste(string Id, Text Label, int People, IReadOnlyList<ShopItem> First);

/// <summary>The groups that people are in as of now: segments by id, stages as `LIFECYCLE:STAGE`.</summary>
internal static class OfferGroups
{
    /// <summary>A group's own list counts from so many people on who had to do with an item.</summary>
    public const int Fewest = 20;

    /// <summary>Inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
    public static IReadOnlyList<string> Of(EngineState state, int profile)
    {
        if (state.Placement.Of(profile) is not { } place)
        {
            return [];
        }
        return
        [
            .. place.Memberships.Select(one => state.PlaceNames[one.Segment]).Where(id => !id.StartsWith('~') && !id.Contains('/', StringComparison.Ordinal)),
            .. ProfileCard.StagesOf(state, place).Select(one => $"{one.Lifecycle}:{one.Stage}"),
        ];
    }

    /// <summary>How a group is called; its id where it is not defined any more. Inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
    public static Text LabelOf(EngineState state, string id)
    {
        var (set, parts) = (state.Rules.Definitions, id.Split(':'));
        if (parts.Length == 1)
        {
            return set.Segments.FirstOrDefault(one => one.Id == id)?.Label ?? Text.Same(id);
        }
        var lifecycle = set.Lifecycles.FirstOrDefault(one => one.Id == parts[0]);
        return lifecycle?.Stages.FirstOrDefault(one => one.Id == parts[1]) is { } stage
            ? new($"{lifecycle.Label.En}: {stage.Label.En}", $"{lifecycle.Label.Es}: {stage.Label.Es}") : Text.Same(id);
    }
}
