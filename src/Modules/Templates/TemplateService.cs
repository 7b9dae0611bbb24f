using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Templates.Content;
using Ciclo.Modules.Templates.Contracts;
using Ciclo.Modules.Templates.Designs;
using Ciclo.Modules.Templates.Mail;

namespace Ciclo.Modules.Templates;

/// <summary>Templates of an open data directory: a draft that is edited, versions that are sent. Each version is told to the audit log.</summary>
public sealed class TemplateService : ITemplates, ITemplateLibrary
{
    public const int Most = 500;

    private readonly DataHost host;

    // What is in force, by workspace and id; whatever publishes or deletes takes its line out.
    private readonly ConcurrentDictionary<(string Workspace, string Id), CompiledTemplate?> inForce = new();

    private readonly UntilCommit<(string Workspace, string Id), TemplateInfo?> infos;

    private TemplateService(DataHost host)
    {
        this.host = host;
        infos = new(host.Database, (connection, key) => TemplateStore.Find(connection, null, key.Workspace, key.Id) is { Version: > 0 } template ? Info(template) : null);
    }

    public static TemplateService Of(DataHost host) => host.Shared(host => new TemplateService(host));

    public IReadOnlyList<Template> List(string workspaceId) => host.Database.Read(connection => TemplateStore.List(connection, null, workspaceId));

    public Template? Get(string workspaceId, string id) => host.Database.Read(connection => TemplateStore.Find(connection, null, workspaceId, id));

    public IReadOnlyList<TemplateVersion> Versions(string workspaceId, string id) => host.Database.Read(connection => TemplateStore.Versions(connection, null, workspaceId, id));

    public TemplateContent? Version(string workspaceId, string id, int version) => host.Database.Read(connection => TemplateStore.Version(connection, null, workspaceId, id, version));

    public bool CanUndo(string workspaceId, string id) => host.Database.Read(connection => TemplateStore.Before(connection, null, workspaceId, id)) is not null;

    IReadOnlyList<TemplateInfo> ITemplates.All(string workspaceId) => [.. List(workspaceId).Where(template => template.Version > 0).Select(Info)];

    TemplateInfo? ITemplates.Find(string workspaceId, string id) => infos.Of((workspaceId, id));

    public Rendering Render(string workspaceId, string id, string locale, JsonObject model)
    {
        // Who writes is no variable that a person may lack.
        if (model["workspace"] is not JsonObject workspace)
        {
            model["workspace"] = workspace = [];
        }
        workspace["name"] ??= NameOf(workspaceId);
        return inForce.GetOrAdd((workspaceId, id), Compile) is { } compiled
            ? compiled.Render(locale, model, host.FindWorkspace(workspaceId)?.Rules.Zone ?? Zone.Utc, host.NowMs)
            : new Rendering(null, TemplateError.NotFound.Message, []);
    }

    /// <summary>A workspace by its id; nothing for the usual one, whose id says nothing.</summary>
    internal static string NameOf(string workspaceId) => workspaceId == "default" ? "" : char.ToUpperInvariant(workspaceId[0]) + workspaceId[1..].Replace('-', ' ');

    /// <summary>Makes a template with its first version. Its id is the one given if that is free, or made of the name.</summary>
    public Task<(string? Id, TemplateError? Error)> AddAsync(string workspaceId, TemplateContent content, string? id, Actor by, CancellationToken cancellation)
    {
        if (Wrong(content) is { } wrong)
        {
            return Task.FromResult<(string?, TemplateError?)>((null, wrong));
        }
        return host.Database.WriteAsync<(string?, TemplateError?)>((connection, transaction) =>
        {
            var known = TemplateStore.List(connection, transaction, workspaceId);
            if (known.Count >= Most)
            {
                return (null, TemplateError.TooMany);
            }
            var taken = known.Select(template => template.Id).ToHashSet(StringComparer.Ordinal);
            var made = FreeId(id is null || taken.Contains(id) ? content.Name : id, taken);
            Publish(workspaceId, new Template(made, TemplateStore.LastVersion(connection, transaction, workspaceId, made), content, 1, false, host.NowMs), by)(connection, transaction);
            return (made, null);
        }, cancellation);
    }

