using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Consent.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Consent;

/// <summary>The list of suppressed addresses. <paramref name="Next"/>: where the next ones begin; null where there are no more.</summary>
public sealed record SuppressionsModel(IReadOnlyList<Suppression> Rows, IReadOnlyDictionary<string, Text> Names, string Query, string Reason, int? Next, int Offset, long All, Text? Said, ConsentError? Error, bool MayExport);

/// <summary>`/settings/consent/suppressed`: searched, added to, lifted from and taken out by people.</summary>
internal sealed class SuppressionEndpoints(DataHost host)
{
    private const int PageSize = 100;
    private const int MostAtOnce = 10_000;
    private const int MostExported = 1_000_000;
    private static readonly char[] Between = ['\n', '\r', ',', ';', ' ', '\t'];

    private static readonly Dictionary<string, Text> Done = new(StringComparer.Ordinal)
    {
        ["added"] = new("Added. Nothing goes there from now on.", "Agregada. Ya no se le envía nada."),
        ["known"] = new("It is on the list already.", "Ya estaba en la lista."),
        ["lifted"] = new("Lifted. What consent allows may be sent there again.", "Desbloqueada. Se le puede volver a enviar lo que permita el consentimiento."),
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/settings/consent/suppressed").RequirePermission(Permission.Send);
        group.MapReads("", (HttpContext http) => Show(http, null));
        group.MapPost("", (Func<HttpContext, Task<IResult>>)AddAsync);
        group.MapPost("/lift", (Func<HttpContext, Task<IResult>>)LiftAsync);
        routes.MapGroup("/settings/consent/suppressed.csv").RequirePermission(Permission.EraseAndExport).MapPost("", (Func<HttpContext, Task<IResult>>)ExportAsync);
    }

    private IResult Show(HttpContext http, ConsentError? error)
    {
        var (workspace, query, reason) = (http.Visitor().WorkspaceId, http.Request.Query["query"].ToString(), http.Request.Query["reason"].ToString());
        query = query.Length > Suppressions.LongestAddress ? query[..Suppressions.LongestAddress] : query;
        var offset = int.TryParse(http.Request.Query["from"], out var from) && from is > 0 and < MostExported ? from : 0;
        var (rows, all) = host.Database.Read(connection => (Suppressions.List(connection, workspace, query, reason, offset, PageSize + 1), Suppressions.Count(connection, workspace)));
        var shown = rows.Take(PageSize).ToList();
        Text? said = Done.TryGetValue(http.Request.Query["done"].ToString(), out var text) ? text : null;
        return http.Page<SuppressionsPage>(new SuppressionsModel(
            shown, UserNames.Of(host, [.. shown.Select(row => row.AddedBy).Distinct(StringComparer.Ordinal)]), query, reason, rows.Count > PageSize ? offset + PageSize : null, offset, all, said, error,
            http.Visitor().May(Permission.EraseAndExport)), PageAnswers.StatusOf(error));
    }

    private async Task<IResult> AddAsync(HttpContext http)
    {
        var (workspace, form) = (http.Visitor().WorkspaceId, http.Request.Form);
        var channel = form["channel"].ToString();
        var addresses = form["addresses"].ToString().Split(Between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (Refuse(channel, addresses) is { } error)
        {
            return Show(http, error);
        }
        var added = await host.Database.WriteAsync((connection, transaction) =>
        {
            var count = addresses.Count(address => Suppressions.Add(connection, transaction, workspace, channel, address, SuppressionReasons.Manual, host.NowMs, http.Visitor().UserId));
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, Actor.Of(http), AuditActions.AddressSuppressed, channel, $"{count} addresses"));
            return count;
        }, http.RequestAborted);
        return Results.Redirect("/settings/consent/suppressed?done=" + (added > 0 ? "added" : "known"));
    }

    internal static ConsentError? Refuse(string channel, IReadOnlyList<string> addresses) =>
        !ConsentWords.Channels.ContainsKey(channel) ? new("bad_channel", new($"Choose a channel, of {string.Join(", ", ConsentWords.Channels.Keys)}.", $"Elige un canal, de {string.Join(", ", ConsentWords.Channels.Keys)}."))
        : addresses.Count is 0 or > MostAtOnce ? new("bad_addresses", new($"Write 1 to {MostAtOnce} addresses, one on each line.", $"Escribe de 1 a {MostAtOnce} direcciones, una por línea."))
        : addresses.FirstOrDefault(address => address.Length > Suppressions.LongestAddress || (channel == "email" && !address.Contains('@', StringComparison.Ordinal))) is { } wrong
            ? new("bad_address", new($"'{Short(wrong)}' is no address of this channel. Correct it; nothing was added.", $"'{Short(wrong)}' no es una dirección de este canal. Corrígela; no se agregó nada."))
        : null;

    private async Task<IResult> LiftAsync(HttpContext http)
    {
        var (workspace, form) = (http.Visitor().WorkspaceId, http.Request.Form);
        var isLifted = await host.Database.WriteAsync((connection, transaction) =>
        {
            if (!Suppressions.LiftHash(connection, transaction, workspace, form["channel"].ToString(), form["hash"].ToString()))
            {
                return false;
            }
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, Actor.Of(http), AuditActions.SuppressionLifted, form["channel"].ToString()));
            return true;
        }, http.RequestAborted);
        return isLifted ? Results.Redirect("/settings/consent/suppressed?done=lifted") : Results.NotFound();
    }

    private async Task<IResult> ExportAsync(HttpContext http)
    {
        var workspace = http.Visitor().WorkspaceId;
        var rows = host.Database.Read(connection => Suppressions.List(connection, workspace, "", "", 0, MostExported));
        await AuditLog.WriteAsync(host, new AuditEntry(workspace, Actor.Of(http), AuditActions.SuppressionsExported, "", $"{rows.Count} addresses"), http.RequestAborted);
        return Results.File(
            CsvText.Of(["channel", "address", "reason", "added_at"], rows.Select(row => new[] { row.Channel, row.Address, row.Reason, Instants.Format(row.AddedAt) })), "text/csv; charset=utf-8", "suppressed.csv");
    }

    private static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
