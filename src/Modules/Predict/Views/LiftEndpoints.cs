using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Predict.Pages;
using Ciclo.Modules.Profiles.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Predict.Views;

/// <summary>Whom an experiment moves; <paramref name="MayChange"/>: the visitor may make segments.</summary>
public sealed record LiftModel(string Experiment, LiftAnswer Answer, bool MayChange, bool MayReadPeople);

/// <summary>
/// Which people of an experiment. <paramref name="IsTreated"/>: null for both groups; <paramref name="Tenth"/> and <paramref name="Rule"/>: places, null for any; <paramref name="Inside"/>: on
/// which side of the rule.
/// </summary>
public sealed record LiftFilter(bool? IsTreated, bool OnlyConverted, int? Tenth, int? Rule, bool Inside)
{
    public static LiftFilter All { get; } = new(null, false, null, null, true);

    public bool Takes(in LiftPerson person) => (IsTreated is not { } treated || person.IsTreated == treated) && (!OnlyConverted || person.Converted) && (Tenth is not { } tenth || person.Tenth == tenth)
        && (Rule is not { } rule || ((person.Inside >> rule) & 1) == 1 == Inside);

    public static LiftFilter Read(IQueryCollection query) => new(
        query["group"].ToString() switch { "treated" => true, "control" => false, _ => null }, query["converted"] == "yes", PlaceOf(query["tenth"]), PlaceOf(query["rule"]), query["side"] != "out");

    public string PathOf(string experiment) => $"/models/lift/{Uri.EscapeDataString(experiment)}/people" + QueryString.Create(
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["group"] = IsTreated switch { true => "treated", false => "control", _ => null }, ["converted"] = OnlyConverted ? "yes" : null, ["tenth"] = Tenth?.ToString(CultureInfo.InvariantCulture),
            ["rule"] = Rule?.ToString(CultureInfo.InvariantCulture), ["side"] = Rule is not null && !Inside ? "out" : null,
        }.Where(one => one.Value is not null));

    private static int? PlaceOf(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < 10 ? place : null;
}

/// <summary>People behind a number of "Whom does it move?", the most movable first. <paramref name="Rule"/>: the rule that was asked by.</summary>
public sealed record LiftPeopleModel(
    string Experiment, Text Name, LiftFilter Filter, LiftRule? Rule, IReadOnlyList<(string Id, string Name, LiftPerson Person)> Shown, int Count)
{
    public const int Most = 500;
}

/// <summary>`/models/lift/{experiment}`, a part of the experiment's page, and the people behind its numbers.</summary>
internal sealed class LiftEndpoints(DataHost host)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGroup("/models/lift").RequirePermission(Permission.ReadNumbers).MapReads("/{id}", (HttpContext http, string id) =>
            LiftReading.Of(host).Of(http.Visitor().Engine, id, CancellationToken.None) is { } answer
                ? http.Part<LiftPart>(new LiftModel(id, answer, http.Visitor().May(Permission.ChangeDefinitions), http.Visitor().May(Permission.ReadPeople))) : Results.NotFound());
        routes.MapGroup("/models/lift").RequirePermission(Permission.ReadPeople).MapReads("/{id}/people", People);
    }

    private IResult People(HttpContext http, string id)
    {
        var (engine, filter) = (http.Visitor().Engine, LiftFilter.Read(http.Request.Query));
        if (ExperimentBook.NameOf(host, engine.Id, id) is not { } name || LiftReading.Of(host).Of(engine, id, CancellationToken.None)?.Found is not { } found || filter.Rule >= found.Rules.Count)
        {
            return Results.NotFound();
        }
        var people = found.People.Where(person => filter.Takes(person)).OrderByDescending(person => person.Expected).ThenBy(person => person.Profile).ToList();
        var shown = engine.Read(state => people.Take(LiftPeopleModel.Most)
            .Select(person => (state.Staged.Identity.PublicId(person.Profile), PersonName.Of(ProfileCard.Of(state, person.Profile)), person)).ToList());
        return http.Page<LiftPeoplePage>(new LiftPeopleModel(id, name, filter, filter.Rule is { } rule ? found.Rules[rule] : null, shown, people.Count));
    }
}
