using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Consent;

/// <summary>One purpose on one channel. `answer` is yes, no, unconfirmed or none; `may_send`: whether consent stands in no message's way. `confirm_url` is what to send to the person where a yes waits for it.</summary>
public sealed record ConsentAnswer(string Purpose, string Channel, string Answer, bool MaySend, string? ConfirmUrl);

/// <summary>One answer that was given; an empty channel is all of them. `pause_until` is empty where a pause was ended.</summary>
public sealed record EvidenceAnswer(
    string At, string EventId, IReadOnlyList<GivenAnswer> Answers, string Method, string Source, string Language, string Network, string MessageId, long? WordingVersion, string Wording, string? PauseUntil, string Note);

/// <summary>A person's consent with everything that proves it, oldest first.</summary>
public sealed record ConsentPersonAnswer(string Id, IReadOnlyList<ConsentAnswer> Answers, string? PausedUntil, string PreferencesUrl, IReadOnlyList<EvidenceAnswer> Evidence);

/// <summary>An answer of a request; without a channel it is for all of them.</summary>
public sealed record ConsentPut(string? Purpose, string? Channel, bool? Granted);

/// <summary>What a person said: `method` is api, form, phone, paper or import; `source` such as the form's address; `language` es or en.</summary>
public sealed record ConsentRequest(string? User, IReadOnlyList<ConsentPut>? Answers, string? Method, string? Source, string? Language, string? PauseUntil);

/// <summary>An address that gets nothing; empty where its person was erased.</summary>
public sealed record SuppressionAnswer(string Channel, string Address, string Reason, string AddedAt);

/// <summary>`reason` is hard_bounce, complaint, unsubscribed or manual (the default).</summary>
public sealed record SuppressionRequest(string? Channel, string? Address, string? Reason);

