using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Profiles.Contracts;
using Ciclo.Modules.Templates.Content;
using Ciclo.Modules.Templates.Contracts;
using Ciclo.Modules.Templates.Designs;
using Ciclo.Modules.Templates.Mail;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Templates;

/// <summary>Whom a preview is for: a person of the workspace, or somebody invented (<paramref name="Reference"/> is empty then).</summary>
public sealed record PreviewPerson(string Reference, string Name, JsonObject Traits, bool IsFound);

/// <summary>Renders what is not sent: a draft or a design, for somebody.</summary>
internal sealed class Previews(DataHost host)
{
    /// <summary>What a framed preview may do: show itself. Pictures come from where the message says, as they will for its reader.</summary>
    private const string Policy = "default-src 'none'; img-src https: http: data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox";

    /// <summary>The person that a visitor asked for by an identifier or a piece of one; somebody invented where nobody is found or the visitor may not see people.</summary>
    public PreviewPerson PersonOf(Visitor visitor, string asked, Language language)
    {
        asked = asked.Trim();
        if (asked.Length is > 0 and <= 200 && visitor.May(Permission.ReadPeople))
        {
            var found = visitor.Engine.Read(state =>
            {
                var (page, _) = new ProfileFilter(asked, null, null, null, null, 1).Read(state);
                return page.Count == 0 ? null : new PreviewPerson(asked, PersonName.Of(ProfileCard.Of(state, page[0].Profile)), PersonModel.Of(state, page[0].Profile), true);
            });
            if (found is not null)
            {
                return found;
            }
        }
        var sample = SampleModel.Person(language);
        return new PreviewPerson("", sample["name"]!.ToString(), sample, asked.Length == 0);
    }

    public Rendering Render(WorkspaceEngine engine, TemplateContent content, string locale, JsonObject person)
    {
        var language = locale.StartsWith("es", StringComparison.Ordinal) ? Language.Es : Language.En;
        var model = SampleModel.Of(language, (JsonObject)person.DeepClone(), NameOf(engine.Id, language), host.NowMs);
        return new CompiledTemplate(content, 0).Render(locale, model, engine.Rules.Zone, host.NowMs, isStrict: false);
    }

    /// <summary>A message as a page of its own, for a frame. <paramref name="isDark"/>: as programs in the dark show it.</summary>
    public static IResult Frame(HttpContext http, Rendering rendering, bool isDark)
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.CacheControl = "no-store";
        var html = rendering.Message?.Html ?? $"<!DOCTYPE html><meta charset=\"utf-8\"><body style=\"font:15px/1.5 sans-serif;padding:24px;color:#ad221b;background:#fff\">{System.Net.WebUtility.HtmlEncode(rendering.Refusal?.In(http.Locale().Language) ?? "")}";
        // What the reader's own machine would decide is decided here, so that both can be looked at.
        html = html.Replace("@media (prefers-color-scheme: dark)", isDark ? "@media all" : "@media not all", StringComparison.Ordinal);
        return Results.Content(html, "text/html; charset=utf-8");
    }

    /// <summary>What a preview calls the workspace: by its id, and the usual one by what belongs there.</summary>
    public static string NameOf(string workspaceId, Language language) =>
        TemplateService.NameOf(workspaceId) is { Length: > 0 } name ? name : language == Language.Es ? "Tu marca" : "Your brand";
}
