using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Yaml;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Journeys.Pages;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Templates.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Journeys;

/// <summary>The pages of journeys: list, canvas with live numbers, people, and the canvas that draws.</summary>
internal sealed class JourneyEndpoints(DataHost host, Conductor conductor, IServiceProvider services)
{
    /// <summary>While people pour in, a look this often is as live as eyes need.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    private const int SimulatedDays = 90;

    public void Map(IEndpointRouteBuilder routes)
    {
        var numbers = routes.MapGroup("/journeys").RequirePermission(Permission.ReadNumbers);
        numbers.MapReads("", (HttpContext http) => http.Page<JourneysPage>(Of(http).List(Asked(http, "query"))));
        numbers.MapReads("/{id}", Show);
        numbers.MapReads("/{id}/figures", (HttpContext http, string id) => With(http, id, (pages, head) => Results.Json(pages.FiguresOf(head.Id), ApiJson.Options)));
        numbers.MapReads("/{id}/standing", (HttpContext http, string id) => With(http, id, (pages, head) => head.Current is null ? NotThere(http, id) : http.Part<StandingPart>(pages.Show(head))));
        numbers.MapGet("/{id}/live", Live);
        routes.MapGroup("/journeys").RequirePermission(Permission.ReadPeople).MapReads("/{id}/people", People);
        routes.MapGroup("/journeys").RequirePermission(Permission.ReadPeople).MapReads("/{id}/trial", Try);
        numbers.MapReads("/{id}/simulation", (HttpContext http, string id) => With(http, id, (pages, head) => http.Part<SimulatedPart>(pages.Simulate(TextOf(head), id, SimulatedDays, http.RequestAborted))));
        var changes = routes.MapGroup("/journeys").RequirePermission(Permission.ChangeDefinitions);
        changes.MapReads("/new", New);
        changes.MapReads("/{id}/edit", (HttpContext http, string id) => With(http, id, (pages, head) => http.Page<EditPage>(pages.Edit(head, TextOf(head), false))));
        changes.MapReads("/{id}/changes", (HttpContext http, string id) => With(http, id, (pages, head) => http.Part<ChangesPart>(
            head.Draft is null ? new ChangesModel(head, [], [], [], [], false, 0) : pages.Changes(head))));
        changes.MapPost("/{id}/draft", DraftAsync);
        changes.MapPost("/{id}/discard", (HttpContext http, string id) => WithAsync(http, id, async (pages, head) =>
        {
            await pages.DiscardAsync(id, http.RequestAborted);
            return Results.Redirect(head.Current is null ? "/journeys" : head.Path);
        }));
        changes.MapPost("/{id}/back", BackAsync);
        var sends = routes.MapGroup("/journeys").RequirePermission(Permission.Send);
        sends.MapPost("/{id}/publish", PublishAsync);
        sends.MapPost("/{id}/pause", (HttpContext http, string id) => PauseAsync(http, id, true));
        sends.MapPost("/{id}/resume", (HttpContext http, string id) => PauseAsync(http, id, false));
        sends.MapPost("/{id}/end", EndAsync);
    }

    private JourneyPages Of(HttpContext http) => new(host, http.Visitor(), http.Locale(), services.GetService<ITemplates>());

    private static string Asked(HttpContext http, string name) => http.Request.Query[name].ToString().Trim();

    private static string TextOf(JourneyHead head) => (head.Draft?.Yaml ?? head.Current!.Yaml!).ReplaceLineEndings("\n");

    private static PageResult<MissingPage> NotThere(HttpContext http, string id) => http.Page<MissingPage>(id, StatusCodes.Status404NotFound);

    private IResult With(HttpContext http, string id, Func<JourneyPages, JourneyHead, IResult> answer)
    {
        var pages = Of(http);
        return pages.Head(id) is { } head ? answer(pages, head) : NotThere(http, id);
    }

    private async Task<IResult> WithAsync(HttpContext http, string id, Func<JourneyPages, JourneyHead, Task<IResult>> answer)
    {
        var pages = Of(http);
        return pages.Head(id) is { } head ? await answer(pages, head) : NotThere(http, id);
    }

    private IResult Show(HttpContext http, string id) => With(http, id, (pages, head) => head.Current is null ? Results.Redirect(head.Path + "/edit") : http.Page<JourneyPage>(pages.Show(head)));

