using Ciclo.Core;

namespace Ciclo.Modules.Access.Contracts;

/// <summary>Everything that is written into the audit log, and its words. Persisted by name, so names only grow; `WHAT.HAPPENED`.</summary>
public static class AuditActions
{
    public const string SignedIn = "user.signed_in";
    public const string SignInFailed = "user.sign_in_failed";
    public const string SignInThrottled = "user.sign_in_throttled";
    public const string SignedOut = "user.signed_out";
    public const string SessionsEnded = "user.sessions_ended";
    public const string PasswordChanged = "user.password_changed";
    public const string ResetMade = "user.reset_made";
    public const string PasswordReset = "user.password_reset";
    public const string SetUp = "user.set_up";
    public const string Invited = "user.invited";
    public const string InvitationRevoked = "user.invitation_revoked";
    public const string Joined = "user.joined";
    public const string RoleChanged = "user.role_changed";
    public const string AccessEnded = "user.access_ended";
    public const string AccessRestored = "user.access_restored";
    public const string Disabled = "user.disabled";
    public const string Enabled = "user.enabled";
    public const string KeyMade = "key.made";
    public const string KeyRotated = "key.rotated";
    public const string KeyRevoked = "key.revoked";
    public const string DefinitionApplied = "definition.applied";
    public const string DefinitionRetired = "definition.retired";
    public const string SettingChanged = "setting.changed";
    public const string RatesImported = "rates.imported";
    public const string Imported = "import.done";
    public const string ImportUndone = "import.undone";
    public const string Joining = "identity.joined";
    public const string Separating = "identity.separated";
    public const string Lifting = "identity.lifted";
    public const string Erased = "person.erased";
    public const string ErasureLifted = "person.erasure_lifted";
    public const string Exported = "data.exported";
    public const string ItemRetried = "item.retried";
    public const string BackedUp = "data.backed_up";
    public const string NoteWritten = "note.written";
    public const string NoteDeleted = "note.deleted";
    public const string Tagged = "person.tagged";
    public const string Untagged = "person.untagged";
    public const string TraitsEdited = "person.traits_edited";
    public const string ListMade = "list.made";
    public const string ListFilled = "list.filled";
    public const string ListEmptied = "list.emptied";
    public const string ListDeleted = "list.deleted";
    public const string CostsImported = "costs.imported";
    public const string CostsRemoved = "costs.removed";
    public const string FollowersImported = "followers.imported";

    public const string BoardMade = "dashboard.made";
    public const string BoardShared = "dashboard.shared";
    public const string BoardDeleted = "dashboard.deleted";
    public const string BoardLinkMade = "dashboard.link_made";
    public const string BoardLinkRevoked = "dashboard.link_revoked";
    public const string ReportScheduled = "report.scheduled";
    public const string ReportUnscheduled = "report.unscheduled";

    public static IReadOnlyDictionary<string, Text> All { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        [SignedIn] = new("Signed in", "Inició sesión"),
        [SignInFailed] = new("Could not sign in", "No pudo iniciar sesión"),
        [SignInThrottled] = new("Tried too often to sign in", "Intentó iniciar sesión demasiadas veces"),
        [SignedOut] = new("Signed out", "Cerró sesión"),
        [SessionsEnded] = new("Ended sessions", "Cerró sesiones"),
        [PasswordChanged] = new("Changed the password", "Cambió la contraseña"),
        [ResetMade] = new("Made a link to a new password", "Creó un enlace para una contraseña nueva"),
        [PasswordReset] = new("Set a new password by a link", "Puso una contraseña nueva con un enlace"),
        [SetUp] = new("Became the first user", "Fue el primer usuario"),
        [Invited] = new("Invited somebody", "Invitó a alguien"),
        [InvitationRevoked] = new("Revoked an invitation", "Revocó una invitación"),
        [Joined] = new("Joined by an invitation", "Entró con una invitación"),
        [RoleChanged] = new("Changed a role", "Cambió un rol"),
        [AccessEnded] = new("Ended somebody's access", "Quitó el acceso a alguien"),
        [AccessRestored] = new("Gave access back", "Devolvió el acceso"),
        [Disabled] = new("Closed an account", "Cerró una cuenta"),
        [Enabled] = new("Opened an account again", "Volvió a abrir una cuenta"),
        [KeyMade] = new("Made a key", "Creó una clave"),
        [KeyRotated] = new("Rotated a key", "Rotó una clave"),
        [KeyRevoked] = new("Revoked a key", "Revocó una clave"),
        [DefinitionApplied] = new("Applied a definition", "Aplicó una definición"),
        [DefinitionRetired] = new("Retired a definition", "Retiró una definición"),
        [SettingChanged] = new("Changed a setting", "Cambió un ajuste"),
        [RatesImported] = new("Imported exchange rates", "Importó tipos de cambio"),
        [Imported] = new("Imported a file", "Importó un archivo"),
        [ImportUndone] = new("Undid an import", "Deshizo una importación"),
        [Joining] = new("Joined two identifiers", "Unió dos identificadores"),
        [Separating] = new("Separated two identifiers", "Separó dos identificadores"),
        [Lifting] = new("Took a separation back", "Retiró una separación"),
        [Erased] = new("Erased a person", "Borró a una persona"),
        [ErasureLifted] = new("Lifted an erasure", "Levantó un borrado"),
        [Exported] = new("Exported data", "Exportó datos"),
        [ItemRetried] = new("Sent a refused item again", "Envió de nuevo un elemento rechazado"),
        [BackedUp] = new("Made a backup", "Hizo una copia de seguridad"),
        [NoteWritten] = new("Wrote a note", "Escribió una nota"),
        [NoteDeleted] = new("Deleted a note", "Borró una nota"),
        [Tagged] = new("Tagged a person", "Etiquetó a una persona"),
        [Untagged] = new("Took a tag off a person", "Quitó una etiqueta a una persona"),
        [TraitsEdited] = new("Edited what is known of a person", "Editó lo que se sabe de una persona"),
        [ListMade] = new("Made a list", "Creó una lista"),
        [ListFilled] = new("Put people on a list", "Puso personas en una lista"),
        [ListEmptied] = new("Took people off a list", "Quitó personas de una lista"),
        [ListDeleted] = new("Deleted a list", "Borró una lista"),
        [CostsImported] = new("Imported advertising costs", "Importó costos de publicidad"),
        [CostsRemoved] = new("Removed advertising costs", "Quitó costos de publicidad"),
        [FollowersImported] = new("Imported counts of followers", "Importó conteos de seguidores"),
        [BoardMade] = new("Made a dashboard", "Creó un tablero"),
        [BoardShared] = new("Changed who sees a dashboard", "Cambió quién ve un tablero"),
        [BoardDeleted] = new("Deleted a dashboard", "Borró un tablero"),
        [BoardLinkMade] = new("Made a link to a dashboard", "Creó un enlace a un tablero"),
        [BoardLinkRevoked] = new("Revoked a link to a dashboard", "Revocó un enlace a un tablero"),
        [ReportScheduled] = new("Scheduled a report", "Programó un informe"),
        [ReportUnscheduled] = new("Ended a report’s schedule", "Quitó un informe programado"),
    };
}
