using System.Text;

namespace Ciclo.Modules.Imports;

/// <summary>Writes the text of a map from what was pointed at. The text is what is imported; whoever knows the format can go on from it.</summary>
internal static class MapWriter
{
    /// <summary>Names that mean something else in the rule language.</summary>
    private static readonly string[] Reserved =
        ["and", "or", "not", "null", "true", "false", "where", "sum", "min", "max", "count", "first", "last", "avg", "ever", "since", "in", "stage", "segment", "page", "screen", "identify", "any", "now", "traits", "group", "scores", "consent", "starts_with", "ends_with", "contains", "between", "is", "lower", "upper", "days", "money", "distinct", "each", "if", "age", "instant"];

    public static string Write(Pointing pointed, FileSample sample)
    {
        var text = new StringBuilder();
        text.Append($"source: {Scalar(pointed.Source)}\nformat: {(sample.Format == FileFormat.JsonLines ? "jsonl" : "csv")}\n");
        if (sample.Format == FileFormat.Csv)
        {
            text.Append(sample.Delimiter switch { '\t' => "delimiter: tab\n", ' ' => "delimiter: whitespace\n", { } mark => $"delimiter: \"{mark}\"\n", _ => "" });
            text.Append(sample.IsDecimalComma ? "decimal: \",\"\n" : "");
            text.Append(sample.HasHeader ? "" : "header: false\n");
        }
        WriteColumns(text, pointed, sample);
        var isGrouped = pointed is { Subject: RowSubject.Order, IsGrouped: true } && pointed.Has(ColumnRole.OrderId);
        text.Append(isGrouped ? $"group_by: {Scalar(pointed.Of(ColumnRole.OrderId)!)}\n" : "");
        text.Append("emit:\n");
        if (pointed.Subject != RowSubject.Person)
        {
            WriteTrack(text, pointed, isGrouped);
        }
        if (pointed.Subject == RowSubject.Person || HasTraits(pointed))
        {
            WriteIdentify(text, pointed, isGrouped);
        }
        return text.ToString();
    }

    /// <summary>Numbers that name something stay texts: `007` is not 7, and an order's number is not added up.</summary>
    private static void WriteColumns(StringBuilder text, Pointing pointed, FileSample sample)
    {
        if (!sample.HasHeader)
        {
            text.Append("columns:\n").Append(string.Concat(sample.Columns.Select((column, i) => $"  - {{ {Scalar(column.Name)}: {TypeOf(pointed.Columns[i].Role, column.Type)} }}\n")));
            return;
        }
        var texts = sample.Columns.Where((column, i) => column.Name.Length > 0 && column.Type == ColumnType.Number && IsName(pointed.Columns[i].Role)).ToList();
        if (texts.Count > 0 && sample.Format == FileFormat.Csv)
        {
            text.Append("columns:\n").Append(string.Concat(texts.Select(column => $"  {Scalar(column.Name)}: text\n")));
        }
    }

    private static string TypeOf(ColumnRole role, ColumnType sniffed) => sniffed == ColumnType.Number && !IsName(role) ? "number" : "text";

    private static bool IsName(ColumnRole role) =>
        role is ColumnRole.UserId or ColumnRole.AnonymousId or ColumnRole.OrderId or ColumnRole.ProductId or ColumnRole.Phone or ColumnRole.Date or ColumnRole.Name or ColumnRole.Product;

    private static void WriteTrack(StringBuilder text, Pointing pointed, bool isGrouped)
    {
        var column = pointed.Of(ColumnRole.Event);
        var name = pointed.Subject == RowSubject.Order ? "Order Completed" : pointed.EventName.Length > 0 ? pointed.EventName : "Imported";
        text.Append("  - type: track\n");
        text.Append(pointed.Subject == RowSubject.Event && column is not null ? $"    event: {{ column: {Scalar(column)} }}\n" : $"    event: {Scalar(name)}\n");
        WriteWho(text, pointed, withEmail: true);
        WriteTime(text, pointed);
        if (pointed.Subject == RowSubject.Order && pointed.Of(ColumnRole.OrderId) is { } order)
        {
            text.Append($"    key: {Scalar(order)}\n");
        }
        var properties = Properties(pointed, isGrouped).ToList();
        if (properties.Count > 0)
        {
            text.Append("    properties:\n").Append(string.Concat(properties.Select(property => $"      {Scalar(property.Name)}: {property.Value}\n")));
        }
    }

