using System.CommandLine;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Templates.Content;
using Ciclo.Modules.Templates.Contracts;
using Ciclo.Modules.Templates.Designs;

namespace Ciclo.Modules.Templates;

/// <summary>`ciclo templates list|show|apply|render`.</summary>
internal static class TemplateCommands
{
    public static Command Make(CommandRunner runner)
    {
        var id = new Argument<string>("ID") { Description = "A template's id, as `templates list` shows it." };
        var file = new Argument<string>("FILE") { Description = "A template in YAML or JSON, as `templates show` prints it." };
        var user = new Option<string>("--user") { Description = "For whom: a user id, or prf_…, user_id:V, anonymous_id:V, email:V.", Required = true };
        var locale = new Option<string?>("--locale") { Description = "In which language, such as es-MX. Default: that of the terminal." };
        var part = new Option<string>("--part") { Description = "subject, text or html. Default: text.", DefaultValueFactory = _ => "text" };
        part.AcceptOnlyFromAmong("subject", "text", "html");
        return new Command("templates", "Templates of messages, with Liquid.")
        {
            runner.Bind(new Command("list", "Every template of the workspace."), (_, context, _) => Task.FromResult(List(context))),
            runner.Bind(new Command("show", "Print a template as YAML: the version in force, or a design that comes with the program.") { id }, (arguments, context, _) => Task.FromResult(Show(context, arguments.GetValue(id)!))),
            runner.Bind(new Command("apply", "Put a template of a file in force as its next version.") { file }, (arguments, context, cancellation) => ApplyAsync(context, arguments.GetValue(file)!, cancellation)),
            runner.Bind(new Command("render", "Print what a template says to one person. Nothing is sent.") { id, user, locale, part }, (arguments, context, _) =>
                Task.FromResult(Render(context, arguments.GetValue(id)!, arguments.GetValue(user)!, arguments.GetValue(locale), arguments.GetValue(part)!))),
        };
    }

    private static int List(CommandContext context)
    {
        using var rows = context.Rows("id", "name", "purpose", "version", "locales");
        foreach (var template in TemplateService.Of(context.Host).List(context.Engine.Id))
        {
            rows.Write(template.Id, template.Draft.Name, template.Draft.Purpose, template.Version, string.Join(' ', template.Draft.Locales.Keys));
        }
        return 0;
    }

    private static int Show(CommandContext context, string id)
    {
        var templates = TemplateService.Of(context.Host);
        var content = templates.Get(context.Engine.Id, id) is { } template ? templates.Version(context.Engine.Id, id, template.Version) ?? template.Draft : ReadyDesigns.Find(id)?.In(context.Language);
        if (content is null)
        {
            return context.Fail(TemplateError.NotFound.Message);
        }
        context.Out.Write(TemplateFile.Write(id, content));
        return 0;
    }

    private static async Task<int> ApplyAsync(CommandContext context, string file, CancellationToken cancellation)
    {
        var path = context.PathOf(file);
        if (!File.Exists(path))
        {
            return context.Fail(new Text($"There is no file {file}.", $"No existe el archivo {file}."));
        }
        var (id, content, wrong) = TemplateFile.Read(await File.ReadAllBytesAsync(path, cancellation));
        if (content is null)
        {
            return context.Fail(new Text($"{file}: {wrong?.En}", $"{file}: {wrong?.Es}"));
        }
        if (id.Length == 0)
        {
            return context.Fail(new Text($"{file} says no id. Write one at its beginning: id: abandoned-cart", $"{file} no dice ningún id. Escribe uno al principio: id: carrito-abandonado"));
        }
        var (version, error) = await TemplateService.Of(context.Host).ApplyAsync(context.Engine.Id, id, content, Actor.CommandLine, cancellation);
        if (error is not null)
        {
            return context.Fail(new Text($"{file}: {error.Message.En}", $"{file}: {error.Message.Es}"));
        }
        using var rows = context.Rows("id", "version");
        rows.Write(id, version);
        return 0;
    }

    private static int Render(CommandContext context, string id, string user, string? locale, string part)
    {
        var person = context.Engine.Read(state => state.Staged.Identity.Find(user) is >= 0 and var node ? PersonModel.Of(state, state.Staged.Identity.ProfileOf(node)) : null);
        if (person is null)
        {
            return context.Fail(new Text($"There is no person “{user}”. `ciclo profiles` finds people by a piece of an identifier.", $"No existe la persona «{user}». `ciclo profiles` busca personas por un trozo de identificador."));
        }
        var model = SampleModel.Of(context.Language, person, Previews.NameOf(context.Engine.Id, context.Language), context.Host.NowMs);
        var rendering = TemplateService.Of(context.Host).Render(context.Engine.Id, id, locale ?? (context.Language == Language.Es ? "es" : "en"), model);
        if (rendering.Message is not { } message)
        {
            return context.Fail(rendering.Refusal ?? default);
        }
        context.Out.WriteLine(part switch { "subject" => message.Subject, "html" => message.Html, _ => message.Text });
        if (rendering.Missing.Count > 0)
        {
            context.Error.WriteLine(new Text($"Missing: {string.Join(", ", rendering.Missing)}.", $"Falta: {string.Join(", ", rendering.Missing)}.").In(context.Language));
        }
        return 0;
    }
}
