using System.Diagnostics;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Identity;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Profiles.Contracts;
using Ciclo.Modules.Sources.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Sources;

/// <summary>`/sources` and its pages but the refused items: health, events seen, aliases, identities.</summary>
internal sealed class SourceEndpoints(DataHost host, SchemaSurveys surveys)
{
    private const int LongestQuery = 200;

    public void Map(IEndpointRouteBuilder routes)
    {
        var numbers = routes.MapGroup("/sources").RequirePermission(Permission.ReadNumbers);
        numbers.MapReads("", (HttpContext http) => http.Page<HealthPage>(Health(http)));
        numbers.MapReads("/health", (HttpContext http) => http.Part<HealthPart>(Health(http)));
        numbers.MapReads("/live", (HttpContext http) => LiveJournal.Of(http.Visitor().Engine, host.Clock));
        numbers.MapReads("/aliases", (HttpContext http) => Aliases(http, null));
        var people = routes.MapGroup("/sources").RequirePermission(Permission.ReadPeople);
        people.MapReads("/schema", (HttpContext http) => http.Page<SchemaPage>(Schema(http, null)));
        people.MapReads("/schema/survey", (HttpContext http) => http.Part<SchemaPart>(Schema(http, surveys.Of(http.Visitor().Engine, http.RequestAborted))));
        people.MapReads("/identities", (HttpContext http) => Identities(http, null));
        routes.MapGroup("/sources/aliases").RequirePermission(Permission.ChangeDefinitions).MapSends("", (Func<HttpContext, Task<IResult>>)SetAliasAsync);
        routes.MapGroup("/sources/identities").RequirePermission(Permission.ChangePeople).MapSends("", (Func<HttpContext, Task<IResult>>)CommandAsync);
    }

    private HealthModel Health(HttpContext http) => HealthReading.Of(host, http.Visitor().Engine, http.Visitor().May(Permission.KeysAndSources));

    private static SchemaModel Schema(HttpContext http, SchemaSurvey? survey)
    {
        var query = http.Request.Query["q"].ToString().Trim();
        return http.Visitor().Engine.Read(state => SchemaReading.Of(state, query.Length > LongestQuery ? query[..LongestQuery] : query, survey));
    }

    private PageResult<AliasesPage> Aliases(HttpContext http, Text? refusal)
    {
        var (visitor, query) = (http.Visitor(), http.Request.Query);
        var (sent, name) = (EventAliases.Normal(query["sent"].ToString()), EventAliases.Normal(query["name"].ToString()));
        var aliases = EventAliases.Of(host, visitor.Engine);
        var (preview, names) = visitor.Engine.Read(state =>
        {
            long CountOf(string one) => state.Staged.EventNames.Find(one) is >= 0 and var number ? state.Staged.Schema.Events.GetValueOrDefault(number) : 0;
            var all = state.Staged.Schema.Events.OrderByDescending(pair => pair.Value).Take(300).Select(pair => state.Staged.EventNames[pair.Key]).ToList();
            return (sent.Length > 0 && name.Length > 0 && sent != name ? new AliasPreview(sent, name, CountOf(sent), CountOf(name), state.Staged.History.Count) : null, all);
        });
        return http.Page<AliasesPage>(new AliasesModel([.. aliases], names, preview, visitor.May(Permission.ChangeDefinitions), refusal), PageAnswers.StatusOf(refusal));
    }

    private async Task<IResult> SetAliasAsync(HttpContext http)
    {
        var form = http.Request.Form;
        var (sent, name) = (form["sent"].ToString(), form["name"].ToString());
        var isRemoval = form["remove"] == "1";
        if (isRemoval && !EventAliases.Of(host, http.Visitor().Engine).ContainsKey(sent))
        {
            return Aliases(http, new Text("There is no such alias any more.", "Ese alias ya no existe."));
        }
        var refusal = await EventAliases.SetAsync(host, http.Visitor().Engine, sent, isRemoval ? null : name, Actor.Of(http), http.RequestAborted);
        return refusal is null ? Results.Redirect("/sources/aliases") : Aliases(http, refusal);
    }

    private static PageResult<IdentitiesPage> Identities(HttpContext http, Text? refusal)
    {
        var visitor = http.Visitor();
        var model = visitor.Engine.Read(state => IdentitiesReading.Of(state, visitor.May(Permission.ChangePeople)));
        return http.Page<IdentitiesPage>(model with { Refusal = refusal }, PageAnswers.StatusOf(refusal));
    }

    private async Task<IResult> CommandAsync(HttpContext http)
    {
        var form = http.Request.Form;
        IdentityCommandKind? kind = form["kind"].ToString() switch
        {
            "join" => IdentityCommandKind.Join,
            "separate" => IdentityCommandKind.Separate,
            "lift" => IdentityCommandKind.Lift,
            _ => null,
        };
        if (kind is not { } command)
        {
            return Identities(http, new Text("Say whether to join, to separate or to lift.", "Indica si unir, separar o levantar."));
        }
        var (a, b) = (form["a"].ToString().Trim(), form["b"].ToString().Trim());
        var refusal = a.Length > 600 || b.Length > 600
            ? new Text("An identifier has at most 512 characters.", "Un identificador tiene 512 caracteres como máximo.")
            : await IdentityActions.RunAsync(host, http.Visitor().Engine, command, a, b, Actor.Of(http), http.RequestAborted);
        return refusal is null ? Results.Redirect("/sources/identities") : Identities(http, refusal);
    }
}

/// <summary>What an alias would do: how many events change their name, and how many have the other name already.</summary>
public sealed record AliasPreview(string Sent, string Name, long Events, long Already, long All);

public sealed record AliasesModel(IReadOnlyList<KeyValuePair<string, string>> Aliases, IReadOnlyList<string> Names, AliasPreview? Preview, bool MayChange, Text? Refusal);

/// <summary>
/// Where identity resolution held back: groups over the limit, links that a limit or a person refused, pairs that a person keeps apart.
/// <paramref name="LookedAtAll"/>: whether every link was looked at within the time that the page has.
/// </summary>
public sealed record IdentitiesModel(
    IReadOnlyList<QuarantineRow> Quarantined, IReadOnlyList<LinkRow> Refused, bool LookedAtAll, IReadOnlyList<SeparationRow> Separations, int Limit, bool MayChange, Text? Refusal = null);

internal static class IdentitiesReading
{
    public const int MostShown = 100;

    /// <summary>Links are looked through while the engine waits; what is past this is said to be unseen.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(40);

    public static IdentitiesModel Of(EngineState state, bool mayChange)
    {
        var identity = state.Staged.Identity;
        var started = Stopwatch.GetTimestamp();
        var refused = new List<LinkRow>();
        var isWhole = true;
        foreach (var link in identity.Links)
        {
            if (link.State == LinkState.Refused)
            {
                refused.Add(link);
            }
            if (refused.Count == MostShown || Stopwatch.GetElapsedTime(started) > Budget)
            {
                isWhole = false;
                break;
            }
        }
        return new IdentitiesModel([.. identity.Quarantined.Take(MostShown)], refused, isWhole, [.. identity.Separations.Take(MostShown)], identity.Limits.MaxComponent, mayChange);
    }
}
