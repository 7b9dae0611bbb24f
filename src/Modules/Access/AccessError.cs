using Ciclo.Core;

namespace Ciclo.Modules.Access;

/// <summary>An expected refusal of this module: a stable code, and what a person reads.</summary>
public sealed record AccessError(string Code, Text Message)
{
    public static readonly AccessError BadEmail = new("bad_email", new(
        "That is no e-mail address. Write one such as ana@example.com.", "Eso no es una dirección de correo. Escribe una como ana@example.com."));

    public static readonly AccessError BadName = new("bad_name", new(
        $"A name has 1 to {User.LongestName} characters.", $"Un nombre tiene de 1 a {User.LongestName} caracteres."));

    public static readonly AccessError BadRole = new("bad_role", new(
        "Roles are: owner, marketer, analyst, agent, developer.", "Los roles son: owner, marketer, analyst, agent, developer."));

    public static readonly AccessError PasswordShort = new("password_short", new(
        $"Weak: a password has {PasswordRules.Shortest} characters or more. Four words that do not belong together are easy to keep.",
        $"Débil: una contraseña tiene {PasswordRules.Shortest} caracteres o más. Cuatro palabras que no van juntas se recuerdan bien."));

    public static readonly AccessError PasswordLong = new("password_long", new(
        $"A password has {PasswordRules.Longest} characters at most.", $"Una contraseña tiene {PasswordRules.Longest} caracteres como máximo."));

    public static readonly AccessError PasswordCommon = new("password_common", new(
        "Weak: this password is among those that are tried first. Choose another, such as four words that do not belong together.",
        "Débil: esta contraseña está entre las que se prueban primero. Elige otra, como cuatro palabras que no van juntas."));

    public static readonly AccessError PasswordsDiffer = new("passwords_differ", new(
        "The two passwords are not the same. Write both again.", "Las dos contraseñas no son iguales. Escribe ambas de nuevo."));

    public static readonly AccessError WrongPassword = new("wrong_password", new("Your current password is not that.", "Tu contraseña actual no es esa."));

    /// <summary>The same words whether the account is unknown, ended, or the password wrong.</summary>
    public static readonly AccessError NotSignedIn = new("not_signed_in", new(
        "E-mail and password do not fit together. Try again, or ask an owner for a link to a new password.",
        "El correo y la contraseña no corresponden. Inténtalo de nuevo, o pide a un propietario un enlace para una contraseña nueva."));

    public static readonly AccessError TooManyTries = new("too_many_tries", new(
        "Too many tries. Wait 15 minutes, then try again.", "Demasiados intentos. Espera 15 minutos y vuelve a intentarlo."));

    public static readonly AccessError LinkUnknown = new("link_unknown", new(
        "This link was used, has run out, or never was. Ask for a new one.", "Este enlace ya se usó, caducó o nunca existió. Pide uno nuevo."));

    public static readonly AccessError AlreadyMember = new("already_member", new(
        "This person is here already. Change their role in the list.", "Esta persona ya está aquí. Cambia su rol en la lista."));

    public static readonly AccessError LastOwner = new("last_owner", new(
        "A workspace keeps one owner. Make somebody else an owner first.", "Un espacio de trabajo conserva un propietario. Primero haz propietario a otra persona."));

    public static readonly AccessError TooManyUsers = new("too_many_users", new(
        $"A workspace has {UserStore.MostMembers} people and {LinkStore.MostOpen} open invitations at most. End the access of some first.",
        $"Un espacio de trabajo tiene como máximo {UserStore.MostMembers} personas y {LinkStore.MostOpen} invitaciones abiertas. Primero quita el acceso a algunas."));

    public static readonly AccessError BelongsElsewhere = new("belongs_elsewhere", new(
        "This person is in workspaces that are not yours, which a new password would open too. Whoever runs the server can do it: ciclo users reset --email …",
        "Esta persona está en espacios de trabajo que no son tuyos, y una contraseña nueva los abriría también. Puede hacerlo quien administra el servidor: ciclo users reset --email …"));

    public static readonly AccessError NoSuchUser = new("no_such_user", new(
        "Nobody here has that e-mail. `ciclo users list` shows who is here.", "Nadie aquí tiene ese correo. `ciclo users list` muestra quién está."));

    public static readonly AccessError AlreadySetUp = new("already_set_up", new(
        "Ciclo has its first user already.", "Ciclo ya tiene su primer usuario."));
}
