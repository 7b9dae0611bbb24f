using Ciclo.Core.Rules;
using Ciclo.Core.Time;

namespace Ciclo.Tests.Rules.Worlds;

/// <summary>Makes a failing world smaller while it still fails: fewer events and definitions, plainer rules.</summary>
public static class Shrinker
{
    public static World Shrink(World world, Func<World, bool> fails)
    {
        for (var budget = 3_000; budget > 0;)
        {
            var smaller = Smaller(world).Take(budget).FirstOrDefault(candidate =>
            {
                budget--;
                return Fails(candidate, fails);
            });
            if (smaller is null)
            {
                return world;
            }
            world = smaller;
        }
        return world;
    }

    /// <summary>A candidate that is no world any more (it refers to what was taken out of it) does not count.</summary>
    private static bool Fails(World candidate, Func<World, bool> fails)
    {
        try
        {
            candidate.Compile();
            var known = candidate.Segments.Select(s => "in:" + s.Id)
                .Concat(candidate.Lifecycles.SelectMany(l => l.Stages.Concat(l.Personas.SelectMany(p => p.Stages)).SelectMany(s => s.Segments.Select(g => $"in:{l.Id}/{s.Id}/{g.Id}"))))
                .Concat(candidate.Lifecycles.Select(l => "stage:" + l.Id)).ToHashSet(StringComparer.Ordinal);
            return Texts(candidate).All(text => Twin.TwinRules.Reads(Parse(text)).All(known.Contains)) && fails(candidate);
        }
        catch (RuleException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Texts(World world) => world.Segments.Select(s => s.When)
        .Concat(world.Lifecycles.SelectMany(l => l.Personas.Select(p => p.When)
            .Concat(l.Stages.Concat(l.Personas.SelectMany(p => p.Stages)).SelectMany(s => s.Segments.Select(g => g.When).Append(s.When ?? "true")))));

    private static IEnumerable<World> Smaller(World world)
    {
        foreach (var fewer in Without(world.Lifecycles))
        {
            yield return world with { Lifecycles = fewer };
        }
        foreach (var fewer in Without(world.Segments))
        {
            yield return world with { Segments = fewer };
        }
        foreach (var fewer in Without(world.Events))
        {
            yield return world with { Events = fewer };
        }
        for (var i = 0; i < world.Lifecycles.Count; i++)
        {
            foreach (var simpler in Simpler(world.Lifecycles[i]))
            {
                yield return world with { Lifecycles = With(world.Lifecycles, i, simpler) };
            }
        }
        for (var i = 0; i < world.Segments.Count; i++)
        {
            foreach (var simpler in Simpler(world.Segments[i].When))
            {
                yield return world with { Segments = With(world.Segments, i, world.Segments[i] with { When = simpler }) };
            }
        }
        for (var i = 0; i < world.Events.Count; i++)
        {
            if (world.Events[i].Properties is not ("" or "{}"))
            {
                yield return world with { Events = With(world.Events, i, world.Events[i] with { Properties = "{}" }) };
            }
        }
    }

    private static IEnumerable<LifecycleSource> Simpler(LifecycleSource lifecycle)
    {
        foreach (var fewer in Without(lifecycle.Personas))
        {
            yield return lifecycle with { Personas = fewer };
        }
        foreach (var stages in Simpler(lifecycle.Stages))
        {
            yield return lifecycle with { Stages = stages };
        }
        for (var i = 0; i < lifecycle.Personas.Count; i++)
        {
            var persona = lifecycle.Personas[i];
            foreach (var when in Simpler(persona.When))
            {
                yield return lifecycle with { Personas = With(lifecycle.Personas, i, persona with { When = when }) };
            }
            foreach (var stages in Simpler(persona.Stages))
            {
                yield return lifecycle with { Personas = With(lifecycle.Personas, i, persona with { Stages = stages }) };
            }
        }
    }

    private static IEnumerable<IReadOnlyList<StageSource>> Simpler(IReadOnlyList<StageSource> stages)
    {
        for (var i = 0; i < stages.Count; i++)
        {
            var stage = stages[i];
            foreach (var fewer in Without(stage.Segments))
            {
                yield return With(stages, i, stage with { Segments = fewer });
            }
            foreach (var fewer in Without(stage.ReturnsTo))
            {
                yield return With(stages, i, stage with { ReturnsTo = fewer });
            }
            foreach (var when in stage.When is { } text ? Simpler(text) : [])
            {
                yield return With(stages, i, stage with { When = when });
            }
            for (var j = 0; j < stage.Segments.Count; j++)
            {
                foreach (var when in Simpler(stage.Segments[j].When))
                {
                    yield return With(stages, i, stage with { Segments = With(stage.Segments, j, stage.Segments[j] with { When = when }) });
                }
            }
        }
    }

    /// <summary>False, then the rule with one of its parts put in place of what holds it, or with a `where` or a window left out.</summary>
    private static IEnumerable<string> Simpler(string rule)
    {
        if (rule is "true" or "false")
        {
            yield break;
        }
        yield return "false";
        yield return "true";
        foreach (var part in Twin.TwinRules.Parts(Parse(rule)))
        {
            var (before, after) = (rule[..part.Extent.Start], rule[part.Extent.End..]);
            foreach (var inner in Twin.TwinRules.Parts(part).Skip(1).Where(inner => inner.Type == part.Type || inner.Type == StaticType.Any))
            {
                yield return before + rule[inner.Extent.Start..inner.Extent.End] + after;
            }
            if (part is AggregateExpression { Selector: var selector } aggregate)
            {
                var whereEnd = selector.Where?.Extent.End ?? selector.Extent.End;
                foreach (var (from, to) in new[] { (selector.Extent.End, whereEnd), (whereEnd, aggregate.Window?.Extent.End ?? whereEnd) })
                {
                    if (to > from)
                    {
                        yield return rule[..from] + rule[to..];
                    }
                }
            }
        }
    }

    private static Expression Parse(string rule)
    {
        var expression = Parser.Parse(rule, RuleContext.Lifecycle, Zone.Utc);
        Checker.CheckCondition(expression);
        return expression;
    }

    private static IEnumerable<IReadOnlyList<T>> Without<T>(IReadOnlyList<T> items) =>
        Enumerable.Range(0, items.Count).Select(i => (IReadOnlyList<T>)[.. items.Take(i), .. items.Skip(i + 1)]);

    private static IReadOnlyList<T> With<T>(IReadOnlyList<T> items, int index, T item) => [.. items.Take(index), item, .. items.Skip(index + 1)];
}
