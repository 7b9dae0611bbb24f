using System.Globalization;
using System.Text;

namespace Ciclo.Modules.Imports;

/// <summary>Guesses what the columns of a file are, from their names (Spanish, English, Portuguese) and their values. Each role is given once, the first column first.</summary>
internal static class ColumnGuess
{
    /// <summary>Names as <see cref="Normal"/> writes them.</summary>
    private static readonly (ColumnRole Role, string[] Names)[] Known =
    [
        (ColumnRole.UserId, ["customer id", "customerid", "id cliente", "id de cliente", "id del cliente", "cliente id", "cliente", "codigo cliente", "codigo de cliente", "numero de cliente", "no cliente", "num cliente", "customer", "user id", "userid", "id usuario", "usuario", "client id", "id do cliente", "codigo do cliente", "customer number"]),
        (ColumnRole.Email, ["email", "e mail", "mail", "correo", "correo electronico", "email address", "customer email", "correo cliente", "correo del cliente", "endereco de email"]),
        (ColumnRole.Name, ["name", "nombre", "nombre completo", "full name", "customer name", "nombre cliente", "nombre del cliente", "nome", "nome completo", "nome do cliente", "razon social"]),
        (ColumnRole.Phone, ["phone", "telefono", "tel", "celular", "movil", "whatsapp", "telefone", "phone number", "numero de telefono"]),
        (ColumnRole.Date, ["date", "fecha", "data", "order date", "invoicedate", "invoice date", "fecha de compra", "fecha compra", "fecha pedido", "fecha de pedido", "fecha del pedido", "fecha de registro", "created at", "createdat", "timestamp", "fecha y hora", "data do pedido", "data da compra", "dia", "hora"]),
        (ColumnRole.OrderId, ["order id", "orderid", "order", "order number", "pedido", "id pedido", "id de pedido", "numero de pedido", "no pedido", "num pedido", "orden", "id orden", "invoice", "invoiceno", "invoice no", "factura", "folio", "ticket", "numero do pedido", "id do pedido", "venta"]),
        (ColumnRole.Amount, ["amount", "total", "importe", "importe total", "monto", "monto total", "revenue", "valor", "valor total", "order total", "total pedido", "total pagado", "ingreso", "venta total"]),
        (ColumnRole.Currency, ["currency", "moneda", "divisa", "moeda"]),
        (ColumnRole.ProductId, ["sku", "product id", "productid", "stockcode", "stock code", "id producto", "codigo producto", "codigo de producto", "clave", "codigo do produto"]),
        (ColumnRole.Product, ["product", "producto", "articulo", "description", "descripcion", "nombre producto", "nombre del producto", "produto", "item", "product name", "descricao"]),
        (ColumnRole.Quantity, ["quantity", "cantidad", "qty", "cant", "unidades", "piezas", "quantidade", "qtd"]),
        (ColumnRole.Price, ["price", "unit price", "unitprice", "precio", "precio unitario", "preco", "preco unitario"]),
        (ColumnRole.Country, ["country", "pais"]),
        (ColumnRole.City, ["city", "ciudad", "cidade", "municipio"]),
        (ColumnRole.Event, ["event", "evento", "event name", "nombre del evento"]),
        (ColumnRole.AnonymousId, ["anonymous id", "anonymousid", "visitor id", "id visitante"]),
    ];

    public static Pointing Of(FileSample sample, string fileName, string zone, string currency)
    {
        var roles = new ColumnRole[sample.Columns.Count];
        Array.Fill(roles, ColumnRole.Property);
        var taken = new HashSet<ColumnRole>();
        for (var i = 0; i < roles.Length; i++)
        {
            var normal = Normal(sample.Columns[i].Name);
            if (Array.Find(Known, known => known.Names.Contains(normal, StringComparer.Ordinal)) is { Names: not null } found && taken.Add(found.Role))
            {
                roles[i] = found.Role;
            }
        }
        ByValues(sample, roles, taken);
        var date = Array.IndexOf(roles, ColumnRole.Date);
        var subject = taken.Contains(ColumnRole.OrderId) || taken.Contains(ColumnRole.Amount) || taken.Contains(ColumnRole.Price) ? RowSubject.Order
            : taken.Contains(ColumnRole.Event) ? RowSubject.Event
            : taken.Contains(ColumnRole.Email) || taken.Contains(ColumnRole.Name) ? RowSubject.Person : RowSubject.Event;
        var columns = sample.Columns.Select((column, i) => new PointedColumn(column.Name, column.Name.Length == 0 ? ColumnRole.Ignore : roles[i], PropertyName(column.Name))).ToList();
        return new Pointing(
            SourceOf(fileName), subject, "", (date < 0 ? null : TimeGuess.Of(CellsOf(sample, date))) ?? TimeGuess.Iso, zone, currency, IsGrouped(sample, roles), RepeatsTotal(sample, roles), columns);
    }

