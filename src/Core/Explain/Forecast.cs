using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;

namespace Ciclo.Core.Explain;

/// <summary>Waits for a condition to have the wanted truth while nothing happens but time.</summary>
internal sealed class Watch(Expression condition, bool wanted, RuleAsked asked)
{
    /// <summary>The first instant at which it has, <see cref="Instants.Never"/> if it was not seen.</summary>
    internal long At { get; private set; } = Instants.Never;

    internal void Look(ProfileFold fold)
    {
        if (At == Instants.Never && asked.Holds(condition, fold) == wanted)
        {
            At = fold.Now;
        }
    }
}

/// <summary>Runs a fold ahead from deadline to deadline: between two of them nothing that a rule can ask changes.</summary>
internal static class Forecast
{
    internal const long HorizonMs = 365 * Durations.Day;

    /// <summary>A history with more deadlines ahead than this is forecast as far as they reach.</summary>
    private const int MaxSteps = 20_000;

    internal static void Run(ProfileFold fold, long until, IReadOnlyList<Watch> watches)
    {
        for (var step = 0; step < MaxSteps && fold.NextDeadline is var next && next <= until; step++)
        {
            fold.AdvanceTo(next);
            foreach (var watch in watches)
            {
                watch.Look(fold);
            }
        }
    }
}
