using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Messages.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Messages;

/// <summary>What a message costs on each channel, as typed.</summary>
public sealed record CostModel(IReadOnlyList<(string Id, Text Label, string Typed)> Channels, string Currency, bool IsSaved, Text? Error);

/// <summary>`/settings/costs`.</summary>
internal sealed class CostEndpoints(DataHost host, MessageDesk desk)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/settings/costs").RequirePermission(Permission.Send);
        group.MapReads("", (HttpContext http) => Show(http, null, null));
        group.MapPost("", (Func<HttpContext, Task<IResult>>)SaveAsync);
    }

    private async Task<IResult> SaveAsync(HttpContext http)
    {
        var (visitor, form) = (http.Visitor(), http.Request.Form);
        // A comma is how many write what stands after the whole.
        var typed = desk.Channels.ToDictionary(channel => channel.Id, channel => form[channel.Id].ToString().Trim().Replace(',', '.'), StringComparer.Ordinal);
        var amounts = typed.ToDictionary(pair => pair.Key, pair => pair.Value.Length == 0 ? (decimal?)null : decimal.TryParse(pair.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) ? amount : -1, StringComparer.Ordinal);
        if (amounts.Values.Any(amount => amount is < 0 or > MessageCosts.Most || (amount is { } one && decimal.Round(one, 6) != one)))
        {
            return Show(http, typed, new Text(
                $"A cost is a number from 0 to {MessageCosts.Most:0} with at most six places, such as 0.0008; or nothing.", $"Un costo es un número de 0 a {MessageCosts.Most:0} con seis decimales como máximo, como 0.0008; o nada."));
        }
        await host.Database.WriteAsync((connection, transaction) =>
        {
            foreach (var (channel, amount) in amounts)
            {
                MessageCosts.Put(connection, transaction, visitor.WorkspaceId, channel, amount);
            }
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(visitor.WorkspaceId, Actor.Of(http), AuditActions.SettingChanged, "costs", string.Join(' ', typed.Select(pair => $"{pair.Key}={pair.Value}"))));
            return 0;
        }, http.RequestAborted);
        return Results.Redirect("/settings/costs?done=saved");
    }

    private IResult Show(HttpContext http, Dictionary<string, string>? typed, Text? error)
    {
        var visitor = http.Visitor();
        var costs = MessageCosts.Read(host, visitor.WorkspaceId);
        string Of(string channel) => typed?[channel] ?? (costs.ByChannel.TryGetValue(channel, out var amount) ? amount.ToString("0.######", CultureInfo.InvariantCulture) : "");
        return http.Page<CostPage>(new CostModel(
            [.. desk.Channels.Select(channel => (channel.Id, channel.Label, Of(channel.Id)))], visitor.Engine.Read(state => state.Currency) ?? "", http.Request.Query["done"] == "saved", error), PageAnswers.StatusOf(error));
    }
}
