using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Consent.Contracts;

namespace Ciclo.Modules.Consent;

/// <summary>Everything that shows what a person agreed to and what was sent to them.</summary>
public sealed record Proof(
    string Workspace, ConsentPerson Person, IReadOnlyList<string> Identifiers, ConsentSettings Settings, IReadOnlyList<EvidenceRow> Evidence, IReadOnlyList<Suppression> Suppressed, IReadOnlyList<PersonMessage> Messages, long MadeAt);

/// <summary>Makes the proof file of a person, to be read by programs and by people.</summary>
internal static class ProofFile
{
    private static readonly JsonSerializerOptions Json = new(ApiJson.Options) { WriteIndented = true };

    /// <summary>Null where nobody is known by the reference.</summary>
    public static Proof? Of(DataHost host, WorkspaceEngine engine, string reference, IEnumerable<IPersonMessages> messages)
    {
        var settings = ConsentDesk.Of(host).Settings(engine.Id).Settings;
        if (ConsentDesk.Find(engine, reference, settings) is not { } person)
        {
            return null;
        }
        var identifiers = engine.Read(state => state.Staged.Identity.Find(person.Id) is var node && node < 0 ? [] : state.Staged.Identity.IdentifiersOf(state.Staged.Identity.ProfileOf(node)).Select(one => one.Identifier.ToString()).ToList());
        return new Proof(
            engine.Id, person, identifiers, settings, Evidence.Of(engine, person.Id),
            host.Database.Read(connection => person.Addresses.Select(one => Suppressions.Find(connection, engine.Id, one.Channel, one.Address)).OfType<Suppression>().ToList()),
            [.. messages.SelectMany(one => one.Of(engine.Id, identifiers)).OrderBy(message => message.At)], host.NowMs);
    }

    public static byte[] ToJson(Proof proof) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        workspace = proof.Workspace, person = proof.Person.Id, made_at = Instants.Format(proof.MadeAt), identifiers = proof.Identifiers,
        now = proof.Settings.Asked.SelectMany(purpose => proof.Settings.Channels.Select(channel => new { purpose = purpose.Id, channel, answer = ConsentApi.Word(purpose, proof.Person.State.Of(purpose.Id, channel)) })),
        paused_until = proof.Person.State.PausedUntil > 0 ? Instants.Format(proof.Person.State.PausedUntil) : null,
        evidence = proof.Evidence.Select(ConsentApi.Answer),
        suppressed = proof.Suppressed.Select(row => new { channel = row.Channel, address = row.Address, reason = row.Reason, since = Instants.Format(row.AddedAt) }),
        messages = proof.Messages.Select(message => new { id = message.Id, at = Instants.Format(message.At), channel = message.Channel, purpose = message.Purpose, source = message.Source, subject = message.Subject, state = message.State, reason = message.Reason }),
    }, Json);

    /// <summary>One page that needs nothing else: it can be printed and handed over.</summary>
    public static byte[] ToHtml(Proof proof, Locale l)
    {
        var title = l.Say("Proof of consent", "Prueba de consentimiento");
        var html = new StringBuilder($"<!DOCTYPE html>\n<html lang=\"{l.Tag}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title></head><body>");
        html.Append($"<h1>{title}</h1><p>{Safe(string.Join(", ", proof.Identifiers))}<br>{Safe(l.Say($"Made {l.Moment(proof.MadeAt)}, times of {l.ZoneName}", $"Hecha el {l.Moment(proof.MadeAt)}, horas de {l.ZoneName}"))}</p>");
        Table(html, l.Say("What holds now", "Qué vale ahora"), [l.Say("Purpose", "Finalidad"), l.Say("Channel", "Canal"), l.Say("Answer", "Respuesta")],
            proof.Settings.Asked.SelectMany(purpose => proof.Settings.Channels.Select(channel => new[] { l.Say(purpose.Label), l.Say(ConsentWords.Channel(channel)), l.Say(ConsentWords.Of(proof.Person.State.Of(purpose.Id, channel))) })), l);
        Table(html, l.Say("Every answer", "Cada respuesta"), [l.Say("When", "Cuándo"), l.Say("What", "Qué"), l.Say("How", "Cómo"), l.Say("Shown as", "Se mostró como"), l.Say("Network (hash)", "Red (hash)"), l.Say("Message", "Mensaje"), l.Say("Event", "Evento")],
            proof.Evidence.Select(row => new[] { l.Moment(row.At), Said(row, proof.Settings, l), l.Say(ConsentWords.Method(row.Method)) + (row.Source.Length > 0 ? $" ({row.Source})" : ""), Shown(row), row.Network, row.MessageId, row.EventId }), l);
        Table(html, l.Say(ConsentWords.Suppressed), [l.Say("Channel", "Canal"), l.Say("Address", "Dirección"), l.Say("Reason", "Motivo"), l.Say("Since", "Desde")],
            proof.Suppressed.Select(row => new[] { l.Say(ConsentWords.Channel(row.Channel)), row.Address, l.Say(ConsentWords.Reason(row.Reason)), l.Moment(row.AddedAt) }), l);
        Table(html, l.Say("Messages", "Mensajes"), [l.Say("When", "Cuándo"), l.Say("Channel", "Canal"), l.Say("Purpose", "Finalidad"), l.Say("Subject", "Asunto"), l.Say("What became of it", "Qué pasó")],
            proof.Messages.Select(message => new[] { l.Moment(message.At), l.Say(ConsentWords.Channel(message.Channel)), message.Purpose, message.Subject, message.State + (message.Reason.Length > 0 ? $" ({message.Reason})" : "") }), l);
        return Encoding.UTF8.GetBytes(html.Append("</body></html>\n").ToString());
    }

    /// <summary>`News and offers: yes, by e-mail`.</summary>
    public static string Said(EvidenceRow row, ConsentSettings settings, Locale l)
    {
        var parts = row.Answers.Select(answer =>
            $"{(settings.Find(answer.Purpose) is { } purpose ? l.Say(purpose.Label) : answer.Purpose)}{(answer.Channel.Length > 0 ? $" · {l.Say(ConsentWords.Channel(answer.Channel))}" : "")}: {(answer.IsYes ? l.Say("yes", "sí") : l.Say("no", "no"))}").ToList();
        if (row.PauseUntil is { } until)
        {
            parts.Add(until == 0 ? l.Say("ended the pause", "terminó la pausa") : l.Say($"pause until {l.Date(until)}", $"pausa hasta el {l.Date(until)}"));
        }
        return parts.Count == 0 ? "–" : string.Join("; ", parts);
    }

    private static string Shown(EvidenceRow row) => row.Wording.Length == 0 ? "" : $"{row.Wording} ({row.Language}, v{row.WordingVersion})";

    private static void Table(StringBuilder html, string title, string[] header, IEnumerable<string[]> rows, Locale l)
    {
        html.Append($"<h2>{Safe(title)}</h2>");
        var lines = rows.ToList();
        if (lines.Count == 0)
        {
            html.Append($"<p>{Safe(l.Say("Nothing.", "Nada."))}</p>");
            return;
        }
        html.Append("<table border=\"1\" cellpadding=\"4\"><thead><tr>").AppendJoin("", header.Select(cell => $"<th scope=\"col\">{Safe(cell)}</th>")).Append("</tr></thead><tbody>");
        lines.ForEach(line => html.Append("<tr>").AppendJoin("", line.Select(cell => $"<td>{Safe(cell)}</td>")).Append("</tr>"));
        html.Append("</tbody></table>");
    }

    private static string Safe(string text) => HtmlEncoder.Default.Encode(text);
}
