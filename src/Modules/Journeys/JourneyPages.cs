using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Journeys;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Yaml;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Predict.Contracts;
using Ciclo.Modules.Profiles.Contracts;
using Ciclo.Modules.Templates.Contracts;
using Ciclo.Modules.Webhooks.Contracts;

namespace Ciclo.Modules.Journeys;

/// <summary>Reads what the pages of journeys show to one visitor.</summary>
internal sealed class JourneyPages(DataHost host, Visitor visitor, Locale l, ITemplates? templates)
{
    private const DefinitionKind Kind = DefinitionKind.Journey;
    private const int MostNames = 2_000;

    private readonly DraftStore drafts = new(visitor.WorkspaceId, visitor.UserId);
    private readonly JourneyWords words = new(l, id => templates?.Find(visitor.WorkspaceId, id)?.Name ?? id);

    public DefinitionService Service { get; } = new(host, visitor.Engine);

    private string Workspace => visitor.WorkspaceId;

    /// <summary>Those in force and the visitor's drafts whose name holds a text, by name.</summary>
    public JourneysModel List(string query)
    {
        var settings = host.Database.Read(connection => RecordStore.Settings(connection, Workspace));
        var own = host.Database.Read(connection => drafts.All(connection, Kind));
        var inForce = Service.Current(Kind);
        var all = inForce.Select(version => (version.Id, Yaml: version.Yaml!, IsDraft: false)).Concat(own.Where(draft => inForce.All(version => version.Id != draft.Id)).Select(draft => (draft.Id, draft.Yaml, IsDraft: true)))
            .Select(one => (one.Id, one.IsDraft, Outline: JourneyOutline.Of(one.Yaml))).Select(one => (one.Id, one.IsDraft, one.Outline, Label: one.Outline is { } outline ? words.Label(outline, one.Id) : one.Id))
            .OrderBy(one => one.Label, StringComparer.Create(l.Culture, ignoreCase: true)).ToList();
        var shown = all.Where(one => one.Label.Contains(query, StringComparison.OrdinalIgnoreCase) || one.Id.Contains(query, StringComparison.OrdinalIgnoreCase));
        return new JourneysModel(
            [.. shown.Select(one => new ListedJourney(
                one.Id, one.Label, one.Outline is { } outline ? words.Trigger(outline) : "", settings.GetValueOrDefault(one.Id).IsPaused, own.Any(draft => draft.Id == one.Id),
                one.IsDraft ? null : JourneyFigures.Of(host, Workspace, one.Id)))],
            all.Count, query, visitor.May(Core.Access.Permission.ChangeDefinitions));
    }

    /// <summary>Null if there is neither a journey in force nor a draft of the visitor's.</summary>
    public JourneyHead? Head(string id)
    {
        var current = Service.Find(Kind, id, null);
        var draft = host.Database.Read(connection => drafts.Find(connection, Kind, id));
        return current is null && draft is null ? null : HeadOf(id, current, draft, current?.Yaml ?? draft!.Yaml);
    }

    /// <summary>The head of a journey that nothing is kept of yet.</summary>
    public JourneyHead NewHead(string id, string yaml) => HeadOf(id, null, null, yaml);

