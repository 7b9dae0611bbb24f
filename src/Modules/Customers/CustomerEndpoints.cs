using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Customers.Contracts;
using Ciclo.Modules.Customers.Pages;
using Ciclo.Modules.Customers.Timeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Customers;

/// <summary>What was looked for and is not there.</summary>
public sealed record Lost(string Reference);

/// <summary>One customer, and what is said when something was done there.</summary>
internal sealed class CustomerEndpoints(DataHost host, IEnumerable<IPersonScores> scores)
{
    private static readonly Dictionary<string, Text> Done = new(StringComparer.Ordinal)
    {
        ["note"] = new("The note is on the timeline.", "La nota está en la línea de tiempo."),
        ["note-removed"] = new("The note is gone.", "La nota se borró."),
        ["tagged"] = new("The tag is set.", "La etiqueta está puesta."),
        ["untagged"] = new("The tag is removed.", "La etiqueta se quitó."),
        ["listed"] = new("The person is on the list.", "La persona está en la lista."),
        ["delisted"] = new("The person is off the list.", "La persona ya no está en la lista."),
        ["traits"] = new("What is known was changed; it is on the timeline.", "Se cambió lo que se sabe; está en la línea de tiempo."),
        ["merged"] = new("Both are one customer now. Separate the identifiers to undo it.", "Ahora son un solo cliente. Para deshacerlo, separa los identificadores."),
        ["separated"] = new("They are separate customers now. Join them to undo it.", "Ahora son clientes separados. Para deshacerlo, únelos."),
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        var people = routes.MapGroup("").RequirePermission(Permission.ReadPeople);
        people.MapReads("/customers/{reference}", (HttpContext http, string reference) => Show(http, PathValues.Segment(http, 1, reference)));
        people.MapGet("/customers/{id}/live", (HttpContext http, string id) => LiveCustomer.Follow(http, id, host.Clock));
    }

    /// <summary>Where a change leads back to, with what is said there.</summary>
    public static IResult Back(string id, string done) => Results.Redirect($"/customers/{id}?done={done}");

    public static IResult NotFound(HttpContext http, string reference) =>
        http.Page<LostPage>(new Lost(reference), StatusCodes.Status404NotFound);

    private IResult Show(HttpContext http, string reference)
    {
        var engine = http.Visitor().Engine;
        var asked = TimelineAsked.From(http.Request.Query);
        var (id, facts) = engine.Read(state =>
        {
            var (profile, id) = People.Find(state, reference);
            return (id, profile < 0 || id != reference ? null : CustomerFacts.Of(state, profile, asked, scores));
        });
        if (id.Length == 0)
        {
            return NotFound(http, reference);
        }
        if (facts is null)
        {
            // Who was merged, or was asked for by user_id:V, has one address all the same.
            return Results.Redirect($"/customers/{id}{http.Request.QueryString}");
        }
        var locale = http.Locale();
        Text? said = Done.TryGetValue(http.Request.Query["done"].ToString(), out var text) ? text : null;
        return http.Page<CustomerPage>(CustomerReading.Of(host, http.Visitor(), facts, asked, locale, said));
    }
}
