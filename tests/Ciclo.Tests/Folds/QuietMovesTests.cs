using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Engine.Definitions;

namespace Ciclo.Tests.Folds;

public sealed class QuietMovesTests
{
    private const string Chasing = """
        lifecycle: chase
        stages:
          - id: a
          - id: c
            when: true
          - id: d
            when: false
            returns_to: [a]
        personas:
          - id: restless
            when: (time_in_stage + time_in_stage) <= time_in_stage
            stages:
              c: { when: false }
              d: { when: true }
        """;

    private const string Ticking = """
        lifecycle: tick
        movement: free
        stages:
          - id: a
          - id: b
            when: (stage == "a" and time_in_stage >= 1s) or (stage == "b" and time_in_stage < 1s)
        """;

    [Theory]
    [InlineData(Chasing)]
    [InlineData(Ticking)]
    public void Rules_that_chase_each_other_stop_after_the_limit_and_say_so(string yaml)
    {
        var file = LifecycleFile.Read(yaml);
        Assert.True(file.IsValid, string.Join('\n', file.Diagnostics));
        var (names, paths) = (new Names(), new Names());
        var fold = new ProfileFold(FoldPlan.Compile(new DefinitionSet([file.Lifecycle!], []), names, paths, FoldSettings.Default));
        var record = new EventRecord { Type = CallType.Track, MessageId = "m"u8, Name = "A"u8, UserId = "u"u8, Json = "{}"u8, Timestamp = 0 };
        fold.Add(new PackedEvent(0, new EventPacker(names, paths).Pack(record, 0, out _)));

        fold.AdvanceTo(10L * 365 * 86_400_000);

        Assert.InRange(fold.Moves.Count, 2, ProfileFold.MaxQuietMoves + 1);
        Assert.True(fold.Moves.Count < ProfileFold.MaxQuietMoves || fold.Loops.Count > 0);
    }
}
