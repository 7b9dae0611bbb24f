using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Home;

/// <summary>Somebody who holds a stage. <paramref name="From"/>: the stage before it, -1 for none.</summary>
public sealed record Holder(string Id, string Name, int From, long Since);

/// <summary>Who holds a stage now: those who came last, and how many have been in it for how long.</summary>
/// <param name="Rule">What leads into the stage, as it stands in the definition; null where everybody begins.</param>
/// <param name="Stays">People by how long they have been in the stage, in the bands of <see cref="Bands"/>.</param>
public sealed record StageReading(string? Rule, IReadOnlyList<Holder> Newest, IReadOnlyList<int> Stays)
{
    /// <summary>Where each band ends, in days; the last has no end.</summary>
    public static IReadOnlyList<int> Bands { get; } = [7, 30, 90, 180, 365];

    private const int Shown = 10;

    /// <summary>Counted over the places of everybody, on all cores.</summary>
    public static StageReading Of(EngineState state, string lifecycle, int stage)
    {
        var index = state.Placement.Plan.LifecycleIndex(lifecycle);
        var stays = new int[Bands.Count + 1];
        var newest = new List<(int Profile, StageMove Move)>();
        Parallel.For(0, PlaceTable.ShardCount, () => (Reader: new StageMoveReader(state, index), Stays: new int[stays.Length], Newest: new List<(int Profile, StageMove Move)>()), (shard, _, part) =>
        {
            state.Placement.Places.Each(shard, (profile, place) =>
            {
                var moves = part.Reader.Read(place);
                if (!moves.IsEmpty && moves[^1].To == stage)
                {
                    part.Stays[BandOf(state.Now - moves[^1].At)]++;
                    part.Newest.Add((profile, moves[^1]));
                }
            });
            Trim(part.Newest);
            return part;
        }, part =>
        {
            lock (newest)
            {
                newest.AddRange(part.Newest);
                for (var i = 0; i < stays.Length; i++)
                {
                    stays[i] += part.Stays[i];
                }
            }
        });
        Trim(newest);
        var definition = state.Placement.Plan.Lifecycles[index].Definition.Stages[stage];
        return new StageReading(
            definition.When?.Text.ReplaceLineEndings(" "),
            [.. newest.Select(one => new Holder(state.Staged.Identity.PublicId(one.Profile), PersonName.Of(ProfileCard.Of(state, one.Profile)), one.Move.From, one.Move.At))], stays);
    }

    private static int BandOf(long ms) => Bands.TakeWhile(days => ms >= days * Durations.Day).Count();

    private static void Trim(List<(int Profile, StageMove Move)> newest)
    {
        newest.Sort((a, b) => b.Move.At != a.Move.At ? b.Move.At.CompareTo(a.Move.At) : a.Profile.CompareTo(b.Profile));
        newest.RemoveRange(Math.Min(Shown, newest.Count), Math.Max(0, newest.Count - Shown));
    }
}

/// <summary>A stage's page: the numbers of its lifecycle in the period, who holds it now, and whether numbers of the catalogue belong to it.</summary>
public sealed record StageModel(HomeReading Home, LifecycleInfo Lifecycle, int Index, StageReading Here, bool HasNumbers)
{
    public StageFigures Figures => Home.Stages[Index].Figures;

    public StageInfo Stage => Lifecycle.Stages[Index];

    public bool IsLast => Index == Lifecycle.Stages.Count - 1;
}
