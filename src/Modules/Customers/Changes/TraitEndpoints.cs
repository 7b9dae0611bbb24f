using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Identity;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Customers.Pages;
using Ciclo.Modules.Profiles.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Customers.Changes;

/// <summary>The form of traits; with <see cref="Changes"/>, what it would change.</summary>
public sealed record TraitsModel(ProfileCard Card, IReadOnlyList<TraitChange>? Changes);

/// <summary>What is known of a customer, edited: seen as old and new before it is done.</summary>
internal sealed class TraitEndpoints(DataHost host)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var change = routes.MapGroup("/customers/{id}/traits").RequirePermission(Permission.ChangePeople);
        change.MapReads("", (HttpContext http, string id) => CardOf(http, id) is { } card ? http.Page<TraitsPage>(new TraitsModel(card, null)) : CustomerEndpoints.NotFound(http, id));
        change.MapSends("", Preview);
        change.MapSends("/apply", ApplyAsync);
    }

    private static IResult Preview(HttpContext http, string id)
    {
        if (CardOf(http, id) is not { } card)
        {
            return CustomerEndpoints.NotFound(http, id);
        }
        var (changes, why) = Read(http, card);
        return why is { } refused ? Refusals.Page(http, refused, $"/customers/{card.Id}/traits") : http.Page<TraitsPage>(new TraitsModel(card, changes));
    }

    private async Task<IResult> ApplyAsync(HttpContext http, string id)
    {
        var visitor = http.Visitor();
        if (CardOf(http, id) is not { } card)
        {
            return CustomerEndpoints.NotFound(http, id);
        }
        var (changes, why) = Read(http, card);
        if (why is { } refused)
        {
            return Refusals.Page(http, refused, $"/customers/{card.Id}/traits");
        }
        if (changes.Count == 0)
        {
            return Results.Redirect($"/customers/{card.Id}");
        }
        var now = host.NowMs;
        var frame = TraitEdit.ToFrame(card, changes, "edit_" + Guid.CreateVersion7(host.Clock.GetUtcNow()).ToString("N"), visitor.UserId, now);
        var position = await visitor.Engine.AppendAsync(frame.Payload, http.RequestAborted);
        await AuditLog.WriteAsync(host, new AuditEntry(visitor.WorkspaceId, Actor.Of(http), AuditActions.TraitsEdited, card.Id, $"{changes.Count} traits"), CancellationToken.None);
        await visitor.Engine.FoldedAsync(position, http.RequestAborted);
        return CustomerEndpoints.Back(card.Id, "traits");
    }

    private static (IReadOnlyList<TraitChange> Changes, Text? Why) Read(HttpContext http, ProfileCard card)
    {
        var (changes, why) = TraitEdit.Read(card.Traits, [.. http.Request.Form["name"]], [.. http.Request.Form["value"]]);
        if (why is null && changes.FirstOrDefault(change => change.Name == "email") is { After.Length: > 0 } email)
        {
            // An address is an identifier: given to a second customer it would join the two behind everybody's back.
            var other = http.Visitor().Engine.Read(state => People.Find(state, "email:" + Identifier.Email(email.After).Value));
            why = !email.After.Contains('@', StringComparison.Ordinal) ? new Text($"'{email.After}' is no e-mail address.", $"'{email.After}' no es una dirección de correo.")
                : other.Profile >= 0 && other.Id != card.Id ? new Text(
                    "Another customer has this e-mail. Join the two instead, if they are one person.", "Otro cliente tiene este correo. Si son la misma persona, únelos.")
                : null;
        }
        return (changes, why);
    }

    private static ProfileCard? CardOf(HttpContext http, string id) => http.Visitor().Engine.Read(state =>
        People.Find(state, id) is { Profile: >= 0 } found ? ProfileCard.Of(state, found.Profile) : null);
}
