using Ciclo.Modules.Imports.Contracts;

namespace Ciclo.Modules.Acquisition;

internal enum CostColumn
{
    Date,
    /// <summary>The last day of a row that covers several.</summary>
    DateEnd,
    Source,
    Medium,
    Campaign,
    Cost,
    Currency,
    Clicks,
    Impressions,
    Network,
    Followers,
}

/// <summary>
/// Which column is which, by its name as <see cref="TableFile.Normal"/> writes it: Google Analytics' cost data, and the exports of Google Ads and of Meta's
/// ad manager in English, Spanish and Portuguese. Of several columns with one meaning, the name listed first wins.
/// </summary>
internal static class CostHeaders
{
    private static readonly (CostColumn Column, string[] Names)[] Known =
    [
        (CostColumn.Date, ["date", "day", "dia", "fecha", "data", "reporting starts", "inicio del informe", "inicio del reporte", "inicio de los informes", "inicio dos relatorios", "inicio do relatorio", "inicio dos informes"]),
        (CostColumn.DateEnd, ["reporting ends", "fin del informe", "fin del reporte", "fin de los informes", "finalizacion del informe", "termino dos relatorios", "encerramento dos relatorios", "fim dos relatorios", "fim do relatorio"]),
        (CostColumn.Source, ["utm source", "source", "fuente", "origen", "origem", "fonte"]),
        (CostColumn.Medium, ["utm medium", "medium", "medio", "midia", "meio"]),
        (CostColumn.Campaign, ["utm campaign", "campaign name", "campaign", "nombre de la campana", "nombre de campana", "campana", "nome da campanha", "campanha"]),
        (CostColumn.Cost, ["cost", "costo", "coste", "custo", "spend", "amount spent", "importe gastado", "gasto", "valor usado", "valor gasto", "quantia gasta", "inversion", "investimento"]),
        (CostColumn.Currency, ["currency code", "currency", "codigo de moneda", "codigo de la moneda", "moneda", "divisa", "codigo da moeda", "moeda"]),
        (CostColumn.Clicks, ["clicks", "clics", "cliques", "link clicks", "clics en el enlace", "cliques no link", "clicks all", "clics todos", "cliques todos"]),
        (CostColumn.Impressions, ["impressions", "impr", "impresiones", "impressoes", "impresions"]),
        (CostColumn.Network, ["network", "red", "rede", "red social", "rede social", "platform", "plataforma"]),
        (CostColumn.Followers, ["followers", "seguidores", "fans"]),
    ];

    /// <summary>The positions of the columns that are known, and the currency that a header names: `Amount spent (MXN)`.</summary>
    public static (IReadOnlyDictionary<CostColumn, int> Columns, string Currency) Of(IReadOnlyList<string> header)
    {
        var (columns, currency, names) = (new Dictionary<CostColumn, int>(), "", header.Select(Bare).ToList());
        foreach (var (column, known) in Known)
        {
            foreach (var name in known)
            {
                if (names.FindIndex(one => one.Name == name) is >= 0 and var at)
                {
                    columns.Add(column, at);
                    currency = column == CostColumn.Cost ? names[at].Currency : currency;
                    break;
                }
            }
        }
        return (columns, currency);
    }

    public static bool IsOfCosts(IReadOnlyList<string> header) => Of(header).Columns is var columns && columns.ContainsKey(CostColumn.Date) && columns.ContainsKey(CostColumn.Cost);

    public static bool IsOfFollowers(IReadOnlyList<string> header) =>
        Of(header).Columns is var columns && columns.ContainsKey(CostColumn.Date) && columns.ContainsKey(CostColumn.Network) && columns.ContainsKey(CostColumn.Followers);

    /// <summary>Whether the file is of Meta's ad manager, which names neither source nor medium; else one without them is taken for Google Ads.</summary>
    public static bool IsOfMeta(IReadOnlyList<string> header) => header.Select(name => Bare(name).Name)
        .Any(name => name is "amount spent" or "importe gastado" or "valor usado" or "valor gasto" or "quantia gasta" or "reporting starts" or "inicio del informe" or "inicio dos relatorios");

    private static (string Name, string Currency) Bare(string header)
    {
        var name = TableFile.Normal(header);
        var end = header.TrimEnd().EndsWith(')') ? header.LastIndexOf('(') : -1;
        var inside = end < 0 ? "" : header[(end + 1)..].TrimEnd(')', ' ');
        return inside.Length == 3 && inside.All(char.IsAsciiLetterUpper) ? (TableFile.Normal(header[..end]), inside) : (name, "");
    }
}
