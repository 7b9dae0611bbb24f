using System.Text.Json;
using Ciclo.Core.Experiments;
using Ciclo.Modules.Experiments.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Experiments;

/// <summary>Draws arms by experiment and strongest identifier, and keeps them under every identifier of the person.</summary>
internal sealed class Assignments : IAssignments
{
    public string Assign(
        SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string experiment, IReadOnlyList<string> identifiers, IReadOnlyList<ArmShare> arms, long nowMs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(identifiers.Count);
        ArgumentOutOfRangeException.ThrowIfZero(arms.Count);
        var held = HoldsOut(connection, transaction, workspaceId, identifiers, nowMs);
        return Give(connection, transaction, workspaceId, experiment, identifiers, arms, nowMs, held);
    }

    /// <summary>The arm that a person falls into who was given none before.</summary>
    public static string ArmOf(string experiment, string identifier, IReadOnlyList<ArmShare> arms) => arms[Draw.Arm([.. arms.Select(arm => arm.Weight)], Draw.Of(experiment, identifier))].Arm;

    private static bool HoldsOut(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, IReadOnlyList<string> identifiers, long nowMs)
    {
        var holdout = ExperimentStore.Holdout(connection, transaction, workspaceId);
        return holdout.Share > 0
            && Give(
                connection, transaction, workspaceId, holdout.Experiment, identifiers, holdout.Arms, nowMs, isHeldOut: false)
            == IAssignments.Control;
    }

    private static string Give(
        SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string experiment, IReadOnlyList<string> identifiers, IReadOnlyList<ArmShare> arms, long nowMs, bool isHeldOut)
    {
        var all = JsonSerializer.Serialize(identifiers);
        var before = ExperimentStore.Assigned(connection, transaction, workspaceId, experiment, all);
        var given = before.Count > 0 ? before[0] : new Assigned(
            identifiers[0],
            isHeldOut ? IAssignments.Control : ArmOf(experiment, identifiers[0], arms),
            ExperimentStore.EraOf(connection, transaction, workspaceId, experiment, arms, nowMs), nowMs, isHeldOut);
        if (before.Count < identifiers.Count)
        {
            ExperimentStore.Assign(connection, transaction, workspaceId, experiment, all, given);
        }
        return given.Arm;
    }
}
