using Ciclo.Core;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Lifecycles;

/// <summary>Segments to be replayed under definitions that may be those in force or not; ids as plans have them. <paramref name="Key"/>: equal for equal questions.</summary>
public sealed record SegmentQuestion(DefinitionSet Definitions, IReadOnlyList<string> Segments, int Step, string Key)
{
    /// <summary>The instants at which members are counted, of now and the workspace's zone: the ends of the last twelve months and now, unless said otherwise.</summary>
    public Func<long, Core.Time.Zone, long[]> Ends { get; init; } = MonthEnds.Of;

    /// <summary>Thirteen instants over the last thirty days.</summary>
    public static long[] LastDays(long now, Core.Time.Zone zone) => [.. Enumerable.Range(0, 13).Select(i => now - ((12 - i) * 30 * Core.Time.Durations.Day / 12))];

    public const int MostSegments = 4;
}

/// <summary>
/// Members of up to four segments: at the ends of the last twelve months and now, and now by who is in which of them: <see cref="Sets"/> is by a
/// number whose bit i stands for segment i. <see cref="Sample"/>: the first members of the first segment by profile, at most ten.
/// </summary>
public sealed record SegmentReplay(
    IReadOnlyList<string> Segments, IReadOnlyList<long> Ends, IReadOnlyList<int[]> Members, IReadOnlyList<int> Sets, int Profiles, IReadOnlyList<int> Sample, int Step, TimeSpan Took)
{
    private const int MostSample = 10;
    private const int MostAttempts = 3;

    public static SegmentReplay Run(WorkspaceEngine engine, TimeProvider clock, SegmentQuestion question, long at, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        var definitions = DefinitionClosure.Of(question.Definitions, question.Segments.Select(id => "segment:" + id));
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            var (plan, ends) = engine.Read(state => (
                FoldPlan.Compile(definitions, state.Staged.EventNames, state.Staged.Paths, state.Placement.Settings), question.Ends(at, state.Rules.Zone)));
            int[] indexes = [.. question.Segments.Select(plan.SegmentIndex)];
            var parts = new SlicedReplay(engine, clock).Run([plan], at, question.Step, () => new Part(indexes, ends), (_, profile, folds, part) => part.Take(profile, folds[0]), cancellation);
            if (parts is not null)
            {
                return Answer(question, ends, parts, clock.GetElapsedTime(begun));
            }
        }
        throw new RefusedException(new Text("Definitions kept changing while this was counted. Try again.", "Las definiciones cambiaron mientras se contaba. Inténtalo de nuevo."));
    }

    private static SegmentReplay Answer(SegmentQuestion question, long[] ends, IReadOnlyList<Part> parts, TimeSpan took) => new(
        question.Segments, ends,
        [.. question.Segments.Select((_, segment) => ends.Select((_, end) => parts.Sum(part => part.Members[segment][end])).ToArray())],
        [.. Enumerable.Range(0, question.Segments.Count > SegmentQuestion.MostSegments ? 0 : 1 << question.Segments.Count).Select(set => parts.Sum(part => part.Sets[set]))],
        parts.Sum(part => part.Profiles), [.. parts.SelectMany(part => part.Sample).Order().Take(MostSample)], question.Step, took);

    private sealed class Part(int[] segments, long[] ends)
    {
        public int[][] Members { get; } = [.. segments.Select(_ => new int[ends.Length])];

        public int[] Sets { get; } = new int[segments.Length > SegmentQuestion.MostSegments ? 1 : 1 << segments.Length];

        public List<int> Sample { get; } = [];

        public int Profiles { get; private set; }

        public void Take(int profile, ProfileFold fold)
        {
            Profiles += fold.IsEntered ? 1 : 0;
            var held = 0;
            for (var i = 0; i < segments.Length; i++)
            {
                Walk(fold.MembershipMoves, segments[i], Members[i]);
                held |= i < SegmentQuestion.MostSegments && fold.IsMember(segments[i]) ? 1 << i : 0;
            }
            if (segments.Length <= SegmentQuestion.MostSegments && (held > 0 || fold.IsEntered))
            {
                Sets[held]++;
            }
            if ((held & 1) != 0 && Sample.Count < MostSample)
            {
                Sample.Add(profile);
            }
        }

        private void Walk(List<MembershipMove> moves, int segment, int[] members)
        {
            var (point, isIn) = (0, false);
            foreach (var move in moves)
            {
                if (move.Segment == segment)
                {
                    Fill(members, ref point, isIn, move.At);
                    isIn = move.Entered;
                }
            }
            Fill(members, ref point, isIn, long.MaxValue);
        }

        private void Fill(int[] members, ref int point, bool isIn, long before)
        {
            for (; point < ends.Length && ends[point] < before; point++)
            {
                members[point] += isIn ? 1 : 0;
            }
        }
    }
}
