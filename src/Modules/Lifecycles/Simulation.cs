using Ciclo.Core;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Lifecycles;

/// <summary>People in a stage under the current definition and under the simulated one.</summary>
public sealed record SimulatedSize(string Stage, int Current, int Simulated);

/// <summary>Positions of stages in <see cref="Simulation.Stages"/>, -1 for none; <paramref name="At"/>: since when the person would be in the simulated one.</summary>
public readonly record struct SimulatedMover(int Profile, short From, short To, long At);

public sealed record SimulatedPoint(long At, IReadOnlyList<SimulatedSize> Sizes);

/// <summary>
/// The whole history replayed under another definition beside the current one. Nothing is changed. <see cref="Stages"/>: those of the current
/// definition, then those that only the simulated one has. <see cref="OverTime"/> ends with the instant asked about. Movers come by number of profile.
/// <see cref="Step"/> over 1: only about every <see cref="Step"/>-th person was read, and all numbers are of those.
/// </summary>
public sealed record Simulation(
    string Lifecycle, long At, int Step, int Profiles, IReadOnlyList<string> Stages, IReadOnlyList<SimulatedPoint> OverTime, IReadOnlyList<SimulatedMover> Movers)
{
    private const int MostAttempts = 3;

    /// <summary>Now, people by the sub-segments of the simulated definition, `stage/id`.</summary>
    public required IReadOnlyDictionary<string, int> Segments { get; init; }

    /// <summary>Now, people to whom each persona of the simulated definition applies, in its order.</summary>
    public required IReadOnlyList<int> Personas { get; init; }

    public required TimeSpan Took { get; init; }

    public IReadOnlyList<SimulatedSize> Sizes => OverTime[^1].Sizes;

    /// <summary>The user ids of movers as they are printed, in their order.</summary>
    public static IReadOnlyList<string> UserIds(EngineState state, IEnumerable<SimulatedMover> movers) =>
        [.. movers.Select(mover => state.Staged.Identity.PrintedUserId(mover.Profile))];

    public string StageName(int stage) => stage < 0 ? "" : Stages[stage];

    /// <summary>Replays without holding the engine for longer than some tens of milliseconds at a time.</summary>
    public static Simulation Run(WorkspaceEngine engine, TimeProvider clock, DefinitionSet candidate, string lifecycle, long at, int step, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        var draft = DefinitionClosure.Of(candidate, "lifecycle:" + lifecycle);
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            var question = engine.Read(state => SimulationQuestion.Of(state, draft, lifecycle, at));
            if (new SlicedReplay(engine, clock).Run(question.Plans, at, step, question.NewPart, question.Take, cancellation) is { } parts)
            {
                return question.Answer(parts, step) with { Took = clock.GetElapsedTime(begun) };
            }
        }
        throw new RefusedException(new Text("Definitions kept changing while this was simulated. Try again.", "Las definiciones cambiaron mientras se simulaba. Inténtalo de nuevo."));
    }
}

/// <summary>What a simulation counts, prepared once: plans, instants, and which stage is which.</summary>
internal sealed class SimulationQuestion
{
    private readonly string lifecycle;
    private readonly string[] stages;
    private readonly long[] ends;
    private readonly int lifecycleName;
    private readonly Dictionary<int, short> currentByName = [];
    private readonly short[] draftStages;
    private readonly int draftIndex;
    private readonly int currentIndex;

    private SimulationQuestion(EngineState state, DefinitionSet draft, string lifecycle, long at)
    {
        this.lifecycle = lifecycle;
        var inForce = state.Placement.Plan;
        currentIndex = inForce.LifecycleIndex(lifecycle);
        var plan = FoldPlan.Compile(draft, state.Staged.EventNames, state.Staged.Paths, state.Placement.Settings);
        // Places tell every move up to now; beyond, the current definition has to be folded too.
        Plans = currentIndex >= 0 && at > state.Now ? [plan, inForce] : [plan];
        draftIndex = plan.LifecycleIndex(lifecycle);
        string[] current = currentIndex < 0 ? [] : [.. inForce.Lifecycles[currentIndex].Definition.Stages.Select(stage => stage.Id)];
        var simulated = plan.Lifecycles[draftIndex].Definition.Stages.Select(stage => stage.Id).ToArray();
        stages = [.. current.Concat(simulated).Distinct(StringComparer.Ordinal)];
        draftStages = [.. simulated.Select(stage => (short)Array.IndexOf(stages, stage))];
        ends = MonthEnds.Of(at, state.Rules.Zone);
        lifecycleName = currentIndex < 0 ? -1 : state.Placement.LifecycleNames[currentIndex];
        for (short i = 0; i < current.Length; i++)
        {
            currentByName[state.Placement.StageNames[currentIndex][i]] = i;
        }
    }

    public FoldPlan[] Plans { get; }

