using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Engine.Yaml;

namespace Ciclo.Engine.Definitions;

/// <summary>
/// Warns of events, properties, traits and scores that have never been seen, each name once, with the nearest that is known. Where
/// nothing at all has come in yet, only likely slips of the pen get a line of their own; one line names the rest.
/// </summary>
internal static class UnseenNames
{
    private enum NameKind
    {
        Event,
        Property,
        Trait,
        GroupTrait,
        Score,
    }

    private sealed record Unseen(NameKind Kind, string Name, string Event, YamlPlace Place, string? Nearest);

    internal static IEnumerable<Diagnostic> In(DefinitionFile file, ISeenNames seen)
    {
        var unseen = file.Rules.SelectMany(placed => In(placed, seen)).DistinctBy(found => (found.Kind, found.Name, found.Event)).ToList();
        var isEmpty = seen.Events.Count == 0 && seen.Traits.Count == 0 && seen.GroupTraits.Count == 0 && seen.Scores.Count == 0;
        if (!isEmpty)
        {
            return unseen.Select(Warning);
        }
        var summed = unseen.Where(found => found.Nearest is null).ToList();
        return unseen.Where(found => found.Nearest is not null).Select(Warning).Concat(summed.Count == 0 ? [] : [Sum(summed)]);
    }

    private static IEnumerable<Unseen> In(PlacedRule placed, ISeenNames seen)
    {
        foreach (var part in References.Walk(placed.Rule.Expression))
        {
            foreach (var (kind, name, ofEvent, extent, known) in NamesOf(part, seen))
            {
                if (!known.Contains(name, StringComparer.Ordinal))
                {
                    yield return new Unseen(kind, name, ofEvent, placed.PlaceOf(extent), Nearest.Find(name, known));
                }
            }
        }
    }

    private static IEnumerable<(NameKind, string, string, Extent, IEnumerable<string>)> NamesOf(Expression part, ISeenNames seen)
    {
        switch (part)
        {
            case PathExpression { Root: PathRoot.Traits } path:
                yield return (NameKind.Trait, path.Path, "", path.Extent, seen.Traits.Concat(SemanticNames.Traits));
                break;
            case PathExpression { Root: PathRoot.Group } path:
                yield return (NameKind.GroupTrait, path.Path, "", path.Extent, seen.GroupTraits.Concat(SemanticNames.GroupTraits));
                break;
            case PathExpression { Root: PathRoot.Scores } path:
                yield return (NameKind.Score, path.Path, "", path.Extent, seen.Scores);
                break;
            case AggregateExpression aggregate:
                foreach (var name in NamesOf(aggregate, seen))
                {
                    yield return name;
                }
                break;
        }
    }

    private static IEnumerable<(NameKind, string, string, Extent, IEnumerable<string>)> NamesOf(AggregateExpression aggregate, ISeenNames seen)
    {
        var selector = aggregate.Selector;
        var isNamed = selector.Kind == SelectorKind.Named;
        var isSeen = !isNamed || seen.Events.Contains(selector.Name, StringComparer.Ordinal);
        var isSemantic = isNamed && SemanticNames.Events.Contains(selector.Name);
        if (isNamed)
        {
            yield return (NameKind.Event, selector.Name, "", selector.Extent, seen.Events.Concat(SemanticNames.Events));
        }
        // Of an event that is itself unknown, its properties say nothing more.
        var properties = seen.PropertiesOf(selector.Kind, isNamed ? selector.Name : "");
        if (!isSemantic && (!isSeen || properties.Count == 0))
        {
            yield break;
        }
        IEnumerable<string> known = isSemantic || !isNamed ? properties.Concat(SemanticNames.Properties) : properties;
        var shown = isNamed ? selector.Name : selector.Kind.ToString().ToLowerInvariant();
        if (aggregate.Property is { } property)
        {
            yield return (NameKind.Property, property, shown, selector.Extent, known);
        }
        foreach (var path in selector.Where is { } where ? References.Walk(where).OfType<PathExpression>() : [])
        {
            yield return (NameKind.Property, path.Path, shown, path.Extent, known);
        }
    }

    private static Diagnostic Warning(Unseen found)
    {
        var name = Describe(found);
        var hint = found.Nearest is { } nearest ? new Text($"Did you mean \"{nearest}\"?", $"¿Quisiste decir \"{nearest}\"?") : (Text?)null;
        return new Diagnostic("unseen_" + CodeOf(found.Kind), Severity.Warning, found.Place.Line, found.Place.Column,
            new Text($"{name.En}, which has never been seen", $"{name.Es}, que nunca ha llegado"),
            new Text("a name that has come in before", "un nombre que ya haya llegado"), hint);
    }

    private static Diagnostic Sum(List<Unseen> found)
    {
        const int MaxListed = 10;
        var names = found.Take(MaxListed).Select(Describe).ToList();
        var more = found.Count - names.Count;
        var first = found[0].Place;
        return new Diagnostic("nothing_seen", Severity.Warning, first.Line, first.Column,
            new Text(string.Join(", ", names.Select(name => name.En)) + (more > 0 ? $" and {more} more" : ""),
                string.Join(", ", names.Select(name => name.Es)) + (more > 0 ? $" y {more} más" : "")),
            new Text("names that have come in before", "nombres que ya hayan llegado"),
            new Text("Nothing has come in yet, so these could not be checked.", "Aún no ha llegado nada, así que no se pudieron revisar."));
    }

    private static string CodeOf(NameKind kind) => kind switch
    {
        NameKind.Event => "event",
        NameKind.Property => "property",
        NameKind.Trait => "trait",
        NameKind.GroupTrait => "group_trait",
        _ => "score",
    };

    private static Text Describe(Unseen found) => found.Kind switch
    {
        NameKind.Event => new Text($"the event \"{found.Name}\"", $"el evento \"{found.Name}\""),
        NameKind.Property => new Text($"the property {found.Name} of \"{found.Event}\"", $"la propiedad {found.Name} de \"{found.Event}\""),
        NameKind.Trait => new Text($"the trait {found.Name}", $"el atributo {found.Name}"),
        NameKind.GroupTrait => new Text($"the group trait {found.Name}", $"el atributo de grupo {found.Name}"),
        _ => new Text($"the score {found.Name}", $"la puntuación {found.Name}"),
    };
}
