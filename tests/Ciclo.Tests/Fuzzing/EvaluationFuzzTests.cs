using System.Buffers;
using System.Diagnostics;
using System.Text;
using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Tests.Faults;
using Ciclo.Tests.Rules;
using Ciclo.Tests.Rules.Twin;
using Ciclo.Tests.Rules.Worlds;

namespace Ciclo.Tests.Fuzzing;

/// <summary>
/// Whoever may write a rule may write any: what is read is folded over odd events, as a segment and as a stage's condition, and must not take
/// more steps, memory or time than its length and the events allow.
/// </summary>
public sealed class EvaluationFuzzTests
{
    /// <summary>Bytes of a text of an event, decoded.</summary>
    private const int LongestValue = 65_536;

    /// <summary>Bytes of the state of a fold: what a rule makes the engine remember of these events.</summary>
    private const int MostHeld = 1_000_000;

    /// <summary>Far more than any takes where it is bounded, far less than any takes where it is not.</summary>
    private static readonly TimeSpan LongestFold = TimeSpan.FromSeconds(10);

    private static readonly string[] Words =
    [
        " and ", " or ", "not ", "count(any, 7d) ", "sum(\"A\".revenue)", "distinct(\"A\".tags, 3d)", "traits.plan", "traits.tags", "last(any.plan)", " where plan != null", "30d",
        " in [1, \"pro\"]", " matches \"(.*a.{90})*x\"", " matches \"(a|b|.*)*$\"", " contains \"a\"", "stage", "time_in_stage > 1s", "since(any) > 1m", "age >= 2d", "null", "@2026-03-05",
        "anniversary(traits.birthday)", "999999999999999", "0.000001", " / ", " * ", " - ", "group.plan", "scores.health", "consent.email", "days(any)", "(", ")", ">= 2",
    ];

    /// <summary>Events of every kind, one with a text as long as it may be.</summary>
    private static readonly TwinEvent[] Events =
    [
        .. Enumerable.Range(0, 40).Select(seed => new EventWriter(new Dice(seed), Scale.Weeks[0]).Next() with { MessageId = "e" + seed }),
        new TwinEvent(CallType.Track, "A", Scale.Weeks[0].Start + 1, "long", Origin.Customer, "{\"plan\":\"" + new string('a', 30_000) + "\",\"tags\":[" + string.Join(',', Enumerable.Range(0, 2_000)) + "]}"),
        new TwinEvent(CallType.Identify, "", Scale.Weeks[0].Start + 2, "traits", Origin.Customer, "{\"plan\":\"" + string.Concat(Enumerable.Repeat("ab", 15_000)) + "\"}"),
    ];

    private readonly FoldBook book = new();

    [Fact]
    public void A_rule_that_is_read_is_folded_within_its_steps_its_memory_and_its_time()
    {
        var (read, mostSteps, mostHeld, longest) = (0, 0L, 0, TimeSpan.Zero);
        FuzzRun.Over(Written(), 8_000, (bytes, random) =>
        {
            var text = Encoding.UTF8.GetString(bytes);
            if (DefinitionsOf(text, random.Next(2) == 0) is not { } definitions)
            {
                // Most mutants are no rule: one with a single piece changed often is.
                text = NearlyRight(random);
                if (DefinitionsOf(text, random.Next(2) == 0) is not { } others)
                {
                    return;
                }
                definitions = others;
            }
            read++;
            var clock = Stopwatch.StartNew();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var (steps, held) = book.Fold(definitions);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(steps <= MostSteps(text), $"{steps} steps: {text}");
            // Each step may read one text or list of an event anew.
            Assert.True(allocated <= 8_000_000 + (steps * LongestValue), $"{allocated} bytes in {steps} steps: {text}");
            Assert.True(held <= MostHeld, $"{held} bytes held: {text}");
            Assert.True(clock.Elapsed < LongestFold, $"{clock.Elapsed}: {text}");
            (mostSteps, mostHeld, longest) = (Math.Max(mostSteps, steps), Math.Max(mostHeld, held), clock.Elapsed > longest ? clock.Elapsed : longest);
        }, Words);
        Assert.True(read > 5_000, $"seed {FuzzRun.Seed}: only {read} were read");
        Figures.Say("rules as code", $"{read:N0} fuzzed rules folded over {Events.Length} events; at the most {mostSteps:N0} steps, {mostHeld:N0} bytes held, {longest.TotalMilliseconds:0} ms; seed {FuzzRun.Seed}");
    }

