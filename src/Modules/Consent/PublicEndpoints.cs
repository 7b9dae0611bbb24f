using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Consent.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Consent;

/// <summary>What all public pages show: who writes, and where the page's own style is.</summary>
public sealed record PublicModel(string Name, string BrandPath);

/// <summary>The preference page.</summary>
public sealed record PreferencesModel(PublicModel Frame, ConsentSettings Settings, ConsentState State, string Path, bool IsSaved, long Now);

/// <summary>The page of an unsubscription or a confirmation: before it, with a button, or after. <paramref name="Preferences"/>: where everything is decided.</summary>
public sealed record OneAnswerModel(PublicModel Frame, Text Purpose, string Channel, bool IsLeaving, bool IsDone, string Path, string Preferences);

/// <summary>Where a link leads that is none of ours, or is over.</summary>
public sealed record NothingModel(Text Says);

/// <summary>
/// The pages that links in messages open, without signing in: the signed link is all the right there is, so no form token is asked for. A GET changes nothing, for programs that look at mail
/// open links; only a POST does.
/// </summary>
internal sealed class PublicEndpoints(DataHost host, PublicThrottle throttle)
{
    private const long LargestForm = 16 * 1024;
    private static readonly int[] Pauses = [30, 90];

    private ConsentDesk Desk => ConsentDesk.Of(host);

