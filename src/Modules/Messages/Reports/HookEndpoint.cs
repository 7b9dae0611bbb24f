using Ciclo.Core;
using Ciclo.Core.Mail;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Messages.Email;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Messages.Reports;

/// <summary>What became of a body of reports: <paramref name="Taken"/> of them were about messages of the workspace.</summary>
public sealed record HookAnswer(int Reports, int Taken);

/// <summary>
/// `POST /hooks/mail/SECRET`: reports of what became of mail, as a service or a mail server sends them: raw delivery reports and complaints (message/rfc822), or the JSON of SES, SendGrid,
/// Mailgun and Postmark. The address is the proof; a service that signs is held to it where its key is set.
/// </summary>
internal sealed class HookEndpoint(DataHost host)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/hooks/mail/{token}", TakeAsync).AllowAnonymous().ExcludeFromDescription();

    private async Task<IResult> TakeAsync(HttpContext http, string token)
    {
        if (host.Database.Read(connection => SettingsStore.WorkspaceOfHook(connection, token)) is not { } workspace)
        {
            return Problems.NotFound(http, new Text("Nothing takes reports at this address. Settings, E-mail shows the right one.", "Nada recibe informes en esta dirección. Ajustes, Correo muestra la correcta."));
        }
        using var copy = new MemoryStream();
        await http.Request.Body.CopyToAsync(copy, http.RequestAborted);
        var body = copy.ToArray();
        var isJson = body.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];
        var settings = host.Database.Read(connection => SettingsStore.Read(connection, null, workspace)).Settings;
        var headers = http.Request.Headers;
        if (isJson && !ProviderReports.IsSigned(body, settings.HookKey, headers["X-Twilio-Email-Event-Webhook-Signature"].ToString(), headers["X-Twilio-Email-Event-Webhook-Timestamp"].ToString()))
        {
            return Problems.Of(http, 401, "bad_signature", new Text("The signature does not fit the key in Settings, E-mail.", "La firma no corresponde a la clave de Ajustes, Correo."));
        }
        var read = isJson ? ProviderReports.Read(body) : new ProviderBody([.. MailReport.Read(body).Select(report => new ProviderReport(report))]);
        var taken = await host.Database.WriteAsync((connection, transaction) =>
        {
            if (read.Confirm.Length > 0)
            {
                SettingsStore.PutConfirm(connection, transaction, workspace, read.Confirm);
            }
            return read.Reports.Count(report => ReportStore.Apply(connection, transaction, workspace, report, host.NowMs) is not null);
        }, http.RequestAborted);
        return Results.Json(new HookAnswer(read.Reports.Count, taken), ApiJson.Options);
    }
}
