using Ciclo.Core;

namespace Ciclo.Modules.Imports;

/// <summary>What the pages of imports say.</summary>
internal static class ImportWords
{
    public static readonly Text New = new("Import a file", "Importar un archivo");
    public static readonly Text Undo = new("Undo", "Deshacer");
    public static readonly Text DryRun = new("Try it, change nothing", "Probar sin cambiar nada");
    public static readonly Text Run = new("Import", "Importar");
    public static readonly Text Events = new("events", "eventos");
    public static readonly Text OneEvent = new("event", "evento");
    public static readonly Text Rows = new("rows", "filas");
    public static readonly Text OneRow = new("row", "fila");

    public static IReadOnlyList<(ColumnRole Role, Text Says)> Roles { get; } =
    [
        (ColumnRole.Ignore, new("leave it out", "dejarla fuera")),
        (ColumnRole.UserId, new("customer id", "id del cliente")),
        (ColumnRole.Email, new("e-mail", "correo")),
        (ColumnRole.Name, new("name", "nombre")),
        (ColumnRole.Phone, new("phone", "teléfono")),
        (ColumnRole.Date, new("date", "fecha")),
        (ColumnRole.OrderId, new("order number", "número de pedido")),
        (ColumnRole.Amount, new("amount", "monto")),
        (ColumnRole.Currency, new("currency", "moneda")),
        (ColumnRole.ProductId, new("product code", "código de producto")),
        (ColumnRole.Product, new("product", "producto")),
        (ColumnRole.Quantity, new("quantity", "cantidad")),
        (ColumnRole.Price, new("unit price", "precio unitario")),
        (ColumnRole.Country, new("country", "país")),
        (ColumnRole.City, new("city", "ciudad")),
        (ColumnRole.Event, new("event's name", "nombre del evento")),
        (ColumnRole.AnonymousId, new("visitor id", "id de visitante")),
        (ColumnRole.Property, new("property named…", "propiedad llamada…")),
    ];

    public static Text TypeOf(ColumnType type) => type switch
    {
        ColumnType.Number => new("number", "número"),
        ColumnType.Time => new("time", "fecha y hora"),
        ColumnType.Boolean => new("true or false", "sí o no"),
        _ => new("text", "texto"),
    };

    public static Text DelimiterOf(char? delimiter) => delimiter switch
    {
        null => new("JSON lines", "JSON lines"),
        '\t' => new("tabs between cells", "tabuladores entre celdas"),
        ' ' => new("blanks between cells", "espacios entre celdas"),
        { } mark => new($"{mark} between cells", $"{mark} entre celdas"),
    };
}