    /// <summary>What a journey can begin with; with `name` or `from` the canvas, filled in. Nothing is kept until something is changed there.</summary>
    private IResult New(HttpContext http)
    {
        var (pages, name, from) = (Of(http), Asked(http, "name"), Asked(http, "from"));
        var shipped = JourneyLibrary.Find(from);
        if (shipped is null && name.Length is 0 or > LibraryJourney.LongestName)
        {
            return http.Page<NewPage>(new NewJourneyModel(JourneyLibrary.All, name, name.Length > LibraryJourney.LongestName
                ? new Text($"A name has {LibraryJourney.LongestName} characters at most.", $"Un nombre tiene {LibraryJourney.LongestName} caracteres como máximo.") : null),
                name.Length > LibraryJourney.LongestName ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);
        }
        var id = pages.FreeId(shipped?.Id ?? JourneyLibrary.IdOf(name));
        var root = shipped?.Root() ?? JourneyLibrary.Empty(name, http.Visitor().Engine.Rules.Zone.Id);
        JourneyLibrary.Fill(root, id, http.Visitor().Engine.Rules.Zone.Id, Asked(http, "event"), Asked(http, "stage"), Asked(http, "goal"), Asked(http, "when"));
        var yaml = YamlJson.ToYaml(root);
        return http.Page<EditPage>(pages.Edit(pages.NewHead(id, yaml), yaml, true));
    }

