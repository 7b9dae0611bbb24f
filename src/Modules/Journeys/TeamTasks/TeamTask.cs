using Ciclo.Core;

namespace Ciclo.Modules.Journeys.TeamTasks;

/// <summary>A task that a journey gave the team. <paramref name="AssignedTo"/>: the id of a user; empty for nobody so far. Times are Unix milliseconds; <paramref name="DoneAt"/> is null while it is open.</summary>
public sealed record TeamTask(string Id, string Journey, string Run, string Person, string Title, long MadeAt, long DueAt, long? DoneAt, string DoneBy, string AssignedTo)
{
    public bool IsLate(long now) => DoneAt is null && DueAt < now;
}

/// <summary>Which tasks: open or done; of one user; about a person, by all their identifiers (null: anybody); with a piece of text in the title.</summary>
public sealed record TasksWanted(bool IsDone, string AssignedTo = "", IReadOnlyList<string>? People = null, string Search = "");

/// <summary>How many tasks are open, of them late, of them the reader's own, and how many are done.</summary>
public sealed record TaskCounts(long Open, long Late, long Mine, long Done);

/// <summary>Why a task was not changed, with a stable code.</summary>
public sealed record TaskError(string Code, Text Message)
{
    public static readonly TaskError NotFound = new("no_task", new("There is no such task. `/tasks` lists those that are.", "No existe esa tarea. En `/tasks` están todas."));

    public static readonly TaskError NoMember = new("no_member", new("Nobody of this workspace is that. Choose one of the list.", "Nadie de este espacio es esa persona. Elige a alguien de la lista."));

    public static readonly TaskError NoDay = new("bad_day", new("Give a day, such as 2026-11-30.", "Da un día, como 2026-11-30."));
}
