using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Templates.Contracts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Consent;

/// <summary>
/// The second half of double opt-in: whoever says yes to a purpose that asks for it gets a mail with a link to confirm. Answers come from sites, forms and the API alike, so they are read from the
/// journal itself; where no purpose asks for confirming, nothing is read.
/// </summary>
internal sealed class Confirmations(DataHost host, ITemplateLibrary? templates, ILogger<Confirmations> log) : WorkspaceWatch(host, log)
{
    private readonly DataHost host = host;

    /// <summary>The design that says it, and the template that a workspace makes its own.</summary>
    public const string Template = "confirm-subscription";

    /// <summary>An older yes asks nobody: whoever gave it does not wait for a mail any more.</summary>
    private const long ActWithin = Durations.Day;

    /// <summary>A yes sent again so soon after a mail is the same one.</summary>
    private const long Between = 15 * Durations.Minute;

    /// <summary>Mails to one address in a day, whatever is asked: a form that anybody can fill in must not fill a mailbox.</summary>
    private const int MostADay = 3;

    /// <summary>The position is kept with each mail, and this often beside that.</summary>
    private const long KeepEvery = 8 << 20;

    private const string Channel = "email";

    /// <summary>Somebody waits for it: before what is sent to many.</summary>
    private const int Priority = 900;

    /// <summary>How far the journal of each workspace was read, and how far of that is on record.</summary>
    private readonly Dictionary<string, (long Read, long Kept)> positions = new(StringComparer.Ordinal);

    /// <summary>A yes of a moment ago, by what its event names the person with.</summary>
    private sealed record Heard(string Person, long ReceivedAt, string Locale);

    protected override async Task<long?> LookAsync(WorkspaceEngine engine, CancellationToken stopping)
    {
        var settings = host.Database.Read(connection => ConsentStore.Read(connection, engine.Id)).Settings;
        if (!settings.Asked.Any(purpose => purpose.NeedsConfirming))
        {
            positions.Remove(engine.Id);
            return null;
        }
        if (!positions.TryGetValue(engine.Id, out var position))
        {
            // Where nothing was read so far, what was said before nobody asked for confirming stays as it is.
            var kept = host.Database.Read(connection => ConfirmationStore.Position(connection, engine.Id));
            position = kept is { } known ? (known, known) : (engine.Journal.End, -1);
        }
        var (heard, end) = Listen(engine.Journal, position.Read, stopping);
        if (heard.Count > 0)
        {
            await engine.FoldedAsync(end - 1, stopping);
            foreach (var yes in heard)
            {
                await AskAsync(engine, settings, yes, stopping);
            }
        }
        if (heard.Count > 0 || position.Kept < 0 || end - position.Kept >= KeepEvery)
        {
            await KeepAsync(engine.Id, end, stopping);
            position.Kept = end;
        }
        positions[engine.Id] = (end, position.Kept);
        return null;
    }

    protected override Func<CancellationToken, Task>? MoreOf(WorkspaceEngine engine) =>
        positions.TryGetValue(engine.Id, out var position) ? stop => engine.Journal.WaitForMoreAsync(position.Read, stop).AsTask() : null;

    /// <summary>Who answered anything about consent of late, from a position of the journal to its end now.</summary>
    private (List<Heard> Heard, long End) Listen(Journal journal, long from, CancellationToken stopping)
    {
        var heard = new List<Heard>();
        var since = host.NowMs - ActWithin;
        using var reader = journal.ReadFrom(from);
        while (reader.TryRead(out _, out var payload))
        {
            stopping.ThrowIfCancellationRequested();
            var records = new FrameReader(payload.Span);
            while (records.Read())
            {
                if (records.Kind == RecordKind.Event && records.Body.IndexOf("\"consent\""u8) >= 0 && EventRecord.TryRead(records.Body, out var e) && (e.Flags & EventFlags.Imported) == 0
                    && e.Timestamp >= since && e.Context.IndexOf("\"consent\""u8) >= 0 && PersonOf(e) is { } person)
                {
                    heard.Add(new Heard(person, e.ReceivedAt, LocaleOf(e.Context)));
                }
            }
        }
        return (heard, reader.NextPosition);
    }

    private async Task AskAsync(WorkspaceEngine engine, ConsentSettings settings, Heard yes, CancellationToken stopping)
    {
        if (ConsentDesk.Find(engine, yes.Person, settings) is not { Addresses: [var (_, address), ..] } person)
        {
            return;
        }
        foreach (var purpose in settings.Asked.Where(purpose => purpose.NeedsConfirming && person.State.Of(purpose.Id, Channel) == Answer.Unconfirmed))
        {
            if (templates is null || await templates.TakeAsync(engine.Id, Template, Actor.FromString("server"), stopping) is not { } template)
            {
                return;
            }
            await host.Database.WriteAsync((connection, transaction) => Send(connection, transaction, engine.Id, person, address, purpose, template, yes), stopping);
        }
    }

    /// <summary>Puts the mail into the outbox, unless this yes was asked about already or the address was asked enough.</summary>
    private bool Send(SqliteConnection connection, SqliteTransaction transaction, string workspace, ConsentPerson person, string address, Purpose purpose, string template, Heard yes)
    {
        var now = host.NowMs;
        var hash = Suppressions.HashOf(ConsentKeys.Of(host).Key(workspace), Channel, Suppressions.Normal(address));
        var before = ConfirmationStore.Since(connection, transaction, workspace, hash, now - Durations.Day);
        if (before.Count >= MostADay || before.Exists(mail => mail.Purpose == purpose.Id && (mail.At >= yes.ReceivedAt || mail.At > now - Between)))
        {
            return false;
        }
        var data = new JsonObject
        {
            ["confirm_url"] = ConsentLinks.Of(host).ConfirmUrl(workspace, person.Id, Channel, purpose.Id, now), ["purpose"] = new JsonObject { ["en"] = purpose.En, ["es"] = purpose.Es }, ["locale"] = yes.Locale,
        };
        MessageOutbox.AddMany(connection, transaction, workspace, [new MessageDraft(
            string.Create(CultureInfo.InvariantCulture, $"confirm/{person.Id}/{purpose.Id}/{now}"), person.Strongest.ToString(), Channel, template, ConsentSettings.Transactional, "consent:confirm", data.ToJsonString(), null,
            Priority, now, now + ActWithin)], now);
        ConfirmationStore.Add(connection, transaction, workspace, hash, purpose.Id, now);
        ConfirmationStore.Forget(connection, transaction, workspace, now - (30 * Durations.Day));
        return true;
    }

    private Task KeepAsync(string workspace, long position, CancellationToken stopping) => host.Database.WriteAsync((connection, transaction) =>
    {
        ConfirmationStore.SetPosition(connection, transaction, workspace, position);
        return 0;
    }, stopping);

    private static string? PersonOf(in EventRecord e)
    {
        static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
        return (!e.UserId.IsEmpty ? Identifier.UserId(Text(e.UserId)) : !e.Email.IsEmpty ? Identifier.Email(Text(e.Email)) : !e.AnonymousId.IsEmpty ? Identifier.AnonymousId(Text(e.AnonymousId)) : (Identifier?)null)?.ToString();
    }

    /// <summary>The language of the page on which the yes was given; empty where nothing says it.</summary>
    private static string LocaleOf(ReadOnlySpan<byte> context)
    {
        var reader = new Utf8JsonReader(context);
        using var json = JsonDocument.ParseValue(ref reader);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("locale", out var locale) && locale.ValueKind == JsonValueKind.String && locale.GetString() is { Length: <= 35 } said ? said : "";
    }
}
