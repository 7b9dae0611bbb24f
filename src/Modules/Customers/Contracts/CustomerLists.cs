using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Customers.Records;

namespace Ciclo.Modules.Customers.Contracts;

/// <summary>Static lists, for pages that know people worth keeping together.</summary>
public static class CustomerLists
{
    public const int LongestName = PeopleList.LongestName;

    /// <summary>The lists of a workspace by name: id, name, and how many are on each.</summary>
    public static IReadOnlyList<(string Id, string Name, int Members)> All(DataHost host, string workspaceId) =>
        [.. host.Database.Read(connection => RecordStore.Lists(connection, workspaceId)).Select(list => (list.Id, list.Name, list.Members))];

    /// <summary>The public ids of the people on a list; empty for none.</summary>
    public static IReadOnlyList<string> MembersOf(DataHost host, string workspaceId, string id) => host.Database.Read(connection => RecordStore.Listed(connection, workspaceId, id));

    /// <summary>
    /// Makes a list with people by their public ids, at most 50,000, and tells the audit log; answers its id, or why there is none. Spaces in the name
    /// are evened out.
    /// </summary>
    public static async Task<(string? Id, Text? Refusal)> MakeAsync(DataHost host, Visitor visitor, string name, IReadOnlyList<string> people, Actor by, CancellationToken cancellation)
    {
        name = string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (name.Length is 0 or > PeopleList.LongestName)
        {
            return (null, new Text($"A list’s name has 1 to {PeopleList.LongestName} characters.", $"El nombre de una lista tiene de 1 a {PeopleList.LongestName} caracteres."));
        }
        if (people.Count > ListEndpoints.MostAtOnce)
        {
            return (null, new Text($"{people.Count} people are too many: at most {ListEndpoints.MostAtOnce} at once.", $"{people.Count} personas son demasiadas: como máximo {ListEndpoints.MostAtOnce} a la vez."));
        }
        var id = "lst_" + Guid.CreateVersion7(host.Clock.GetUtcNow()).ToString("N");
        var refusal = await host.Database.WriteAsync<Text?>((connection, transaction) =>
        {
            var lists = RecordStore.Lists(connection, visitor.WorkspaceId, transaction);
            if (lists.Count >= PeopleList.Most)
            {
                return new Text($"There are {PeopleList.Most} lists already. Delete one first.", $"Ya hay {PeopleList.Most} listas. Borra una primero.");
            }
            if (lists.Any(list => list.Name == name))
            {
                return new Text($"There is a list '{name}' already. Take another name.", $"Ya hay una lista '{name}'. Usa otro nombre.");
            }
            RecordStore.AddList(connection, transaction, visitor.WorkspaceId, id, name, host.NowMs, visitor.UserId);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(visitor.WorkspaceId, by, AuditActions.ListMade, id));
            if (people.Count > 0)
            {
                var added = RecordStore.Enlist(connection, transaction, visitor.WorkspaceId, id, people, host.NowMs, visitor.UserId);
                AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(visitor.WorkspaceId, by, AuditActions.ListFilled, id, $"{added} people"));
            }
            return null;
        }, cancellation);
        return refusal is null ? (id, null) : (null, refusal);
    }
}
