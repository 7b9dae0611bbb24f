using System.Text.Json.Nodes;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Profiles.Contracts;
using Ciclo.Modules.Messages.Contracts;

namespace Ciclo.Modules.Consent;

/// <summary>One answer: to a purpose on a channel; an empty channel is all of them.</summary>
public sealed record GivenAnswer(string Purpose, string Channel, bool IsYes);

/// <summary>
/// What a person said, or somebody for them, with what proves it. <paramref name="Source"/>: which page, key or user; <paramref name="Network"/>: a keyed hash of where the request came from,
/// empty where that proves nothing; <paramref name="MessageId"/>: of the message whose link was followed; <paramref name="PauseUntil"/>: null leaves a pause as it is, 0 ends it.
/// </summary>
internal sealed record Said(IReadOnlyList<GivenAnswer> Answers, string Method, string Source, string Language, string Network, string MessageId = "", long? PauseUntil = null)
{
    /// <summary>In words, how the person told it to whoever notes it.</summary>
    public string Note { get; init; } = "";

    /// <summary>Whether the person acted, rather than somebody who noted it.</summary>
    public bool IsByPerson => Method is ConsentMethods.PreferencePage or ConsentMethods.OneClick or ConsentMethods.UnsubscribePage or ConsentMethods.Confirmed or ConsentMethods.Form;

    /// <summary>Whether a mailbox was left: what metrics count as an unsubscription.</summary>
    public bool IsLeaving => Method is (ConsentMethods.PreferencePage or ConsentMethods.OneClick or ConsentMethods.UnsubscribePage) && Answers.Any(answer => !answer.IsYes);
}

/// <summary>Answers as of now: by purpose and channel, in the order of the settings.</summary>
public sealed record ConsentState(IReadOnlyDictionary<(string Purpose, string Channel), Answer> Answers, long PausedUntil)
{
    public Answer Of(string purpose, string channel) => Answers.GetValueOrDefault((purpose, channel));
}

/// <summary>A person as the pages of consent need them. <paramref name="Addresses"/>: those that messages go to, by channel.</summary>
public sealed record ConsentPerson(string Id, Identifier Strongest, ConsentState State, IReadOnlyList<(string Channel, string Address)> Addresses);

/// <summary>Reads what people said, and writes what they say into the journal.</summary>
internal sealed class ConsentDesk(DataHost host)
{
    public const string EventName = "Segment Consent Preference Updated";

    public static ConsentDesk Of(DataHost host) => host.Shared(host => new ConsentDesk(host));

    public StoredSettings Settings(string workspaceId) => host.Database.Read(connection => ConsentStore.Read(connection, workspaceId));

    /// <summary>Null where nobody is known by the reference.</summary>
    public static ConsentPerson? Find(WorkspaceEngine engine, string reference, ConsentSettings settings) => engine.Read(state =>
    {
        var node = state.Staged.Identity.Find(reference);
        var profile = node < 0 ? -1 : state.Staged.Identity.ProfileOf(node);
        if (profile < 0)
        {
            return null;
        }
        using var reader = new ConsentReader(state);
        var pairs = settings.Asked.SelectMany(purpose => settings.Channels.Select(channel => (purpose.Id, channel))).ToList();
        var answers = new Answer[pairs.Count];
        reader.Read(profile, [.. pairs.Select(pair => reader.PathOf(pair.Id, pair.channel))], answers, state.Now);
        return new ConsentPerson(
            state.Staged.Identity.PublicId(profile), PersonEvents.StrongestOf(state.Staged.Identity, profile),
            new ConsentState(pairs.Zip(answers).ToDictionary(both => (both.First.Id, both.First.channel), both => both.Second), reader.PausedUntil > state.Now ? reader.PausedUntil : 0),
            [.. state.Staged.Identity.IdentifiersOf(profile).Where(one => one.Identifier.Kind == IdentifierKind.Email).Select(one => ("email", one.Identifier.Value))]);
    });

