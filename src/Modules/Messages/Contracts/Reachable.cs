using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Messages.Sending;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Messages.Contracts;

/// <summary>Over what channels people may be written to, asked before there is a message.</summary>
public static class Reachable
{
    /// <summary>
    /// What would be said of a message over a channel at an instant, as far as consent, address, rules and quiet hours go; caps are asked when it leaves. Inside
    /// <see cref="WorkspaceEngine.Read{T}"/>.
    /// </summary>
    public static SendVerdict Ask(DataHost host, EngineState state, string workspaceId, int profile, string channel, string purpose, long nowMs)
    {
        var desk = MessageDesk.Of(host);
        if (desk.Channel(channel) is not { } way || state.Staged.Identity.IdentifiersOf(profile) is not { Count: > 0 } identifiers)
        {
            return new SendVerdict(SendAnswer.Never, Reasons.NoAddress);
        }
        var address = Writer.AddressOf(ProfileCard.Of(state, profile), identifiers.MinBy(one => one.Identifier.Kind).Identifier.ToString(), way);
        return address.Length == 0 || way.Normalize(address) is not { } normal ? new SendVerdict(SendAnswer.Never, Reasons.NoAddress)
            : desk.Policy?.Ask(state, workspaceId, [new SendQuestion(profile, channel, normal, purpose, null, [], nowMs)])[0] ?? new SendVerdict(SendAnswer.Send);
    }
}
