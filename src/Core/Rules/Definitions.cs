using Ciclo.Core.Time;

namespace Ciclo.Core.Rules;

/// <summary>A checked condition with the text it was written as.</summary>
public sealed record Rule(string Text, Expression Expression);

public enum Movement
{
    Forward = 0,
    Free = 1,
}

/// <summary>A finer group inside a stage; its whole id is `lifecycle/stage/id`.</summary>
public sealed record SubSegmentDefinition(string Id, Text Label, Rule When);

/// <summary>A stage. <paramref name="ReturnsTo"/>: indexes of the stages that `movement: forward` may go back to.</summary>
public sealed record StageDefinition(
    string Id, Text Label, Rule? When, IReadOnlyList<int> ReturnsTo, IReadOnlyList<SubSegmentDefinition> Segments);

/// <summary>A buyer persona with the stages as they are for it: the base's, with what the persona replaces replaced.</summary>
public sealed record PersonaDefinition(string Id, Text Label, Rule When, IReadOnlyList<StageDefinition> Stages);

/// <summary>A lifecycle as its file says, checked. The first stage is where everyone begins; personas are tried in order.</summary>
public sealed record LifecycleDefinition(
    string Id, Text Label, Zone Zone, Movement Movement, IReadOnlyList<StageDefinition> Stages, IReadOnlyList<PersonaDefinition> Personas)
{
    public int IndexOf(string stage)
    {
        for (var i = 0; i < Stages.Count; i++)
        {
            if (Stages[i].Id == stage)
            {
                return i;
            }
        }
        return -1;
    }
}

public sealed record SegmentDefinition(string Id, Text Label, Zone Zone, Rule When);

/// <summary>Everything that places profiles. References between its parts are known to exist and to have no cycle (<see cref="References"/>).</summary>
public sealed record DefinitionSet(IReadOnlyList<LifecycleDefinition> Lifecycles, IReadOnlyList<SegmentDefinition> Segments)
{
    /// <summary>
    /// Conditions whose beginnings and ends are made known as moves (<see cref="WatchStages"/>), for what acts on them. No list of segments shows them, and no rule can refer
    /// to one; ids begin with `~`, which no file's id can.
    /// </summary>
    public IReadOnlyList<SegmentDefinition> Watches { get; init; } = [];

    public static DefinitionSet Empty { get; } = new([], []);
}

/// <summary>The stages between which the moves of a watch go: begins is a move from nothing to <see cref="On"/>, ends one from <see cref="On"/> to <see cref="Off"/>.</summary>
public static class WatchStages
{
    public const char Mark = '~';
    public const string On = "on";
    public const string Off = "off";
}
