namespace Ciclo.Modules.Imports;

/// <summary>What a column is, as a person points at it. The values stand in forms, so names only grow.</summary>
public enum ColumnRole
{
    Ignore,
    UserId,
    AnonymousId,
    Email,
    Name,
    Phone,
    Date,
    OrderId,
    Amount,
    Currency,
    ProductId,
    Product,
    Quantity,
    Price,
    Country,
    City,
    Event,
    Property,
}

/// <summary>What a row is.</summary>
public enum RowSubject
{
    Order,
    Person,
    Event,
}

/// <summary>A column with what it is; <paramref name="Property"/> is the name under which a <see cref="ColumnRole.Property"/> is kept.</summary>
public sealed record PointedColumn(string Name, ColumnRole Role, string Property);

/// <summary>
/// A map as it is built by pointing. <paramref name="TimeFormat"/> is `iso`, `unix`, `unix_ms` or a pattern. <paramref name="IsGrouped"/>: rows with one
/// order number are one order; <paramref name="RepeatsTotal"/>: each of them repeats the order's total.
/// </summary>
public sealed record Pointing(
    string Source, RowSubject Subject, string EventName, string TimeFormat, string TimeZone, string Currency, bool IsGrouped, bool RepeatsTotal, IReadOnlyList<PointedColumn> Columns)
{
    public string? Of(ColumnRole role) => Columns.FirstOrDefault(column => column.Role == role)?.Name;

    public bool Has(ColumnRole role) => Of(role) is not null;
}
