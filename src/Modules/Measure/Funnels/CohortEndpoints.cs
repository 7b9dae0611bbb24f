using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Analytics;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Measure.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Measure.Funnels;

/// <summary>The page around the matrix.</summary>
public sealed record CohortPageModel(CohortAsked Asked, IReadOnlyList<string> Events, bool HasEvents);

/// <summary>The matrix, or what is wrong with the question. Cells of the period that holds <paramref name="Now"/> are not whole yet.</summary>
public sealed record CohortModel(CohortAsked Asked, RetentionMatrix? Matrix, Text? Refusal, long Now);

/// <summary>The people of one cell; with <paramref name="Later"/> null those of the whole cohort.</summary>
public sealed record CohortPeopleModel(CohortAsked Asked, string Cohort, int? Later, IReadOnlyList<ShownRow> People, int Count);

/// <summary>`/cohorts`: of those first active in a period, who came back when.</summary>
internal sealed class CohortEndpoints(DataHost host)
{
    private const int MostEvents = 300;
    private const int Shown = 500;

    private static readonly string[] Firsts = ["Order Completed", "Subscription Started", "Signed Up"];

    private readonly KeptReadings<CohortModel> matrices = new(host.Clock);

    public void Map(IEndpointRouteBuilder routes)
    {
        var numbers = routes.MapGroup("/cohorts").RequirePermission(Permission.ReadNumbers);
        numbers.MapReads("", (HttpContext http) => http.Page<CohortPage>(PageOf(http)));
        numbers.MapReads("/matrix", (HttpContext http) => http.Part<CohortPart>(MatrixOf(http)));
        routes.MapGroup("/cohorts").RequirePermission(Permission.ReadPeople).MapReads("/people", (HttpContext http, string cohort, int? later) =>
            PeopleOf(http, cohort, later) is { } model ? http.Page<CohortPeoplePage>(model) : Results.NotFound());
    }

    private static CohortAsked AskedOf(HttpContext http) => http.Visitor().Engine.Read(state =>
    {
        var seen = state.Staged.Schema.Events;
        var first = Firsts.FirstOrDefault(name => state.Staged.EventNames.Find(name) is >= 0 and var number && seen.ContainsKey(number))
            ?? seen.OrderByDescending(pair => pair.Value).Select(pair => state.Staged.EventNames[pair.Key]).FirstOrDefault() ?? "page";
        return CohortAsked.From(http.Request.Query, first, first);
    });

    private static CohortPageModel PageOf(HttpContext http)
    {
        var asked = AskedOf(http);
        return http.Visitor().Engine.Read(state => new CohortPageModel(
            asked, ["any", "page", "screen", .. state.Staged.Schema.Events.OrderByDescending(pair => pair.Value).Take(MostEvents).Select(pair => state.Staged.EventNames[pair.Key])], state.Staged.History.Count > 0));
    }

    private CohortModel MatrixOf(HttpContext http)
    {
        var (engine, asked) = (http.Visitor().Engine, AskedOf(http));
        return matrices.Of(engine.Id + asked.Query, engine.Changes, () =>
        {
            var now = Latest.Of(engine);
            var periods = AskedPeriods.Latest(asked.By, engine.Rules.Zone, asked.Shown, now);
            try
            {
                var question = new RetentionQuestion(Selectors.Of(asked.First), Selectors.Of(asked.Return), asked.By, periods.Start, periods.End) { Kind = asked.Kind };
                return new CohortModel(asked, engine.Read(state => new RetentionScan(state, question).Answer()), null, now);
            }
            catch (RuleException wrong)
            {
                return new CohortModel(asked, null, Refusals.BadSelector(wrong.Error), now);
            }
        });
    }

    private static CohortPeopleModel? PeopleOf(HttpContext http, string cohort, int? later)
    {
        var (engine, asked) = (http.Visitor().Engine, AskedOf(http));
        if (MetricAsked.One(asked.By, engine.Rules.Zone, cohort) is not { } first || later is < 0 or > 400)
        {
            return null;
        }
        var span = Periods.Of(asked.By, engine.Rules.Zone, first.Start, Math.Max(first.End, Latest.Of(engine) + 1));
        if (later >= span.Count)
        {
            return null;
        }
        try
        {
            var question = new RetentionQuestion(Selectors.Of(asked.First), Selectors.Of(asked.Return), asked.By, span.Start, span.End) { Kind = asked.Kind };
            return engine.Read(state =>
            {
                var found = new RetentionScan(state, question).Profiles(0, later, http.RequestAborted);
                var people = found.Take(Shown).Select(one => new ShownRow(state.Staged.Identity.PublicId(one), state.Staged.Identity.PrintedUserId(one), 0, "", 1, 0)).ToList();
                return new CohortPeopleModel(asked, cohort, later, people, found.Count);
            });
        }
        catch (RuleException)
        {
            return null;
        }
    }
}