    /// <summary>Keeps what the canvas or the text says as the visitor's draft, and answers with both forms of it and its faults.</summary>
    private async Task<IResult> DraftAsync(HttpContext http, string id)
    {
        var (form, pages) = (http.Request.Form, Of(http));
        var (yaml, known) = (form["text"].ToString().ReplaceLineEndings("\n"), pages.Head(id));
        if (form["journey"].ToString() is { Length: > 0 and <= DraftStore.MostCharacters } json)
        {
            try
            {
                // What the canvas does not show stays: the comments of the text that it began from.
                yaml = JsonNode.Parse(json) is not JsonObject root ? "" : known is null ? YamlJson.ToYaml(root) : YamlComments.Keep(TextOf(known), YamlJson.ToYaml(root));
            }
            catch (JsonException)
            {
                yaml = "";
            }
        }
        if (yaml.Trim().Length == 0 || yaml.Length > DraftStore.MostCharacters || JourneyFile.Read($"journey: {id}").Id != id)
        {
            return Results.Json(new { message = http.Locale().Say($"The text is empty or longer than {DraftStore.MostCharacters} characters; the draft stays as it was.",
                $"El texto está vacío o pasa de {DraftStore.MostCharacters} caracteres; el borrador queda como estaba.") }, ApiJson.Options, statusCode: StatusCodes.Status400BadRequest);
        }
        var head = known ?? pages.NewHead(id, yaml);
        var answer = await pages.KeepAsync(head, yaml, http.RequestAborted);
        return http.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal) ? Results.Json(answer, ApiJson.Options) : Results.Redirect(head.Path + "/edit");
    }

    private Task<IResult> PublishAsync(HttpContext http, string id) => WithAsync(http, id, async (pages, head) =>
    {
        IResult Refuse(Text why, int status = StatusCodes.Status400BadRequest) => http.Page<EditPage>(pages.Edit(head, TextOf(head), false, why), status);
        var reason = http.Request.Form["reason"].ToString().Trim();
        if (head.Draft is null)
        {
            return Refuse(new Text("There is no draft of yours to publish. Change something first.", "No tienes un borrador por publicar. Cambia algo antes."));
        }
        if (reason.Length > DefinitionVersion.MostReason)
        {
            return Refuse(new Text($"The reason has {DefinitionVersion.MostReason} characters at most.", $"La razón tiene {DefinitionVersion.MostReason} caracteres como máximo."));
        }
        var file = JourneyFile.Read(head.Draft.Yaml, id);
        if (pages.Check(head, file).FirstOrDefault(found => found.IsError) is { } wrong)
        {
            return Refuse(Text.Same(wrong.Message));
        }
        var outcome = await pages.Service.ApplyOneAsync(file, head.Draft.BasedOn, reason, Actor.Of(http), http.RequestAborted);
        return outcome switch
        {
            { Newer: { } newer } => Refuse(new Text(
                $"Nothing was published: v{newer} was put in force while you drew, and your draft began from v{head.Draft.BasedOn}. See what v{newer} changed, discard the draft, and make your change again.",
                $"No se publicó nada: mientras dibujabas entró en vigor la v{newer}, y tu borrador partió de la v{head.Draft.BasedOn}. Mira qué cambió la v{newer}, descarta el borrador y haz tu cambio de nuevo."),
                StatusCodes.Status409Conflict),
            { Applied: not null } => Results.Redirect(head.Path),
            _ => Refuse(Text.Same(outcome.Findings.First(found => found.IsError).Diagnostic.Say(http.Locale().Language))),
        };
    });

    private Task<IResult> PauseAsync(HttpContext http, string id, bool isPaused) => WithAsync(http, id, async (_, head) =>
    {
        await host.Database.WriteAsync((connection, transaction) =>
        {
            RecordStore.SetPaused(connection, transaction, http.Visitor().WorkspaceId, id, isPaused);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(http.Visitor().WorkspaceId, Actor.Of(http), isPaused ? AuditActions.JourneyPaused : AuditActions.JourneyResumed, id, ""));
            return 0;
        }, http.RequestAborted);
        return Results.Redirect(head.Path);
    });

    /// <summary>Lets nobody in any more; `people=out` takes everybody out who is inside, too.</summary>
    private Task<IResult> EndAsync(HttpContext http, string id) => WithAsync(http, id, async (pages, head) =>
    {
        var (findings, retired) = await pages.Service.RetireAsync(DefinitionKind.Journey, id, Actor.Of(http), http.RequestAborted);
        if (retired is null)
        {
            return head.Current is null ? NotThere(http, id) : http.Page<JourneyPage>(pages.Show(head, Text.Same(findings.Select(found => found.Diagnostic.Say(http.Locale().Language)).FirstOrDefault() ?? "")), StatusCodes.Status400BadRequest);
        }
        await host.Database.WriteAsync((connection, transaction) =>
        {
            ExperimentBook.End(connection, transaction, http.Visitor().WorkspaceId, "journey:" + id, host.NowMs);
            return 0;
        }, http.RequestAborted);
        if (http.Request.Form["people"] == "out")
        {
            await conductor.EndAllAsync(http.Visitor().Engine, id, Actor.Of(http), http.RequestAborted);
        }
        return Results.Redirect("/journeys");
    });

    /// <summary>An earlier text as a draft, to be looked at and published like any other.</summary>
    private async Task<IResult> BackAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        var isNumber = int.TryParse(http.Request.Form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (!isNumber || pages.Service.Find(DefinitionKind.Journey, id, number) is not { Yaml: { } yaml })
        {
            return NotThere(http, id);
        }
        await pages.PutAsync(new DefinitionDraft(DefinitionKind.Journey, id, yaml.ReplaceLineEndings("\n"), pages.Service.NewestNumber(DefinitionKind.Journey, id), "", 0), http.RequestAborted);
        return Results.Redirect($"/journeys/{id}/edit");
    }

    private IResult People(HttpContext http, string id) => With(http, id, (pages, head) =>
    {
        var skip = int.TryParse(Asked(http, "skip"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Min(asked, 1_000_000) / PeopleModel.PageSize * PeopleModel.PageSize : 0;
        var way = int.TryParse(Asked(http, "way"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null;
        var filter = new RunFilter(Asked(http, "step"), way, Asked(http, "outcome"), Asked(http, "at"), Run.StatusOf(Asked(http, "status")), Asked(http, "reason"));
        var query = string.Concat(http.Request.Query.Where(one => one.Key != "skip").SelectMany(one => one.Value.Select(value => $"&{Uri.EscapeDataString(one.Key)}={Uri.EscapeDataString(value ?? "")}")));
        return http.Page<PeoplePage>(pages.People(head, filter, skip, query));
    });

    /// <summary>A test run with the events that the fields `event` and `after` name, pair by pair; pairs without a name are left out.</summary>
    private IResult Try(HttpContext http, string id) => With(http, id, (pages, head) =>
    {
        var (names, times) = (http.Request.Query["event"], http.Request.Query["after"]);
        var meanwhile = new List<(string, string, long)>();
        for (var i = 0; i < Math.Min(names.Count, JourneyTrial.MostEvents); i++)
        {
            if (names[i]?.Trim() is { Length: > 0 and <= 200 } name)
            {
                if (i >= times.Count || !Durations.TryParse(times[i]?.Trim() ?? "", out var after) || after <= 0)
                {
                    return http.Part<TrialPart>(new TrialModel("", [], null, "", 0, new Text($"Say when “{name}” happens, such as 2h or 3d after the entry.", $"Di cuándo pasa «{name}», como 2h o 3d tras la entrada.")));
                }
                meanwhile.Add((name, "{}", after));
            }
        }
        return http.Part<TrialPart>(pages.Try(TextOf(head), id, Asked(http, "who"), meanwhile));
    });

    private IResult Live(HttpContext http, string id) => With(http, id, (_, _) => new EventStream(host.Clock, (line, cancellation) => FollowAsync(line, http.Visitor().Engine, id, cancellation)));

    private async Task FollowAsync(EventStream.Line line, WorkspaceEngine engine, string id, CancellationToken cancellation)
    {
        var (seen, mark) = (host.Database.Commits, MarkOf(engine, id));
        while (true)
        {
            await line.UntilAsync(host.Database.CommittedAsync(seen, cancellation), cancellation);
            seen = host.Database.Commits;
            var now = MarkOf(engine, id);
            if (now != mark)
            {
                mark = now;
                await line.SayAsync("more", "", cancellation);
            }
            await Task.Delay(Breath, host.Clock, cancellation);
        }
    }

    /// <summary>Every step that somebody comes by is counted, and nothing is taken off: one sum tells whether anything happened.</summary>
    private long MarkOf(WorkspaceEngine engine, string id) => host.Database.Read(connection => RunStore.Counts(connection, engine.Id, id)).Sum(count => count.Visits);
}
