using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core.Identity;
using Ciclo.Core.Mail;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Predict.Contracts;
using Ciclo.Modules.Profiles.Contracts;
using Ciclo.Modules.Templates.Contracts;

namespace Ciclo.Modules.Messages.Sending;

/// <summary>
/// The person of a message as they are at the moment of use. <paramref name="Model"/> is what templates see of them, <paramref name="Offers"/> what is recommended to them;
/// <paramref name="Identifiers"/> all of theirs, as `user_id:V`.
/// </summary>
internal sealed record Recipient(Message Message, int Profile, ProfileCard Card, JsonObject Model, JsonObject Offers, string Address, IReadOnlyList<string> Identifiers);

/// <summary>A message that was written: what is stored of it, and what goes out.</summary>
internal sealed record WrittenMessage(Decision Decision, OutgoingMessage? Outgoing);

/// <summary>
/// Decides about due messages of one channel and writes those that may go: who it is now, whether they may be written to, what the template makes of them, with tracking over its links.
/// </summary>
internal sealed class Writer(MessageDesk desk, IChannel channel, string workspaceId, ITemplates? templates = null)
{
    private static readonly long CapWindow = 30 * Durations.Day;

    /// <summary>Where no server runs, who asks brings them.</summary>
    private ITemplates? Templates => templates ?? desk.Templates;

    /// <summary>
    /// What becomes of each message, in no order. A person who has two in the batch gets the decision about the second with the next one, when the first counts. A message that is in
    /// neither answer still waits.
    /// </summary>
    public List<WrittenMessage> Decide(WorkspaceEngine engine, IReadOnlyList<Message> due, long now)
    {
        var decided = new List<WrittenMessage>(due.Count);
        var (recipients, verdicts) = Ask(engine, due, decided, now);
        var isLive = channel.IsLive(workspaceId);
        var (open, addresses) = (new List<Recipient>(), new List<string>());
        for (var i = 0; i < recipients.Count; i++)
        {
            if (verdicts[i].Answer == SendAnswer.Send)
            {
                open.Add(recipients[i]);
                addresses.Add(recipients[i].Address);
            }
            else
            {
                decided.Add(new WrittenMessage(Waiting(recipients[i], verdicts[i], now), null));
            }
        }
        var pace = isLive ? channel.Pace(workspaceId, addresses, now) : new Dictionary<int, long>();
        var written = new WrittenMessage[open.Count];
        Parallel.For(0, open.Count, i => written[i] = pace.TryGetValue(i, out var at)
            ? new WrittenMessage(Later(open[i].Message, Reasons.DomainPace, at), null)
            : Write(open[i], isLive));
        decided.AddRange(written);
        return decided;
    }

    /// <summary>One message as it would be written now, whether or not it may be sent; or why it cannot be.</summary>
    public WrittenMessage Preview(Recipient recipient) => Write(recipient, isLive: false);

    /// <summary>The person that a message names, in the state as it is; null where nobody is known by it.</summary>
    public static Recipient? Find(DataHost host, EngineState state, Message message, IChannel channel)
    {
        var identity = state.Staged.Identity;
        var node = identity.Find(message.Person);
        var profile = node < 0 ? -1 : identity.ProfileOf(node);
        if (profile < 0)
        {
            return null;
        }
        var card = ProfileCard.Of(state, profile);
        return new Recipient(
            message, profile, card, PersonModel.Of(state, profile), Recommended.Of(host, state, message.WorkspaceId, profile), AddressOf(card, message.Person, channel), [.. identity.IdentifiersOf(profile).Select(one => one.Identifier.ToString())]);
    }

    /// <summary>A person's address on a channel, as it was given; empty for none.</summary>
    public static string AddressOf(ProfileCard card, string person, IChannel channel) => channel.AddressTrait is not { } trait ? person
        : TextOf(card.Traits, trait) ?? card.Identifiers.FirstOrDefault(one => one.Type == trait)?.Value ?? "";

    private (List<Recipient> Recipients, IReadOnlyList<SendVerdict> Verdicts) Ask(WorkspaceEngine engine, IReadOnlyList<Message> due, List<WrittenMessage> decided, long now)
    {
        var recipients = new List<Recipient>(due.Count);
        var seen = new HashSet<int>();
        var found = engine.Read(state => due.Select(message => message.ExpiresAt <= now ? null : Find(desk.Host, state, message, channel)).ToList());
        for (var i = 0; i < due.Count; i++)
        {
            if (due[i].ExpiresAt <= now)
            {
                decided.Add(Ended(due[i], MessageState.Missed, due[i].Reason.Length > 0 ? due[i].Reason : Reasons.Expired));
            }
            else if (found[i] is not { } recipient)
            {
                decided.Add(Ended(due[i], MessageState.HeldBack, Reasons.NoPerson));
            }
            else if (recipient.Address.Length == 0)
            {
                decided.Add(Ended(due[i], MessageState.HeldBack, Reasons.NoAddress));
            }
            else if (channel.Normalize(recipient.Address) is not { } address)
            {
                decided.Add(Ended(due[i], MessageState.HeldBack, Reasons.BadAddress));
            }
            else if (seen.Add(recipient.Profile))
            {
                recipients.Add(recipient with { Address = address });
            }
        }
        if (desk.Policy is not { } policy)
        {
            return (recipients, [.. recipients.Select(_ => new SendVerdict(SendAnswer.Never, Reasons.NoPolicy))]);
        }
        var before = desk.Host.Database.Read(connection => OutboxStore.SentBefore(connection, workspaceId, [.. recipients.Select(one => one.Identifiers)], now - CapWindow));
        return (recipients, engine.Read(state => policy.Ask(state, workspaceId, [.. recipients.Select((one, i) => new SendQuestion(
            one.Profile, channel.Id, one.Address, one.Message.Purpose, one.Message.HoldBack, [.. before[i].Select(sent => sent.At)], now,
            [.. before[i].Where(sent => sent.Channel == channel.Id).Select(sent => sent.At)]))])));
    }

