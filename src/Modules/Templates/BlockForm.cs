using System.Globalization;
using Ciclo.Core;
using Ciclo.Modules.Templates.Content;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Templates;

/// <summary>Reads the editor's forms into what they change. A field that a form does not have stays as it was.</summary>
internal static class BlockForm
{
    public const int MostCells = 3;
    public const int MostLinks = 4;

    public static Block Block(Block block, IFormCollection form)
    {
        string Field(string name, string before) => form.TryGetValue(name, out var said) ? Clean(said.ToString()) : before;
        return block with
        {
            Text = Field("text", block.Text), Align = Field("align", block.Align), Label = Field("label", block.Label), Href = Field("href", block.Href).Trim(), Src = Field("src", block.Src).Trim(),
            Alt = Field("alt", block.Alt), Items = Field("items", block.Items).Trim(), Low = Field("low", block.Low), High = Field("high", block.High), If = Field("if", block.If).Trim(),
            Size = form.TryGetValue("size", out var size) ? int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, 200) : 0 : block.Size,
            Cells = form.ContainsKey("cell0_title") ? Cells(form, "cell", MostCells) : block.Cells,
            Links = form.ContainsKey("link0_label") ? Cells(form, "link", MostLinks) : block.Links,
        };
    }

    public static LocaleContent Words(LocaleContent content, IFormCollection form) => content with
    {
        Subject = form.TryGetValue("subject", out var subject) ? Clean(subject.ToString()).Replace('\n', ' ') : content.Subject,
        Preheader = form.TryGetValue("preheader", out var preheader) ? Clean(preheader.ToString()).Replace('\n', ' ') : content.Preheader,
        Html = form.TryGetValue("html", out var html) ? Clean(html.ToString()) : content.Html,
        Text = form.TryGetValue("plain", out var plain) ? Clean(plain.ToString()) : content.Text,
    };

    public static TemplateContent Settings(TemplateContent content, IFormCollection form)
    {
        string Field(string name, string before) => form.TryGetValue(name, out var said) ? said.ToString().Trim() : before;
        int Whole(string name, int before) => int.TryParse(Field(name, ""), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : before;
        var theme = content.Theme;
        return content with
        {
            Name = Field("name", content.Name), Purpose = Field("purpose", content.Purpose), Missing = Field("missing", "") switch { "skip" => MissingPolicy.Skip, "empty" => MissingPolicy.Empty, _ => content.Missing },
            Theme = theme with
            {
                Accent = Field("accent", theme.Accent), Background = Field("background", theme.Background), Surface = Field("surface", theme.Surface), Ink = Field("ink", theme.Ink), Font = Field("font", theme.Font),
                Width = Whole("width", theme.Width), Radius = Whole("radius", theme.Radius), Logo = Field("logo", theme.Logo), Brand = Field("brand", theme.Brand),
            },
        };
    }

    /// <summary>A block that was just added: with words to write over, never empty.</summary>
    public static Block New(string id, BlockKind kind, Language language)
    {
        string Say(string en, string es) => language == Language.Es ? es : en;
        var block = new Block(id, kind);
        return kind switch
        {
            BlockKind.Hero => block with { Text = Say("A headline", "Un titular"), Low = Say("One sentence below it", "Una frase debajo") },
            BlockKind.Heading => block with { Text = Say("A headline", "Un titular") },
            BlockKind.Text => block with { Text = Say("Write here what you want to say.", "Escribe aquí lo que quieres decir.") },
            BlockKind.Button => block with { Label = Say("See more", "Ver más") },
            BlockKind.Products => block with { Items = "event.products", Size = 4, Label = Say("See it", "Verlo") },
            BlockKind.Coupon => block with { Label = "{{ event.coupon | default: \"10OFF\" }}", Text = Say("**10 % off** your next order", "**10 % de descuento** en tu próxima compra") },
            BlockKind.Spacer => block with { Size = 24 },
            BlockKind.Columns => block with { Cells = [new Cell { Title = Say("First", "Uno"), Text = Say("Some words", "Unas palabras") }, new Cell { Title = Say("Second", "Dos"), Text = Say("Some words", "Unas palabras") }] },
            BlockKind.Social => block with { Links = [new Cell { Label = "Instagram", Href = "https://example.com/instagram" }] },
            BlockKind.Footer => block with { Text = "{{ workspace.name }}" },
            BlockKind.Scores => block with { Size = 10, Href = "https://example.com/nps?u={{ person.id | url_encode }}&score=", Low = Say("Not at all likely", "Nada probable"), High = Say("Very likely", "Muy probable") },
            BlockKind.Html => block with { Text = "<p>…</p>" },
            _ => block,
        };
    }

    private static List<Cell> Cells(IFormCollection form, string prefix, int most) => [.. Enumerable.Range(0, most).Select(i =>
    {
        string Field(string name) => Clean(form[$"{prefix}{i}_{name}"].ToString());
        return new Cell { Src = Field("src").Trim(), Alt = Field("alt"), Title = Field("title"), Text = Field("text"), Label = Field("label"), Href = Field("href").Trim() };
    }).Where(cell => cell != new Cell())];

    // Browsers send line ends as two letters.
    private static string Clean(string text) => text.ReplaceLineEndings("\n");
}
