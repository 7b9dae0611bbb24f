using System.Globalization;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Customers.List;

/// <summary>A column that the list may have; <see cref="Id"/> is kept, so it stays what it is: a word, `stage:LIFECYCLE` or `trait:PATH`.</summary>
public sealed record ListColumn(string Id, Text Label);

/// <summary>The columns that there are, those that a user has chosen, and what stands in them.</summary>
public sealed class ListColumns(IReadOnlyList<LifecycleInfo> lifecycles, IReadOnlyList<SegmentInfo> segments, IReadOnlyList<string> traits)
{
    public const int Most = 12;

    /// <summary>Traits offered; a workspace may have thousands of paths.</summary>
    private const int MostTraits = 200;

    private static readonly ListColumn[] Fixed =
    [
        new("email", new("E-mail", "Correo")), new("phone", new("Phone", "Teléfono")), new("last", new("Last seen", "Visto por última vez")),
        new("first", new("First seen", "Visto por primera vez")), new("orders", new("Orders", "Compras")), new("spent", new("Spent", "Gastado")),
        new("events", new("Events", "Eventos")), new("segments", new("Segments", "Segmentos")), new("tags", new("Tags", "Etiquetas")), new("id", new("Id", "Id")),
    ];

    public static ListColumns Of(EngineState state) => new(
        LifecycleInfo.AllOf(state), SegmentInfo.AllOf(state),
        [.. state.Staged.Schema.Traits.Select(path => state.Staged.Paths[path]).Where(name => !name.StartsWith('$')).Order(StringComparer.Ordinal).Take(MostTraits)]);

    public IReadOnlyList<LifecycleInfo> Lifecycles => lifecycles;

    public IReadOnlyList<SegmentInfo> Segments => segments;

    public IReadOnlyList<string> Traits => traits;

    public IReadOnlyList<ListColumn> All { get; } =
    [
        .. lifecycles.Select(lifecycle => new ListColumn("stage:" + lifecycle.Id, lifecycle.Label)), .. Fixed,
        .. traits.Select(name => new ListColumn("trait:" + name, Text.Same(name))),
    ];

    /// <summary>Those chosen that there still are, in the order of all; without a choice the stage, the e-mail and when and how often they came.</summary>
    public IReadOnlyList<ListColumn> Chosen(IReadOnlyList<string>? ids, string? lifecycle)
    {
        var opening = lifecycles.Count == 0 ? null : lifecycles[LifecycleInfo.DefaultOf(lifecycles)].Id;
        var wanted = (ids ?? ["stage:" + (lifecycle ?? opening), "email", "last", "orders"]).ToHashSet(StringComparer.Ordinal);
        if (lifecycle is not null)
        {
            // The stage that was asked for is seen beside the name, whatever else is.
            wanted.Add("stage:" + lifecycle);
        }
        return [.. All.Where(column => wanted.Contains(column.Id)).OrderByDescending(column => column.Id == "stage:" + lifecycle).Take(Most)];
    }

    /// <summary>What stands in a column as text, for the page and, with <paramref name="isPlain"/>, for files: ids and numbers as machines write them.</summary>
    public string TextOf(PersonLook person, string column, Locale locale, bool isPlain = false)
    {
        string Instant(long? at) => at is { } ms ? isPlain ? Core.Time.Instants.Format(ms) : locale.Moment(ms) : "";
        string Number(long number) => isPlain ? number.ToString(CultureInfo.InvariantCulture) : locale.Number(number);
        return column switch
        {
            "email" => person.Email ?? "",
            "phone" => person.Phone ?? "",
            "last" => Instant(person.LastSeenAt),
            "first" => Instant(person.FirstSeenAt),
            "orders" => Number(person.Orders.Orders),
            "spent" => string.Join(" + ", person.Orders.Spent.Select(one => isPlain ? $"{one.Sum.ToString(CultureInfo.InvariantCulture)} {one.Currency}".TrimEnd() : locale.Money(one.Sum, one.Currency))),
            "events" => Number(person.Events),
            "segments" => string.Join(", ", person.Segments.Select(id => segments.FirstOrDefault(one => one.Id == id) is { } known && !isPlain ? locale.Say(known.Label) : id)),
            "tags" => string.Join(", ", person.Tags),
            "id" => person.Id,
            _ when column.StartsWith("stage:", StringComparison.Ordinal) => StageOf(person, column[6..], locale, isPlain),
            _ => TraitOf(person, column[6..], locale),
        };
    }

    private string StageOf(PersonLook person, string lifecycle, Locale locale, bool isPlain) =>
        person.Stages.FirstOrDefault(one => one.Lifecycle == lifecycle) is not { } held ? ""
            : isPlain ? held.Stage : lifecycles.First(one => one.Id == lifecycle).Mark(held.Stage, locale)?.Label ?? held.Stage;

    private static string TraitOf(PersonLook person, string path, Locale locale)
    {
        System.Text.Json.Nodes.JsonNode? at = person.Traits;
        foreach (var name in path.Split('.'))
        {
            at = at is System.Text.Json.Nodes.JsonObject inner ? inner[name] : null;
        }
        if (at is null)
        {
            return "";
        }
        using var json = JsonDocument.Parse(at.ToJsonString());
        return string.Join(", ", Readable.Rows(json.RootElement, locale).Select(row => row.Value));
    }
}
