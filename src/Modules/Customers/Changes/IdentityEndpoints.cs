using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Identity;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Customers.List;
using Ciclo.Modules.Customers.Pages;
using Ciclo.Modules.Customers.Search;
using Ciclo.Modules.Profiles.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Customers.Changes;

/// <summary>What the page of joining shows: whom to choose from, or what becomes of the two. <see cref="Made"/> is null where they would stay apart.</summary>
public sealed record MergeModel(string Id, Sketch This, string Query, IReadOnlyList<PersonLook> Found, string? With, Sketch? Other, Sketch? Made);

/// <summary>Two identifiers of a profile that could be separated; <see cref="At"/> is when a person joined them, null for others.</summary>
public sealed record Seam(string A, string B, long? At);

/// <summary>What the page of separating shows: the seams, or the parts that one of them leaves.</summary>
public sealed record SeparateModel(string Id, Sketch This, IReadOnlyList<Seam> Seams, Seam? Chosen, IReadOnlyList<Sketch> Parts);

/// <summary>Who is who, said by people: joining two customers and taking it back, each seen before it is done.</summary>
internal sealed class IdentityEndpoints(DataHost host)
{
    private const int MostShown = 10;
    public void Map(IEndpointRouteBuilder routes)
    {
        var change = routes.MapGroup("/customers/{id}").RequirePermission(Permission.ChangePeople);
        change.MapReads("/merge", MergePageAsync);
        change.MapSends("/merge", MergeAsync);
        change.MapReads("/separate", SeparatePage);
        change.MapSends("/separate", SeparateAsync);
    }

    private async Task<IResult> MergePageAsync(HttpContext http, string id)
    {
        var engine = http.Visitor().Engine;
        var (query, with) = (http.Request.Query["query"].ToString().Trim(), http.Request.Query["with"].ToString());
        var model = engine.Read(state => MergeOf(state, id, with));
        if (model is null)
        {
            return CustomerEndpoints.NotFound(http, id);
        }
        if (query.Length is > 0 and <= CustomersAsked.LongestQuery)
        {
            var found = await new ListFinder(host, engine).Index.FindAsync(query, http.RequestAborted);
            var looks = ListRows.Looks(host, http.Visitor(), found.Take(MostShown + 1).Select(one => one.Profile));
            model = model with { Query = query, Found = [.. looks.Where(one => one.Id != model.Id).Take(MostShown)] };
        }
        return http.Page<MergePage>(model);
    }

    private static MergeModel? MergeOf(EngineState state, string id, string with)
    {
        var identity = state.Staged.Identity;
        var (profile, known) = People.Find(state, id);
        if (profile < 0)
        {
            return null;
        }
        var model = new MergeModel(known, Sketch.Of(state, identity.MembersOf(profile).ToArray()), "", [], null, null, null);
        var (other, otherId) = with.Length == 0 ? (-1, "") : People.Find(state, with);
        if (other < 0 || other == profile)
        {
            return model;
        }
        var parts = IdentityPreview.Of(identity, IdentityCommandKind.Join, profile, other, state.Now);
        var made = parts?.FirstOrDefault(part => part.Contains(profile) && part.Contains(other));
        return model with { With = otherId, Other = Sketch.Of(state, identity.MembersOf(other).ToArray()), Made = made is null ? null : Sketch.Of(state, made) };
    }

    private async Task<IResult> MergeAsync(HttpContext http, string id)
    {
        var with = http.Request.Form["with"].ToString();
        var (known, other) = http.Visitor().Engine.Read(state => (People.Find(state, id), People.Find(state, with)));
        if (known.Profile < 0)
        {
            return CustomerEndpoints.NotFound(http, id);
        }
        var why = other.Profile < 0 || other.Profile == known.Profile
            ? new Text("Choose another customer to join with.", "Elige otro cliente con quien unirlo.")
            : await SayAsync(http, IdentityCommandKind.Join, known.Id, other.Id);
        return why is { } refused ? Refusals.Page(http, refused, $"/customers/{known.Id}/merge") : CustomerEndpoints.Back(NowOf(http, known.Id), "merged");
    }