    private static IEnumerable<(string Name, string Value)> Properties(Pointing pointed, bool isGrouped)
    {
        if (pointed.Of(ColumnRole.OrderId) is { } order)
        {
            yield return ("order_id", Expression(order));
        }
        if (RevenueOf(pointed, isGrouped) is { } revenue)
        {
            yield return ("revenue", revenue);
            yield return ("currency", pointed.Of(ColumnRole.Currency) is { } currency ? Expression(currency) : $"'\"{pointed.Currency}\"'");
        }
        var product = Product(pointed).ToList();
        if (isGrouped && product.Count > 0)
        {
            yield return ("products", $"{{ each: {{ {string.Join(", ", product.Select(part => $"{part.Name}: {part.Value}"))} }} }}");
        }
        else
        {
            foreach (var part in product)
            {
                yield return part;
            }
        }
        foreach (var column in pointed.Columns.Where(column => column.Role == ColumnRole.Property && column.Name.Length > 0))
        {
            yield return (column.Property, Expression(column.Name));
        }
    }

    private static string? RevenueOf(Pointing pointed, bool isGrouped)
    {
        var (amount, price, quantity) = (pointed.Of(ColumnRole.Amount), pointed.Of(ColumnRole.Price), pointed.Of(ColumnRole.Quantity));
        if (amount is not null)
        {
            return !isGrouped ? Expression(amount) : Quoted($"{(pointed.RepeatsTotal ? "max" : "sum")}({Inner(amount)})");
        }
        if (price is null || pointed.Subject != RowSubject.Order)
        {
            return null;
        }
        var line = quantity is null ? Inner(price) : $"{Inner(quantity)} * {Inner(price)}";
        return Quoted(isGrouped ? $"sum({line})" : line);
    }

    private static IEnumerable<(string Name, string Value)> Product(Pointing pointed) =>
        new (ColumnRole Role, string Name)[] { (ColumnRole.ProductId, "product_id"), (ColumnRole.Product, "name"), (ColumnRole.Quantity, "quantity"), (ColumnRole.Price, "price") }
            .Where(part => pointed.Has(part.Role)).Select(part => (part.Name, Expression(pointed.Of(part.Role)!)));

    private static bool HasTraits(Pointing pointed) => Traits(pointed).Any() && (pointed.Has(ColumnRole.UserId) || pointed.Has(ColumnRole.Email) || pointed.Has(ColumnRole.AnonymousId));

    private static IEnumerable<(string Name, string Value)> Traits(Pointing pointed)
    {
        var known = new (ColumnRole Role, string Name)[] { (ColumnRole.Email, "email"), (ColumnRole.Name, "name"), (ColumnRole.Phone, "phone"), (ColumnRole.Country, "country"), (ColumnRole.City, "city") };
        foreach (var (role, name) in known.Where(part => pointed.Has(part.Role)))
        {
            yield return (name, Expression(pointed.Of(role)!));
        }
        foreach (var column in pointed.Columns.Where(column => pointed.Subject == RowSubject.Person && column.Role == ColumnRole.Property && column.Name.Length > 0))
        {
            yield return (column.Property, Expression(column.Name));
        }
    }

    private static void WriteIdentify(StringBuilder text, Pointing pointed, bool isGrouped)
    {
        text.Append("  - type: identify\n");
        WriteWho(text, pointed, withEmail: false);
        WriteTime(text, pointed);
        if (isGrouped || pointed is { Subject: RowSubject.Order } && pointed.Has(ColumnRole.OrderId))
        {
            text.Append($"    key: {Scalar(pointed.Of(ColumnRole.OrderId)!)}\n");
        }
        var traits = Traits(pointed).ToList();
        if (traits.Count > 0)
        {
            text.Append("    traits:\n").Append(string.Concat(traits.Select(trait => $"      {Scalar(trait.Name)}: {trait.Value}\n")));
        }
    }

    /// <summary>The e-mail of an identify stands among its traits.</summary>
    private static void WriteWho(StringBuilder text, Pointing pointed, bool withEmail)
    {
        foreach (var (role, key) in new[] { (ColumnRole.UserId, "user_id"), (ColumnRole.AnonymousId, "anonymous_id"), (ColumnRole.Email, "email") })
        {
            if (pointed.Of(role) is { } column && (role != ColumnRole.Email || withEmail))
            {
                text.Append($"    {key}: {Scalar(column)}\n");
            }
        }
    }

    private static void WriteTime(StringBuilder text, Pointing pointed)
    {
        if (pointed.Of(ColumnRole.Date) is { } date)
        {
            text.Append($"    timestamp: {{ column: {Scalar(date)}, format: {Quoted(pointed.TimeFormat)}, timezone: {Scalar(pointed.TimeZone)} }}\n");
        }
    }

    /// <summary>A column in an expression, as a YAML scalar.</summary>
    private static string Expression(string column) => IsPlain(column) ? column : Quoted(Inner(column));

    private static string Inner(string column) => IsPlain(column) ? column : "`" + column + "`";

    private static bool IsPlain(string name) => name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !Reserved.Contains(name.ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>A text as a YAML scalar that reads back as itself.</summary>
    private static string Scalar(string text) => text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '/' or ' ') && text[^1] != ' '
        && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off") ? text : Quoted(text);

    private static string Quoted(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
