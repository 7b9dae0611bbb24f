using Ciclo.Core;
using Ciclo.Modules.Templates.Content;

namespace Ciclo.Modules.Templates;

/// <summary>What blocks are called.</summary>
internal static class BlockWords
{
    private static readonly Dictionary<BlockKind, (Text Name, string Sign)> All = new()
    {
        [BlockKind.Hero] = (new("Hero", "Portada"), "star"),
        [BlockKind.Heading] = (new("Heading", "Titular"), "heading"),
        [BlockKind.Text] = (new("Text", "Texto"), "text"),
        [BlockKind.Image] = (new("Picture", "Imagen"), "photo"),
        [BlockKind.Button] = (new("Button", "Botón"), "button"),
        [BlockKind.Products] = (new("Products", "Productos"), "bag"),
        [BlockKind.Coupon] = (new("Coupon", "Cupón"), "gift"),
        [BlockKind.Scores] = (new("Scores", "Calificación"), "survey"),
        [BlockKind.Columns] = (new("Columns", "Columnas"), "columns"),
        [BlockKind.Divider] = (new("Divider", "Línea"), "same"),
        [BlockKind.Spacer] = (new("Space", "Espacio"), "space"),
        [BlockKind.Social] = (new("Networks", "Redes"), "share"),
        [BlockKind.Footer] = (new("Footer", "Pie"), "id"),
        [BlockKind.Html] = (Text.Same("HTML"), "code"),
    };

    /// <summary>As they are offered: the most used first.</summary>
    public static IEnumerable<BlockKind> Order => All.Keys;

    public static Text Of(BlockKind kind) => All[kind].Name;

    public static string Sign(BlockKind kind) => All[kind].Sign;

    /// <summary>The beginning of what a block says, to tell it from others of its kind.</summary>
    public static string Says(Block block)
    {
        var said = block.Type switch
        {
            BlockKind.Button or BlockKind.Coupon => block.Label,
            BlockKind.Products => block.Items,
            BlockKind.Image => block.Alt.Length > 0 ? block.Alt : block.Src,
            BlockKind.Columns => string.Join(" · ", block.Cells.Select(cell => cell.Title)),
            BlockKind.Social => string.Join(" · ", block.Links.Select(link => link.Label)),
            BlockKind.Scores => $"{(block.Size > 5 || block.Size == 0 ? 0 : 1)}–{(block.Size == 0 ? 10 : block.Size)}",
            BlockKind.Spacer => $"{block.Size} px",
            _ => block.Text,
        };
        said = said.ReplaceLineEndings(" ");
        return said.Length > 60 ? said[..59] + "…" : said;
    }

    public static Text Font(string font) => font switch
    {
        "serif" => new("with serifs", "con remates"),
        "rounded" => new("rounded", "redondeadas"),
        "mono" => new("typewriter", "de máquina"),
        _ => new("plain", "sencillas"),
    };
}