    public static SimulationQuestion Of(EngineState state, DefinitionSet draft, string lifecycle, long at) => new(state, draft, lifecycle, at);

    public Part NewPart() => new(ends.Length, stages.Length, Plans[0], draftIndex);

    public void Take(EngineState state, int profile, ProfileFold[] folds, Part part)
    {
        if (!folds[0].IsEntered)
        {
            return;
        }
        part.Profiles++;
        var since = Walk(part.Draft, folds[0].Moves, draftIndex, draftStages);
        if (folds.Length > 1)
        {
            Walk(part.Current, folds[1].Moves, currentIndex, null);
        }
        else
        {
            WalkPlace(state, profile, part.Current);
        }
        for (var point = 0; point < ends.Length; point++)
        {
            Count(part.CurrentCounts, point, part.Current[point]);
            Count(part.DraftCounts, point, part.Draft[point]);
        }
        if (part.Current[^1] != part.Draft[^1])
        {
            part.Movers.Add(new SimulatedMover(profile, part.Current[^1], part.Draft[^1], since));
        }
        part.CountGroups(folds[0], draftIndex);
    }

    public Simulation Answer(IReadOnlyList<Part> parts, int step)
    {
        int At(Func<Part, int[]> counts, int point, int stage) => parts.Sum(part => counts(part)[(point * stages.Length) + stage]);
        var points = ends.Select((end, point) => new SimulatedPoint(end,
            [.. stages.Select((id, stage) => new SimulatedSize(id, At(part => part.CurrentCounts, point, stage), At(part => part.DraftCounts, point, stage)))])).ToList();
        var compiled = Plans[0].Lifecycles[draftIndex];
        return new Simulation(lifecycle, ends[^1], step, parts.Sum(part => part.Profiles), stages, points, [.. parts.SelectMany(part => part.Movers).OrderBy(mover => mover.Profile)])
        {
            Segments = compiled.SubSegments.Select((segment, i) => (Plans[0].Segments[segment].Id[(lifecycle.Length + 1)..], parts.Sum(part => part.Segments[i])))
                .ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal),
            Personas = [.. compiled.Definition.Personas.Select((_, i) => parts.Sum(part => part.Personas[i]))],
            Took = TimeSpan.Zero,
        };
    }

    private void Count(int[] counts, int point, short stage)
    {
        if (stage >= 0)
        {
            counts[(point * stages.Length) + stage]++;
        }
    }

    /// <summary>The stage held at each end, by the last move at or before it; answers when the last of these moves was.</summary>
    private long Walk(short[] held, List<StageMove> moves, int index, short[]? renamed)
    {
        var (point, stage, since) = (0, (short)-1, 0L);
        foreach (var move in moves)
        {
            if (move.Lifecycle == index && move.At <= ends[^1])
            {
                Fill(held, ref point, stage, move.At);
                (stage, since) = (renamed is null ? (short)move.To : renamed[move.To], move.At);
            }
        }
        Fill(held, ref point, stage, long.MaxValue);
        return since;
    }

    private void WalkPlace(EngineState state, int profile, short[] held)
    {
        var (point, stage) = (0, (short)-1);
        if (lifecycleName >= 0 && state.Placement.Places.Has(profile))
        {
            foreach (var move in state.Placement.Places.View(profile).Moves)
            {
                if (move.Lifecycle == lifecycleName)
                {
                    Fill(held, ref point, stage, move.At);
                    stage = currentByName.GetValueOrDefault(move.To, (short)-1);
                }
            }
        }
        Fill(held, ref point, stage, long.MaxValue);
    }

    private void Fill(short[] held, ref int point, short stage, long before)
    {
        for (; point < ends.Length && ends[point] < before; point++)
        {
            held[point] = stage;
        }
    }

    /// <summary>What one thread counts: numbers only, whoever moves excepted.</summary>
    internal sealed class Part(int points, int stages, FoldPlan plan, int lifecycle)
    {
        private readonly int[] segments = plan.Lifecycles[lifecycle].SubSegments;

        public int Profiles { get; set; }

        public int[] CurrentCounts { get; } = new int[points * stages];

        public int[] DraftCounts { get; } = new int[points * stages];

        public short[] Current { get; } = new short[points];

        public short[] Draft { get; } = new short[points];

        public int[] Segments { get; } = new int[plan.Lifecycles[lifecycle].SubSegments.Length];

        public int[] Personas { get; } = new int[plan.Lifecycles[lifecycle].Definition.Personas.Count];

        public List<SimulatedMover> Movers { get; } = [];

        public void CountGroups(ProfileFold fold, int index)
        {
            for (var i = 0; i < segments.Length; i++)
            {
                Segments[i] += fold.IsMember(segments[i]) ? 1 : 0;
            }
            if (fold.PersonaOf(index) is var persona && persona < Personas.Length)
            {
                Personas[persona]++;
            }
        }
    }
}
