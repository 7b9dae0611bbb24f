using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Collect.Contracts;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Keys.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Onsite;

/// <summary>Which slots to fill for whom. `locale` such as es-MX; `privacy`: the visitor asks not to be followed.</summary>
public sealed record PersonaliseRequest(string? WriteKey, string? UserId, string? AnonymousId, IReadOnlyList<string>? Slots, string? Locale, bool? Privacy);

/// <summary>What a slot shows. `id` goes as `message_id` with the events of it; `content` is null for whoever is held out (`arm` is control); `form` is inline, banner or modal.</summary>
public sealed record SlotAnswer(string Id, string Piece, string Arm, string Form, int EveryHours, string Language, JsonObject? Content);

/// <summary>By slot; one that shows nothing is left out.</summary>
public sealed record PersonaliseAnswer(IReadOnlyDictionary<string, SlotAnswer> Slots);

/// <summary>What sites ask: the script, the content of slots, and a word when it may have changed.</summary>
internal sealed class PublicOnsite(DataHost host, IWriteKeys keys, SiteMessages messages)
{
    public const int MostSlots = 20;
    private const int LongestId = 300;
    private const long LargestBody = 16 * 1024;

    /// <summary>Pages of visitors that are told of changes at once; more ask when they are opened.</summary>
    private const int MostLive = 200;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(500);
    /// <summary>Names as the tracking API has them, `writeKey`; a server's request has them in snake_case.</summary>
    private static readonly JsonSerializerOptions Body = new(JsonSerializerDefaults.Web);
    private static readonly byte[] Script = ReadScript();
    private static readonly Lazy<byte[]> Compressed = new(() => Brotli(Script));
    private static readonly string Tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Script))[..16]}\"";
    private static readonly FrozenDictionary<PieceForm, string> Forms = new Dictionary<PieceForm, string> { [PieceForm.Inline] = "inline", [PieceForm.Banner] = "banner", [PieceForm.Modal] = "modal" }.ToFrozenDictionary();

    private int live;

    public void Map(IEndpointRouteBuilder routes)
    {
        // Open like the tracking API: a write key is public, and no cookie counts here.
        var open = routes.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        open.MapGet("/onsite.js", SendScript);
        open.MapPost("/v1/personalise", (Func<HttpContext, Task<IResult>>)PersonaliseAsync);
        open.MapMethods("/v1/personalise", [HttpMethods.Options], Preflight);
        open.MapGet("/v1/onsite/live", Live);
        messages.Map(open, routes, EngineOf);
        routes.MapGroup("/api/v1").RequireScope("read").WithTags("On-site").MapPost("/personalise", ForServerAsync)
            .Produces<PersonaliseAnswer>().ProducesProblem(400).WithSummary("What each slot shows a person now: content by rules over their live profile, with the arm where a share is held out.");
    }

    private async Task<IResult> PersonaliseAsync(HttpContext http)
    {
        Allow(http.Response);
        Limit(http, LargestBody);
        PersonaliseRequest? request;
        try
        {
            // Read whatever its type says: a page that sends text/plain needs no second request for leave.
            request = await JsonSerializer.DeserializeAsync<PersonaliseRequest>(http.Request.Body, Body, http.RequestAborted);
        }
        catch (Exception unreadable) when (unreadable is JsonException or BadHttpRequestException)
        {
            return Problems.BadRequest(http, "bad_json", new Text("Send a JSON object of at most 16 KB.", "Envía un objeto JSON de 16 KB como máximo."));
        }
        return EngineOf(request?.WriteKey) is { } engine
            ? await AnswerAsync(http, engine, request!)
            : NoKey(http);
    }

    public static IResult NoKey(HttpContext http) => Problems.Of(http, 401, "no_key", new Text("Send the write key of the site as `writeKey`.", "Envía la clave de escritura del sitio como `writeKey`."));

    public static void Limit(HttpContext http, long bytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = bytes;
        }
    }

    private Task<IResult> ForServerAsync(HttpContext http, PersonaliseRequest request) => AnswerAsync(http, http.Caller().Engine, request);

    private async Task<IResult> AnswerAsync(HttpContext http, WorkspaceEngine engine, PersonaliseRequest request)
    {
        var slots = (request.Slots ?? []).Where(slot => slot is not null).Distinct(StringComparer.Ordinal).ToList();
        if (slots.Count is 0 or > MostSlots || !slots.TrueForAll(Piece.IsWord) || request.UserId is { Length: > LongestId } || request.AnonymousId is { Length: > LongestId } || request.Locale is { Length: > 35 })
        {
            return Problems.BadRequest(http, "bad_slots", new Text(
                $"Name 1 to {MostSlots} slots of lower-case letters, digits, - and _; ids have at most {LongestId} characters.",
                $"Nombra de 1 a {MostSlots} espacios con minúsculas, dígitos, - y _; los ids tienen {LongestId} caracteres como máximo."));
        }
        var isPrivate = request.Privacy == true || http.Request.Headers["Sec-GPC"] == "1";
        var choices = await PieceDesk.Of(host).ChooseAsync(engine, new Asked(isPrivate ? [] : References(request.UserId, request.AnonymousId), slots, request.Locale ?? "", isPrivate), http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new PersonaliseAnswer(choices.ToDictionary(choice => choice.Slot, choice => Of(choice, request.Locale ?? ""), StringComparer.Ordinal)), ApiJson.Options);
    }

    private SlotAnswer Of(Choice choice, string locale)
    {
        var (language, text) = choice.Piece.In(locale);
        return new SlotAnswer($"ons_{Guid.CreateVersion7(host.Clock.GetUtcNow()):N}", choice.Piece.Id, choice.Arm, Forms[choice.Piece.Form], choice.Piece.EveryHours, language, choice.Arm == IAssignments.Control ? null : Content(text));
    }

    private static JsonObject Content(PieceText text) => text.Json.Length > 0
        ? new JsonObject { ["data"] = JsonNode.Parse(text.Json) }
        : new JsonObject { ["title"] = text.Title, ["text"] = text.Text, ["button"] = text.Button, ["href"] = text.Href, ["image"] = text.Image };

    private IResult Live(HttpContext http, string? writeKey, string? userId, string? anonymousId)
    {
        Allow(http.Response);
        var references = References(userId, anonymousId);
        if (EngineOf(writeKey) is not { } engine || references.Count == 0 || references.Any(reference => reference.Length > LongestId + 20))
        {
            // A browser that is answered 204 does not ask again.
            return Results.NoContent();
        }
        if (Interlocked.Increment(ref live) > MostLive)
        {
            Interlocked.Decrement(ref live);
            return Results.NoContent();
        }
        return new EventStream(host.Clock, async (line, cancellation) =>
        {
            try
            {
                var (seen, commits, mark) = (engine.Changes, host.Database.Commits, MarkOf(engine, references));
                await line.SayAsync("ready", "", cancellation);
                long? said = null;
                while (true)
                {
                    var waits = MessagePickup.NextDue(host, engine.Id, MessagePickup.Onsite, SiteMessages.PersonOf(engine, userId, anonymousId));
                    // Said once: a page that nobody looks at leaves the message for the next one.
                    if (waits <= host.NowMs && waits != said)
                    {
                        said = waits;
                        await line.SayAsync("message", "", cancellation);
                    }
                    await UntilAsync(line, engine, seen, commits, waits > host.NowMs ? waits : null, cancellation);
                    (seen, commits) = (engine.Changes, host.Database.Commits);
                    var now = MarkOf(engine, references);
                    if (now != mark)
                    {
                        mark = now;
                        await line.SayAsync("changed", "", cancellation);
                    }
                    await Task.Delay(Breath, host.Clock, cancellation);
                }
            }
            finally
            {
                Interlocked.Decrement(ref live);
            }
        });
    }

    /// <summary>Waits until the person or the records changed, or a message is due.</summary>
    private async Task UntilAsync(EventStream.Line line, WorkspaceEngine engine, long seen, long commits, long? due, CancellationToken cancellation)
    {
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var wait = due is { } at ? TimeSpan.FromMilliseconds(Math.Clamp(at - host.NowMs, 1, LongestWait.TotalMilliseconds)) : Timeout.InfiniteTimeSpan;
        await line.UntilAsync(Task.WhenAny(engine.ChangedAsync(seen, rest.Token), host.Database.CommittedAsync(commits, rest.Token), Task.Delay(wait, host.Clock, rest.Token)), cancellation);
        await rest.CancelAsync();
    }

    /// <summary>What tells one state of a person from another at the cost of some look-ups. How often they were shown something does not count, or showing it would ask again.</summary>
    private static (int Profile, int Moves, int Segments) MarkOf(WorkspaceEngine engine, IReadOnlyList<string> references) => engine.Read(state =>
    {
        var node = references.Select(state.Staged.Identity.Find).FirstOrDefault(found => found >= 0, -1);
        if (node < 0)
        {
            return (-1, 0, 0);
        }
        var profile = state.Staged.Identity.ProfileOf(node);
        var place = state.Placement.Of(profile);
        return (profile, place?.Moves.Length ?? 0, place?.Memberships.Length ?? 0);
    });

    private WorkspaceEngine? EngineOf(string? writeKey) => writeKey is { Length: > 0 and < 200 } && keys.Find(writeKey)?.Workspace is WorkspaceEngine { Ready.IsCompletedSuccessfully: true } engine ? engine : null;

    private static List<string> References(string? userId, string? anonymousId)
    {
        var references = new List<string>(2);
        if (!string.IsNullOrEmpty(userId))
        {
            references.Add("user_id:" + userId);
        }
        if (!string.IsNullOrEmpty(anonymousId))
        {
            references.Add("anonymous_id:" + anonymousId);
        }
        return references;
    }

    private static IResult Preflight(HttpContext http)
    {
        Allow(http.Response);
        http.Response.Headers.AccessControlAllowMethods = "POST, OPTIONS";
        http.Response.Headers.AccessControlAllowHeaders = "Content-Type";
        http.Response.Headers.AccessControlMaxAge = "7200";
        return Results.NoContent();
    }

    public static void Allow(HttpResponse response) => response.Headers.AccessControlAllowOrigin = "*";

    private static IResult SendScript(HttpContext http)
    {
        Allow(http.Response);
        var headers = http.Response.Headers;
        headers.CacheControl = "public, max-age=3600";
        headers.ETag = Tag;
        headers.Vary = "Accept-Encoding";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        if (http.Request.Headers.IfNoneMatch == Tag)
        {
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }
        if (!http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
        {
            return Results.Bytes(Script, "text/javascript; charset=utf-8");
        }
        headers.ContentEncoding = "br";
        return Results.Bytes(Compressed.Value, "text/javascript; charset=utf-8");
    }

    private static byte[] ReadScript()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Ciclo.Modules.Onsite.Client.onsite.js")!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static byte[] Brotli(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var brotli = new BrotliStream(memory, CompressionLevel.SmallestSize))
        {
            brotli.Write(bytes);
        }
        return memory.ToArray();
    }
}
