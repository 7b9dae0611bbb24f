using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Messages.Sending;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Messages;

/// <summary>What one message would be for one person: whether it may be sent, and what it would say.</summary>
internal sealed record DryRun(string Person, string Name, string Address, Text? Refusal, Written? Written);

/// <summary>What people do with messages: look for them, send one again, say what became of one in doubt.</summary>
internal sealed class MessageService(MessageDesk desk)
{
    /// <summary>A message that is sent again by a person has so long.</summary>
    private const long TimeAgain = Durations.Day;

    public static MessageService Of(Engine.Hosting.DataHost host) => new(MessageDesk.Of(host));

    /// <summary>The list as it was asked for, with one more than <paramref name="most"/> where there are more.</summary>
    public IReadOnlyList<MessageRow> List(WorkspaceEngine engine, MessagesAsked asked, int most)
    {
        var people = PeopleOf(engine, asked);
        var found = desk.Host.Database.Read(connection => ListStore.List(connection, engine.Id, asked, people, most));
        var names = engine.Read(state => found.Select(message => message.Person).Distinct(StringComparer.Ordinal).ToDictionary(person => person, person => NameOf(state, person), StringComparer.Ordinal));
        return [.. found.Select(message => new MessageRow(message, names[message.Person], desk.Why(message.Reason)))];
    }

    /// <summary>How many the list has on all its pages.</summary>
    public long Count(WorkspaceEngine engine, MessagesAsked asked)
    {
        var people = PeopleOf(engine, asked);
        return desk.Host.Database.Read(connection => ListStore.Count(connection, engine.Id, asked, people));
    }

    private static IReadOnlyList<string>? PeopleOf(WorkspaceEngine engine, MessagesAsked asked) => asked.Person.Length == 0 ? null : engine.Read(state => IdentifiersOf(state, asked.Person));

    public Message? Find(string workspaceId, string id) => desk.Host.Database.Read(connection => ListStore.Find(connection, workspaceId, id));

    /// <summary>Puts a message that was not sent, or may not have been, into the outbox again; false if it is in no such state.</summary>
    public Task<bool> AgainAsync(string workspaceId, string id, Actor by, CancellationToken cancellation)
    {
        var now = desk.Host.NowMs;
        return desk.Host.Database.WriteAsync((connection, transaction) =>
        {
            var done = OutboxStore.Again(connection, transaction, workspaceId, id, now, now + TimeAgain);
            if (done)
            {
                AuditLog.Write(connection, transaction, now, new AuditEntry(workspaceId, by, AuditActions.MessageAgain, id));
            }
            return done;
        }, cancellation);
    }

    /// <summary>A person says whether a message in doubt arrived; false if it is not in doubt.</summary>
    public Task<bool> ResolveAsync(string workspaceId, string id, bool arrived, Actor by, CancellationToken cancellation) => desk.Host.Database.WriteAsync((connection, transaction) =>
    {
        var done = OutboxStore.Resolve(connection, transaction, workspaceId, id, arrived);
        if (done)
        {
            AuditLog.Write(connection, transaction, desk.Host.NowMs, new AuditEntry(workspaceId, by, AuditActions.MessageSettled, id, arrived ? "arrived" : "did not arrive"));
        }
        return done;
    }, cancellation);

    /// <summary>What a template would be for a person now, and whether it might be sent. Nothing is stored, nothing goes out.</summary>
    public DryRun Try(WorkspaceEngine engine, string templateId, string person, string channelId, string purpose)
    {
        var now = desk.Host.NowMs;
        if (desk.Channel(channelId) is not { } channel)
        {
            return new DryRun(person, "", "", desk.Why(Reasons.NoChannel), null);
        }
        var draft = new Message(
            Message.NewId(now), engine.Id, "dry-run", person, channelId, templateId, 0, purpose, "dry-run", "{}", null, 0, now, now, now + TimeAgain, MessageState.Due, "", 0, "", "", "", "", 0, null, "", "");
        if (engine.Read(state => Writer.Find(desk.Host, state, draft, channel)) is not { } recipient)
        {
            return new DryRun(person, "", "", desk.Why(Reasons.NoPerson), null);
        }
        var address = channel.Normalize(recipient.Address) ?? "";
        var written = new Writer(desk, channel, engine.Id).Preview(recipient with { Address = address });
        var refusal = recipient.Address.Length == 0 ? desk.Why(Reasons.NoAddress) : address.Length == 0 ? desk.Why(Reasons.BadAddress) : written.Outgoing is null ? desk.Why(written.Decision.Reason) : (Text?)null;
        var verdict = refusal is null && desk.Policy is { } policy
            ? engine.Read(state => policy.Ask(state, engine.Id, [new(recipient.Profile, channelId, address, purpose, null, [], now)]))[0] : null;
        refusal ??= verdict is { Reason: { } reason } ? desk.Why(reason) : null;
        return new DryRun(person, PersonName.Of(recipient.Card), address, refusal, written.Outgoing is { } outgoing ? new Written(outgoing.Subject, outgoing.Html, outgoing.Text) : null);
    }

    /// <summary>All identifiers of the person that a reference names; the reference itself where nobody is known by it.</summary>
    private static IReadOnlyList<string> IdentifiersOf(EngineState state, string reference)
    {
        var identity = state.Staged.Identity;
        var node = identity.Find(reference);
        var profile = node < 0 ? -1 : identity.ProfileOf(node);
        return profile < 0 ? [reference] : [.. identity.IdentifiersOf(profile).Select(one => one.Identifier.ToString())];
    }

    private static string NameOf(EngineState state, string person)
    {
        var identity = state.Staged.Identity;
        var node = identity.Find(person);
        var profile = node < 0 ? -1 : identity.ProfileOf(node);
        return profile < 0 ? person : PersonName.Of(ProfileCard.Of(state, profile));
    }
}
