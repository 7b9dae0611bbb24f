namespace Ciclo.Core.Journeys;

/// <summary>The beginning or end of what a watch of a program watches.</summary>
public readonly record struct WatchTurn(int Watch, bool Began, long At);

/// <summary>
/// What a run comes by in a stretch of time of which everything is known. <paramref name="End"/>: empty while it goes on, `done`, `exit` or `goal`; <paramref name="EndedAt"/> goes with it.
/// </summary>
public sealed record JourneyCourse(JourneyPosition Position, IReadOnlyList<JourneyVisit> Visits, string End, long EndedAt)
{
    /// <summary>Follows one entry up to an instant.</summary>
    /// <param name="program">The journey.</param>
    /// <param name="facts">About the person.</param>
    /// <param name="seed">Decides what is left to chance.</param>
    /// <param name="at">The entry.</param>
    /// <param name="turns">Of the person, in order of time; those before the entry are passed over.</param>
    /// <param name="until">The last instant.</param>
    public static JourneyCourse Follow(JourneyProgram program, IJourneyFacts facts, UInt128 seed, long at, IEnumerable<WatchTurn> turns, long until)
    {
        var visits = new List<JourneyVisit>();
        var position = JourneyMachine.Enter(program, seed, at, facts, visits);
        foreach (var turn in turns.Where(turn => turn.Began && turn.Watch != JourneyProgram.Start && turn.At >= at && turn.At <= until))
        {
            position = Wake(turn.At - 1);
            if (position.IsOver)
            {
                break;
            }
            if (program.IsExit(turn.Watch))
            {
                // What happened in the instant of the entry let the person in, not out.
                if (turn.At > at)
                {
                    return new JourneyCourse(position, visits, turn.Watch == program.GoalWatch ? "goal" : "exit", turn.At);
                }
            }
            else
            {
                position = JourneyMachine.Meet(program, position, turn.Watch, turn.At, facts, visits);
            }
        }
        position = Wake(until);
        return new JourneyCourse(position, visits, position.IsOver ? "done" : "", position.Since);

        JourneyPosition Wake(long limit)
        {
            while (!position.IsOver && position.Due <= limit)
            {
                position = JourneyMachine.Wake(program, position, facts, visits);
            }
            return position;
        }
    }

    /// <summary>
    /// The entries of a person between two instants, each with its course, as the journey's way of letting people in again allows them. <paramref name="turns"/>: of the person, from the
    /// beginning of the history.
    /// </summary>
    public static IReadOnlyList<(long At, JourneyCourse Course)> Entries(
        JourneyProgram program, IJourneyFacts facts, Func<int, UInt128> seed, IReadOnlyList<WatchTurn> turns, long from, long until)
    {
        var entries = new List<(long At, JourneyCourse Course)>();
        foreach (var turn in turns.Where(turn => turn.Watch == JourneyProgram.Start && turn.Began != program.StartsAtEnd && turn.At > from && turn.At <= until))
        {
            var entry = program.Journey.Entry;
            if (entries.Count == 0 || (!entry.IsOnce && turn.At - entries[^1].At >= entry.AfterMs && entries[^1].Course is { End.Length: > 0 } last && last.EndedAt < turn.At))
            {
                entries.Add((turn.At, Follow(program, facts, seed(entries.Count + 1), turn.At, turns, until)));
            }
        }
        return entries;
    }
}
