using Ciclo.Core;

namespace Ciclo.Modules.Messages.Contracts;

/// <summary>A mail to somebody of the team. <paramref name="Source"/>: what it is of, such as `report`; <paramref name="Leave"/>: where they say that they want no more of it, also by a POST (RFC 8058).</summary>
public sealed record TeamLetter(string Address, string Name, string Subject, string Html, string Text, string Source, string Leave);

/// <summary>Mail to the people who use Ciclo: outside of the outbox, which is for customers, over the same mail service. Whoever sends keeps what came of it.</summary>
public interface ITeamMail
{
    /// <summary>Hands a mail over at once. Does not throw for what the mail service does.</summary>
    Task<SendResult> SendAsync(string workspaceId, TeamLetter letter, CancellationToken cancellation);

    /// <summary>The reason of a result in words.</summary>
    Text Why(string reason);
}
