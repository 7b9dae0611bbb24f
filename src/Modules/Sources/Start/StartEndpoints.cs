using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Keys.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Sources.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Sources;

/// <summary>`/start`: a key, a snippet, the first event as it arrives, a framework, and the stages as they fill.</summary>
internal sealed class StartEndpoints(DataHost host)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/start").RequirePermission(Permission.KeysAndSources);
        group.MapReads("", (HttpContext http) => Page(http, null, null));
        group.MapReads("/arrived", Arrived);
        group.MapReads("/stages", Stages);
        group.MapReads("/live", (HttpContext http) => LiveJournal.Of(http.Visitor().Engine, host.Clock));
        group.MapSends("/key", (Func<HttpContext, Task<IResult>>)MakeKeyAsync);
        var define = routes.MapGroup("/start/framework").RequirePermission(Permission.ChangeDefinitions);
        define.MapSends("", (Func<HttpContext, Task<IResult>>)ApplyAsync);
    }

    private static IResult Arrived(HttpContext http) => http.Part<ArrivedPart>(StartReading.Arrived(http.Visitor().Engine));

    private static IResult Stages(HttpContext http) => http.Part<FillPart>(http.Visitor().Engine.Read(StartReading.Fill));

    private async Task<IResult> MakeKeyAsync(HttpContext http)
    {
        var name = http.Locale().Say(StartWords.KeyName);
        var (text, refusal) = await WriteKeyDesk.MakeAsync(host, http.Visitor().WorkspaceId, name, Actor.Of(http), http.RequestAborted);
        return Page(http, text, refusal);
    }

    private async Task<IResult> ApplyAsync(HttpContext http)
    {
        var form = http.Request.Form;
        var (currency, zone) = (form["currency"].ToString().Trim().ToUpperInvariant(), form["zone"].ToString().Trim());
        if (Frameworks.Find(form["framework"]) is not { } file)
        {
            return Page(http, null, StartWords.ChooseOne);
        }
        if (!(currency.Length == 3 && currency.All(char.IsAsciiLetterUpper)))
        {
            return Page(http, null, StartWords.BadCurrency(currency));
        }
        if (!Zone.TryGet(zone, out _))
        {
            return Page(http, null, StartWords.BadZone(zone));
        }
        var engine = http.Visitor().Engine;
        var findings = await WorkspaceSetup.ApplyAsync(host, engine, [Frameworks.In(file, zone)], currency, zone, Actor.Of(http), http.RequestAborted);
        return findings.FirstOrDefault(found => found.IsError) is { } error
            ? Page(http, null, new Text(error.Diagnostic.Message(Language.En), error.Diagnostic.Message(Language.Es)))
            : Results.Redirect("/start#stages");
    }

    private PageResult<StartPage> Page(HttpContext http, string? newKey, Text? refusal)
    {
        var visitor = http.Visitor();
        var engine = visitor.Engine;
        var (frameworks, fill, currencies) = engine.Read(state => (Frameworks.Of(state), StartReading.Fill(state), state.Staged.Schema.Currencies.ToList()));
        var zone = engine.Rules.Zone.Id == Zone.Utc.Id ? StartWords.UsualZone : engine.Rules.Zone.Id;
        var model = new StartModel(
            WriteKeyDesk.List(host, engine.Id), newKey, refusal, $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}", StartReading.Arrived(engine), frameworks, fill, zone,
            currencies is [var only] ? only : engine.Rules.Currency ?? StartWords.UsualCurrency, visitor.May(Permission.ChangeDefinitions));
        return http.Page<StartPage>(model, PageAnswers.StatusOf(refusal));
    }
}
