using System.Text.Json;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Templates.Content;
using Ciclo.Modules.Templates.Contracts;
using Ciclo.Modules.Templates.Designs;
using Ciclo.Modules.Templates.Mail;
using Ciclo.Modules.Templates.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Templates;

/// <summary>
/// Templates being changed. Every form names the number of the draft that it was made from; what does not fit it any more is shown and not done. A form that a script sent (htmx) is
/// answered by the draft's new number alone: the page stays as it is, and its preview follows.
/// </summary>
internal sealed class EditEndpoints(TemplateService templates, TemplateEndpoints pages, Previews previews)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var change = routes.MapGroup("/templates").RequirePermission(Permission.Send);
        change.MapPost("", (Func<HttpContext, Task<IResult>>)AddAsync);
        change.MapPost("/{id}/settings", (HttpContext http, string id) => ChangeAsync(http, id, content => (BlockForm.Settings(content, http.Request.Form), null), ""));
        change.MapPost("/{id}/words", (HttpContext http, string id) => WordsAsync(http, id, content => BlockForm.Words(content, http.Request.Form), ""));
        change.MapPost("/{id}/block", BlockAsync);
        change.MapPost("/{id}/arrange", ArrangeAsync);
        change.MapPost("/{id}/locale", LocaleAsync);
        change.MapPost("/{id}/undo", async (HttpContext http, string id) => After(http, id, await templates.UndoAsync(Workspace(http), id, NumberOf(http), http.RequestAborted), "undone"));
        change.MapPost("/{id}/publish", async (HttpContext http, string id) => After(http, id, await templates.PublishAsync(Workspace(http), id, NumberOf(http), Actor.Of(http), http.RequestAborted), "published"));
        change.MapPost("/{id}/back", BackAsync);
        change.MapPost("/{id}/copy", CopyAsync);
        change.MapReads("/{id}/delete", (HttpContext http, string id) => templates.Get(Workspace(http), id) is { } template ? http.Page<DeletePage>(template) : Results.NotFound());
        change.MapPost("/{id}/delete", async (HttpContext http, string id) =>
            await templates.DeleteAsync(Workspace(http), id, Actor.Of(http), http.RequestAborted) is null ? Results.Redirect("/templates") : Results.NotFound());
        change.MapPost("/{id}/test", TestAsync);
    }

    private async Task<IResult> AddAsync(HttpContext http)
    {
        var (form, l) = (http.Request.Form, http.Locale());
        var design = ReadyDesigns.Find(form["design"].ToString());
        var content = design is not null
            ? design.In(l.Language)
            : new TemplateContent(form["name"].ToString().Trim(), new Dictionary<string, LocaleContent>(StringComparer.Ordinal) { [l.Language == Language.Es ? "es" : "en"] = Blank(l.Language) });
        if (form["channel"] == TemplateContent.Onsite && design is null)
        {
            content = content with { Channel = TemplateContent.Onsite, Locales = content.Locales.ToDictionary(pair => pair.Key, pair => pair.Value with { Blocks = [.. pair.Value.Blocks.Where(block => OnsiteHtml.Blocks.Contains(block.Type))] }, StringComparer.Ordinal) };
        }
        var (id, error) = await templates.AddAsync(Workspace(http), content, design?.Id, Actor.Of(http), http.RequestAborted);
        return id is null ? pages.List(http, error) : Results.Redirect($"/templates/{id}?done=made");
    }

    private static LocaleContent Blank(Language language) => language == Language.Es
        ? new LocaleContent { Subject = "Hola{% if person.first_name %}, {{ person.first_name }}{% endif %}", Blocks = [new Block("b1", BlockKind.Heading) { Text = "Un titular" }, new Block("b2", BlockKind.Text) { Text = "Escribe aquí lo que quieres decir." }] }
        : new LocaleContent { Subject = "Hello {{ person.first_name | default: \"there\" }}", Blocks = [new Block("b1", BlockKind.Heading) { Text = "A headline" }, new Block("b2", BlockKind.Text) { Text = "Write here what you want to say." }] };

    private Task<IResult> BlockAsync(HttpContext http, string id)
    {
        var form = http.Request.Form;
        var known = form["block"].ToString();
        if (known.Length > 0)
        {
            return WordsAsync(http, id, content => content.Blocks.FirstOrDefault(block => block.Id == known) is null ? null
                : content with { Blocks = [.. content.Blocks.Select(block => block.Id == known ? BlockForm.Block(block, form) : block)] }, "");
        }
        var kind = Enum.TryParse<BlockKind>(form["kind"].ToString().Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var asked) && Enum.IsDefined(asked) ? asked : BlockKind.Text;
        return WordsAsync(http, id, content =>
        {
            var made = BlockForm.New(Enumerable.Range(1, content.Blocks.Count + 1).Select(i => $"b{i}").First(name => content.Blocks.All(block => block.Id != name)), kind, http.Locale().Language);
            http.Items["open"] = made.Id;
            return content with { Blocks = kind == BlockKind.Hero ? [made, .. content.Blocks] : [.. content.Blocks.Where(block => block.Type != BlockKind.Footer || kind == BlockKind.Footer), made, .. content.Blocks.Where(block => block.Type == BlockKind.Footer && kind != BlockKind.Footer)] };
        }, "saved");
    }

    private Task<IResult> ArrangeAsync(HttpContext http, string id)
    {
        // A button says one thing (`earlier:block`); what was dragged says the whole order.
        var form = http.Request.Form;
        var (what, name) = form["do"].ToString().Split(':', 2) is [var verb, var block] ? (verb, block) : ("", "");
        var order = form["order"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries).ToList();
        return WordsAsync(http, id, content =>
        {
            var blocks = content.Blocks.ToList();
            var at = blocks.FindIndex(one => one.Id == name);
            switch (what)
            {
                case "earlier" when at > 0:
                    (blocks[at - 1], blocks[at]) = (blocks[at], blocks[at - 1]);
                    break;
                case "later" when at >= 0 && at < blocks.Count - 1:
                    (blocks[at + 1], blocks[at]) = (blocks[at], blocks[at + 1]);
                    break;
                case "remove" when at >= 0:
                    blocks.RemoveAt(at);
                    break;
                case "":
                    blocks = [.. blocks.OrderBy(one => order.IndexOf(one.Id) is >= 0 and var place ? place : int.MaxValue)];
                    break;
            }
            return content with { Blocks = blocks };
        }, what == "remove" ? "removed" : "");
    }

    private Task<IResult> LocaleAsync(HttpContext http, string id)
    {
        var (locale, verb) = (http.Request.Form["new"].ToString().Trim(), http.Request.Form["do"].ToString());
        return ChangeAsync(http, id, content =>
        {
            var shown = content.Nearest(http.Request.Form["locale"].ToString());
            if (verb == "remove")
            {
                return content.Locales.Count == 1
                    ? (null, new TemplateError("last_locale", new("It is the only language. Add another first.", "Es el único idioma. Agrega otro primero.")))
                    : (content with { Locales = content.Locales.Where(pair => pair.Key != shown).ToDictionary(StringComparer.Ordinal) }, null);
            }
            if (!ContentRules.IsLocale(locale) || content.Locales.ContainsKey(locale))
            {
                return (null, new TemplateError("bad_locale", new($"A language is written pt or es-MX, and “{locale}” is not one or is there already.", $"Un idioma se escribe pt o es-MX, y «{locale}» no lo es o ya está.")));
            }
            http.Items["locale"] = locale;
            // What is there already is the best beginning of a translation.
            return (content.With(locale, content.Locales[shown]), null);
        }, "saved");
    }

    private async Task<IResult> BackAsync(HttpContext http, string id)
    {
        if (!int.TryParse(http.Request.Form["version"], out var version) || templates.Version(Workspace(http), id, version) is not { } content)
        {
            return Results.NotFound();
        }
        return await ChangeAsync(http, id, _ => (content, null), "back");
    }

    private async Task<IResult> CopyAsync(HttpContext http, string id)
    {
        if (templates.Get(Workspace(http), id) is not { } template)
        {
            return Results.NotFound();
        }
        var name = http.Locale().Say($"{template.Draft.Name}, copy", $"{template.Draft.Name}, copia");
        var (made, error) = await templates.AddAsync(Workspace(http), template.Draft with { Name = name[..Math.Min(name.Length, TemplateContent.LongestName)] }, null, Actor.Of(http), http.RequestAborted);
        return made is null ? pages.Editor(http, id, error) : Results.Redirect($"/templates/{made}?done=made");
    }

    private async Task<IResult> TestAsync(HttpContext http, string id)
    {
        var visitor = http.Visitor();
        if (templates.Get(visitor.WorkspaceId, id) is not { } template)
        {
            return Results.NotFound();
        }
        if (http.RequestServices.GetService<ITestSend>() is not { } sender)
        {
            return pages.Editor(http, id, new TemplateError("no_sender", new(
                "Nothing sends mail yet: set up a sender under Messages, then try again.", "Todavía nada envía correo: configura un remitente en Mensajes y prueba otra vez.")));
        }
        var locale = template.Draft.Nearest(http.Request.Form["locale"].ToString());
        var rendering = previews.Render(visitor.Engine, template.Draft, locale, previews.PersonOf(visitor, http.Request.Form["person"].ToString(), http.Locale().Language).Traits);
        var refusal = rendering.Message is { } message ? await sender.SendAsync(visitor.WorkspaceId, visitor.Email, message, http.RequestAborted) : rendering.Refusal;
        return After(http, id, refusal is { } why ? new TemplateError("not_sent", why) : null, "sent");
    }

    /// <summary>Changes the words of the language that the form is of. A change that answers null does not fit what is there.</summary>
    private Task<IResult> WordsAsync(HttpContext http, string id, Func<LocaleContent, LocaleContent?> change, string done) => ChangeAsync(http, id, content =>
    {
        var locale = content.Nearest(http.Request.Form["locale"].ToString());
        return change(content.Locales[locale]) is { } changed ? (content.With(locale, changed), null) : (null, TemplateError.Changed);
    }, done);

    private async Task<IResult> ChangeAsync(HttpContext http, string id, Func<TemplateContent, (TemplateContent?, TemplateError?)> change, string done)
    {
        var (template, error) = await templates.ChangeAsync(Workspace(http), id, NumberOf(http), change, http.RequestAborted);
        if (http.Request.Headers["HX-Request"] != "true")
        {
            return After(http, id, error, done);
        }
        if (error == TemplateError.NotFound)
        {
            return Results.NotFound();
        }
        // The form stays as it is; the preview and the checks ask anew.
        http.Response.Headers["HX-Trigger"] = error is null
            ? JsonSerializer.Serialize(new Dictionary<string, object> { ["template-changed"] = new { number = template!.DraftNumber } })
            : JsonSerializer.Serialize(new Dictionary<string, object> { ["template-refused"] = new { message = http.Locale().Say(error.Message) } });
        return error is null ? Results.NoContent() : Results.StatusCode(error == TemplateError.Changed ? StatusCodes.Status409Conflict : StatusCodes.Status400BadRequest);
    }

    private IResult After(HttpContext http, string id, TemplateError? error, string done)
    {
        if (error == TemplateError.NotFound)
        {
            return Results.NotFound();
        }
        if (error is not null)
        {
            return pages.Editor(http, id, error);
        }
        var form = http.Request.Form;
        var query = new (string Name, string Value)[]
        {
            ("locale", http.Items["locale"] as string ?? form["locale"].ToString()), ("person", form["person"].ToString()), ("done", done), ("open", http.Items["open"] as string ?? ""),
        };
        return Results.Redirect($"/templates/{id}" + string.Concat(query.Where(pair => pair.Value.Length > 0).Select((pair, i) => $"{(i == 0 ? '?' : '&')}{pair.Name}={Uri.EscapeDataString(pair.Value)}")));
    }

    private static string Workspace(HttpContext http) => http.Visitor().WorkspaceId;

    private static int NumberOf(HttpContext http) => int.TryParse(http.Request.Form["number"], out var number) ? number : -1;
}
