using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Rules;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Predict.Models;
using Ciclo.Modules.Predict.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Predict.Views;

/// <summary>Leaving, on a model's page: how long people stay, who is at risk, what to do; and the lists of people with a score.</summary>
internal sealed class ChurnEndpoints(DataHost host)
{
    private const int First = 8;
    private const int MostNames = 40;
    private const string Orders = "\"Order Completed\"";

    private readonly ModelDesk desk = ModelDesk.Of(host);
    private readonly KeptReadings<StayTable> stays = new(host.Clock);

    public void Map(IEndpointRouteBuilder routes)
    {
        var numbers = routes.MapGroup("/models/{id}").RequirePermission(Permission.ReadNumbers);
        numbers.MapReads("/churn", (HttpContext http, string id) => ViewPaths.Find(desk, http, id) is { Card: { } card } found
            ? http.Part<ChurnPart>(ChurnOf(http, found, card)) : Results.NotFound());
        numbers.MapReads("/stay", (HttpContext http, string id) => ViewPaths.Find(desk, http, id) is { } found ? http.Part<StayPart>(StayOf(http, found.Model)) : Results.NotFound());
        var people = routes.MapGroup("/models/{id}").RequirePermission(Permission.ReadPeople);
        people.MapReads("/stay/people", StayPeople);
        people.MapReads("/people", People);
    }

    private ChurnModel ChurnOf(HttpContext http, FoundModel found, GoalCard card)
    {
        var visitor = http.Visitor();
        var people = ScoredReading.Of(host).Of(visitor.Engine, found.Model, found.ScoredAt);
        var made = new ChurnModel(found.Model, card, found.IsScored, people, [], visitor.May(Permission.ReadPeople), visitor.May(Permission.ChangeDefinitions));
        return made.MayReadPeople ? made with { First = ViewPaths.Named(visitor.Engine, ByLoss(made.AtRisk).Take(First)) } : made;
    }

    /// <summary>Whose leaving would cost most, first.</summary>
    private static IOrderedEnumerable<ScoredPerson> ByLoss(IEnumerable<ScoredPerson> people) =>
        people.OrderByDescending(person => person.Score * person.Money).ThenByDescending(person => person.Score).ThenBy(person => person.Profile);

    private StayModel StayOf(HttpContext http, PredictModel model)
    {
        var engine = http.Visitor().Engine;
        var (events, groupings) = engine.Read(Choices);
        var begins = http.Request.Query["begins"].ToString() is { Length: > 0 } asked ? asked : engine.Read(state => BeginsOf(state, model));
        var by = StayGrouping.Parse(http.Request.Query["by"].ToString()) ?? (begins.Contains("Subscription", StringComparison.Ordinal) ? new StayGrouping("property", "plan") : new StayGrouping("channel", ""));
        var (table, refusal) = TableOf(engine, model, begins, by);
        return new StayModel(model, table, begins, by, [.. events.Append(begins).Distinct()], [.. groupings.Append(by).Distinct()], refusal, http.Visitor().May(Permission.ReadPeople));
    }

    private (StayTable? Table, Text? Refusal) TableOf(WorkspaceEngine engine, PredictModel model, string begins, StayGrouping by)
    {
        try
        {
            engine.Read(state => StayReading.Parse(state, begins));
            var table = stays.Of($"{engine.Id}/{model.Kind}/{model.Goal}/{begins}/{by}", engine.Changes, () =>
                new StayReading(engine, host.Clock).Read(model, begins, by, host.NowMs, CancellationToken.None) ?? throw new CannotTrainException(ScoredReading.Busy));
            return (table, null);
        }
        catch (RuleException wrong)
        {
            return (null, new Text(
                $"“{begins}” is not an event. Write one as \"Order Completed\": found {wrong.Error.Found.En}, expected {wrong.Error.Expected.En}.",
                $"«{begins}» no es un evento. Escríbelo como \"Order Completed\": hay {wrong.Error.Found.Es}, se esperaba {wrong.Error.Expected.Es}."));
        }
        catch (CannotTrainException why)
        {
            return (null, why.Why);
        }
    }

