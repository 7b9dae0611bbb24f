namespace Ciclo.Core.Metrics;

/// <summary>A move of one person in one lifecycle; stages by index, -1 where the person comes from none. Instants are Unix milliseconds.</summary>
public readonly record struct StageMove(int From, int To, long At);

/// <summary>
/// What the numbers are asked for: the period (<see cref="From"/>, <see cref="To"/>], how long after its entry a person may still convert,
/// and into how many steps the period is cut for a line of sizes.
/// </summary>
public sealed record StageFlowQuestion(int Stages, long From, long To, long HorizonMs, int Points)
{
    public long Length => To - From;

    /// <summary>The period just before.</summary>
    public long Before => From - Length;

    /// <summary>Whose conversion is told: those who entered in (CohortFrom, CohortTo], whose horizons are over at the period's end.</summary>
    public long CohortFrom => From - HorizonMs;

    public long CohortTo => To - HorizonMs;

    public long PointAt(int point) => From + (Length / Points * (point + 1)) + (point == Points - 1 ? Length % Points : 0);
}

/// <summary>A share of a group; 0 of 0 is no share.</summary>
public readonly record struct Share(int Part, int Whole)
{
    public bool IsKnown => Whole > 0;

    public double Value => Whole == 0 ? 0 : (double)Part / Whole;
}

/// <summary>The numbers of one stage. <see cref="MedianMs"/> is null where fewer than half have left; `Before` names the period before.</summary>
public sealed record StageFigures(
    int People, int PeopleAtStart, int Entries, int EntriesBefore, int Exits, int ExitsBefore, Share Conversion, Share ConversionBefore, long? MedianMs, int Stays, int[] Sizes);

/// <summary>
/// Sizes, entries, exits, conversion, times in stage and flows of one lifecycle, from each person's moves in order. Feed every person once with
/// <see cref="Add"/>, then read. Definitions as in <see cref="StageMetrics"/>. Nothing is allocated per person. Not for several threads; <see cref="Join"/> adds what another counted.
/// </summary>
public sealed class StageFlow
{
    private readonly StageFlowQuestion question;
    private readonly StageTally[] stages;
    private readonly int[] flows;
    private readonly long[] seen;
    private long person;

    public StageFlow(StageFlowQuestion question)
    {
        this.question = question;
        stages = new StageTally[question.Stages];
        for (var i = 0; i < stages.Length; i++)
        {
            stages[i] = new StageTally(question);
        }
        flows = new int[question.Stages * question.Stages];
        seen = new long[flows.Length];
    }

    /// <summary>People who moved to a later stage within the period, each counted once.</summary>
    public int MovedAhead { get; private set; }

    /// <summary>People who moved to an earlier stage within the period, each counted once.</summary>
    public int MovedBack { get; private set; }

    /// <summary>People who entered the lifecycle within the period.</summary>
    public int Arrived { get; private set; }

    /// <summary>One person's moves, oldest first.</summary>
    public void Add(ReadOnlySpan<StageMove> moves)
    {
        person++;
        var (isAhead, isBack) = (false, false);
        for (var i = 0; i < moves.Length; i++)
        {
            var move = moves[i];
            if (move.At > question.To)
            {
                break;
            }
            var until = i + 1 < moves.Length && moves[i + 1].At <= question.To ? moves[i + 1].At : long.MaxValue;
            stages[move.To].Stay(person, move.At, until, ReachedLater(moves, i));
            if (move.At > question.From)
            {
                Arrived += move.From < 0 ? 1 : 0;
                isAhead |= move.From >= 0 && move.To > move.From;
                isBack |= move.To < move.From;
                Flow(move);
            }
        }
        MovedAhead += isAhead ? 1 : 0;
        MovedBack += isBack ? 1 : 0;
    }

    /// <summary>People who went from one stage to another within the period, each counted once for the pair.</summary>
    public int FlowOf(int from, int to) => flows[(from * question.Stages) + to];

    public StageFigures Of(int stage) => stages[stage].Figures();

    /// <summary>Adds what another counted of other people.</summary>
    public void Join(StageFlow other)
    {
        for (var i = 0; i < stages.Length; i++)
        {
            stages[i].Join(other.stages[i]);
        }
        for (var i = 0; i < flows.Length; i++)
        {
            flows[i] += other.flows[i];
        }
        MovedAhead += other.MovedAhead;
        MovedBack += other.MovedBack;
        Arrived += other.Arrived;
    }

    private void Flow(in StageMove move)
    {
        if (move.From < 0)
        {
            return;
        }
        var pair = (move.From * question.Stages) + move.To;
        if (seen[pair] != person)
        {
            seen[pair] = person;
            flows[pair]++;
        }
    }

    /// <summary>When a stage after that of the i-th move was first reached from there; never is long.MaxValue.</summary>
    private static long ReachedLater(ReadOnlySpan<StageMove> moves, int i)
    {
        for (var next = i + 1; next < moves.Length; next++)
        {
            if (moves[next].To > moves[i].To)
            {
                return moves[next].At;
            }
        }
        return long.MaxValue;
    }
}
