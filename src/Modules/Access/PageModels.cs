using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Modules.Access.Audit;
using Ciclo.Modules.Access.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Access;

/// <summary>The sign-in page. <paramref name="Next"/> is a path of this server; <paramref name="IsEmpty"/>: nobody has an account yet.</summary>
public sealed record SignInModel(string Next, string Email, AccessError? Error, Text? Notice, bool IsEmpty);

/// <summary>The page of a one-time link. <paramref name="HasAccount"/>: the invited person has an account already.</summary>
public sealed record EntryModel(LinkKind Kind, string Token, string Workspace, Role? Role, string Email, string Name, bool HasAccount, AccessError? Error);

/// <summary>A page that says one thing.</summary>
public sealed record Notice(Text Title, Text Words)
{
    public static readonly Notice StaleForm = new(
        new("This form is from before", "Este formulario es de antes"),
        new("You have signed in or out since, or it came from elsewhere. Nothing was changed. Open the page again and send it from there.",
            "Desde entonces iniciaste o cerraste sesión, o vino de otro sitio. No se cambió nada. Abre la página de nuevo y envíalo desde ahí."));

    public static readonly Notice SessionOver = new(
        new("Your session is over", "Tu sesión terminó"),
        new("Nothing was changed. Sign in again and repeat it.", "No se cambió nada. Inicia sesión de nuevo y repítelo."));

    public static readonly Notice Busy = new(
        new("Too much at once", "Demasiado a la vez"),
        new("Many people are signing in right now. Nothing was changed. Try again in a few seconds.", "Mucha gente está iniciando sesión. No se cambió nada. Inténtalo de nuevo en unos segundos."));

    public static Notice Of(AccessError error) => new(new("This does not lead anywhere", "Esto no lleva a ninguna parte"), error.Message);
}

/// <summary>One's own account; <paramref name="User"/> is null in the demo, which has none.</summary>
public sealed record AccountModel(
    Visitor Visitor, User? User, IReadOnlyList<Session> Sessions, IReadOnlyList<Membership> Memberships, AccessError? Error, Text? Done);

/// <summary>A link that was just made, with the whole address.</summary>
public sealed record ShownLink(Text Title, string Url, long ExpiresAt);

public sealed record UsersModel(
    Visitor Visitor, IReadOnlyList<Member> Members, IReadOnlyList<OneTimeLink> Invitations, ShownLink? Link, string Email, AccessError? Error, Text? Done);

public sealed record AuditModel(AuditAsked Asked, IReadOnlyList<Member> Members, IReadOnlyList<AuditRow> Rows, bool HasMore);

/// <summary>What is asked of the audit log, as it stands in the address. Dates are days of the workspace's zone, the last one included.</summary>
public sealed record AuditAsked(string Who, string Action, string Object, string From, string To, long? Before)
{
    private const int Longest = 100;

    public static AuditAsked Of(IQueryCollection query) => new(
        Text(query, "who"), Text(query, "action"), Text(query, "object"), Text(query, "from"), Text(query, "to"),
        long.TryParse(query["before"], out var before) && before > 0 ? before : null);

    /// <summary>The filter; an e-mail stands for the member who has it. A date that is none is left out.</summary>
    public AuditFilter Filter(IReadOnlyList<Member> members, Zone zone) => new(
        members.FirstOrDefault(member => string.Equals(member.Email, Who, StringComparison.OrdinalIgnoreCase))?.UserId ?? Who, Action, Object,
        Instants.TryParse(From, zone, out var from) ? from : null,
        Instants.TryParse(To, zone, out var to) ? zone.StartOfDay(zone.DayOf(to) + 1) : null);

    public string Path(long? before) => "/settings/audit?" + string.Join('&', new[]
    {
        ("who", Who), ("action", Action), ("object", Object), ("from", From), ("to", To), ("before", before?.ToString() ?? ""),
    }.Where(pair => pair.Item2.Length > 0).Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2)}"));

    private static string Text(IQueryCollection query, string name) => query[name].ToString().Trim() is var text && text.Length <= Longest ? text : "";
}

/// <summary>Browsers by the names people know them by.</summary>
public static class AgentWords
{
    private static readonly (string Mark, string Name)[] Browsers = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    private static readonly (string Mark, string Name)[] Systems = [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux")];

    public static string Of(string agent)
    {
        var names = new[] { Find(Browsers, agent), Find(Systems, agent) }.OfType<string>().ToList();
        return names.Count > 0 ? string.Join(" · ", names) : agent.Length > 0 ? agent : "?";
    }

    private static string? Find((string Mark, string Name)[] known, string agent) =>
        known.FirstOrDefault(one => agent.Contains(one.Mark, StringComparison.Ordinal)).Name;
}
