using Ciclo.Core.Rules;
using Ciclo.Tests.Rules.Twin;

namespace Ciclo.Tests.Rules.Worlds;

/// <summary>Writes whole worlds at random. One seed is one world.</summary>
public sealed class WorldWriter
{
    private readonly Dice dice;
    private readonly Scale scale;
    private readonly bool anniversaries;
    private readonly List<LifecycleSource> lifecycles = [];
    private readonly List<SegmentSource> segments = [];
    private readonly List<string> memberships = [];

    private WorldWriter(int seed, Func<Dice, Scale> scale)
    {
        dice = new Dice(seed);
        this.scale = scale(dice);
        anniversaries = dice.OneIn(4);
    }

    public static World OfWeeks(int seed) => new WorldWriter(seed, dice => dice.Among(Scale.Weeks)).Write();

    public static World OfSeconds(int seed) => new WorldWriter(seed, _ => Scale.Seconds).Write();

    private World Write()
    {
        // Each definition may read those written before it; the set is then shuffled, as files come in any order.
        for (var left = 1 + dice.Below(3); left > 0; left--)
        {
            if (dice.OneIn(3))
            {
                AddSegment();
            }
            else
            {
                AddLifecycle();
            }
        }
        if (dice.OneIn(2))
        {
            AddSegment();
        }
        var writer = new EventWriter(dice, scale);
        var events = new List<TwinEvent>();
        for (var left = 1 + dice.Below(12); left > 0; left--)
        {
            var next = writer.Next();
            events.Add(events.Count > 0 && dice.OneIn(5) ? next with { At = dice.Among(events).At } : next);
        }
        var clock = scale.Start + scale.SpanMs + dice.Between(0, scale.SpanMs);
        return new World(dice.Shuffle(lifecycles), dice.Shuffle(segments), dice.Shuffle(events), clock);
    }

    private void AddSegment()
    {
        var id = "s" + segments.Count;
        segments.Add(new SegmentSource(id, dice.Of(scale.Zones), Rules([]).Condition()));
        memberships.Add(id);
    }

    private void AddLifecycle()
    {
        var id = "l" + lifecycles.Count;
        string[] names = [.. "abcdef"[..(2 + dice.Below(4))].Select(c => c.ToString())];
        var rules = Rules(names);
        var subSegments = 0;
        StageSource[] stages = [.. names.Select((name, i) => Stage(name, i))];
        PersonaSource[] personas = [.. Enumerable.Range(0, dice.Of(0, 0, 1, 2)).Select(i => new PersonaSource("p" + i, rules.Condition(1), [.. stages.Select(Variant)]))];
        lifecycles.Add(new LifecycleSource(id, dice.Of(scale.Zones), dice.Of(Movement.Forward, Movement.Free), stages, personas));
        memberships.AddRange(stages.Concat(personas.SelectMany(p => p.Stages)).SelectMany(s => s.Segments.Select(sub => $"{id}/{s.Id}/{sub.Id}")).Distinct());

        StageSource Stage(string name, int i) => new(name, i == 0 && !dice.OneIn(4) ? null : rules.Condition(2), Returns(i), SubSegments());

        int[] Returns(int i) => [.. Enumerable.Range(0, i).Where(_ => dice.OneIn(3))];

        SubSegmentSource[] SubSegments() => [.. Enumerable.Range(0, dice.Of(0, 0, 0, 1, 2)).Select(_ => new SubSegmentSource("g" + subSegments++, rules.Condition(1)))];

        StageSource Variant(StageSource stage, int i) => dice.Below(4) switch
        {
            0 => stage with { When = rules.Condition(2) },
            1 => stage with { ReturnsTo = Returns(i) },
            2 => stage with { Segments = [.. SubSegments(), .. stage.Segments.Take(1).Select(s => s with { When = rules.Condition(1) })] },
            _ => stage,
        };
    }

    private RuleWriter Rules(string[] ownStages) => new(dice, scale, new RuleScope(
        ownStages.Length > 0, ownStages, [.. lifecycles.Select(l => (l.Id, l.Stages.Select(s => s.Id).ToArray()))], [.. memberships], anniversaries));
}