    private ConsentLinks Links => ConsentLinks.Of(host);

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        Page(group, "/p/{token}", LinkKind.Preferences, ShowPreferences, SavePreferencesAsync);
        Page(group, "/u/{token}", LinkKind.Unsubscribe, (http, link) => OneAnswer(http, link, isDone: false), UnsubscribeAsync);
        Page(group, "/confirm/{token}", LinkKind.Confirm, (http, link) => OneAnswer(http, link, isDone: false), ConfirmAsync);
        group.MapGet("/p/{token}/brand.css", (HttpContext http, string token) => Brand(http, token));
    }

    /// <summary>What a link opens: the settings as they are now, and the person it means now; null where nobody is known by it any more.</summary>
    private sealed record Opened(LinkToken Link, WorkspaceEngine Engine, StoredSettings Stored, ConsentPerson? Person);

    private void Page(IEndpointRouteBuilder routes, string pattern, LinkKind kind, Func<HttpContext, Opened, IResult> read, Func<HttpContext, Opened, IFormCollection, Task<IResult>> save)
    {
        routes.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], (HttpContext http, string token) => Open(http, token, kind, out var opened) ?? read(http, opened!));
        routes.MapPost(pattern, async (HttpContext http, string token) =>
        {
            if (Open(http, token, kind, out var opened) is { } refusal)
            {
                return refusal;
            }
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            {
                size.MaxRequestBodySize = LargestForm;
            }
            try
            {
                var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted) : FormCollection.Empty;
                return await save(http, opened!, form);
            }
            catch (Exception unreadable) when (unreadable is InvalidDataException or BadHttpRequestException)
            {
                return Nothing(http, new Text("What was sent cannot be read. Load the page again and choose once more.", "No se puede leer lo que se envió. Vuelve a cargar la página y elige otra vez."), 400);
            }
        });
    }

    /// <summary>Answers the refusal, if there is one.</summary>
    private IResult? Open(HttpContext http, string token, LinkKind kind, out Opened? opened)
    {
        opened = null;
        var (now, network) = (host.NowMs, http.Connection.RemoteIpAddress?.ToString() ?? "");
        http.Response.Headers["X-Robots-Tag"] = "noindex, nofollow, noarchive";
        if (!throttle.Admit(network, now))
        {
            http.Response.Headers.RetryAfter = "60";
            return Nothing(http, new Text("Too much was asked for at once. Load the page again in a minute.", "Se pidió demasiado a la vez. Vuelve a cargar la página en un minuto."), StatusCodes.Status429TooManyRequests);
        }
        if (Links.Read(token, kind) is not { } link || host.FindWorkspace(link.WorkspaceId) is not { Ready.IsCompletedSuccessfully: true } engine)
        {
            throttle.Wrong(network, now);
            return Nothing(http, new Text("This link is not complete. Open it again from the message, or copy it whole.", "Este enlace no está completo. Ábrelo de nuevo desde el mensaje o cópialo entero."), StatusCodes.Status404NotFound);
        }
        if (kind == LinkKind.Confirm && now - link.MadeAt > LinkToken.ConfirmWithin)
        {
            return Nothing(http, new Text("This link is older than 30 days. Sign up again to get a new one.", "Este enlace tiene más de 30 días. Apúntate de nuevo para recibir otro."), StatusCodes.Status410Gone);
        }
        var stored = Desk.Settings(link.WorkspaceId);
        opened = new Opened(link, engine, stored, ConsentDesk.Find(engine, link.Person, stored.Settings));
        return null;
    }

    private IResult ShowPreferences(HttpContext http, Opened opened) => Preferences(http, opened, isSaved: false);

    private PageResult<PreferencesPage> Preferences(HttpContext http, Opened opened, bool isSaved) => new(
        LocaleOf(http, opened),
        new PreferencesModel(
            FrameOf(opened), opened.Stored.Settings, opened.Person?.State ?? new ConsentState(new Dictionary<(string, string), Answer>(), 0), "/p/" + Links.Sign(opened.Link), isSaved, host.NowMs));

    private async Task<IResult> SavePreferencesAsync(HttpContext http, Opened opened, IFormCollection form)
    {
        if (opened.Person is { } person)
        {
            var settings = opened.Stored.Settings;
            var isLeaving = form["do"] == "leave";
            IEnumerable<GivenAnswer> answers = isLeaving
                ? settings.Asked.Select(purpose => new GivenAnswer(purpose.Id, "", false))
                : settings.Asked.SelectMany(purpose => settings.Channels.Select(channel => new GivenAnswer(purpose.Id, channel, form["yes"].Contains($"{purpose.Id}.{channel}"))))
                    // An untouched box that stands for "never asked" is no answer, and becomes none.
                    .Where(answer => answer.IsYes != Stands(settings.Find(answer.Purpose)!, person.State.Of(answer.Purpose, answer.Channel)));
            long? pause = isLeaving || !int.TryParse(form["pause"], out var days) ? null : Pauses.Contains(days) ? host.NowMs + (days * Durations.Day) : days == 0 && person.State.PausedUntil > 0 ? 0 : null;
            await Desk.RecordAsync(opened.Engine, person, SaidOf(http, opened, [.. answers], ConsentMethods.PreferencePage) with { PauseUntil = pause }, http.RequestAborted);
        }
        return Preferences(http, opened with { Person = ConsentDesk.Find(opened.Engine, opened.Link.Person, opened.Stored.Settings) }, isSaved: true);
    }

    /// <summary>Whether messages of a purpose go out as the answer stands: how a box is shown.</summary>
    internal static bool Stands(Purpose purpose, Answer answer) => answer switch
    {
        Answer.Given => true,
        Answer.Unconfirmed => !purpose.NeedsConfirming,
        Answer.None => purpose.Default == ConsentDefault.OptOut,
        _ => false,
    };

    private async Task<IResult> UnsubscribeAsync(HttpContext http, Opened opened, IFormCollection form)
    {
        var isOneClick = form["List-Unsubscribe"] == "One-Click";
        if (opened.Person is { } person)
        {
            var said = SaidOf(http, opened, [new GivenAnswer(opened.Link.Purpose, opened.Link.Channel, false)], isOneClick ? ConsentMethods.OneClick : ConsentMethods.UnsubscribePage);
            await Desk.RecordAsync(opened.Engine, person, said, http.RequestAborted);
        }
        return isOneClick ? Results.Text("") : OneAnswer(http, opened, isDone: true);
    }

    private async Task<IResult> ConfirmAsync(HttpContext http, Opened opened, IFormCollection form)
    {
        if (opened.Person is not { } person)
        {
            return Nothing(http, new Text("There is nothing to confirm any more.", "Ya no hay nada que confirmar."), StatusCodes.Status404NotFound);
        }
        await Desk.RecordAsync(opened.Engine, person, SaidOf(http, opened, [new GivenAnswer(opened.Link.Purpose, opened.Link.Channel, true)], ConsentMethods.Confirmed), http.RequestAborted);
        return OneAnswer(http, opened, isDone: true);
    }

    private PageResult<OneAnswerPage> OneAnswer(HttpContext http, Opened opened, bool isDone)
    {
        var link = opened.Link;
        var purpose = opened.Stored.Settings.Find(link.Purpose)?.Label ?? Text.Same(link.Purpose);
        var path = link.Kind == LinkKind.Confirm ? "/confirm/" : "/u/";
        return new(LocaleOf(http, opened), new OneAnswerModel(
            FrameOf(opened), purpose, link.Channel, link.Kind == LinkKind.Unsubscribe, isDone, path + Links.Sign(link), "/p/" + Links.Sign(PreferencesOf(opened.Link))));
    }

    private Said SaidOf(HttpContext http, Opened opened, IReadOnlyList<GivenAnswer> answers, string method) => new(
        answers, method, http.Request.Path.Value!.Split('/')[1] switch { "p" => "preferences", "u" => "unsubscribe", _ => "confirm" }, LocaleOf(http, opened).Language == Language.Es ? "es" : "en",
        ConsentKeys.Of(host).Hash(opened.Engine.Id, http.Connection.RemoteIpAddress?.ToString() ?? ""), opened.Link.MessageId);

    private IResult Brand(HttpContext http, string token)
    {
        if (Links.Read(token, LinkKind.Preferences) is not { } link)
        {
            return Results.NotFound();
        }
        http.Response.Headers.CacheControl = "private, max-age=300";
        return Results.Text(BrandColor.Css(Desk.Settings(link.WorkspaceId).Settings.Color), "text/css; charset=utf-8");
    }

    private static LinkToken PreferencesOf(LinkToken link) => link with { Kind = LinkKind.Preferences, Channel = "", Purpose = "", MadeAt = 0 };

    private PublicModel FrameOf(Opened opened)
    {
        var settings = opened.Stored.Settings;
        return new(settings.Name.Length > 0 ? settings.Name : opened.Engine.Id, settings.Color.Length > 0 ? $"/p/{Links.Sign(PreferencesOf(opened.Link))}/brand.css" : "");
    }

    /// <summary>The reader's language; that of the message where their browser prefers neither.</summary>
    private static Locale LocaleOf(HttpContext http, Opened opened)
    {
        var isNamed = http.Request.Cookies.ContainsKey(ReaderLanguage.Cookie) || http.Request.Headers.AcceptLanguage.ToString().Split(',').Any(part => part.Trim().StartsWith("es", StringComparison.OrdinalIgnoreCase) || part.Trim().StartsWith("en", StringComparison.OrdinalIgnoreCase));
        return new Locale(isNamed || opened.Link.Language != "es" ? ReaderLanguage.Of(http.Request) : Language.Es, opened.Engine.Rules.Zone);
    }

    private static PageResult<NothingPage> Nothing(HttpContext http, Text says, int status) => new(new Locale(ReaderLanguage.Of(http.Request), Zone.Utc), new NothingModel(says), status);
}
