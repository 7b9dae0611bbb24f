namespace Ciclo.Core;

/// <summary>A text that a person sees, in both languages of the product. They are written side by side so that neither is forgotten.</summary>
public readonly record struct Text(string En, string Es)
{
    /// <summary>A word that is the same in both languages: a name, a number, a piece of code.</summary>
    public static Text Same(string word) => new(word, word);

    public string In(Language language) => language == Language.Es ? Es : En;

    public override string ToString() => En;
}

public enum Language
{
    En = 0,
    Es = 1,
}

public enum Severity
{
    Error = 0,
    Warning = 1,
}

/// <summary>
/// One finding in a file that a person wrote: where (1-based line and column), what was found, what was expected,
/// and where there is one, what to do. <paramref name="Code"/> is stable and machine-readable.
/// </summary>
public sealed record Diagnostic(string Code, Severity Severity, int Line, int Column, Text Found, Text Expected, Text? Hint = null)
{
    /// <summary>`Line 14, column 42. Found a number, 365; expected a duration, such as 365d.`</summary>
    public string Say(Language language)
    {
        var place = language == Language.Es ? $"Línea {Line}, columna {Column}. " : $"Line {Line}, column {Column}. ";
        return place + Message(language);
    }

    /// <summary>The same without the place, for where it is shown otherwise.</summary>
    public string Message(Language language)
    {
        var found = (language == Language.Es ? "Hay " : "Found ") + Found.In(language);
        var expected = (language == Language.Es ? "; se esperaba " : "; expected ") + Expected.In(language);
        return found + expected + "." + (Hint is { } hint ? " " + hint.In(language) : "");
    }
}
