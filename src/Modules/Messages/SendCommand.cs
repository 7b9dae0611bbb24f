using Ciclo.Core;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Messages.Email;

namespace Ciclo.Modules.Messages;

/// <summary>`ciclo send`: one message to one person, or what it would be.</summary>
internal static class SendCommand
{
    public static async Task<int> RunAsync(CommandContext context, string template, string person, string purpose, bool isDry, CancellationToken cancellation)
    {
        var (desk, now) = (MessageDesk.Of(context.Host), context.Host.NowMs);
        if (desk.Channels.Count == 0)
        {
            return context.Fail(new Text(
                "Messages are written by the running server. Start it with `ciclo serve`, then repeat the command.",
                "Los mensajes los escribe el servidor en marcha. Inícialo con `ciclo serve` y repite la orden."));
        }
        var reference = Identifier.TryParse(person, out _) || person.StartsWith("prf_", StringComparison.Ordinal) ? person : "user_id:" + person;
        var tried = new MessageService(desk).Try(context.Engine, template, reference, EmailChannel.Name, purpose);
        using (var rows = context.Rows("person", "name", "address", "subject", "goes", "reason"))
        {
            rows.Write(tried.Person, tried.Name, tried.Address, tried.Written?.Subject ?? "", tried.Refusal is null ? "yes" : "no", tried.Refusal?.In(context.Language) ?? "");
        }
        if (tried.Written is null)
        {
            return 1;
        }
        if (isDry)
        {
            await context.Out.WriteLineAsync("\n" + tried.Written.Text);
            return 0;
        }
        var draft = new MessageDraft(
            "command/" + Guid.CreateVersion7(context.Host.Clock.GetUtcNow()).ToString("N"), reference, EmailChannel.Name, template, purpose, "command", "{}", null, 0, now, now + Durations.Day);
        await context.Host.Database.WriteAsync((connection, transaction) => MessageOutbox.AddMany(connection, transaction, context.Engine.Id, [draft], now), cancellation);
        return 0;
    }
}
