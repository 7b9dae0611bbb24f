using Ciclo.Core;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Lifecycles;

/// <summary>What the pages of lifecycles and of segments read alike for one visitor: their draft beside what is in force, its faults, its versions.</summary>
internal abstract class DefinitionPages(DataHost host, Visitor visitor, DefinitionKind kind)
{
    private readonly DraftStore store = new(visitor.Engine.Id, visitor.UserId);

    protected DataHost Host => host;

    protected Visitor Visitor => visitor;

    protected WorkspaceEngine Engine => visitor.Engine;

    public DefinitionService Service { get; } = new(host, visitor.Engine);

    /// <summary>Ids of definitions that the visitor has a draft of.</summary>
    protected IReadOnlyList<string> Drafts => [.. host.Database.Read(connection => store.All(connection, kind)).Select(draft => draft.Id)];

    /// <summary>Null if there is neither a definition in force nor a draft of the visitor's.</summary>
    public DefinitionHead? Head(string id)
    {
        var current = Service.Find(kind, id, null);
        var draft = host.Database.Read(connection => store.Find(connection, kind, id));
        if (current is null && draft is null)
        {
            return null;
        }
        var file = Read(kind, current?.Yaml ?? draft!.Yaml, id);
        return new DefinitionHead(kind, id, file.Lifecycle?.Label ?? file.Segment?.Label ?? Text.Same(id), current, draft, Service.NewestNumber(kind, id), visitor);
    }

    public static DefinitionFile Read(DefinitionKind kind, string yaml, string id) => DefinitionFile.Read(kind, yaml, id);

    /// <summary>The draft, or what is in force.</summary>
    public static DefinitionFile FileOf(DefinitionHead head) => Read(head.Kind, head.Draft?.Yaml ?? head.Current!.Yaml!, head.Id);

    /// <summary>What is wrong with a text under this address: all that its file shows, and an id that is not the address's.</summary>
    public IReadOnlyList<FileFinding> Check(DefinitionHead head, DefinitionFile file)
    {
        var findings = Service.Check([file]).Where(found => ReferenceEquals(found.File, file)).ToList();
        if (file.Id is { } id && id != head.Id)
        {
            findings.Insert(0, new FileFinding(file, new Diagnostic("other_id", Severity.Error, file.IdPlace.Line, file.IdPlace.Column, Text.Same(id), Text.Same(head.Id),
                new Text("Its history and everything that refers to it hang on the id.", "De ese id cuelgan su historia y todo lo que se refiere a él."))));
        }
        return findings;
    }

    /// <summary>Whether a draft can be replayed: it reads, and causes no error in another definition.</summary>
    public bool CanReplay(DefinitionFile file) => (file.Lifecycle is not null || file.Segment is not null) && !Service.Check([file]).Any(found => found.IsError);

    public HistoryModel History(DefinitionHead head, int? chosen)
    {
        var versions = Service.History(kind, head.Id);
        var names = UserNames.Of(host, versions.Select(version => version.AppliedBy));
        var rows = versions.Select(version => new VersionRow(version, names[version.AppliedBy], null)).ToList();
        var row = rows.FirstOrDefault(one => one.Version.Version == chosen);
        var before = row is null ? null : rows.FirstOrDefault(one => one.Version.Version == row.Version.Version - 1);
        return new HistoryModel(head, rows, row is null ? null : row with { Difference = LineDifference.Of(Lines(before?.Version.Yaml), Lines(row.Version.Yaml)) });
    }

    /// <summary>A draft that begins from the newest version.</summary>
    public DefinitionDraft Fresh(string id, string yaml, string reason = "") => new(kind, id, yaml, Service.NewestNumber(kind, id), reason, 0);

    /// <summary>The visitor's draft with another text.</summary>
    public static DefinitionDraft With(DefinitionHead head, string yaml) => new(head.Kind, head.Id, yaml, head.Draft?.BasedOn ?? head.Versions, head.Draft?.Reason ?? "", 0);

    public Task SaveAsync(DefinitionDraft draft, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        store.Put(connection, transaction, draft with { SavedAt = host.NowMs });
        return 0;
    }, cancellation);

    public Task DiscardAsync(string id, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        store.Remove(connection, transaction, kind, id);
        return 0;
    }, cancellation);

    internal static string[] Lines(string? yaml) => yaml is null ? [] : yaml.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
}
