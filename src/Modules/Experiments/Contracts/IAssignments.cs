using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Experiments.Contracts;

/// <summary>An arm of an experiment with its share, a weight above 0. The arm `control` gets nothing.</summary>
public sealed record ArmShare(string Arm, double Weight);

/// <summary>Who got what: an arm is given once for each person and experiment, and stays, over merges too.</summary>
public interface IAssignments
{
    public const string Control = "control";

    /// <summary>
    /// The arm of a person, given now if there is none yet, in the caller's transaction. It depends on experiment and person alone; where identifiers of the person have several
    /// (they were merged) the earliest stands. A person of the global holdout gets <see cref="Control"/>, with the holdout noted.
    /// </summary>
    /// <param name="connection">Of the records.</param>
    /// <param name="transaction">The caller's.</param>
    /// <param name="workspaceId">Whose.</param>
    /// <param name="experiment">Such as `journey:abandoned-cart` or `campaign:42`.</param>
    /// <param name="identifiers">All of the person, the strongest first, as `user_id:V`.</param>
    /// <param name="arms">With their shares; the control among them if there is one.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    string Assign(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string experiment, IReadOnlyList<string> identifiers, IReadOnlyList<ArmShare> arms, long nowMs);
}
