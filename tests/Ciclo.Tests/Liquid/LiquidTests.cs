using System.Globalization;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Liquid;
using Ciclo.Core.Time;

namespace Ciclo.Tests.Liquid;

public sealed class LiquidTests
{
    private static readonly LiquidOptions Spanish = new(CultureInfo.GetCultureInfo("es-MX"), Zone.Utc, 1_700_000_000_000);

    [Theory]
    [InlineData("{% for i in (1..99999999) %}x{% endfor %}", "steps")]
    [InlineData("{% assign a = 'xxxxxxxxxx' %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}", "steps")]
    [InlineData("{% assign a = '1,2' | split: ',' %}{% for i in (1..200) %}{% assign a = a | push: a %}{% endfor %}{{ a }}", "steps")]
    [InlineData("{% assign a = '1,2' | split: ',' %}{% for i in (1..200) %}{% assign a = a | push: a %}{% endfor %}{{ a | json }}", "steps")]
    [InlineData("{% assign x = '0123456789' | split: '' %}{% for a in x %}{% for b in x %}{% for c in x %}{% for d in x %}{% for e in x %}{{ x }}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}", "steps")]
    [InlineData("{% render 'self' %}", "too deeply")]
    [InlineData("{% include 'self' %}", "too deeply")]
    public void A_template_that_takes_too_much_ends_with_an_error_that_says_so(string template, string says)
    {
        var snippets = new LiquidSnippets(new Dictionary<string, string>(StringComparer.Ordinal) { ["self"] = "{% render 'self' %}{% include 'self' %}" });
        var result = LiquidTemplate.Parse(template, snippets).Template!.Render([], Spanish);
        Assert.Contains(says, result.Error!.Message.En, StringComparison.Ordinal);
        Assert.Equal("", result.Text);
    }

    [Theory]
    [InlineData("", "{% if 1 %}")]
    [InlineData("", "{% for i in a %}")]
    [InlineData("{{ ", "a[")]
    [InlineData("{{ ", "(1..")]
    public void Nesting_without_end_is_refused_and_not_followed(string before, string piece) =>
        Assert.Contains("demasiad", LiquidTemplate.Parse(before + string.Concat(Enumerable.Repeat(piece, 3_000)) + " }}").Error!.Message.Es, StringComparison.Ordinal);

    [Fact]
    public void An_error_tells_its_line_and_column_in_both_languages()
    {
        var error = LiquidTemplate.Parse("Hola\n  {{ name | upcas }}").Error!;
        Assert.Equal("Line 2, column 13. There is no filter called “upcas”. Did you mean upcase?", error.Say(Language.En));
        Assert.Equal("Línea 2, columna 13. No existe el filtro «upcas». ¿Quisiste decir upcase?", error.Say(Language.Es));
        Assert.Equal((1, 1), (LiquidTemplate.Parse("{% if x %}").Error!.Line, LiquidTemplate.Parse("{% if x %}").Error!.Column));
    }

    [Fact]
    public void An_error_in_a_snippet_names_it()
    {
        var snippets = new LiquidSnippets(new Dictionary<string, string>(StringComparer.Ordinal) { ["bad"] = "\n{{ }" });
        var error = LiquidTemplate.Parse("{% render 'bad' %}", snippets).Template!.Render([], Spanish).Error!;
        Assert.StartsWith("Line 2, column 1 of the snippet “bad”. ", error.Say(Language.En), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_and_not_there_is_noted_once_unless_it_has_a_default()
    {
        var result = Render("{{ a }}{{ a }}{{ person.b | upcase }}{{ c | default: 'x' }}{% if d %}{% endif %}{{ e }}", """{ "person": {}, "e": "here" }""");
        Assert.Equal(["a", "person.b"], result.Missing);
    }

    [Fact]
    public void A_model_is_left_as_it_was()
    {
        var model = JsonNode.Parse("""{ "n": 5, "list": [1, 2] }""")!.AsObject();
        Assert.Equal("566", LiquidTemplate.Parse("{% increment n %}{{ n }}{% assign list = 'x' %}{% increment n %}").Template!.Render(model, Spanish).Text);
        Assert.Equal("""{"n":5,"list":[1,2]}""", model.ToJsonString());
    }

    [Theory]
    [InlineData("{{ 1240.5 | money: 'MXN' }}", "$1,240.50 MXN")]
    [InlineData("{{ 12 | money: 'eur' }}|{{ -3.999 | money: 'USD' }}|{{ '5' | money }}", "€12 EUR|−$4 USD|5")]
    [InlineData("{{ 'ask us' | money: 'MXN' }}|{{ missing | money: 'MXN' }}", "ask us|")]
    [InlineData("{{ '2026-11-22T23:30:00Z' | date_local }}", "22 de noviembre de 2026")]
    [InlineData("{{ '2026-11-22T23:30:00Z' | date_local: 'moment', 'Asia/Tokyo' }}", "23 de noviembre de 2026, 8:30")]
    [InlineData("{{ '2026-11-22' | date_local: 'short' }}|{{ '2026-11-22' | date_local: 'day' }}", "22 nov 2026|domingo 22 de noviembre")]
    [InlineData("{{ '2026-11-22' | date: '%A %-d de %B' }}", "domingo 22 de noviembre")]
    public void Money_and_dates_are_written_as_their_reader_writes_them(string template, string expected) => Assert.Equal(expected, Render(template, "{}").Text);

    /// <summary>Where we differ from LiquidJS, and mean to.</summary>
    [Theory]
    [InlineData("{% raw %}{{ x }}{%- endraw -%} y", "{{ x }}y")]
    [InlineData("{{ words | where: 'size', 4 | join: ',' }}", "pear,plum")]
    public void These_differ_from_LiquidJS(string template, string expected) => Assert.Equal(expected, Render(template, """{ "words": ["pear", "apple", "plum"] }""").Text);

    [Fact]
    public void The_same_seed_draws_the_same()
    {
        var template = LiquidTemplate.Parse("{{ list | sample: 3 | join: ',' }}").Template!;
        var model = JsonNode.Parse("""{ "list": [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20] }""")!.AsObject();
        var drawn = Enumerable.Range(0, 20).Select(seed => template.Render(model, Spanish with { Seed = seed }).Text).ToList();
        Assert.Equal(drawn, Enumerable.Range(0, 20).Select(seed => template.Render(model, Spanish with { Seed = seed }).Text));
        Assert.True(drawn.Distinct().Count() > 10);
    }

    private static LiquidResult Render(string template, string model) => LiquidTemplate.Parse(template).Template!.Render(JsonNode.Parse(model)!.AsObject(), Spanish);
}
