using Ciclo.Core;
using Ciclo.Core.Mail;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Messages.Contracts;

namespace Ciclo.Modules.Messages.Email;

/// <summary>Mail to the team by the workspace's mail service.</summary>
internal sealed class TeamMail(DataHost host, MessageDesk desk, EmailChannel email) : ITeamMail
{
    public async Task<SendResult> SendAsync(string workspaceId, TeamLetter letter, CancellationToken cancellation)
    {
        var settings = host.Database.Read(connection => SettingsStore.Read(connection, null, workspaceId)).Settings;
        if (!settings.IsLive)
        {
            return new SendResult(SendOutcome.Permanent, "", Reasons.NoService);
        }
        return MailAddress.TryParse(letter.Address, out var to)
            ? await email.TryAsync(settings, new OutgoingMessage(Message.NewId(host.NowMs), to.Address, letter.Name, letter.Subject, letter.Html, letter.Text, "report", letter.Source, letter.Leave), cancellation)
            : new SendResult(SendOutcome.Permanent, "", Reasons.BadAddress);
    }

    public Text Why(string reason) => desk.Why(reason);
}