    /// <summary>A column's name as that of a property: `Fecha de alta` is fecha_de_alta.</summary>
    public static string PropertyName(string column) => Normal(column).Replace(' ', '_') is { Length: > 0 } name ? name : "column";

    private static void ByValues(FileSample sample, ColumnRole[] roles, HashSet<ColumnRole> taken)
    {
        for (var i = 0; i < roles.Length; i++)
        {
            var cells = CellsOf(sample, i).Where(cell => cell.Length > 0).ToList();
            if (roles[i] != ColumnRole.Property || cells.Count == 0)
            {
                continue;
            }
            var isEmail = cells.Count(cell => cell.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && cell.IndexOf('.', at) > 0) > cells.Count * 0.8;
            if (isEmail && taken.Add(ColumnRole.Email))
            {
                roles[i] = ColumnRole.Email;
            }
            else if (!taken.Contains(ColumnRole.Date) && TimeGuess.Of(cells) is not null and not TimeGuess.Unix and not "yyyyMMdd" && taken.Add(ColumnRole.Date))
            {
                roles[i] = ColumnRole.Date;
            }
        }
    }

    /// <summary>Several rows of one order number, or products beside one.</summary>
    private static bool IsGrouped(FileSample sample, ColumnRole[] roles)
    {
        var order = Array.IndexOf(roles, ColumnRole.OrderId);
        return order >= 0 && (CellsOf(sample, order).Where(cell => cell.Length > 0).GroupBy(cell => cell, StringComparer.Ordinal).Any(group => group.Skip(1).Any())
            || (roles.Contains(ColumnRole.Quantity) && roles.Contains(ColumnRole.Price)));
    }

    /// <summary>Whether the amount is the same in all rows of each order that has several.</summary>
    private static bool RepeatsTotal(FileSample sample, ColumnRole[] roles)
    {
        var (order, amount) = (Array.IndexOf(roles, ColumnRole.OrderId), Array.IndexOf(roles, ColumnRole.Amount));
        if (order < 0 || amount < 0)
        {
            return false;
        }
        var several = sample.Rows.GroupBy(row => row[order], StringComparer.Ordinal).Where(group => group.Skip(1).Any()).ToList();
        return several.Count > 0 && several.TrueForAll(group => group.Select(row => row[amount]).Distinct(StringComparer.Ordinal).Count() == 1);
    }

    private static IEnumerable<string> CellsOf(FileSample sample, int column) => sample.Rows.Select(row => column < row.Count ? row[column] : "");

    private static string SourceOf(string fileName)
    {
        var name = Normal(fileName.Split('.')[0]).Replace(' ', '-');
        return name.Length == 0 ? "file" : name.Length > MapReader.MaxSourceCharacters ? name[..MapReader.MaxSourceCharacters] : name;
    }

    /// <summary>Small letters without accents, words apart by one blank: `Núm. de Cliente` is num de cliente.</summary>
    internal static string Normal(string name)
    {
        var text = new StringBuilder();
        var before = ' ';
        foreach (var c in name.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark)
            {
                continue;
            }
            // InvoiceDate is two words.
            var isWord = char.IsLetterOrDigit(c);
            if (isWord && char.IsUpper(c) && char.IsLower(before))
            {
                text.Append(' ');
            }
            text.Append(isWord ? char.ToLowerInvariant(c) : text is { Length: > 0 } && text[^1] != ' ' ? " " : "");
            before = c;
        }
        return text.ToString().Trim();
    }
}
