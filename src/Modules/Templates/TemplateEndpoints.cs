using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Templates.Content;
using Ciclo.Modules.Templates.Designs;
using Ciclo.Modules.Templates.Mail;
using Ciclo.Modules.Templates.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Templates;

public sealed record ListModel(IReadOnlyList<Template> Own, IReadOnlyList<ReadyDesign> Ready, string Query, TemplateError? Error, bool MayChange);

/// <summary>The editor: the draft in one language, whom the preview is for, and what was done or refused last. <paramref name="Open"/> is the block whose form is open.</summary>
public sealed record EditorModel(
    Template Template, string Locale, PreviewPerson Person, IReadOnlyList<MailCheck> Checks, string Subject, IReadOnlyList<TemplateVersion> Versions, IReadOnlyDictionary<string, Text> Names, bool CanUndo, bool MayChange, bool MaySeePeople, string Open, Text? Said, Text? Wrong)
{
    public LocaleContent Content => Template.Draft.Locales[Locale];

    public string Path => "/templates/" + Template.Id;

    public string Query => $"?locale={Uri.EscapeDataString(Locale)}{(Person.Reference.Length > 0 ? "&person=" + Uri.EscapeDataString(Person.Reference) : "")}";
}

/// <summary>`/templates`: the list, the editor as it is read, and what its frames show.</summary>
internal sealed class TemplateEndpoints(TemplateService templates, Previews previews, Engine.Hosting.DataHost host)
{
    private static readonly Dictionary<string, Text> Done = new(StringComparer.Ordinal)
    {
        ["published"] = new("Published. What is sent from now on is this version.", "Publicada. Desde ahora se envía esta versión."),
        ["undone"] = new("The last change is undone.", "Se deshizo el último cambio."),
        ["saved"] = new("Saved in the draft.", "Guardado en el borrador."),
        ["removed"] = new("Taken out. It can be undone.", "Quitado. Se puede deshacer."),
        ["back"] = new("The draft is that version again. Publish it to send it.", "El borrador es otra vez esa versión. Publícala para enviarla."),
        ["sent"] = new("The test is on its way to your address.", "La prueba va en camino a tu correo."),
        ["made"] = new("Here is your template. Change what you like; publish when it is right.", "Aquí está tu plantilla. Cambia lo que quieras; publica cuando quede."),
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/templates").RequirePermission(Permission.ReadNumbers);
        read.MapReads("", (HttpContext http) => List(http, null));
        read.MapReads("/designs/{design}/preview", DesignPreview);
        read.MapReads("/{id}", (HttpContext http, string id) => Editor(http, id, null));
        read.MapReads("/{id}/preview", Preview);
        read.MapReads("/{id}/checks", (HttpContext http, string id) => ModelOf(http, id, null) is { } model ? http.Part<ChecksPart>(model) : Results.NotFound());
    }

    public IResult List(HttpContext http, TemplateError? error)
    {
        var (visitor, query) = (http.Visitor(), http.Request.Query["query"].ToString().Trim());
        var own = templates.List(visitor.WorkspaceId).Where(template => query.Length == 0 || template.Draft.Name.Contains(query, StringComparison.CurrentCultureIgnoreCase) || template.Id.Contains(query, StringComparison.OrdinalIgnoreCase));
        return http.Page<ListPage>(new ListModel([.. own], ReadyDesigns.All, query, error, visitor.May(Permission.Send)), PageAnswers.StatusOf(error));
    }

    /// <summary>The editor; with a refusal, what was asked is not done and this is how it is.</summary>
    public IResult Editor(HttpContext http, string id, TemplateError? error) => ModelOf(http, id, error?.Message) is { } model
        ? http.Page<EditorPage>(model, error == TemplateError.Changed ? StatusCodes.Status409Conflict : PageAnswers.StatusOf(error))
        : Results.NotFound();

    /// <summary>A value of the address, or of the form that was posted.</summary>
    public static string Asked(HttpContext http, string name) => http.Request.Query[name].ToString() is { Length: > 0 } said ? said : http.Request.HasFormContentType ? http.Request.Form[name].ToString() : "";

    public EditorModel? ModelOf(HttpContext http, string id, Text? wrong)
    {
        var (visitor, l) = (http.Visitor(), http.Locale());
        if (templates.Get(visitor.WorkspaceId, id) is not { } template)
        {
            return null;
        }
        var locale = template.Draft.Nearest(Asked(http, "locale") is { Length: > 0 } asked ? asked : l.Tag);
        var person = previews.PersonOf(visitor, Asked(http, "person"), l.Language);
        var rendering = previews.Render(visitor.Engine, template.Draft, locale, person.Traits);
        var versions = templates.Versions(visitor.WorkspaceId, id);
        return new EditorModel(
            template, locale, person, MailChecks.Of(template.Draft, locale, rendering), rendering.Message?.Subject ?? "", versions, UserNames.Of(host, versions.Select(version => version.MadeBy)),
            templates.CanUndo(visitor.WorkspaceId, id), visitor.May(Permission.Send), visitor.May(Permission.ReadPeople), Asked(http, "open"), Done.TryGetValue(Asked(http, "done"), out var said) ? said : null, wrong);
    }

    private IResult Preview(HttpContext http, string id)
    {
        var visitor = http.Visitor();
        if (templates.Get(visitor.WorkspaceId, id) is not { } template)
        {
            return Results.NotFound();
        }
        var content = int.TryParse(http.Request.Query["version"], out var version) ? templates.Version(visitor.WorkspaceId, id, version) : template.Draft;
        if (content is null)
        {
            return Results.NotFound();
        }
        var locale = content.Nearest(Asked(http, "locale") is { Length: > 0 } asked ? asked : http.Locale().Tag);
        var person = previews.PersonOf(visitor, Asked(http, "person"), http.Locale().Language);
        return Previews.Frame(http, previews.Render(visitor.Engine, content, locale, person.Traits), http.Request.Query["dark"] == "1");
    }

    private IResult DesignPreview(HttpContext http, string design)
    {
        var language = http.Locale().Language;
        return ReadyDesigns.Find(design) is { } found
            ? Previews.Frame(http, previews.Render(http.Visitor().Engine, found.Content, language == Language.Es ? "es" : "en", SampleModel.Person(language)), http.Request.Query["dark"] == "1")
            : Results.NotFound();
    }
}