    private WrittenMessage Write(Recipient recipient, bool isLive)
    {
        var message = recipient.Message;
        if (Templates?.Find(workspaceId, message.TemplateId) is not { } template)
        {
            return Ended(message, MessageState.Failed, Reasons.NoTemplate);
        }
        if (template.Channel != channel.Id)
        {
            return Ended(message, MessageState.Failed, Reasons.OtherChannel);
        }
        var locale = TextOf(recipient.Card.Traits, "locale") ?? TextOf(recipient.Card.Traits, "language") ?? TextOf(EventOf(message.Data), "locale") ?? "";
        var unsubscribe = message.Purpose == Message.Transactional ? "" : desk.Links.UnsubscribeUrl(workspaceId, message.Person, channel.Id, message.Purpose, message.Id);
        var preferences = desk.Links.PreferencesUrl(workspaceId, message.Person, locale);
        var rendering = Templates.Render(workspaceId, message.TemplateId, locale, ModelOf(recipient, unsubscribe, preferences));
        if (rendering.Message is not { } rendered)
        {
            return Ended(message, MessageState.Failed, rendering.Missing.Count > 0 ? Reasons.MissingVariable : Reasons.Template);
        }
        // What is fetched tells of its clicks itself.
        var (html, text, links) = channel.IsFetched ? (rendered.Html, rendered.Text, 0) : desk.Tracking.Put(workspaceId, message, rendered.Html, rendered.Text, [unsubscribe, preferences]);
        var outgoing = new OutgoingMessage(
            message.Id, recipient.Address, NameOf(recipient), rendered.Subject, html, text, message.Purpose,
            message.Source, unsubscribe);
        var state = isLive ? MessageState.Sending : MessageState.Caught;
        return new WrittenMessage(
            new Decision(
                message.Id, state, "", 0, rendered.Version, recipient.Address, rendered.Locale, rendered.Subject, links, BodyStore.Pack(new Written(rendered.Subject, html, text))),
            outgoing);
    }

    private JsonObject ModelOf(Recipient recipient, string unsubscribe, string preferences)
    {
        return new JsonObject
        {
            ["person"] = recipient.Model.DeepClone(),
            ["event"] = EventOf(recipient.Message.Data),
            ["recommended"] = recipient.Offers.DeepClone(),
            ["unsubscribe_url"] = unsubscribe,
            ["preferences_url"] = preferences,
            ["view_url"] = desk.Tracking.ViewUrl(workspaceId, recipient.Message.Id),
            ["workspace"] = new JsonObject { ["id"] = workspaceId },
        };
    }

    /// <summary>What the person is called, for the header; empty where nothing but an id is known.</summary>
    private static string NameOf(Recipient recipient) => PersonName.Of(recipient.Card) is { } name && name != recipient.Card.UserId && name.Length <= MailAddress.LongestName ? name : "";

    private static JsonObject EventOf(string data)
    {
        try
        {
            return data.Length > 0 && JsonNode.Parse(data) is JsonObject parsed ? parsed : new JsonObject();
        }
        catch (JsonException)
        {
            return new JsonObject();
        }
    }

    private static Decision Waiting(Recipient recipient, SendVerdict verdict, long now)
    {
        var reason = verdict.Reason ?? "";
        return verdict.Answer == SendAnswer.Never || verdict.NotBefore >= recipient.Message.ExpiresAt
            ? new Decision(recipient.Message.Id, MessageState.HeldBack, reason, Address: recipient.Address)
            : Later(recipient.Message, reason, Math.Max(verdict.NotBefore, now + 1));
    }

    private static Decision Later(Message message, string reason, long at) =>
        at < message.ExpiresAt ? new Decision(message.Id, MessageState.Due, reason, at) : new Decision(message.Id, MessageState.Missed, reason);

    private static WrittenMessage Ended(Message message, MessageState state, string reason) => new(new Decision(message.Id, state, reason), null);

    private static string? TextOf(JsonObject traits, string name) => traits[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
