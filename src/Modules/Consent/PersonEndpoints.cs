using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Consent.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Consent;

/// <summary>The card on a customer's page.</summary>
public sealed record ConsentCardModel(ConsentPerson Person, ConsentSettings Settings, IReadOnlyList<Suppression> Suppressed, bool MayChange);

/// <summary>Everything one person said of consent, with a form to note what they told the team.</summary>
public sealed record PersonConsentModel(string Id, Proof Proof, IReadOnlyDictionary<string, Text> Names, string Preferences, bool MayChange, bool MayExport, bool IsSaved, Text? Refusal);

/// <summary>Consent on a customer's page, and its proof file.</summary>
internal sealed class PersonEndpoints(DataHost host, IEnumerable<IPersonMessages> messages)
{
    private const int LongestSource = 200;

    public void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/customers/{id}/consent").RequirePermission(Permission.ReadPeople);
        read.MapReads("", Card);
        read.MapReads("/all", (HttpContext http, string id) => Show(http, id, null));
        routes.MapGroup("/customers/{id}/consent").RequirePermission(Permission.ChangePeople).MapPost("", NoteAsync);
        routes.MapGroup("/customers/{id}/consent/proof").RequirePermission(Permission.EraseAndExport).MapPost("", ExportAsync);
    }

    private IResult Card(HttpContext http, string id)
    {
        var visitor = http.Visitor();
        var settings = ConsentDesk.Of(host).Settings(visitor.WorkspaceId).Settings;
        return ConsentDesk.Find(visitor.Engine, id, settings) is { } person
            ? http.Part<ConsentCard>(new ConsentCardModel(person, settings, Suppressed(visitor.WorkspaceId, person), visitor.May(Permission.ChangePeople)))
            : Results.NotFound();
    }

    private List<Suppression> Suppressed(string workspace, ConsentPerson person) =>
        host.Database.Read(connection => person.Addresses.Select(one => Suppressions.Find(connection, workspace, one.Channel, one.Address)).OfType<Suppression>().ToList());

    private IResult Show(HttpContext http, string id, Text? refusal)
    {
        var visitor = http.Visitor();
        if (ProofFile.Of(host, visitor.Engine, id, messages) is not { } proof)
        {
            return Results.NotFound();
        }
        return http.Page<PersonConsentPage>(new PersonConsentModel(
            proof.Person.Id, proof, UserNames.Of(host, proof.Evidence.Where(row => row.Method == ConsentMethods.Agent).Select(row => row.Source)),
            ConsentLinks.Of(host).PreferencesUrl(visitor.WorkspaceId, proof.Person.Id, http.Locale().Tag), visitor.May(Permission.ChangePeople), visitor.May(Permission.EraseAndExport),
            http.Request.Query["done"] == "noted", refusal), PageAnswers.StatusOf(refusal));
    }

    private async Task<IResult> NoteAsync(HttpContext http, string id)
    {
        var (visitor, form) = (http.Visitor(), http.Request.Form);
        var settings = ConsentDesk.Of(host).Settings(visitor.WorkspaceId).Settings;
        if (ConsentDesk.Find(visitor.Engine, id, settings) is not { } person)
        {
            return Results.NotFound();
        }
        var why = form["why"].ToString().Trim();
        if (settings.Find(form["purpose"].ToString()) is not { Default: not ConsentDefault.Transactional } purpose || !settings.Channels.Contains(form["channel"].ToString()) || form["answer"].ToString() is not ("yes" or "no") || why.Length is 0 or > LongestSource)
        {
            return Show(http, id, new Text(
                $"Nothing was noted. Choose a purpose, a channel and an answer, and say in at most {LongestSource} characters how the person told you.",
                $"No se anotó nada. Elige una finalidad, un canal y una respuesta, y di en {LongestSource} caracteres como máximo cómo te lo dijo la persona."));
        }
        var said = new Said([new GivenAnswer(purpose.Id, form["channel"].ToString(), form["answer"] == "yes")], ConsentMethods.Agent, visitor.UserId, http.Locale().Language == Language.Es ? "es" : "en", "") { Note = why };
        await ConsentDesk.Of(host).RecordAsync(visitor.Engine, person, said, http.RequestAborted);
        await AuditLog.WriteAsync(host, new AuditEntry(visitor.WorkspaceId, Actor.Of(http), AuditActions.ConsentNoted, person.Id, $"{purpose.Id} {form["channel"]} {form["answer"]}"), CancellationToken.None);
        return Results.Redirect($"/customers/{person.Id}/consent/all?done=noted");
    }

    private async Task<IResult> ExportAsync(HttpContext http, string id)
    {
        var visitor = http.Visitor();
        if (ProofFile.Of(host, visitor.Engine, id, messages) is not { } proof)
        {
            return Results.NotFound();
        }
        var isHtml = http.Request.Form["format"] == "html";
        await AuditLog.WriteAsync(host, new AuditEntry(visitor.WorkspaceId, Actor.Of(http), AuditActions.ConsentProved, proof.Person.Id, $"{proof.Evidence.Count} answers"), http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return isHtml
            ? Results.File(ProofFile.ToHtml(proof, http.Locale()), "text/html; charset=utf-8", $"consent-{proof.Person.Id}.html")
            : Results.File(ProofFile.ToJson(proof), "application/json; charset=utf-8", $"consent-{proof.Person.Id}.json");
    }
}
