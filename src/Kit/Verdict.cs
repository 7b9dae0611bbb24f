namespace Ciclo.Kit;

/// <summary>A judgement, worst first. It is always said with a word, a sign or an arrow too, never by colour alone.</summary>
public enum Verdict
{
    Bad,
    Warn,
    Good,
    None,
}

public static class Verdicts
{
    /// <summary>The class that colours it; empty for none.</summary>
    public static string Class(this Verdict verdict) => verdict switch { Verdict.Bad => "bad", Verdict.Warn => "warn", Verdict.Good => "good", _ => "" };
}