    /// <summary>Writes what was said and waits until it holds everywhere. Nothing is written where nothing changes, so that a link that is opened a hundred times leaves one line.</summary>
    public async Task RecordAsync(WorkspaceEngine engine, ConsentPerson person, Said said, CancellationToken cancellation)
    {
        var stored = Settings(engine.Id);
        var settings = stored.Settings;
        var isConfirming = ConsentMethods.IsConfirming(System.Text.Encoding.UTF8.GetBytes(said.Method));
        var changes = said.Answers.Where(answer => Channels(answer, settings).Any(channel => Differs(person.State.Of(answer.Purpose, channel), answer.IsYes, isConfirming)
            // Said again because the mail did not come: it is asked for once more.
            || (answer.IsYes && settings.Find(answer.Purpose) is { NeedsConfirming: true } && person.State.Of(answer.Purpose, channel) == Answer.Unconfirmed))).ToList();
        if (changes.Count == 0 && (said.PauseUntil is null || said.PauseUntil == person.State.PausedUntil))
        {
            return;
        }
        var frame = new FrameBuilder();
        var now = host.NowMs;
        var properties = new JsonObject
        {
            ["method"] = said.Method, ["source"] = said.Source, ["language"] = said.Language, ["network"] = said.Network, ["message_id"] = said.MessageId, ["note"] = said.Note,
            ["wording_version"] = stored.Version, ["wording"] = Wording(changes, settings, said.Language),
        };
        foreach (var empty in properties.Where(property => property.Value is JsonValue value && value.TryGetValue<string>(out var text) && text.Length == 0).Select(property => property.Key).ToList())
        {
            properties.Remove(empty);
        }
        if (said.PauseUntil is { } until)
        {
            properties["pause_until"] = until == 0 ? null : Instants.Format(until);
        }
        var context = new JsonObject { ["library"] = new JsonObject { ["name"] = "ciclo-consent" }, ["locale"] = said.Language, ["consent"] = new JsonObject { ["categoryPreferences"] = Preferences(changes) } };
        PersonEvents.Add(frame, person.Strongest, new PersonEvent(EventName, properties, context, PersonEvents.NewId("cns", host.Clock), !said.IsByPerson), now);
        if (said with { Answers = changes } is { IsLeaving: true })
        {
            var left = new JsonObject { ["channel"] = Joined(changes, answer => answer.Channel), ["purpose"] = Joined(changes, answer => answer.Purpose), ["method"] = said.Method };
            if (said.MessageId.Length > 0)
            {
                left["message_id"] = said.MessageId;
            }
            PersonEvents.Add(frame, person.Strongest, new PersonEvent("Unsubscribed", left, new JsonObject { ["library"] = new JsonObject { ["name"] = "ciclo-consent" } }, PersonEvents.NewId("uns", host.Clock), false), now);
        }
        var position = await engine.AppendAsync(frame.Payload, cancellation);
        if (said.IsLeaving && said.MessageId.Length > 0)
        {
            await host.Database.WriteAsync((connection, transaction) =>
            {
                MessageOutbox.Unsubscribed(connection, transaction, engine.Id, said.MessageId, now);
                return 0;
            }, CancellationToken.None);
        }
        await engine.FoldedAsync(position, cancellation);
    }

    private static IEnumerable<string> Channels(GivenAnswer answer, ConsentSettings settings) => answer.Channel.Length > 0 ? [answer.Channel] : settings.Channels;

    private static bool Differs(Answer now, bool isYes, bool isConfirming) => isYes ? now != Answer.Given && (isConfirming || now != Answer.Unconfirmed) : now != Answer.Refused;

    private static string Joined(List<GivenAnswer> changes, Func<GivenAnswer, string> of) => string.Join(' ', changes.Where(answer => !answer.IsYes).Select(of).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal));

    private static JsonObject Preferences(List<GivenAnswer> changes)
    {
        var preferences = new JsonObject();
        foreach (var purpose in changes.GroupBy(answer => answer.Purpose))
        {
            // A word on all channels stands alone: it answers for channels that are offered later too.
            preferences[purpose.Key] = purpose.FirstOrDefault(answer => answer.Channel.Length == 0) is { } all
                ? JsonValue.Create(all.IsYes)
                : new JsonObject(purpose.Select(answer => KeyValuePair.Create(answer.Channel, (JsonNode?)JsonValue.Create(answer.IsYes))));
        }
        return preferences;
    }

    /// <summary>What stood beside the answer when it was given.</summary>
    private static string Wording(List<GivenAnswer> changes, ConsentSettings settings, string language) => string.Join("; ", changes.Select(answer => settings.Find(answer.Purpose))
        .Where(purpose => purpose is not null).Distinct().Select(purpose => language == "es" ? purpose!.Es : purpose!.En));
}
