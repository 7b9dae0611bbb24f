using System.Text.RegularExpressions;

namespace Ciclo.Tests.Architecture;

/// <summary>What a person sees exists in English and Spanish, and the Spanish says tú.</summary>
public sealed class BilingualTextTests
{
    /// <summary>Up to this many letters a word may be the same in both languages, or a name.</summary>
    private const int MaxSharedLetters = 12;

    /// <summary>Commands to an usted, where a sentence begins; inside one they can be subjunctives (`para que use`).</summary>
    private static readonly Regex UstedCommand = new(
        """(?:^|[.:;¡!?»”)]\s+|\\n\s*|[-*#>]\s+)(?:Cree|Use|Utilice|Escriba|Haga|Indique|Introduzca|Ingrese|Seleccione|Elija|Revise|Vuelva|Intente|Espere|Pulse|Guarde|Añada|Agregue|Borre|Elimine|Abra|Ponga|Compruebe|Verifique|Detenga|Cambie|Quite|Ejecute|Pruebe|Consulte|Envíe|Dé|Vea|Instale|Configure|Ayude|Omita|Mande|Corrija|Ajuste|Defina|Renombre|Descargue|Importe|Aplique|Divida|Reduzca|Acorte|Repita|Reinicie)\b""",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase);

    private static readonly Regex UstedWord = new(
        """\b(?:usted|ustedes|su cuenta|su contraseña|su navegador|su sesión|sus ajustes|(?:envíe|úse|revíse|crée|guárde|quíte|bórre|cópie|cámbie|serialíce)l[oa]s?|(?:pónga|ábra|escríba|hága|elíja|díga)l[oa]s?)\b""", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase);

    [Fact]
    public void Texts_are_written_in_both_languages() => Findings.AssertNone(Repository.Program.SelectMany(Unwritten));

    [Fact]
    public void Spanish_texts_say_tu() => Findings.AssertNone(Repository.Program.SelectMany(FormalTexts));

    [Fact]
    public void Spanish_pages_say_tu() => Findings.AssertNone(Repository.Files.Where(file => file.Path.EndsWith(".es.md", StringComparison.Ordinal)).SelectMany(FormalLines));

    [Fact]
    public void Every_Spanish_page_has_its_English_one_and_the_other_way_round()
    {
        var pages = Repository.Files.Select(file => file.Path).Where(path => path == "README.md" || path == "README.es.md" || path.StartsWith("docs/guides/", StringComparison.Ordinal)).ToHashSet();
        Assert.NotEmpty(pages);
        Assert.Equal(pages.Order(StringComparer.Ordinal), pages.Select(OtherLanguageOf).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""new Text("Another process is working here.", "Another process is working here.")""")]
    [InlineData("""new Text("Stopped.", "")""")]
    [InlineData("""new Text("", "Detenido.")""")]
    [InlineData("""Text label = new("Customer lifecycle", "Customer lifecycle");""")]
    [InlineData("""new Text($"{name} was not found anywhere", $"{name} was not found anywhere")""")]
    public void A_planted_text_in_one_language_is_found(string source) => Assert.Single(Unwritten(new SourceFile("src/Any.cs", source)));

    [Theory]
    [InlineData("""new Text("Stopped.", "Detenido.")""")]
    [InlineData("""new Text("Total", "Total")""")]
    [InlineData("""new Text($"{token.Value}(...)", $"{token.Value}(...)")""")]
    [InlineData("""new Text("It ends with \"", "Termina en \"")""")]
    public void Words_that_are_the_same_in_both_languages_are_allowed(string source) => Assert.Empty(Unwritten(new SourceFile("src/Any.cs", source)));

    [Theory]
    [InlineData("""new Text("Wait.", "Espere a que termine.")""")]
    [InlineData("""new Text("Gone. Make another.", "Ya no está. Cree otra.")""")]
    [InlineData("""new Text("Gone; use another.", "Ya no está; use otra.")""")]
    [InlineData("""new("Your account", "Su cuenta")""")]
    [InlineData("""new Text("You may go on.", "Usted puede seguir.")""")]
    public void A_planted_usted_is_found(string source) => Assert.Single(FormalTexts(new SourceFile("src/Any.cs", source)));

    [Theory]
    [InlineData("""new Text("Wait until it is done.", "Espera a que termine.")""")]
    [InlineData("""new Text("A rule must use it.", "Para que una regla lo use, ponle nombre. Crea uno.")""")]
    public void Other_Spanish_is_allowed(string source) => Assert.Empty(FormalTexts(new SourceFile("src/Any.cs", source)));

    private static string OtherLanguageOf(string page) => page.EndsWith(".es.md", StringComparison.Ordinal) ? page[..^6] + ".md" : page[..^3] + ".es.md";

    /// <summary>Pairs of strings in `new Text(a, b)` and `new(a, b)`.</summary>
    private static IEnumerable<(bool IsText, Token English, Token Spanish)> Pairs(SourceFile file)
    {
        var tokens = file.Tokens;
        for (var i = 0; i + 4 < tokens.Count; i++)
        {
            if (!tokens[i].Is("new"))
            {
                continue;
            }
            var isText = tokens[i + 1].Is("Text");
            var first = isText ? i + 3 : i + 2;
            if (first + 3 < tokens.Count && tokens[first - 1].Is("(") && tokens[first].IsText && tokens[first + 1].Is(",") && tokens[first + 2].IsText && tokens[first + 3].Is(")"))
            {
                yield return (isText, tokens[first], tokens[first + 2]);
            }
        }
    }

    private static IEnumerable<string> Unwritten(SourceFile file)
    {
        foreach (var (isText, english, spanish) in Pairs(file))
        {
            var isEmpty = isText && (string.IsNullOrWhiteSpace(english.Value) || string.IsNullOrWhiteSpace(spanish.Value));
            if (isEmpty || (english.Value == spanish.Value && LettersOf(english) > MaxSharedLetters))
            {
                yield return $"{file.Path}:{english.Line} \"{english.Value}\" needs its other language (Text.Same for names and code)";
            }
        }
    }

    /// <summary>Letters outside the holes of an interpolated string.</summary>
    private static int LettersOf(Token text)
    {
        var (letters, depth) = (0, 0);
        foreach (var c in text.Value)
        {
            depth += text.Kind != TokenKind.InterpolatedText ? 0 : c switch { '{' => 1, '}' => -1, _ => 0 };
            letters += depth == 0 && char.IsLetter(c) ? 1 : 0;
        }
        return letters;
    }

    private static IEnumerable<string> FormalTexts(SourceFile file) =>
        from pair in Pairs(file)
        where IsFormal(pair.Spanish.Value)
        select $"{file.Path}:{pair.Spanish.Line} \"{pair.Spanish.Value}\" says usted; the product says tú";

    private static IEnumerable<string> FormalLines(SourceFile file) =>
        from line in file.Text.Split('\n').Index()
        where IsFormal(line.Item)
        select $"{file.Path}:{line.Index + 1} \"{line.Item}\" says usted; the product says tú";

    private static bool IsFormal(string spanish) => UstedCommand.IsMatch(spanish) || UstedWord.IsMatch(spanish);
}
