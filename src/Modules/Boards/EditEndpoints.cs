using Ciclo.Core.Access;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Boards.Pages;
using Ciclo.Modules.Boards.Reading;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Boards;

/// <summary>Dashboards being changed. Every form names the version that it was made from; what does not fit it any more is shown and not done.</summary>
internal sealed class EditEndpoints(DataHost host, BoardService boards)
{
    private const int MostEvents = 300;

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/dashboards/{id}").RequirePermission(Permission.ReadNumbers);
        group.MapReads("/edit", (HttpContext http, string id) => Show(http, id, null));
        group.MapSends("/arrange", ArrangeAsync);
        group.MapSends("/undo", UndoAsync);
        group.MapSends("/settings", SettingsAsync);
        group.MapReads("/add", (HttpContext http, string id) => Mine(http, id) is { } board ? http.Page<ChoosePage>(Choices(http, board)) : Results.NotFound());
        group.MapReads("/choices", (HttpContext http, string id) => Mine(http, id) is { } board ? http.Part<ChoicesPart>(Choices(http, board)) : Results.NotFound());
        group.MapReads("/card", Form);
        group.MapSends("/card", SaveAsync);
        group.MapReads("/preview", Preview);
        group.MapReads("/delete", (HttpContext http, string id) => Mine(http, id) is { } board ? http.Page<DeletePage>(board) : Results.NotFound());
        group.MapSends("/delete", DeleteAsync);
    }

    /// <summary>A dashboard that the visitor may change.</summary>
    private Board? Mine(HttpContext http, string id) =>
        boards.Find(http.Visitor().Engine, id, http.Locale().Language) is { } board && board.Shows(http.Visitor()) && board.MayChange(http.Visitor()) ? board : null;

    private IResult Show(HttpContext http, string id, BoardError? error)
    {
        var status = error == BoardError.Changed ? StatusCodes.Status409Conflict : PageAnswers.StatusOf(error);
        return Mine(http, id) is { } board
            ? http.Page<EditPage>(new EditModel(board, boards.CanUndo(http.Visitor().WorkspaceId, id), error, http.Request.Query["done"]), status)
            : Results.NotFound();
    }

    private async Task<IResult> ArrangeAsync(HttpContext http, string id)
    {
        // A button says one thing (`earlier:card`); what was dragged says the whole order.
        var form = http.Request.Form;
        var (what, card) = form["do"].ToString().Split(':', 2) is [var verb, var name] ? (verb, name) : ("", "");
        var order = form["order"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
        return await ChangeAsync(http, id, board => board with
        {
            Cards = what switch
            {
                "earlier" => Arrangement.Move(board.Cards, card, -1),
                "later" => Arrangement.Move(board.Cards, card, 1),
                "remove" => [.. board.Cards.Where(one => one.Id != card)],
                _ when BoardWords.Find<CardSize>(what) is { } size => Arrangement.Resize(board.Cards, card, size),
                _ => Arrangement.Order(board.Cards, order),
            },
        }, what == "remove" ? "?done=removed" : card.Length > 0 ? "#card-" + Uri.EscapeDataString(card) : "");
    }

    private async Task<IResult> ChangeAsync(HttpContext http, string id, Func<Board, Board> change, string then)
    {
        if (Mine(http, id) is null)
        {
            return Results.NotFound();
        }
        var error = await boards.ChangeAsync(http.Visitor().WorkspaceId, id, VersionOf(http), board => (change(board), null), Actor.Of(http), http.RequestAborted);
        return error is null ? Results.Redirect($"/dashboards/{id}/edit{then}") : Show(http, id, error);
    }

    private async Task<IResult> UndoAsync(HttpContext http, string id)
    {
        if (Mine(http, id) is null)
        {
            return Results.NotFound();
        }
        var error = await boards.UndoAsync(http.Visitor().WorkspaceId, id, VersionOf(http), http.RequestAborted);
        return error is null ? Results.Redirect($"/dashboards/{id}/edit?done=undone") : Show(http, id, error);
    }

    private Task<IResult> SettingsAsync(HttpContext http, string id)
    {
        var form = http.Request.Form;
        return ChangeAsync(http, id, board => board with
        {
            Name = form["name"].ToString().Trim(),
            Description = form["description"].ToString().Trim(),
            // Only its owner takes a dashboard back from the others, or gives it to them.
            Sharing = board.Owner == http.Visitor().UserId ? BoardWords.Find<Sharing>(form["sharing"]) ?? board.Sharing : board.Sharing,
            Period = BoardPeriod.Read(form["by"], form["at"], board.Period),
        }, "?done=saved");
    }

    private ChooseModel Choices(HttpContext http, Board board)
    {
        var (query, language) = (http.Request.Query["query"].ToString().Trim(), http.Locale().Language);
        var words = query.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var found = MetricCatalogue.Of(host).All.Where(metric => metric.Part != LifePart.Stage && words.All(word =>
            metric.Label.In(language).Contains(word, StringComparison.CurrentCultureIgnoreCase) || metric.Formula.In(language).Contains(word, StringComparison.CurrentCultureIgnoreCase)
            || metric.Id.Contains(word, StringComparison.OrdinalIgnoreCase) || MetricWords.PartOf(metric.Part).In(language).Contains(word, StringComparison.CurrentCultureIgnoreCase)));
        return new ChooseModel(board, query, [.. found]);
    }

    private IResult Form(HttpContext http, string id)
    {
        if (Mine(http, id) is not { } board)
        {
            return Results.NotFound();
        }
        if (http.Request.Query["card"].ToString() is { Length: > 0 } known)
        {
            return board.Card(known) is { } card ? http.Page<CardPage>(FormOf(http, board, card, isNew: false, null)) : Results.NotFound();
        }
        var kind = BoardWords.Find<CardKind>(http.Request.Query["kind"]) ?? CardKind.Number;
        var isMetric = kind is CardKind.Number or CardKind.Line or CardKind.Bars or CardKind.Table;
        if (isMetric && MetricCatalogue.Of(host).Find(http.Request.Query["metric"].ToString()) is null)
        {
            return Results.Redirect($"/dashboards/{id}/add");
        }
        var steps = kind is CardKind.Funnel or CardKind.Cohorts ? http.Visitor().Engine.Read(FunnelOf.Suggested) : [];
        return http.Page<CardPage>(FormOf(http, board, new BoardCard("", kind, BoardWords.UsualSize(kind))
        {
            Metric = isMetric ? http.Request.Query["metric"].ToString() : "",
            Steps = kind == CardKind.Cohorts ? [.. steps.TakeLast(1), .. steps.TakeLast(1)] : steps,
        }, isNew: true, null));
    }

    private CardFormModel FormOf(HttpContext http, Board board, BoardCard card, bool isNew, Core.Text? wrong) => new(
        board, card, isNew, MetricCatalogue.Of(host).Find(card.Metric),
        card.Kind is CardKind.Funnel or CardKind.Cohorts or CardKind.Number or CardKind.Line or CardKind.Bars or CardKind.Table
            ? http.Visitor().Engine.Read(state => (IReadOnlyList<string>)["page", "screen", .. state.Staged.Schema.Events.OrderByDescending(pair => pair.Value).Take(MostEvents).Select(pair => state.Staged.EventNames[pair.Key])])
            : [],
        wrong);

    private async Task<IResult> SaveAsync(HttpContext http, string id)
    {
        if (Mine(http, id) is not { } board)
        {
            return Results.NotFound();
        }
        var form = http.Request.Form;
        var known = form["card"].ToString();
        var (card, wrong) = CardForm.Read(name => form[name], MetricCatalogue.Of(host), known.Length > 0 ? known : BoardService.NewId("crd"));
        if (card is null)
        {
            var shown = board.Card(known) ?? new BoardCard("", BoardWords.Find<CardKind>(form["kind"]) ?? CardKind.Number, CardSize.Large) { Metric = form["metric"].ToString() };
            return http.Page<CardPage>(FormOf(http, board, shown, known.Length == 0, wrong), StatusCodes.Status400BadRequest);
        }
        var error = await boards.ChangeAsync(http.Visitor().WorkspaceId, id, VersionOf(http), held => Put(held, card, known), Actor.Of(http), http.RequestAborted);
        return error is null ? Results.Redirect($"/dashboards/{id}/edit#card-{card.Id}") : Show(http, id, error);
    }

    private static (Board?, BoardError?) Put(Board board, BoardCard card, string known) =>
        known.Length > 0
            ? board.Card(known) is null ? (null, BoardError.Changed) : (board with { Cards = [.. board.Cards.Select(one => one.Id == known ? card : one)] }, null)
            : board.Cards.Count >= Board.MostCards ? (null, BoardError.TooMany) : (board with { Cards = [.. board.Cards, card] }, null);

    private IResult Preview(HttpContext http, string id)
    {
        if (Mine(http, id) is not { } board)
        {
            return Results.NotFound();
        }
        var (card, wrong) = CardForm.Read(name => http.Request.Query[name], MetricCatalogue.Of(host), "preview");
        var reading = card is null
            ? new CardReading(new BoardCard("preview", CardKind.Text, CardSize.Large), "", "", null, [], new RefusalFace(wrong ?? default, IsBusy: false))
            : BoardReader.Of(host).Read(http.Visitor().Engine, http.Locale(), board with { Cards = [card] }, card, board.Period);
        return http.Part<CardPart>(new CardModel(reading, HasLinks: true, Arrangement.WidthOf(card?.Size ?? CardSize.Large)));
    }

    private async Task<IResult> DeleteAsync(HttpContext http, string id)
    {
        if (Mine(http, id) is not { } board || board.Owner != http.Visitor().UserId && !http.Visitor().May(Permission.ChangeDefinitions))
        {
            return Results.NotFound();
        }
        return await boards.DeleteAsync(http.Visitor().WorkspaceId, id, Actor.Of(http), http.RequestAborted) is null ? Results.Redirect("/dashboards") : Results.NotFound();
    }

    private static int VersionOf(HttpContext http) => int.TryParse(http.Request.Form["version"], out var version) ? version : -1;
}