    /// <summary>
    /// Each piece of a rule may be asked at each event, at the instant it leaves a window, and at each of the moves that time alone brings: so
    /// many after each event that the rule reads.
    /// </summary>
    private static long MostSteps(string text) => (text.Length + 10L) * ((20L * Events.Length) + (2L * ProfileFold.MaxQuietMoves * (Events.Length + 1)));

    private static DefinitionSet? DefinitionsOf(string text, bool inLifecycle)
    {
        try
        {
            var expression = Parser.Parse(text, inLifecycle ? RuleContext.Lifecycle : RuleContext.Segment, Zone.Utc);
            Checker.CheckCondition(expression);
            if (References.Walk(expression).Any(part => part is MembershipExpression or StageExpression { Lifecycle: not null } or TimeInStageExpression { Lifecycle: not null }))
            {
                return null;
            }
            var rule = new Rule(text, expression);
            return inLifecycle
                ? new DefinitionSet([new LifecycleDefinition("l", Text.Same("l"), Zone.Utc, Movement.Free, [Stage("a", null), Stage("b", rule)], [])], [])
                : new DefinitionSet([], [new SegmentDefinition("s", Text.Same("s"), Zone.Utc, rule)]);
        }
        catch (RuleException)
        {
            return null;
        }

        static StageDefinition Stage(string id, Rule? when) => new(id, Text.Same(id), when, [], []);
    }

    private static string NearlyRight(Random random)
    {
        var dice = new Dice(random.Next());
        var rule = new RuleWriter(dice, dice.Among(Scale.Weeks), new RuleScope(true, ["a", "b"], [], [], true)).Condition(dice.Below(5));
        var pieces = rule.Split(' ');
        pieces[dice.Below(pieces.Length)] = dice.Of(Words);
        return dice.OneIn(3) ? string.Join(' ', pieces) : $"{rule} {dice.Of("and", "or")} ({rule.Replace("A", "B", StringComparison.Ordinal)}){dice.Of("", " or true", " and since(any) > 1m", " and traits.plan matches \"(a|b|.*)*$\"")}";
    }

    private static byte[][] Written()
    {
        var dice = new Dice(FuzzRun.Seed);
        return [.. Corpus.BytesOf("rules"), .. Enumerable.Range(0, 2_000).Select(_ => Encoding.UTF8.GetBytes(
            new RuleWriter(dice, dice.Among(Scale.Weeks), new RuleScope(true, ["a", "b"], [], [], true)).Condition(dice.Below(5))))];
    }

    /// <summary>Folds rules over the events; the numbers of names are given anew now and then, as every rule brings some.</summary>
    private sealed class FoldBook
    {
        private const int RulesPerBook = 500;

        private readonly ArrayBufferWriter<byte> state = new();

        private int left;
        private Names names = new();
        private Names paths = new();
        private (long At, byte[] Packed)[] events = [];

        /// <summary>The steps it took, and the bytes of the state that is left.</summary>
        public (long Steps, int Held) Fold(DefinitionSet definitions)
        {
            if (left-- == 0 || events.Length == 0)
            {
                (names, paths, left) = (new Names(), new Names(), RulesPerBook);
                var packer = new EventPacker(names, paths);
                events = [.. Events.OrderBy(e => e.At).ThenBy(e => e.MessageId, StringComparer.Ordinal).Select(e => (e.At, EngineAdapter.Pack(e, packer).ToArray()))];
            }
            var fold = new ProfileFold(FoldPlan.Compile(definitions, names, paths, FoldSettings.Default));
            foreach (var (at, packed) in events)
            {
                fold.Add(new PackedEvent(at, packed));
            }
            fold.AdvanceTo(events[^1].At + (400 * Durations.Day));
            state.ResetWrittenCount();
            fold.Save(state);
            return (fold.Work, state.WrittenCount);
        }
    }
}