    /// <summary>Changes the draft that somebody looked at; refused where it is another by now, so that no change of somebody else is lost in silence.</summary>
    /// <param name="change">Answers the draft changed, or why not.</param>
    public Task<(Template? Template, TemplateError? Error)> ChangeAsync(
        string workspaceId, string id, int number, Func<TemplateContent, (TemplateContent? Content, TemplateError? Error)> change, CancellationToken cancellation) =>
        host.Database.WriteAsync<(Template?, TemplateError?)>((connection, transaction) =>
        {
            if (TemplateStore.Find(connection, transaction, workspaceId, id) is not { } template)
            {
                return (null, TemplateError.NotFound);
            }
            if (template.DraftNumber != number)
            {
                return (null, TemplateError.Changed);
            }
            var (content, error) = change(template.Draft);
            if (content is null || (error ??= ContentRules.Wrong(content)) is not null)
            {
                return (null, error);
            }
            var changed = template with { Draft = content, DraftNumber = number + 1, HasChanges = true, UpdatedAt = host.NowMs };
            TemplateStore.Put(connection, transaction, workspaceId, changed, template.Draft);
            return (changed, null);
        }, cancellation);

    /// <summary>Takes back the last change of the draft; what it undid cannot be undone again.</summary>
    public Task<TemplateError?> UndoAsync(string workspaceId, string id, int number, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        if (TemplateStore.Find(connection, transaction, workspaceId, id) is not { } template)
        {
            return TemplateError.NotFound;
        }
        if (template.DraftNumber != number)
        {
            return TemplateError.Changed;
        }
        if (TemplateStore.Before(connection, transaction, workspaceId, id) is not { } before)
        {
            return TemplateError.NothingToUndo;
        }
        TemplateStore.Put(connection, transaction, workspaceId, template with { Draft = before, DraftNumber = number + 1, HasChanges = true, UpdatedAt = host.NowMs }, null);
        return null;
    }, cancellation);

    /// <summary>Puts the draft in force as the next version; refused where its Liquid is wrong.</summary>
    public Task<TemplateError?> PublishAsync(string workspaceId, string id, int number, Actor by, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        if (TemplateStore.Find(connection, transaction, workspaceId, id) is not { } template)
        {
            return TemplateError.NotFound;
        }
        if (template.DraftNumber != number)
        {
            return TemplateError.Changed;
        }
        if (Wrong(template.Draft) is { } wrong)
        {
            return wrong;
        }
        if (template.HasChanges)
        {
            Publish(workspaceId, template, by)(connection, transaction);
        }
        return null;
    }, cancellation);

    /// <summary>What `apply` does: makes the template of that id, or puts new content in force as its next version. The same content again changes nothing.</summary>
    public async Task<(int Version, TemplateError? Error)> ApplyAsync(string workspaceId, string id, TemplateContent content, Actor by, CancellationToken cancellation)
    {
        if (!ContentRules.IsId(id))
        {
            return (0, new TemplateError("bad_id", new($"An id is written with small letters, digits and hyphens, such as abandoned-cart, not “{id}”.", $"Un id se escribe con minúsculas, cifras y guiones, como carrito-abandonado, no «{id}».")));
        }
        if (Wrong(content) is { } wrong)
        {
            return (0, wrong);
        }
        return await host.Database.WriteAsync<(int, TemplateError?)>((connection, transaction) =>
        {
            var known = TemplateStore.Find(connection, transaction, workspaceId, id);
            if (known is { Version: > 0 } && TemplateStore.Version(connection, transaction, workspaceId, id, known.Version)!.ToJson() == content.ToJson())
            {
                return (known.Version, null);
            }
            if (known is null && TemplateStore.List(connection, transaction, workspaceId).Count >= Most)
            {
                return (0, TemplateError.TooMany);
            }
            var number = known?.DraftNumber ?? 0;
            var version = known?.Version ?? TemplateStore.LastVersion(connection, transaction, workspaceId, id);
            Publish(workspaceId, new Template(id, version, content, number + 1, true, host.NowMs), by)(connection, transaction);
            return (version + 1, null);
        }, cancellation);
    }

    public Task<TemplateError?> DeleteAsync(string workspaceId, string id, Actor by, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        if (TemplateStore.Find(connection, transaction, workspaceId, id) is null)
        {
            return TemplateError.NotFound;
        }
        TemplateStore.Delete(connection, transaction, workspaceId, id);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspaceId, by, AuditActions.TemplateDeleted, id));
        inForce.TryRemove((workspaceId, id), out _);
        return null;
    }, cancellation);

    IReadOnlyList<(string Id, Text Name)> ITemplateLibrary.Designs => [.. ReadyDesigns.All.Select(design => (design.Id, design.Name))];

    public async Task<string?> TakeAsync(string workspaceId, string design, Actor by, CancellationToken cancellation)
    {
        if (Get(workspaceId, design) is { Version: > 0 })
        {
            return design;
        }
        return ReadyDesigns.Find(design) is { } found ? (await AddAsync(workspaceId, found.In(Language.En), design, by, cancellation)).Id : null;
    }

    /// <summary>What is wrong with a template that would be sent: its shape, or the Liquid of one of its languages.</summary>
    internal static TemplateError? Wrong(TemplateContent content)
    {
        if (ContentRules.Wrong(content) is { } wrong)
        {
            return wrong;
        }
        var compiled = new CompiledTemplate(content, 0);
        foreach (var locale in content.Locales.Keys)
        {
            if (content.Locales[locale].Subject.Trim().Length == 0)
            {
                return new TemplateError("no_subject", new($"The subject in {locale} is empty. Write one: it decides whether the message is opened.", $"El asunto en {locale} está vacío. Escribe uno: decide si el mensaje se abre."));
            }
            if (compiled.WrongIn(locale) is { } liquid)
            {
                return new TemplateError("bad_liquid", new($"In {locale}, {liquid.En}", $"En {locale}, {liquid.Es}"));
            }
        }
        return null;
    }

    private Action<Microsoft.Data.Sqlite.SqliteConnection, Microsoft.Data.Sqlite.SqliteTransaction> Publish(string workspaceId, Template template, Actor by) => (connection, transaction) =>
    {
        var version = template.Version + 1;
        TemplateStore.Put(connection, transaction, workspaceId, template with { Version = version, HasChanges = false, UpdatedAt = host.NowMs }, null);
        TemplateStore.AddVersion(connection, transaction, workspaceId, template.Id, version, template.Draft, by.Id, host.NowMs);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspaceId, by, AuditActions.TemplatePublished, template.Id, $"version={version}"));
        inForce.TryRemove((workspaceId, template.Id), out _);
    };

    private CompiledTemplate? Compile((string Workspace, string Id) key) => host.Database.Read(connection =>
        TemplateStore.Find(connection, null, key.Workspace, key.Id) is { Version: > 0 and var version } && TemplateStore.Version(connection, null, key.Workspace, key.Id, version) is { } content
            ? new CompiledTemplate(content, version)
            : null);

    private static TemplateInfo Info(Template template) => new(template.Id, template.Draft.Name, template.Draft.Channel, template.Version, [.. template.Draft.Locales.Keys]);

    private static string FreeId(string name, HashSet<string> taken)
    {
        var letters = string.Concat(name.Normalize(NormalizationForm.FormD).ToLowerInvariant().Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        var stem = string.Join('-', letters.Split('-', StringSplitOptions.RemoveEmptyEntries));
        stem = stem.Length == 0 ? "template" : stem[..Math.Min(stem.Length, 50)].Trim('-');
        return Enumerable.Range(1, taken.Count + 1).Select(i => i == 1 ? stem : $"{stem}-{i}").First(candidate => !taken.Contains(candidate));
    }
}
