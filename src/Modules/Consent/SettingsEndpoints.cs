using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Consent.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Consent;

/// <summary>The page of settings. <paramref name="Suppressed"/>: how many addresses are on that list; <paramref name="Origin"/>: where the reader reached this server, offered as its address.</summary>
public sealed record ConsentSettingsModel(ConsentSettings Settings, StoredSettings Stored, ConsentError? Error, bool IsSaved, long Suppressed, string Origin);

/// <summary>Whom the form lets through, beside whom the settings in force do; null where the form cannot hold as it is.</summary>
public sealed record ImpactModel(ConsentSettings Settings, Impact? Changed, Impact Now, ConsentError? Error);

/// <summary>`/settings/consent`.</summary>
internal sealed class SettingsEndpoints(DataHost host)
{
    private readonly KeptReadings<Impact> impacts = new(host.Clock);

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/settings/consent").RequirePermission(Permission.Send);
        group.MapReads("", (HttpContext http) => Show(http, null, null));
        group.MapPost("", (Func<HttpContext, Task<IResult>>)SaveAsync);
        group.MapPost("/impact", (Func<HttpContext, IResult>)ShowImpact);
    }

    private IResult Show(HttpContext http, ConsentSettings? typed, ConsentError? error)
    {
        var workspace = http.Visitor().WorkspaceId;
        var (stored, suppressed) = host.Database.Read(connection => (ConsentStore.Read(connection, workspace), Contracts.Suppressions.Count(connection, workspace)));
        var origin = $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}";
        return http.Page<ConsentSettingsPage>(new ConsentSettingsModel(typed ?? stored.Settings, stored, error, http.Request.Query["done"] == "saved", suppressed, origin), PageAnswers.StatusOf(error));
    }

    private async Task<IResult> SaveAsync(HttpContext http)
    {
        var (visitor, typed) = (http.Visitor(), Read(http.Request.Form));
        if (typed.Refuse(visitor.Engine.Rules.Zone) is { } error)
        {
            return Show(http, typed, error);
        }
        var before = ConsentDesk.Of(host).Settings(visitor.WorkspaceId);
        if (before.Version == 0 || before.Settings.ToJson() != typed.ToJson())
        {
            await host.Database.WriteAsync((connection, transaction) =>
            {
                ConsentStore.Put(connection, transaction, visitor.WorkspaceId, typed, host.NowMs, visitor.UserId);
                AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(visitor.WorkspaceId, Actor.Of(http), AuditActions.ConsentSettingsChanged, $"v{before.Version + 1}", Told(before.Settings, typed)));
                return 0;
            }, http.RequestAborted);
        }
        return Results.Redirect("/settings/consent?done=saved");
    }

    private IResult ShowImpact(HttpContext http)
    {
        var (visitor, typed) = (http.Visitor(), Read(http.Request.Form));
        var error = typed.Refuse(visitor.Engine.Rules.Zone);
        var now = Of(ConsentDesk.Of(host).Settings(visitor.WorkspaceId).Settings);
        return http.Part<ImpactPart>(new ImpactModel(typed, error is null ? Of(typed) : null, now, error));

        // What is counted depends on purposes, channels and rules alone: typing a name counts nobody anew.
        Impact Of(ConsentSettings settings) => impacts.Of(
            $"{visitor.WorkspaceId}/{(settings with { Name = "", BaseUrl = "", Color = "", Quiet = null, Caps = [] }).ToJson()}", visitor.Engine.Changes, () => Impact.Of(visitor.Engine, settings, CancellationToken.None));
    }

    /// <summary>The parts that differ, by their names alone.</summary>
    private static string Told(ConsentSettings before, ConsentSettings after)
    {
        var parts = new (string Name, string Before, string After)[]
        {
            ("purposes", string.Join(';', before.Purposes), string.Join(';', after.Purposes)), ("channels", string.Join(';', before.Channels), string.Join(';', after.Channels)),
            ("quiet_hours", $"{before.Quiet}", $"{after.Quiet}"), ("caps", string.Join(';', before.Caps), string.Join(';', after.Caps)), ("hold_backs", string.Join(';', before.HoldBacks), string.Join(';', after.HoldBacks)),
            ("pages", before.BaseUrl + before.Name + before.Color, after.BaseUrl + after.Name + after.Color),
        };
        return string.Join(' ', parts.Where(part => part.Before != part.After).Select(part => part.Name));
    }

    /// <summary>What was typed, as it is: what cannot hold is refused by the settings themselves. A line without an id, a number or a rule is none.</summary>
    internal static ConsentSettings Read(IFormCollection form)
    {
        string At(string name, int i) => form[name] is var values && i < values.Count ? (values[i] ?? "").Trim() : "";
        var purposes = Enumerable.Range(0, form["purpose_id"].Count).Where(i => At("purpose_id", i).Length > 0).Select(i => new Purpose(
            At("purpose_id", i), At("purpose_en", i), At("purpose_es", i), At("purpose_default", i) switch { "opt_out" => ConsentDefault.OptOut, "transactional" => ConsentDefault.Transactional, _ => ConsentDefault.OptIn },
            At("purpose_confirm", i) == "yes"));
        var caps = Enumerable.Range(0, form["cap_most"].Count).Where(i => At("cap_most", i).Length > 0).Select(i => new FrequencyCap(At("cap_channel", i), Number(At("cap_most", i)), Number(At("cap_days", i))));
        var held = Enumerable.Range(0, form["hold_rule"].Count).Where(i => At("hold_rule", i).Length > 0).Select(i => new HoldBack(At("hold_en", i), At("hold_es", i), At("hold_rule", i)));
        var (from, to) = (At("quiet_from", 0), At("quiet_to", 0));
        return new ConsentSettings(
            [.. purposes], [.. form["channel"].OfType<string>().Distinct(StringComparer.Ordinal)], from.Length + to.Length == 0 ? null : new QuietHours(Minute(from), Minute(to)), [.. caps], [.. held],
            At("base_url", 0).TrimEnd('/'), At("name", 0), At("color", 0));
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static int Minute(string text) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? (time.Hour * 60) + time.Minute : -1;

    /// <summary>`21:00`, as time fields take it.</summary>
    internal static string Clock(int? minute) => minute is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / 60:00}:{known % 60:00}") : "";
}
