namespace Ciclo.Modules.Consent.Contracts;

/// <summary>A message to a person as their proof file tells it. <paramref name="State"/> such as `sent` or `held_back`; <paramref name="Reason"/> why it did not go, else empty.</summary>
public sealed record PersonMessage(string Id, string Channel, string Purpose, string Source, string Subject, string State, string Reason, long At);

/// <summary>Whoever keeps messages implements it: the proof of consent shows what was sent beside what was agreed to.</summary>
public interface IPersonMessages
{
    /// <summary>All messages to a person, oldest first, by all their identifiers as `user_id:V`.</summary>
    IReadOnlyList<PersonMessage> Of(string workspaceId, IReadOnlyList<string> identifiers);
}
