namespace Ciclo.Modules.Measure;

/// <summary>Events as people name them in questions.</summary>
internal static class Selectors
{
    private static readonly string[] Words = ["page", "screen", "identify", "any"];

    /// <summary>A selector of the rule language: what is one already stays, anything else is the name of a track event.</summary>
    public static string Of(string given)
    {
        var text = given.Trim();
        var isSelector = text.StartsWith('"') || Words.Any(word => text == word || text.StartsWith(word + " where ", StringComparison.Ordinal));
        return isSelector ? text : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }
}
