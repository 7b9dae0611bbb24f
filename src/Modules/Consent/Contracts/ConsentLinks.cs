using Ciclo.Core.Identity;
using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Consent.Contracts;

/// <summary>
/// Addresses for messages by which people decide what they get, without signing in. Each is signed, names its person by a public id that tells nobody an address, and leads to whoever
/// that person is when it is opened, also after a merge. `person`: `user_id:V`, `email:V`, another identifier as references are written, or `prf_…`.
/// </summary>
public sealed class ConsentLinks
{
    /// <summary>Where links lead until the setting says where people reach the server: the machine itself.</summary>
    public const string OwnAddress = "http://127.0.0.1:5080";

    private readonly DataHost host;
    private readonly UntilCommit<string, string> baseUrls;

    private ConsentLinks(DataHost host)
    {
        this.host = host;
        baseUrls = new(host.Database, (connection, workspace) => ConsentStore.Read(connection, workspace).Settings.BaseUrl is { Length: > 0 } url ? url.TrimEnd('/') : OwnAddress);
    }

    public static ConsentLinks Of(DataHost host) => host.Shared(host => new ConsentLinks(host));

    /// <summary>Where people reach the server, without a slash at the end: a setting of the workspace.</summary>
    public string BaseUrl(string workspaceId) => baseUrls.Of(workspaceId);

    /// <summary>The preference page of a person. <paramref name="locale"/> such as `es-MX` is what it is shown in where the reader's browser prefers neither language.</summary>
    public string PreferencesUrl(string workspaceId, string person, string locale) =>
        Url(workspaceId, "p", new LinkToken(LinkKind.Preferences, workspaceId, PublicIdOf(person), Language: Language(locale)));

    /// <summary>For `List-Unsubscribe` and the foot of a message: GET shows a page with a button, POST unsubscribes (RFC 8058).</summary>
    public string UnsubscribeUrl(string workspaceId, string person, string channel, string purpose, string messageId) =>
        Url(workspaceId, "u", new LinkToken(LinkKind.Unsubscribe, workspaceId, PublicIdOf(person), channel, purpose, messageId));

    /// <summary>Where a person confirms that they want messages of a purpose; good for 30 days from <paramref name="nowMs"/>.</summary>
    public string ConfirmUrl(string workspaceId, string person, string channel, string purpose, long nowMs) =>
        Url(workspaceId, "confirm", new LinkToken(LinkKind.Confirm, workspaceId, PublicIdOf(person), channel, purpose, MadeAt: nowMs));

    internal LinkToken? Read(string token, LinkKind kind) => LinkToken.Read(token, kind, ConsentKeys.Of(host).Key);

    /// <summary>A token of the same person for another use.</summary>
    internal string Sign(LinkToken token) => token.Sign(ConsentKeys.Of(host).Key(token.WorkspaceId));

    private string Url(string workspaceId, string path, LinkToken token) => $"{BaseUrl(workspaceId)}/{path}/{Sign(token)}";

    private static string PublicIdOf(string person) => Identifier.TryParse(person, out var identifier) ? PublicIds.Of(identifier.Key)
        : PublicIds.TryParse(person, out _) ? person : PublicIds.Of(Identifier.UserId(person).Key);

    private static string Language(string locale) => locale.StartsWith("es", StringComparison.OrdinalIgnoreCase) ? "es" : "en";
}
