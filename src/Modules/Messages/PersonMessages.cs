using Ciclo.Engine.Hosting;
using Ciclo.Modules.Consent.Contracts;

namespace Ciclo.Modules.Messages;

/// <summary>What was sent to a person, for the proof of what they agreed to.</summary>
internal sealed class PersonMessages(DataHost host) : IPersonMessages
{
    private const int Most = 10_000;

    public IReadOnlyList<PersonMessage> Of(string workspaceId, IReadOnlyList<string> identifiers) => [.. host.Database.Read(connection =>
        CountStore.OfPerson(connection, workspaceId, identifiers, Most).Reverse().Select(one =>
            new PersonMessage(one.Id, one.Channel, one.Purpose, one.Source, one.Subject, one.State, one.Reason, one.SentAt ?? one.DueAt)).ToList())];
}