    /// <summary>What can be chosen: known events, and what is known of people when it begins.</summary>
    private static (IReadOnlyList<string> Events, IReadOnlyList<StayGrouping> Groupings) Choices(EngineState state)
    {
        var columns = HabitColumns.Of(state);
        return (
            [.. columns.Events.Skip(1).Select(name => $"\"{name}\"")],
            [
                StayGrouping.All, new("channel", ""), .. state.Staged.Paths.Find("plan") >= 0 ? [new StayGrouping("property", "plan")] : (StayGrouping[])[],
                .. columns.Traits.Where(name => name != FirstTouch.Column).Take(MostNames).Select(name => new StayGrouping("trait", name)),
                .. state.Rules.Definitions.Segments.Take(MostNames).Select(segment => new StayGrouping("segment", segment.Id)),
            ]);
    }

    /// <summary>What is ended by what the model foresees: `X Cancelled` ends what `X Started` began; otherwise the first order begins it.</summary>
    private static string BeginsOf(EngineState state, PredictModel model)
    {
        var name = model.Kind == ModelKind.Event ? model.Goal.Split('"').ElementAtOrDefault(1) ?? "" : "";
        var started = name.LastIndexOf(' ') is > 0 and var at ? name[..at] + " Started" : "";
        return started.Length > 0 && started != name && state.Staged.EventNames.Find(started) >= 0 ? $"\"{started}\"" : Orders;
    }

    private IResult StayPeople(HttpContext http, string id)
    {
        var (engine, query) = (http.Visitor().Engine, http.Request.Query);
        if (ViewPaths.Find(desk, http, id) is not { Model: var model } || StayGrouping.Parse(query["by"].ToString()) is not { } by || TableOf(engine, model, query["begins"].ToString(), by).Table is not { } table)
        {
            return Results.NotFound();
        }
        var (group, onlyLeft) = (query.ContainsKey("group") ? query["group"].ToString() : null, query["left"] == "yes");
        var rows = table.Rows.Where((stay, row) => (group is null || table.Groups[row] == group) && (!onlyLeft || stay.EndedAt is not null)).OrderByDescending(stay => stay.EndedAt ?? long.MinValue).ToList();
        var shown = engine.Read(state => rows.Take(StayPeopleModel.Most).Select(stay => (state.Staged.Identity.PublicId(stay.Profile), state.Staged.Identity.PrintedUserId(stay.Profile), stay)).ToList());
        return http.Page<StayPeoplePage>(new StayPeopleModel(model, table, group, onlyLeft, shown, rows.Count));
    }

    private IResult People(HttpContext http, string id)
    {
        if (ViewPaths.Find(desk, http, id) is not { } found)
        {
            return Results.NotFound();
        }
        var (engine, query) = (http.Visitor().Engine, http.Request.Query);
        var filter = new ScoredFilter(query["grade"].ToString(), query["subject"].ToString(), query["qualified"] == "yes", int.TryParse(query["skip"], out var skip) ? Math.Max(0, skip) : 0);
        var (people, view) = (ScoredReading.Of(host).Of(engine, found.Model, found.ScoredAt), desk.ViewOf(found.Model.Id).View);
        var all = people?.People.Where(person => filter.Takes(person) && (view != ModelView.Churn || found.Card is null || person.Score >= found.Card.HighFrom)) ?? [];
        var ordered = (view == ModelView.Churn ? ByLoss(all) : all.OrderByDescending(person => person.Score).ThenBy(person => person.Profile)).ToList();
        return http.Page<ScoredPeoplePage>(new ScoredPeopleModel(found.Model, view, found.Card, filter, people, ViewPaths.Named(engine, ordered.Skip(filter.Skip).Take(ScoredFilter.OfPage)), ordered.Count));
    }
}
