using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Onsite.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Onsite;

/// <summary>The list of pieces. <paramref name="Origin"/>: where the reader reached this server, for the line to put into the site.</summary>
public sealed record OnsiteModel(IReadOnlyList<Piece> Pieces, bool MayChange, string Origin, Text? Said, long Now);

/// <summary>The form of a piece; a new one has no id yet.</summary>
public sealed record PieceFormModel(Piece Piece, bool IsNew, PieceError? Error, string? Experiment);

/// <summary>What a piece looks like and who would see it: people for whom its rule holds, null where it cannot be asked.</summary>
public sealed record PiecePreviewModel(Piece Piece, PieceError? Error, long? People);

/// <summary>`/onsite`: content for slots of a site, listed, written and seen before it is shown.</summary>
internal sealed class OnsiteEndpoints(DataHost host)
{
    private static readonly Dictionary<string, Text> Done = new(StringComparer.Ordinal)
    {
        ["saved"] = new("Saved. Sites show it from now on.", "Guardado. Los sitios lo muestran desde ahora."),
        ["deleted"] = new("Deleted. Sites show it no more.", "Borrado. Los sitios ya no lo muestran."),
    };

    private readonly KeptReadings<object> counts = new(host.Clock);

    private PieceDesk Desk => PieceDesk.Of(host);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGroup("/onsite").RequirePermission(Permission.ReadNumbers).MapReads("", Show);
        var change = routes.MapGroup("/onsite").RequirePermission(Permission.Send);
        change.MapReads("/new", (HttpContext http) => Form(http, New(), isNew: true, null));
        change.MapPost("/preview", (Func<HttpContext, IResult>)Preview);
        change.MapPost("", (Func<HttpContext, Task<IResult>>)(http => PutAsync(http, null)));
        change.MapReads("/{id}", (HttpContext http, string id) => Find(http, id) is { } piece ? Form(http, piece, isNew: false, null) : Results.NotFound());
        change.MapPost("/{id}", (HttpContext http, string id) => Find(http, id) is { } piece ? PutAsync(http, piece) : Task.FromResult(Results.NotFound()));
        change.MapPost("/{id}/delete", DeleteAsync);
    }

    private static Piece New() => new("", "", "banner", PieceForm.Banner, new Dictionary<string, PieceText>(StringComparer.Ordinal), EveryHours: 24);

    private Piece? Find(HttpContext http, string id) => Desk.List(http.Visitor().WorkspaceId).FirstOrDefault(piece => piece.Id == id);

    private IResult Show(HttpContext http)
    {
        var visitor = http.Visitor();
        Text? said = Done.TryGetValue(http.Request.Query["done"].ToString(), out var text) ? text : null;
        return http.Page<OnsitePage>(new OnsiteModel(
            Desk.List(visitor.WorkspaceId), visitor.May(Permission.Send), $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}", said, host.NowMs));
    }

    private static IResult Form(HttpContext http, Piece piece, bool isNew, PieceError? error) => http.Page<PieceFormPage>(
        new PieceFormModel(piece, isNew, error, !isNew && piece.Holdout > 0 ? ExperimentBook.PageOf(piece.Experiment) : null), PageAnswers.StatusOf(error));

    private async Task<IResult> PutAsync(HttpContext http, Piece? before)
    {
        var typed = Read(http, before?.Id);
        var error = await Desk.PutAsync(http.Visitor().Engine, typed, before is null, Actor.Of(http), http.RequestAborted);
        return error is null ? Results.Redirect("/onsite?done=saved") : Form(http, typed, before is null, error);
    }

    private async Task<IResult> DeleteAsync(HttpContext http, string id) =>
        await Desk.DeleteAsync(http.Visitor().WorkspaceId, id, Actor.Of(http), http.RequestAborted) ? Results.Redirect("/onsite?done=deleted") : Results.NotFound();

    private IResult Preview(HttpContext http)
    {
        var (engine, typed) = (http.Visitor().Engine, Read(http, null));
        // A piece that has no name or id yet can be seen all the same.
        var shown = typed with { Id = typed.Id.Length == 0 ? "new" : typed.Id, Name = typed.Name.Length == 0 ? "new" : typed.Name };
        var error = shown.Refuse(engine.Rules.Zone);
        var people = error is null ? counts.Of($"{engine.Id}/{shown.When}", engine.Changes, () => Count(engine, shown.When)) as long? : null;
        return http.Part<PiecePreview>(new PiecePreviewModel(shown, error is { Code: "no_text" } ? null : error, people));
    }

    private static object Count(Engine.Runtime.WorkspaceEngine engine, string rule)
    {
        try
        {
            return engine.Read(state => rule.Length == 0 ? -1L : new SegmentCount(state, rule, state.Rules.Zone, state.Now).Count());
        }
        catch (ArgumentException)
        {
            // Names what is not defined.
            return -2L;
        }
    }

    private Piece Read(HttpContext http, string? id)
    {
        var form = http.Request.Form;
        string At(string name) => form[name].ToString().Trim();
        var texts = new Dictionary<string, PieceText>(StringComparer.Ordinal);
        foreach (var language in new[] { "en", "es" })
        {
            var text = new PieceText(At($"title_{language}"), At($"text_{language}"), At($"button_{language}"), At($"href_{language}"), At($"image_{language}"), At($"json_{language}"));
            if (!text.IsEmpty)
            {
                texts[language] = text;
            }
        }
        var zone = http.Visitor().Engine.Rules.Zone;
        return new Piece(
            id ?? At("id"), At("name"), At("slot"), At("form") switch { "modal" => PieceForm.Modal, "inline" => PieceForm.Inline, _ => PieceForm.Banner }, texts, At("when"), Number("priority"),
            Day("from"), Day("to") is > 0 and var last ? last + Durations.Day : 0, Number("holdout") / 100.0, Number("every_hours"), form["on"] == "yes");

        int Number(string name) => int.TryParse(At(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : At(name).Length == 0 ? 0 : -1;
        long Day(string name) => DateOnly.TryParseExact(At(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? zone.StartOfDay(day.Year, day.Month, day.Day) : 0;
    }
}