    /// <summary>An id that is free, like the one wished for.</summary>
    public string FreeId(string wished)
    {
        var taken = host.Database.Read(connection => drafts.All(connection, Kind)).Select(draft => draft.Id).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, 1_000).Select(number => number == 1 ? wished : $"{wished}-{number}").First(id => id != "new" && !taken.Contains(id) && Service.NewestNumber(Kind, id) == 0);
    }

    public JourneyModel Show(JourneyHead head, Text? refusal = null)
    {
        var yaml = head.Current!.Yaml!;
        var outline = JourneyOutline.Of(yaml)!;
        var figures = JourneyFigures.Of(host, Workspace, head.Id);
        var history = Service.History(Kind, head.Id);
        var names = UserNames.Of(host, history.Select(version => version.AppliedBy));
        var inside = host.Database.Read(connection => RunStore.Standing(connection, Workspace, head.Id)).Where(one => one.Status == RunStatus.Active).ToLookup(one => one.Version, one => one.People);
        var journey = JourneyFile.Read(yaml).Journey;
        return new JourneyModel(
            head, figures, outline, words.Trigger(outline), journey is not null && new JourneyProgram(journey).IsMeasured, new CanvasModel(head.Id, false, outline.Root, yaml, words.All(outline), [], Figures(head.Id, figures), null),
            [.. history.Take(50).Select(version => new JourneyVersionRow(version, names[version.AppliedBy], inside[version.Version].Sum()))], CostOf(head.Id, journey), refusal);
    }

    public CanvasFigures FiguresOf(string id) => Figures(id, JourneyFigures.Of(host, Workspace, id));

    public EditModel Edit(JourneyHead head, string yaml, bool isNew, Text? refusal = null)
    {
        var file = JourneyFile.Read(yaml, head.Id);
        var outline = JourneyOutline.Of(yaml);
        return new EditModel(head, file, new CanvasModel(
            head.Id, true, outline?.Root, yaml, outline is null ? new Dictionary<string, SaidStep>() : words.All(outline), Check(head, file), head.Current is null ? null : FiguresOf(head.Id), Names()), isNew, refusal);
    }

    /// <summary>All that is wrong with a file under this address, and templates that it names and nobody made.</summary>
    public IReadOnlyList<CanvasFinding> Check(JourneyHead head, DefinitionFile file)
    {
        var root = YamlReader.Read(file.Yaml, new List<Diagnostic>());
        var found = Service.Check([file]).Where(one => ReferenceEquals(one.File, file)).Select(one => one.Diagnostic).ToList();
        if (file.Id is { } id && id != head.Id)
        {
            found.Insert(0, new Diagnostic("other_id", Severity.Error, file.IdPlace.Line, file.IdPlace.Column, Text.Same(id), Text.Same(head.Id),
                new Text("Its history and its people hang on the id.", "De ese id cuelgan su historia y sus personas.")));
        }
        return [.. found.Select(one => new CanvasFinding(YamlPaths.PathOf(root, one.Line, one.Column), one.Line, one.Column, one.Severity == Severity.Error, one.Message(l.Language))), .. MissingTemplates(root)];
    }

    /// <summary>Keeps a text as the visitor's draft, or takes the draft away where it is what is in force; says what is wrong with it.</summary>
    public async Task<DraftAnswer> KeepAsync(JourneyHead head, string yaml, CancellationToken cancellation)
    {
        var isInForce = head.Current?.Yaml is { } current && current.ReplaceLineEndings("\n").TrimEnd() == yaml.TrimEnd();
        await host.Database.WriteAsync((connection, transaction) =>
        {
            if (isInForce)
            {
                drafts.Remove(connection, transaction, Kind, head.Id);
            }
            else
            {
                drafts.Put(connection, transaction, new DefinitionDraft(Kind, head.Id, yaml, head.Draft?.BasedOn ?? head.Versions, "", host.NowMs));
            }
            return 0;
        }, cancellation);
        var file = JourneyFile.Read(yaml, head.Id);
        var findings = Check(head, file);
        var outline = JourneyOutline.Of(yaml);
        return new DraftAnswer(
            yaml, outline?.Root, outline is null ? new Dictionary<string, SaidStep>() : words.All(outline), findings, !isInForce, !isInForce && file.Journey is not null && !findings.Any(found => found.IsError),
            isInForce ? l.Say($"As in v{head.Versions}", $"Igual que la v{head.Versions}") : l.Say("Kept as a draft", "Guardado como borrador"));
    }

    public Task DiscardAsync(string id, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        drafts.Remove(connection, transaction, Kind, id);
        return 0;
    }, cancellation);

    public Task PutAsync(DefinitionDraft draft, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        drafts.Put(connection, transaction, draft with { SavedAt = host.NowMs });
        return 0;
    }, cancellation);

    /// <summary>What the draft would change: steps by their ids, and whether anything around them differs.</summary>
    public ChangesModel Changes(JourneyHead head)
    {
        var file = JourneyFile.Read(head.Draft!.Yaml, head.Id);
        var (after, before) = (JourneyOutline.Of(head.Draft.Yaml), head.Current?.Yaml is { } yaml ? JourneyOutline.Of(yaml) : null);
        var errors = Check(head, file).Where(found => found.IsError).ToList();
        var (now, then) = (ById(after), ById(before));
        string Tell(OutlineStep step) => words.Step(step) is var said && said.Says.Length > 0 ? $"{said.Title}: {said.Says}" : said.Title;
        return new ChangesModel(
            head, errors, [.. now.Where(step => !then.ContainsKey(step.Key)).Select(step => Tell(step.Value))],
            [.. now.Where(step => then.TryGetValue(step.Key, out var old) && old.Own != step.Value.Own).Select(step => Tell(step.Value))],
            [.. then.Where(step => !now.ContainsKey(step.Key)).Select(step => Tell(step.Value))], before is not null && Frame(before) != Frame(after),
            head.Current is null ? 0 : JourneyFigures.Of(host, Workspace, head.Id).Inside);
    }

    /// <summary>Who is or was in the journey, as the numbers on its pages count them.</summary>
    public PeopleModel People(JourneyHead head, RunFilter filter, int skip, string query)
    {
        var outline = JourneyOutline.Of((head.Current?.Yaml ?? head.Draft!.Yaml))!;
        var steps = outline.All.DistinctBy(step => step.Id).ToDictionary(step => step.Id, StringComparer.Ordinal);
        var (runs, visits) = host.Database.Read(connection =>
        {
            var found = RunStore.Search(connection, Workspace, head.Id, filter, skip, PeopleModel.PageSize + 1);
            return (found, found.Take(PeopleModel.PageSize).ToDictionary(run => run.Id, run => RunStore.Visits(connection, run.Id)));
        });
        SaidStep Said(string id) => steps.TryGetValue(id, out var step) ? words.Step(step) : new SaidStep(id, "");
        var rows = visitor.Engine.Read(state => runs.Take(PeopleModel.PageSize).Select(run =>
        {
            var profile = PersonFacts.ProfileOf(state, run.Person);
            var (id, name) = profile < 0 ? ("", run.Person) : (state.Staged.Identity.PublicId(profile), PersonName.Of(ProfileCard.Of(state, profile)));
            return new PersonRun(id, name, run, run.Step.Length == 0 ? "" : Said(run.Step).Title, [.. visits[run.Id].Select(visit => new CourseStep(
                visit.At, Said(visit.Step), words.Way(steps.GetValueOrDefault(visit.Step), visit.Way), visit.Outcome.Length == 0 ? "" : words.Outcome(visit.Outcome)))]);
        }).ToList());
        var what = new List<string>();
        if (filter.Step.Length > 0)
        {
            var said = Said(filter.Step);
            what.Add(said.Says.Length > 0 ? $"{said.Title}: {said.Says}" : said.Title);
            what.AddRange(filter.Way is { } way ? [words.Way(steps.GetValueOrDefault(filter.Step), way)] : []);
        }
        what.AddRange(new[] { filter.Outcome, filter.Reason }.Where(one => one.Length > 0).Select(words.Outcome));
        what.AddRange(filter.Status is { } status ? [l.Say(Run.StatusText(status))] : []);
        return new PeopleModel(head, what.Count == 0 ? l.Say("Everybody who entered, the newest first.", "Todos los que entraron, primero los más recientes.") : string.Join(" · ", what.Where(one => one.Length > 0)) + ".", rows, skip, runs.Count > PeopleModel.PageSize, query);
    }

    /// <summary>Leads one person through what is on the canvas, in virtual time. Nothing is changed and nothing is sent.</summary>
    public TrialModel Try(string yaml, string id, string who, IReadOnlyList<(string Event, string Properties, long AfterMs)> meanwhile)
    {
        if (JourneyFile.Read(yaml, id).Journey is not { } journey)
        {
            return new TrialModel("", [], null, "", 0, new Text("The journey has faults. Mend them first, then try it.", "El recorrido tiene errores. Corrígelos y luego pruébalo."));
        }
        var steps = JourneyOutline.Of(yaml)!.All.DistinctBy(step => step.Id).ToDictionary(step => step.Id, StringComparer.Ordinal);
        var (name, course) = visitor.Engine.Read(state =>
        {
            var profile = PersonFacts.ProfileOf(state, who) is >= 0 and var found ? found : PersonFacts.ProfileOf(state, "user_id:" + who) is >= 0 and var user ? user : PersonFacts.ProfileOf(state, "email:" + who);
            return profile < 0 ? ("", null) : (PersonName.Of(ProfileCard.Of(state, profile)), JourneyTrial.Run(state, visitor.Engine.Journal, JourneyShelf.Of(host), new BestReach(host, Workspace), journey, profile, host.NowMs, meanwhile));
        });
        return course is null
            ? new TrialModel(name, [], null, "", 0, name.Length == 0
                ? new Text($"Nobody is known as “{who}”. Write a user id or an e-mail.", $"No se conoce a nadie como «{who}». Escribe un id de usuario o un correo.")
                : new Text("It names a segment or a lifecycle that is not there.", "Nombra un segmento o un ciclo de vida que no existe."))
            : new TrialModel(name, [.. course.Steps.Select(step => step.Step).Distinct(StringComparer.Ordinal)],
                [.. course.Steps.Select(step => new CourseStep(step.At, words.Step(steps[step.Step]), words.Way(steps[step.Step], step.Way), "", PreviewOf(steps[step.Step], who, step.Chosen)) { Chosen = words.Chosen(step.Chosen), Why = step.Why == default ? "" : l.Say(step.Why) })],
                course.End.Length == 0 ? l.Say("Still waits", "Sigue esperando") : words.Ending(course.End), course.EndedAt, null);
    }

    /// <summary>Where the message of a step can be seen as that person would get it; null for a step that sends nothing, or a template that is not there.</summary>
    private string? PreviewOf(OutlineStep step, string who, string channel = "") => step.Kind == "send" && (step.Json[channel.Length > 0 ? channel : "template"] ?? step.Json["template"])?.ToString() is { Length: > 0 } id && templates?.Find(Workspace, id) is { } template
        ? $"/templates/{Uri.EscapeDataString(id)}/preview?version={template.Version}&person={Uri.EscapeDataString(who)}" : null;

    /// <summary>Leads everybody's last days through what is on the canvas.</summary>
    public SimulatedModel Simulate(string yaml, string id, int days, CancellationToken cancellation)
    {
        var answer = JourneyFile.Read(yaml, id).Journey is { } journey ? JourneySimulation.Run(visitor.Engine, JourneyShelf.Of(host), new BestReach(host, Workspace), journey, days, cancellation) : null;
        return answer is null
            ? new SimulatedModel(days, null, new Dictionary<string, long>(), 0, null, new Text("The journey has faults. Mend them first, then simulate it.", "El recorrido tiene errores. Corrígelos y luego simúlalo."))
            : new SimulatedModel(days, new CanvasFigures(answer.Entered, answer.Inside, 0, answer.Ends.GetValueOrDefault("goal"), answer.Steps, OutcomeWords(answer.Steps.Values), new Dictionary<string, IReadOnlyList<SentRow>>()),
                answer.Ends, answer.Messages, MessageCosts.Read(host, Workspace).Of(answer.Sent) is { } cost ? l.Money(cost, Currency) : null, null);
    }

    private string Currency => visitor.Engine.Read(state => state.Currency) ?? "";

    /// <summary>What the messages of a journey have cost so far; null where nobody said what one costs.</summary>
    private string? CostOf(string id, Journey? journey)
    {
        if (journey is null || MessageCosts.Read(host, Workspace) is not { AreSet: true } costs)
        {
            return null;
        }
        var channels = new JourneyProgram(journey).Nodes.Select(node => node.Step).OfType<SendStep>().ToDictionary(step => Deeds.SourceOf(id, step.Id), step => step.Channel == SendStep.Best ? SendStep.Email : step.Channel, StringComparer.Ordinal);
        var sent = host.Database.Read(connection => MessageOutbox.CountsOf(connection, Workspace, Deeds.SourceOf(id, "")))
            .Select(source => KeyValuePair.Create(channels.GetValueOrDefault(source.Key, "email"), source.Value.Of("sent") + source.Value.Of("unknown")));
        return costs.Of(sent) is { } cost ? l.Money(cost, Currency) : null;
    }

    private JourneyHead HeadOf(string id, DefinitionVersion? current, DefinitionDraft? draft, string yaml)
    {
        var isPaused = host.Database.Read(connection => RecordStore.Settings(connection, Workspace)).GetValueOrDefault(id).IsPaused;
        return new JourneyHead(id, JourneyOutline.Of(yaml) is { } outline ? words.Label(outline, id) : id, current, draft, Service.NewestNumber(Kind, id), isPaused, visitor);
    }

    private CanvasFigures Figures(string id, JourneyFigures figures) => new(
        figures.Entered, figures.Inside, figures.Control, figures.Ends.GetValueOrDefault("goal"), figures.Steps, OutcomeWords(figures.Steps.Values), Sent(id));

    private Dictionary<string, string> OutcomeWords(IEnumerable<StepFigures> steps) =>
        steps.SelectMany(step => step.Outcomes.Keys).Distinct(StringComparer.Ordinal).ToDictionary(outcome => outcome, words.Outcome, StringComparer.Ordinal);

    /// <summary>What became of the messages of each step, with the reasons of those that did not leave.</summary>
    private Dictionary<string, IReadOnlyList<SentRow>> Sent(string id)
    {
        var prefix = Deeds.SourceOf(id, "");
        return host.Database.Read(connection => MessageOutbox.CountsOf(connection, Workspace, prefix)).ToDictionary(source => source.Key[prefix.Length..], source => (IReadOnlyList<SentRow>)
        [
            .. source.Value.States.Where(state => state.Value > 0 && state.Key != "held_back").Select(state => new SentRow(words.MessageState(state.Key), state.Value)),
            .. new (Text Says, long Count)[]
            {
                (new("Delivered", "Entregados"), source.Value.Delivered), (new("Opened", "Abiertos"), source.Value.Opened), (new("Clicked", "Con clic"), source.Value.Clicked),
                (new("Unsubscribed", "Se dieron de baja"), source.Value.Unsubscribed), (new("Bounced", "Rebotados"), source.Value.Bounced), (new("Reported as spam", "Marcados como spam"), source.Value.Complained),
            }.Where(row => row.Count > 0).Select(row => new SentRow(l.Say(row.Says), row.Count)),
            .. source.Value.Reasons.Select(reason => new SentRow($"{words.MessageState(reason.State)} · {l.Say(MessageOutbox.WhyNot(host, reason.Reason)).TrimEnd('.')}", reason.Count)),
        ], StringComparer.Ordinal);
    }

    private CanvasNames Names() => visitor.Engine.Read(state =>
    {
        var (schema, paths, plan) = (state.Staged.Schema, state.Staged.Paths, state.Placement.Plan);
        return new CanvasNames(
            [.. schema.Events.OrderByDescending(pair => pair.Value).Select(pair => state.Staged.EventNames[pair.Key] ?? "").Where(name => name.Length > 0).Take(MostNames)],
            [.. schema.Traits.Where(path => path >= 0).Select(path => paths[path]).OfType<string>().Where(name => !name.StartsWith('$')).Union(SemanticNames.Traits, StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(MostNames)],
            [.. plan.Segments.Select(segment => segment.Id).Where(id => !id.StartsWith('~'))],
            [.. plan.Lifecycles.SelectMany(one => one.Definition.Stages.Select(stage => $"{one.Definition.Id}/{stage.Id}"))],
            [.. (templates?.All(Workspace) ?? []).Select(template => new CanvasTemplate(template.Id, template.Name, template.Channel))], ["marketing", "transactional"],
            [.. host.Database.Read(connection => WebhookEndpoints.All(connection, Workspace)).Select(endpoint => endpoint.Name)]);
    });

    private IEnumerable<CanvasFinding> MissingTemplates(YamlNode? root)
    {
        if (templates is null || root is null || YamlJson.ToJson(root) is not JsonObject json)
        {
            return [];
        }
        return JourneyOutline.Of(json).All.Where(step => step.Kind == "send" && step.Json["send"] is JsonValue)
            .SelectMany(step => step.Json["send"]!.ToString() is var channel && channel == SendStep.Best
                ? new (string Key, string Channel)[] { ("template", SendStep.Email), ("onsite", "onsite") }.Select(one => (step.Json, one.Key, one.Channel)) : [(step.Json, "template", channel)])
            .Select(send => (Path: PathTo(send.Json), Id: send.Json[send.Item2]?.ToString() ?? "", Channel: send.Item3)).Where(send => send.Id.Length > 0)
            .Select(send => (send.Path, send.Id, send.Channel, Template: templates.Find(Workspace, send.Id))).Where(send => send.Template is null || send.Template.Channel != send.Channel)
            .Select(send => new CanvasFinding(send.Path, 1, 1, false, send.Template is not null
                ? l.Say($"The template {send.Id} is for another channel: this step sends nothing with it.", $"La plantilla {send.Id} es de otro canal: este paso no envía nada con ella.")
                : l.Say($"There is no template {send.Id} yet: until you make it, this step sends nothing.", $"Aún no hay una plantilla {send.Id}: mientras no la hagas, este paso no envía nada.")));
    }

    /// <summary>Keys and numbers from the root to a node.</summary>
    private static List<string> PathTo(JsonNode node)
    {
        var path = new List<string>();
        for (var at = node; at.Parent is { } parent; at = parent)
        {
            path.Insert(0, parent is JsonArray ? at.GetElementIndex().ToString(System.Globalization.CultureInfo.InvariantCulture) : at.GetPropertyName());
        }
        return path;
    }

    private static Dictionary<string, OutlineStep> ById(JourneyOutline? outline) => (outline?.All ?? []).DistinctBy(step => step.Id).ToDictionary(step => step.Id, StringComparer.Ordinal);

    private static string Frame(JourneyOutline? outline)
    {
        var frame = outline?.Root.DeepClone().AsObject() ?? [];
        frame.Remove("steps");
        return frame.ToJsonString();
    }
}
