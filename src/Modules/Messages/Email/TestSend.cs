using Ciclo.Core;
using Ciclo.Core.Mail;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Templates.Contracts;

namespace Ciclo.Modules.Messages.Email;

/// <summary>Sends a template to whoever edits it: at once, outside of the outbox, and counted nowhere.</summary>
internal sealed class TestSend(DataHost host, MessageDesk desk, EmailChannel email) : ITestSend
{
    public async Task<Text?> SendAsync(string workspaceId, string address, RenderedMessage message, CancellationToken cancellation)
    {
        var settings = host.Database.Read(connection => SettingsStore.Read(connection, null, workspaceId)).Settings;
        if (!settings.IsLive)
        {
            return desk.Why(Reasons.NoService);
        }
        if (!MailAddress.TryParse(address, out var to))
        {
            return desk.Why(Reasons.BadAddress);
        }
        var outgoing = new OutgoingMessage(Message.NewId(host.NowMs), to.Address, "", message.Subject, message.Html, message.Text, Message.Transactional, "test", "");
        var result = await email.TryAsync(settings, outgoing, cancellation);
        return result.Outcome == SendOutcome.Sent ? null : desk.Why(result.Reason);
    }
}
