namespace Ciclo.Modules.Journeys.Contracts;

/// <summary>Addresses of journeys' pages, for what other pages offer to do.</summary>
public static class JourneyPaths
{
    public const string Welcome = "welcome";
    public const string Onboarding = "onboarding";
    public const string SecondOrder = "second-order";
    public const string WinBack = "win-back";

    /// <summary>A journey of the library on the canvas, filled in: it begins when somebody enters a stage, and its goal is that they reach one of <paramref name="goal"/>; none leaves the library's goal.</summary>
    public static string New(string design, string lifecycle, string stage, params IEnumerable<string> goal)
    {
        var reached = string.Join(',', goal);
        return $"/journeys/new?from={Uri.EscapeDataString(design)}&stage={Uri.EscapeDataString($"{lifecycle}/{stage}")}{(reached.Length > 0 ? "&goal=" + Uri.EscapeDataString(reached) : "")}";
    }
}
