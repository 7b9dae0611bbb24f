using Ciclo.Core.Events;
using Ciclo.Engine.Yaml;

namespace Ciclo.Modules.Imports;

/// <summary>Reads back from a map's text what the table of columns can show. What it cannot say (a condition, an own expression) stays in the text alone.</summary>
internal static class PointingReader
{
    private static readonly (ColumnRole Role, string Name)[] Names =
    [
        (ColumnRole.OrderId, "order_id"), (ColumnRole.Amount, "revenue"), (ColumnRole.Currency, "currency"), (ColumnRole.ProductId, "product_id"), (ColumnRole.Quantity, "quantity"), (ColumnRole.Price, "price"),
        (ColumnRole.Phone, "phone"), (ColumnRole.Country, "country"), (ColumnRole.City, "city"), (ColumnRole.Email, "email"),
    ];

    public static Pointing Of(ImportMap map, FileSample sample, Pointing before)
    {
        var found = new Dictionary<string, (ColumnRole Role, string Property)>(StringComparer.Ordinal);
        void Note(YamlScalar? column, ColumnRole role, string property = "")
        {
            if (column is not null && ColumnOf(column.Value) is { } name)
            {
                found.TryAdd(name, (role, property));
            }
        }
        foreach (var emit in map.Emits)
        {
            Note(emit.UserId, ColumnRole.UserId);
            Note(emit.AnonymousId, ColumnRole.AnonymousId);
            Note(emit.Email, ColumnRole.Email);
            Note(emit.Time?.Column, ColumnRole.Date);
            Note(emit.Event?.Column, ColumnRole.Event);
            foreach (var (name, value, isInside) in Values(emit.Body))
            {
                Note(value, RoleOf(name, emit.Type, isInside), name);
            }
        }
        var track = map.Emits.FirstOrDefault(emit => emit.Type == CallType.Track);
        var isOrder = track?.Event?.Literal?.Value == "Order Completed";
        var time = map.Emits.Select(emit => emit.Time).FirstOrDefault(held => held is not null);
        return before with
        {
            Source = map.Source,
            Subject = isOrder ? RowSubject.Order : track is null ? RowSubject.Person : RowSubject.Event,
            EventName = track?.Event?.Literal?.Value ?? "",
            IsGrouped = map.GroupBy is not null,
            RepeatsTotal = track?.Body?.Find("revenue")?.Value is YamlScalar { Value: { } revenue } && revenue.StartsWith("max(", StringComparison.Ordinal),
            TimeFormat = time is null ? before.TimeFormat : time.Kind switch { TimeFormatKind.Unix => TimeGuess.Unix, TimeFormatKind.UnixMs => TimeGuess.UnixMs, TimeFormatKind.Pattern => time.Pattern!.Source, _ => TimeGuess.Iso },
            TimeZone = time?.Zone.Id ?? before.TimeZone,
            Columns = [.. sample.Columns.Select(column => found.TryGetValue(column.Name, out var role)
                ? new PointedColumn(column.Name, role.Role, role.Property.Length == 0 ? ColumnGuess.PropertyName(column.Name) : role.Property)
                : new PointedColumn(column.Name, ColumnRole.Ignore, ColumnGuess.PropertyName(column.Name)))],
        };
    }

    /// <summary>Properties or traits, those of each product too.</summary>
    private static IEnumerable<(string Name, YamlScalar Value, bool IsInside)> Values(YamlMap? body)
    {
        foreach (var entry in body?.Entries ?? [])
        {
            if (entry.Value is YamlScalar value)
            {
                yield return (entry.Key.Value, value, false);
            }
            else if (entry.Value is YamlMap list && list.Find("each")?.Value is YamlMap each)
            {
                foreach (var part in each.Entries.Where(part => part.Value is YamlScalar))
                {
                    yield return (part.Key.Value, (YamlScalar)part.Value, true);
                }
            }
        }
    }

    private static ColumnRole RoleOf(string name, CallType type, bool isInside) => name == "name"
        ? type == CallType.Identify ? ColumnRole.Name : isInside ? ColumnRole.Product : ColumnRole.Property
        : Array.Find(Names, known => known.Name == name) is { Name: not null } found ? found.Role : ColumnRole.Property;

    /// <summary>The column of a value that is one, or an aggregate of one.</summary>
    private static string? ColumnOf(string value)
    {
        var text = value.Trim();
        foreach (var function in new[] { "sum(", "max(", "first(" })
        {
            if (text.StartsWith(function, StringComparison.Ordinal) && text.EndsWith(')'))
            {
                text = text[function.Length..^1].Trim();
            }
        }
        return text is ['`', .. var inner, '`'] && !inner.Contains('`', StringComparison.Ordinal) ? inner : text.Length > 0 && !text.Contains('"', StringComparison.Ordinal) ? text : null;
    }
}
