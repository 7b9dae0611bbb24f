using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Journeys;

namespace Ciclo.Modules.Journeys;

/// <summary>What became of a run. Persisted by <see cref="Run.StatusName"/>, so names only grow.</summary>
public enum RunStatus
{
    Active = 0,

    /// <summary>Came to the end of the steps.</summary>
    Done = 1,

    /// <summary>Left because of an exit, the goal, or a stop that somebody ordered.</summary>
    Left = 2,

    /// <summary>Entered and got nothing, to measure the others by.</summary>
    Control = 3,

    /// <summary>Later evidence took the entry back.</summary>
    Untrue = 4,

    /// <summary>Was due so long ago, when it was looked at, that it was not begun.</summary>
    Missed = 5,
}

/// <summary>
/// One person in a journey, once. <see cref="Person"/> is the strongest identifier at entry; <see cref="Entry"/> counts the person's entries into this version; <see cref="Step"/> is
/// where the run waits, empty once it is over; <see cref="Data"/> is a JSON object: the properties of the event that it began with, and the code given on the way as `offer`. Times are Unix milliseconds.
/// </summary>
public sealed record Run(
    string Id, string WorkspaceId, string Journey, int Version, string Person, int Entry, RunStatus Status, string Step, long SinceAt, long DueAt, long EnteredAt, long? EndedAt, string Reason,
    string Data)
{
    /// <summary>Decides what is left to chance: the same for the same person, journey, version and entry.</summary>
    public UInt128 Seed => SeedOf(Journey, Version, Person, Entry);

    public static UInt128 SeedOf(string journey, int version, string person, int entry) => Hash.Of(0, $"{journey}\n{version}\n{person}\n{entry}");

    /// <summary>The run's id: one for the same person, journey, version and entry.</summary>
    public static string IdOf(string workspaceId, string journey, int version, string person, int entry) =>
        "run_" + Hash.Of(1, $"{workspaceId}\n{journey}\n{version}\n{person}\n{entry}").ToString("x32", System.Globalization.CultureInfo.InvariantCulture);

    public static string StatusName(RunStatus status) => status switch
    {
        RunStatus.Active => "active",
        RunStatus.Done => "done",
        RunStatus.Left => "left",
        RunStatus.Control => "control",
        RunStatus.Untrue => "untrue",
        _ => "missed",
    };

    public static RunStatus? StatusOf(string name) => Enum.GetValues<RunStatus>().Where(status => StatusName(status) == name).Select(status => (RunStatus?)status).FirstOrDefault();

    public static Text StatusText(RunStatus status) => status switch
    {
        RunStatus.Active => new("Inside", "Dentro"),
        RunStatus.Done => new("Finished", "Terminó"),
        RunStatus.Left => new("Left", "Salió"),
        RunStatus.Control => new("Control group", "Grupo de control"),
        RunStatus.Untrue => new("Taken back", "Retirado"),
        _ => new("Missed", "Perdido"),
    };
}

/// <summary>A step that a run came by, and what became of what it does: empty where it does nothing, `done`, `missed`, or a reason.</summary>
public sealed record Visit(int Number, string Step, int Way, long At, string Outcome);

/// <summary>Somebody who is sent into a journey.</summary>
public sealed record Request(long Id, string Journey, string Person, string Data, string Key, long At);

/// <summary>A version of a journey, ready to run.</summary>
public sealed record JourneyVersion(int Version, long AppliedAt, JourneyProgram Program)
{
    public Journey Journey => Program.Journey;
}
