using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Mail;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Messages.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Messages.Email;

/// <summary>`/settings/email`: the mail service, the sender, the signature, and what comes back.</summary>
internal sealed class EmailEndpoints(DataHost host, MessageDesk desk, EmailChannel email)
{
    private static readonly Text Saved = new("Saved.", "Guardado.");

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/settings/email").RequirePermission(Permission.Send);
        group.MapReads("", (HttpContext http) => Show(http));
        group.MapPost("", (Func<HttpContext, Task<IResult>>)SaveAsync);
        group.MapPost("/dkim", (Func<HttpContext, Task<IResult>>)KeyAsync);
        group.MapPost("/test", (Func<HttpContext, Task<IResult>>)TestAsync);
    }

    private EmailSettings Read(HttpContext http) => host.Database.Read(connection => SettingsStore.Read(connection, null, http.Visitor().WorkspaceId)).Settings;

    private async Task<IResult> SaveAsync(HttpContext http)
    {
        var (form, before) = (http.Request.Form, Read(http));
        string One(string name) => form[name].ToString().Trim();
        int Number(string name, int otherwise) => int.TryParse(One(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : One(name).Length == 0 ? otherwise : -1;
        var next = before with
        {
            Host = One("host"),
            Port = Number("port", 587),
            Security = Enum.TryParse<SmtpSecurity>(One("security"), out var security) ? security : SmtpSecurity.StartTls,
            Trust = One("trust").ReplaceLineEndings("\n"),
            User = One("user"),
            // A password belongs to a server: to another one it is not sent.
            Password = form["password"].ToString() is { Length: > 0 } typed ? typed : One("host") == before.Host ? before.Password : "",
            Connections = Number("connections", 4),
            DomainPerMinute = Number("pace", 0),
            FromName = HeaderWriter.Clean(One("from_name")),
            FromAddress = One("from"),
            ReplyTo = One("reply"),
            BounceAddress = One("bounce"),
            TracksLinks = form["links"] == "on",
            TracksOpens = form["opens"] == "on",
            AddsUtm = form["utm"] == "on",
            HookKey = One("hook_key") is { Length: > 0 } key ? key : before.HookKey,
        };
        if (next.Refuse() is { } refused)
        {
            return Show(http, next, refused);
        }
        // A signature of another domain proves nothing.
        await PutAsync(http, next.Domain == before.Domain ? next : next with { DkimKey = "", DkimSelector = "" }, "settings");
        return Show(http, done: Saved);
    }

    private async Task<IResult> KeyAsync(HttpContext http)
    {
        var settings = Read(http);
        if (!settings.IsLive)
        {
            return Show(http, error: new Text("Save the sender’s address first: a key signs for its domain.", "Guarda primero la dirección del remitente: una clave firma por su dominio."));
        }
        var isNew = http.Request.Form["key"] == "new";
        // The name goes with the key, so that the record of the one before can stay until what it signed has arrived.
        var selector = "ciclo" + DateTimeOffset.FromUnixTimeMilliseconds(host.NowMs).ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture);
        await PutAsync(http, settings with { DkimKey = isNew ? DkimSigner.NewKey() : "", DkimSelector = isNew ? selector : "" }, "dkim");
        return Show(http, done: isNew
            ? new Text("The key is made, and messages are signed from now on. Add its record to your DNS.", "La clave está creada y los mensajes se firman desde ahora. Añade su registro a tu DNS.")
            : new Text("Messages are no longer signed here.", "Los mensajes ya no se firman aquí."));
    }

    private async Task<IResult> TestAsync(HttpContext http)
    {
        var (visitor, settings, l) = (http.Visitor(), Read(http), http.Locale());
        if (!settings.IsLive || !MailAddress.TryParse(visitor.Email, out var to))
        {
            return Show(http, error: settings.IsLive
                ? new Text("Your account has no e-mail address to send to.", "Tu cuenta no tiene una dirección de correo a la que enviar.")
                : new Text("Set a mail service up and save it first.", "Configura primero un servicio de correo y guárdalo."));
        }
        var (subject, text) = (l.Say("A test of Ciclo", "Una prueba de Ciclo"), l.Say("If you read this, mail of your workspace goes out.", "Si lees esto, el correo de tu espacio de trabajo sale."));
        var message = new OutgoingMessage(Message.NewId(host.NowMs), to.Address, visitor.Name, subject, $"<!doctype html><html lang=\"{l.Tag}\"><body><p>{text}</p></body></html>", text + "\n", Message.Transactional, "test", "");
        var result = await email.TryAsync(settings, message, http.RequestAborted);
        return result.Outcome == SendOutcome.Sent
            ? Show(http, done: new Text("The mail service took it. Look into your mailbox, its spam folder too.", "El servicio de correo lo aceptó. Mira tu buzón, también la carpeta de spam."), tried: result.Detail)
            : Show(http, error: desk.Why(result.Reason), tried: result.Detail);
    }

    private Task PutAsync(HttpContext http, EmailSettings settings, string what) => host.Database.WriteAsync((connection, transaction) =>
    {
        var visitor = http.Visitor();
        SettingsStore.Put(connection, transaction, visitor.WorkspaceId, settings, host.NowMs);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(visitor.WorkspaceId, Actor.Of(http), AuditActions.SettingChanged, "email", what));
        return 0;
    }, http.RequestAborted);

    private IResult Show(HttpContext http, EmailSettings? settings = null, Text? error = null, Text? done = null, string tried = "")
    {
        var visitor = http.Visitor();
        var hook = $"{desk.Links.BaseUrl(visitor.WorkspaceId)}/hooks/mail/{desk.Tracking.HookOf(visitor.WorkspaceId)}";
        var confirm = host.Database.Read(connection => SettingsStore.Confirm(connection, visitor.WorkspaceId));
        return http.Page<EmailPage>(new EmailModel(settings ?? Read(http), hook, confirm, desk.Links.BaseUrl(visitor.WorkspaceId), visitor.Email, error, done, tried), PageAnswers.StatusOf(error));
    }
}