/// <summary>Consent over HTTP.</summary>
internal static class ConsentApi
{
    private const int LongestSource = 200;
    private const int MostAnswers = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/api/v1").RequireScope("read").WithTags("Consent");
        read.MapGet("/consent", Get).Produces<ConsentPersonAnswer>().ProducesProblem(400).ProducesProblem(404).WithSummary("What a person agreed to, by purpose and channel, with every answer and its proof.");
        read.MapGet("/suppressions", List).Produces<Page<SuppressionAnswer>>().ProducesProblem(400).WithSummary("Addresses that get nothing, newest first; `query` is a piece of one.");
        var write = routes.MapGroup("/api/v1").RequireScope("write").WithTags("Consent");
        write.MapPut("/consent", PutAsync).Produces<ConsentPersonAnswer>().ProducesProblem(400).ProducesProblem(404).WithSummary("Say what a person answered. It becomes an event of their history, with method and source as its proof.");
        write.MapPut("/suppressions", SuppressAsync).Produces<SuppressionAnswer>().ProducesProblem(400).WithSummary("Suppress an address: nothing goes there any more. An address that is on the list stays as it is.");
        write.MapDelete("/suppressions", LiftAsync).Produces(204).ProducesProblem(400).ProducesProblem(404).WithSummary("Take an address off the list.");
    }

    /// <summary>A yes is unconfirmed only where the purpose asks for confirming.</summary>
    public static string Word(Purpose purpose, Answer answer) => answer switch
    {
        Consent.Answer.Given => "yes",
        Consent.Answer.Refused => "no",
        Consent.Answer.Unconfirmed => purpose.NeedsConfirming ? "unconfirmed" : "yes",
        _ => "none",
    };

    public static EvidenceAnswer Answer(EvidenceRow row) => new(
        Instants.Format(row.At), row.EventId, row.Answers, row.Method, row.Source, row.Language, row.Network, row.MessageId, row.WordingVersion, row.Wording,
        row.PauseUntil is { } until ? until == 0 ? "" : Instants.Format(until) : null, row.Note);

    private static IResult Get(HttpContext http, string? user, DataHost host) =>
        string.IsNullOrEmpty(user) ? NoUser(http) : Of(http, host, user) is { } answer ? Results.Json(answer, ApiJson.Options) : Unknown(http);

    private static ConsentPersonAnswer? Of(HttpContext http, DataHost host, string user)
    {
        var engine = http.Caller().Engine;
        var settings = ConsentDesk.Of(host).Settings(engine.Id).Settings;
        if (ConsentDesk.Find(engine, user, settings) is not { } person)
        {
            return null;
        }
        var links = ConsentLinks.Of(host);
        return new ConsentPersonAnswer(
            person.Id,
            [.. settings.Asked.SelectMany(purpose => settings.Channels.Select(channel => (purpose, channel, answer: person.State.Of(purpose.Id, channel)))).Select(one => new ConsentAnswer(
                one.purpose.Id, one.channel, Word(one.purpose, one.answer), PublicEndpoints.Stands(one.purpose, one.answer),
                one.purpose.NeedsConfirming && one.answer == Consent.Answer.Unconfirmed ? links.ConfirmUrl(engine.Id, person.Id, one.channel, one.purpose.Id, host.NowMs) : null))],
            person.State.PausedUntil > 0 ? Instants.Format(person.State.PausedUntil) : null, links.PreferencesUrl(engine.Id, person.Id, http.Request.Headers.AcceptLanguage.ToString()),
            [.. Evidence.Of(engine, person.Id).Select(Answer)]);
    }

    private static async Task<IResult> PutAsync(HttpContext http, ConsentRequest request, DataHost host, CancellationToken cancellation)
    {
        var engine = http.Caller().Engine;
        var settings = ConsentDesk.Of(host).Settings(engine.Id).Settings;
        if (string.IsNullOrEmpty(request.User))
        {
            return NoUser(http);
        }
        var answers = request.Answers ?? [];
        long? pause = null;
        if (request.PauseUntil is { } text)
        {
            if (text.Length > 0 && !Instants.TryParse(text, engine.Rules.Zone, out _))
            {
                return Paging.BadInstant(http);
            }
            pause = text.Length > 0 && Instants.TryParse(text, engine.Rules.Zone, out var until) ? until : 0;
        }
        if ((answers.Count == 0 && pause is null) || answers.Count > MostAnswers || answers.FirstOrDefault(answer => answer.Granted is null || settings.Find(answer.Purpose ?? "") is not { Default: not ConsentDefault.Transactional }
            || (answer.Channel is { Length: > 0 } channel && !ConsentWords.Channels.ContainsKey(channel))) is not null)
        {
            var purposes = string.Join(", ", settings.Asked.Select(purpose => purpose.Id));
            return Problems.BadRequest(http, "bad_answers", new Text(
                $"Send 1 to {MostAnswers} answers, each with a purpose ({purposes}), a channel ({string.Join(", ", ConsentWords.Channels.Keys)}, or none for all) and granted true or false.",
                $"Envía de 1 a {MostAnswers} respuestas, cada una con finalidad ({purposes}), canal ({string.Join(", ", ConsentWords.Channels.Keys)}, o ninguno para todos) y granted true o false."));
        }
        var (method, source) = (request.Method ?? ConsentMethods.Api, request.Source ?? "");
        if (!ConsentMethods.OfCallers.Contains(method) || source.Length > LongestSource || request.Language is not (null or "es" or "en"))
        {
            return Problems.BadRequest(http, "bad_proof", new Text(
                $"`method` is one of {string.Join(", ", ConsentMethods.OfCallers)}; `source` has at most {LongestSource} characters; `language` is es or en.",
                $"`method` es uno de {string.Join(", ", ConsentMethods.OfCallers)}; `source` tiene {LongestSource} caracteres como máximo; `language` es es o en."));
        }
        if (ConsentDesk.Find(engine, request.User, settings) is not { } person)
        {
            return Unknown(http);
        }
        var said = new Said([.. answers.Select(answer => new GivenAnswer(answer.Purpose!, answer.Channel ?? "", answer.Granted!.Value))], method, source.Length > 0 ? source : http.Caller().KeyId, request.Language ?? "en", "", PauseUntil: pause);
        await ConsentDesk.Of(host).RecordAsync(engine, person, said, cancellation);
        return Results.Json(Of(http, host, person.Id), ApiJson.Options);
    }

    private static IResult List(HttpContext http, string? query, int? limit, string? cursor, DataHost host)
    {
        if (Paging.Limit(limit) is not { } count)
        {
            return Paging.BadLimit(http);
        }
        if (!Paging.TryReadCursor(cursor, out var text) || (text is not null && (!int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _) || text.Length > 9)))
        {
            return Paging.BadCursor(http);
        }
        var offset = text is null ? 0 : int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var rows = host.Database.Read(connection => Suppressions.List(connection, http.Caller().Engine.Id, query ?? "", "", offset, count + 1));
        return Results.Json(new Page<SuppressionAnswer>([.. rows.Take(count).Select(Answer)], rows.Count > count ? Paging.Cursor($"{offset + count}") : null), ApiJson.Options);
    }

    private static async Task<IResult> SuppressAsync(HttpContext http, SuppressionRequest request, DataHost host, CancellationToken cancellation)
    {
        var (workspace, channel, address, reason) = (http.Caller().Engine.Id, request.Channel ?? "email", (request.Address ?? "").Trim(), request.Reason ?? SuppressionReasons.Manual);
        if (SuppressionEndpoints.Refuse(channel, address.Length == 0 ? [] : [address]) is { } error)
        {
            return Problems.BadRequest(http, error.Code, error.Message);
        }
        if (!SuppressionReasons.All.Contains(reason) || reason == SuppressionReasons.Erased)
        {
            return Problems.BadRequest(http, "bad_reason", new Text("`reason` is hard_bounce, complaint, unsubscribed or manual.", "`reason` es hard_bounce, complaint, unsubscribed o manual."));
        }
        var row = await host.Database.WriteAsync((connection, transaction) =>
        {
            if (Suppressions.Add(connection, transaction, workspace, channel, address, reason, host.NowMs, http.Caller().KeyId))
            {
                AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, Actor.Of(http), AuditActions.AddressSuppressed, channel, reason));
            }
            return Suppressions.Find(connection, workspace, channel, address, transaction)!;
        }, cancellation);
        return Results.Json(Answer(row), ApiJson.Options);
    }

    private static async Task<IResult> LiftAsync(HttpContext http, string? channel, string? address, DataHost host, CancellationToken cancellation)
    {
        var workspace = http.Caller().Engine.Id;
        var isLifted = await host.Database.WriteAsync((connection, transaction) =>
        {
            if (!Suppressions.Lift(connection, transaction, workspace, channel ?? "email", address ?? ""))
            {
                return false;
            }
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, Actor.Of(http), AuditActions.SuppressionLifted, channel ?? "email"));
            return true;
        }, cancellation);
        return isLifted ? Results.NoContent() : Problems.NotFound(http, new Text("This address is not on the list of that channel.", "Esta dirección no está en la lista de ese canal."));
    }

    private static SuppressionAnswer Answer(Suppression row) => new(row.Channel, row.Address, row.Reason, Instants.Format(row.AddedAt));

    private static IResult NoUser(HttpContext http) => Problems.BadRequest(http, "no_user", new Text("Say who: `user` is prf_…, user_id:V, anonymous_id:V or email:V.", "Di quién: `user` es prf_…, user_id:V, anonymous_id:V o email:V."));

    private static IResult Unknown(HttpContext http) => Problems.NotFound(http, new Text("Nobody is known by this. Send an identify call first.", "No se conoce a nadie así. Envía antes una llamada identify."));
}
