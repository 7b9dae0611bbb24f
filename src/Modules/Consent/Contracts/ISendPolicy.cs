using Ciclo.Core;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Consent.Contracts;

/// <summary>
/// A message about to leave. <paramref name="Profile"/> is the number of the person in the state that is read now; <paramref name="Address"/> the e-mail address, telephone number or
/// other address on the channel; <paramref name="Purpose"/> such as `marketing` (`transactional` needs no consent and counts for no cap); <paramref name="HoldBack"/> a rule that must not hold;
/// <paramref name="SentBefore"/> the instants of messages to this person within the last 30 days that count for caps, over all channels;
/// <paramref name="SentOnChannel"/> those of them that went over <paramref name="Channel"/>: null where nobody counts them apart, and then a cap of the channel counts all.
/// </summary>
public sealed record SendQuestion(
    int Profile, string Channel, string Address, string Purpose, string? HoldBack, IReadOnlyList<long> SentBefore, long NowMs, IReadOnlyList<long>? SentOnChannel = null);

public enum SendAnswer
{
    Send = 0,

    /// <summary>Not now: quiet hours or a cap that will allow it again.</summary>
    Later = 1,
    Never = 2,
}

/// <summary><paramref name="Reason"/> is one of a closed list of ids (`no_consent`, `suppressed`, `quiet_hours`, `frequency_cap`, `held_back`, ...), null where it may be sent; <paramref name="NotBefore"/> goes with <see cref="SendAnswer.Later"/>.</summary>
public sealed record SendVerdict(SendAnswer Answer, string? Reason = null, long NotBefore = 0);

/// <summary>Whether a message may be sent: asked at the moment of use.</summary>
public interface ISendPolicy
{
    /// <summary>Answers in the order of the questions. Inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
    IReadOnlyList<SendVerdict> Ask(EngineState state, string workspaceId, IReadOnlyList<SendQuestion> questions);

    /// <summary>The reasons and their words.</summary>
    IReadOnlyDictionary<string, Text> Reasons { get; }
}
