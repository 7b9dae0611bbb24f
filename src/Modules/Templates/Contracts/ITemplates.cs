using System.Text.Json.Nodes;
using Ciclo.Core;

namespace Ciclo.Modules.Templates.Contracts;

/// <summary>A template as other modules offer it. <paramref name="Version"/> is the current one; what was rendered says which.</summary>
public sealed record TemplateInfo(string Id, string Name, string Channel, int Version, IReadOnlyList<string> Locales);

/// <summary>What becomes of a template for one person. Addresses in <paramref name="Html"/> and <paramref name="Text"/> are as written: whoever sends puts tracking over them.</summary>
public sealed record RenderedMessage(int Version, string Locale, string Subject, string Html, string Text);

/// <summary>A rendered message, or why there is none: a template's error, or a variable that is missing where the policy is to skip the message.</summary>
public sealed record Rendering(RenderedMessage? Message, Text? Refusal, IReadOnlyList<string> Missing);

/// <summary>Templates of a workspace. Safe from any thread; a version is compiled once and kept.</summary>
public interface ITemplates
{
    IReadOnlyList<TemplateInfo> All(string workspaceId);

    TemplateInfo? Find(string workspaceId, string id);

    /// <summary>
    /// Renders the current version. <paramref name="model"/>: `person` (traits, and `id`, `stages`, `segments`), `event` (properties of what began the message), `recommended` (products for the person), `unsubscribe_url`,
    /// `preferences_url`, `view_url`, `workspace`. <paramref name="locale"/> such as `es-MX`: the nearest of the template's locales is taken.
    /// </summary>
    Rendering Render(string workspaceId, string id, string locale, JsonObject model);
}
