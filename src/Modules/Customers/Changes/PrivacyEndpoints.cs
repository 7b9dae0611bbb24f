using System.Buffers;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Customers.Pages;
using Ciclo.Modules.Customers.Records;
using Ciclo.Modules.Customers.Timeline;
using Ciclo.Modules.Safety.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Customers.Changes;

/// <summary>What goes when a person is erased.</summary>
public sealed record EraseModel(string Id, string Name, PersonExtent Extent, PersonRecords Records, Text? Why);

/// <summary>Everything held of one person, handed out or taken away for good.</summary>
internal sealed class PrivacyEndpoints(DataHost host)
{
    private const int EventsAtOnce = 500;
    private static readonly string[] Words = ["BORRAR", "ERASE"];

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/customers/{id}").RequirePermission(Permission.EraseAndExport);
        group.MapSends("/export", ExportAsync);
        group.MapReads("/erase", (HttpContext http, string id) => Ask(http, id, null));
        group.MapSends("/erase", EraseAsync);
    }

    private IResult Ask(HttpContext http, string id, Text? why)
    {
        var visitor = http.Visitor();
        var (extent, name) = visitor.Engine.Read(state => PersonExtent.Of(state, id) is { } found && People.Find(state, id) is { Profile: >= 0 } person
            ? (found, List.PersonLook.NameOf(state, person.Profile)) : ((PersonExtent?)null, ""));
        return extent is null ? CustomerEndpoints.NotFound(http, id) : http.Page<ErasePage>(new EraseModel(
            extent.PublicId, name, extent, host.Database.Read(connection => RecordStore.Of(connection, visitor.WorkspaceId, extent.PublicIds)), why),
            why is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private async Task<IResult> EraseAsync(HttpContext http, string id)
    {
        var form = http.Request.Form;
        if (!Words.Contains(form["word"].ToString().Trim(), StringComparer.OrdinalIgnoreCase))
        {
            return Ask(http, id, new Text("Nothing was erased. Type the word ERASE to confirm.", "No se borró nada. Escribe la palabra BORRAR para confirmar."));
        }
        try
        {
            var erasure = await ErasureService.BeginAsync(host, http.Visitor().Engine, id, Actor.Of(http), form["reason"].ToString(), http.RequestAborted);
            return erasure is null ? CustomerEndpoints.NotFound(http, id) : Results.Redirect("/customers?done=erased");
        }
        catch (RefusedException refused)
        {
            return Ask(http, id, refused.Text);
        }
    }

    private async Task<IResult> ExportAsync(HttpContext http, string id)
    {
        var visitor = http.Visitor();
        var facts = visitor.Engine.Read(state => People.Find(state, id) is { Profile: >= 0 } found ? CustomerFacts.Of(state, found.Profile, TimelineAsked.Everything, []) : null);
        if (facts is null)
        {
            return CustomerEndpoints.NotFound(http, id);
        }
        var records = host.Database.Read(connection => RecordStore.Of(connection, visitor.WorkspaceId, facts.PublicIds));
        await AuditLog.WriteAsync(host, new AuditEntry(visitor.WorkspaceId, Actor.Of(http), AuditActions.Exported, facts.Card.Id, $"{facts.Events.Count} events"), http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Stream(stream => WriteAsync(stream, visitor.Engine.Journal, facts, records, http.RequestAborted), "application/json; charset=utf-8", facts.Card.Id + ".json");
    }

    private async Task WriteAsync(Stream stream, Journal journal, CustomerFacts facts, PersonRecords records, CancellationToken cancellation)
    {
        // Written to memory a part at a time: a serializer flushes what it writes to, and an answer takes no flush that is not awaited.
        var buffer = new ArrayBufferWriter<byte>();
        await using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("id", facts.Card.Id);
        json.WriteString("exportedAt", Instants.Format(host.NowMs));
        Add(json, "identifiers", facts.Card.Identifiers.Select(one => new { type = one.Type, value = one.Value, firstSeenAt = Instants.Format(one.FirstSeenAt) }));
        Add(json, "traits", facts.Card.Traits);
        Add(json, "moves", facts.Paths.SelectMany(path => path.Steps.Select(step => new
        {
            lifecycle = path.Lifecycle.Id, from = step.From < 0 ? null : path.Lifecycle.Stages[step.From].Id, to = path.Lifecycle.Stages[step.To].Id, at = Instants.Format(step.At),
        })));
        Add(json, "segments", facts.Card.Segments.Select(held => new { segment = held.Segment, since = Instants.Format(held.Since) }));
        Add(json, "tags", records.Tags);
        Add(json, "lists", records.Lists.Select(list => list.Name));
        Add(json, "notes", records.Notes.Select(note => new { text = note.Text, at = Instants.Format(note.At), by = note.AuthorName }));
        json.WriteStartArray("events");
        foreach (var part in facts.Events.Chunk(EventsAtOnce))
        {
            foreach (var line in part)
            {
                WriteEvent(json, journal, line);
            }
            await SendAsync();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        await SendAsync();

        async Task SendAsync()
        {
            await json.FlushAsync(cancellation);
            await stream.WriteAsync(buffer.WrittenMemory, cancellation);
            buffer.ResetWrittenCount();
        }
    }

    /// <summary>The item as it was sent, with the time that counts.</summary>
    private static void WriteEvent(Utf8JsonWriter json, Journal journal, Line line)
    {
        var (kind, body) = journal.ReadRecord(line.Address);
        if (kind == RecordKind.Event && EventRecord.TryRead(body.Span, out var record))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", Instants.Format(record.Timestamp));
            json.WriteString("receivedAt", Instants.Format(record.ReceivedAt));
            json.WriteString("messageId", record.MessageId);
            json.WritePropertyName("sent");
            json.WriteRawValue(record.Json);
            json.WriteEndObject();
        }
    }

    private static void Add<T>(Utf8JsonWriter json, string name, T value)
    {
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, value);
    }
}
