using Ciclo.Core.Rules;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Lifecycles.Contracts;

/// <summary>Conditions that a module wants to be told of: they fold along with the rules in force, and their beginnings and ends stand in the feed.</summary>
public interface IWatchSource
{
    /// <summary>The watches of a workspace. An id stands for one condition for ever: another condition has another id.</summary>
    IEnumerable<SegmentDefinition> Watches(SqliteConnection connection, string workspaceId);
}