    private static IResult SeparatePage(HttpContext http, string id)
    {
        var (a, b, part) = (http.Request.Query["a"].ToString(), http.Request.Query["b"].ToString(), http.Request.Query["part"].ToString());
        var model = http.Visitor().Engine.Read(state => SeparateOf(state, id, a, b, part));
        return model is null ? CustomerEndpoints.NotFound(http, id) : http.Page<SeparatePage>(model);
    }

    private static SeparateModel? SeparateOf(EngineState state, string id, string a, string b, string part)
    {
        var identity = state.Staged.Identity;
        var (profile, known) = People.Find(state, id);
        if (profile < 0)
        {
            return null;
        }
        var members = identity.MembersOf(profile).ToArray();
        var seams = SeamsOf(identity, members);
        var chosen = seams.FirstOrDefault(seam => (seam.A == a && seam.B == b) || (part.Length > 0 && (seam.B == part || seam.A == part)));
        var parts = chosen is null ? null : IdentityPreview.Of(identity, IdentityCommandKind.Separate, identity.Find(chosen.A), identity.Find(chosen.B), state.Now);
        return new SeparateModel(known, Sketch.Of(state, members), seams, parts is null ? null : chosen,
            parts is null ? [] : [.. parts.Where(nodes => nodes.Any(members.Contains)).Select(nodes => Sketch.Of(state, nodes))]);
    }

    /// <summary>What a person joined stands first, the newest on top: taking a merge back is what the page is for. Then each identifier against the one seen first.</summary>
    private static List<Seam> SeamsOf(IdentityGraph identity, int[] members)
    {
        var first = members.OrderBy(identity.FirstSeenOf).First();
        var joins = members.SelectMany(identity.LinksOf).Where(link => link is { Source: LinkSource.Person, State: LinkState.Joined })
            .OrderByDescending(link => link.At).Select(link => new Seam(link.A.ToString(), link.B.ToString(), link.At));
        return [.. joins, .. members.Where(node => node != first).Select(node => new Seam(identity.IdentifierOf(first).ToString(), identity.IdentifierOf(node).ToString(), null))];
    }

    private async Task<IResult> SeparateAsync(HttpContext http, string id)
    {
        var (a, b) = (http.Request.Form["a"].ToString(), http.Request.Form["b"].ToString());
        var (known, isOfIt) = http.Visitor().Engine.Read(state =>
        {
            var found = People.Find(state, id);
            return (found, found.Profile >= 0 && People.Find(state, a).Profile == found.Profile && People.Find(state, b).Profile == found.Profile);
        });
        if (known.Profile < 0)
        {
            return CustomerEndpoints.NotFound(http, id);
        }
        Text? why = isOfIt ? await SayAsync(http, IdentityCommandKind.Separate, a, b) : new Text("Choose two identifiers of this customer.", "Elige dos identificadores de este cliente.");
        return why is { } refused ? Refusals.Page(http, refused, $"/customers/{known.Id}/separate") : CustomerEndpoints.Back(NowOf(http, known.Id), "separated");
    }

    private Task<Text?> SayAsync(HttpContext http, IdentityCommandKind kind, string a, string b) => IdentityService.RunAsync(
        host, http.Visitor().Engine, kind, a, b, host.NowMs, "cmd_" + Guid.CreateVersion7(host.Clock.GetUtcNow()).ToString("N"), Actor.Of(http), http.RequestAborted);

    /// <summary>The public id of whoever holds that identifier now.</summary>
    private static string NowOf(HttpContext http, string id) => http.Visitor().Engine.Read(state => People.Find(state, id)) is { Profile: >= 0 } found ? found.Id : id;
}
