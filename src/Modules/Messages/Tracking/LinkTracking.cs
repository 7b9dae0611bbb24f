using System.Collections.Concurrent;
using System.Security.Cryptography;
using Ciclo.Core.Mail;
using Ciclo.Data.Records;
using Ciclo.Modules.Messages.Email;

namespace Ciclo.Modules.Messages.Tracking;

/// <summary>Puts signed addresses over the links of messages, and reads them back.</summary>
internal sealed class LinkTracking(MessageDesk desk)
{
    private readonly UntilCommit<string, EmailSettings> settingsOf = new(desk.Host.Database, (connection, workspace) => SettingsStore.Read(connection, null, workspace).Settings);
    private readonly ConcurrentDictionary<string, byte[]> secrets = new(StringComparer.Ordinal);

    /// <summary>Both parts of the message with tracking over their links as the workspace wants it, and how many the HTML has. The addresses in <paramref name="leave"/> stay as they are.</summary>
    public (string Html, string Text, int Links) Put(string workspaceId, Message message, string html, string text, IReadOnlyList<string> leave)
    {
        var settings = settingsOf.Of(workspaceId);
        if (!settings.TracksLinks && !settings.TracksOpens && !settings.AddsUtm)
        {
            return (html, text, 0);
        }
        var (secret, root) = (SecretOf(workspaceId), desk.Links.BaseUrl(workspaceId));
        string Address(char page, int link, string url) => $"{root}/{page}/{new TrackingToken(workspaceId, message.Id, link, url).Sign(secret)}";
        var tail = (settings.TracksOpens ? $"<img src=\"{Address('o', TrackingToken.Open, "")}\" width=\"1\" height=\"1\" alt=\"\" style=\"display:block;border:0\">" : "")
            + (settings.TracksLinks ? $"<a href=\"{Address('c', TrackingToken.Trap, "")}\" style=\"display:none\" aria-hidden=\"true\" tabindex=\"-1\"></a>" : "");
        string? Lead(string url, int number)
        {
            if (leave.Contains(url) || url.StartsWith(root + "/", StringComparison.Ordinal))
            {
                return null;
            }
            var target = settings.AddsUtm ? WithUtm(url, message) : url;
            return settings.TracksLinks ? Address('c', number, target) : target;
        }
        // One address is one link, in whichever part it is followed.
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        var (tracked, links) = html.Length == 0 ? (html, 0) : TrackedHtml.Put(html, (url, number) => Lead(url, number) is { } led ? known[url] = led : null, tail);
        // Those of the text alone are numbered after the others and are none of those that a machine follows all.
        var more = links;
        var plain = TrackedText.Put(text, url => known.TryGetValue(url, out var led) ? led
            : more < TrackingToken.MostLinks && Lead(url, more + 1) is { } made ? known[url] = Counted(made) : null);
        return (tracked, plain, links);

        string Counted(string made)
        {
            more++;
            return made;
        }
    }

    /// <summary>Where a message can be seen as a page.</summary>
    public string ViewUrl(string workspaceId, string messageId) =>
        $"{desk.Links.BaseUrl(workspaceId)}/v/{new TrackingToken(workspaceId, messageId, TrackingToken.View, "").Sign(SecretOf(workspaceId))}";

    /// <summary>What an address says that we signed; null for any other.</summary>
    public TrackingToken? Read(string token) => TrackingToken.TryRead(token, workspace => desk.Host.FindWorkspace(workspace) is null ? null : SecretOf(workspace), out var found) ? found : null;

    /// <summary>The text of the address that takes reports of a workspace.</summary>
    public string HookOf(string workspaceId)
    {
        SecretOf(workspaceId);
        return desk.Host.Database.Read(connection => SettingsStore.Secrets(connection, workspaceId))!.Value.Hook;
    }

    /// <summary>The workspace's own; made when it is first asked for.</summary>
    private byte[] SecretOf(string workspaceId) => secrets.GetOrAdd(workspaceId, id =>
    {
        if (desk.Host.Database.Read(connection => SettingsStore.Secrets(connection, id)) is { } known)
        {
            return known.Tracking;
        }
        var hook = RandomNumberGenerator.GetString("0123456789abcdefghjkmnpqrstvwxyz", 32);
        desk.Host.Database.WriteAsync((connection, transaction) =>
        {
            SettingsStore.MakeSecrets(connection, transaction, id, hook);
            return 0;
        }, CancellationToken.None).GetAwaiter().GetResult();
        return desk.Host.Database.Read(connection => SettingsStore.Secrets(connection, id))!.Value.Tracking;
    });

    /// <summary>utm_source, utm_medium and utm_campaign, unless the address has any of its own.</summary>
    private static string WithUtm(string url, Message message)
    {
        if (url.Contains("utm_", StringComparison.OrdinalIgnoreCase))
        {
            return url;
        }
        var (hash, parts) = (url.IndexOf('#', StringComparison.Ordinal), message.Source.Split(':'));
        var (address, fragment) = hash < 0 ? (url, "") : (url[..hash], url[hash..]);
        var campaign = Uri.EscapeDataString(parts.Length > 1 ? parts[1] : parts[0]);
        return $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}utm_source=ciclo&utm_medium={message.Channel}&utm_campaign={campaign}&utm_content={Uri.EscapeDataString(message.TemplateId)}{fragment}";
    }
}
