using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Explain;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;

namespace Ciclo.Tests.Explain;

/// <summary>Builds one profile's events and a plan over the same names.</summary>
internal sealed class PackedHistory
{
    private readonly Names eventNames = new();
    private readonly Names paths = new();
    private readonly EventPacker packer;
    private readonly List<(TimedEvent Event, string MessageId)> events = [];

    internal PackedHistory() => packer = new EventPacker(eventNames, paths);

    internal IReadOnlyList<TimedEvent> Events =>
        [.. events.OrderBy(one => one.Event.At).ThenBy(one => one.MessageId, StringComparer.Ordinal).Select(one => one.Event)];

    /// <summary>An instant written as RFC 3339 or a date, in UTC.</summary>
    internal static long At(string text) => Instants.TryParse(text, Zone.Utc, out var ms) ? ms : throw new FormatException(text);

    internal PackedHistory Track(string at, string name, string properties = "{}") => Add(CallType.Track, At(at), name, properties);

    internal PackedHistory Identify(string at, string traits) => Add(CallType.Identify, At(at), "", traits);

    internal PackedHistory Add(CallType type, long at, string name, string json, EventFlags flags = EventFlags.None, string groupId = "", string context = "")
    {
        var body = Encoding.UTF8.GetBytes(json);
        var messageId = $"m{events.Count:0000}";
        var record = new EventRecord
        {
            Type = type,
            Flags = flags,
            Timestamp = at,
            ReceivedAt = at,
            MessageId = Encoding.UTF8.GetBytes(messageId),
            Name = Encoding.UTF8.GetBytes(name),
            GroupId = Encoding.UTF8.GetBytes(groupId),
            Json = body,
            Properties = new Range(0, body.Length),
            Context = Encoding.UTF8.GetBytes(context),
        };
        events.Add((new TimedEvent(at, packer.Pack(record, 100 + events.Count, out _).ToArray()), messageId));
        return this;
    }

    internal FoldPlan Plan(params string[] files) => Plan(FoldSettings.Default, files);

    internal FoldPlan Plan(FoldSettings settings, params string[] files)
    {
        var catalog = Catalog.Of(files.Select((yaml, index) => DefinitionFile.Read(yaml, $"{index}.yaml")));
        Assert.Empty(catalog.Check().Where(found => found.IsError).Select(found => found.Diagnostic.Say(Ciclo.Core.Language.En)));
        return FoldPlan.Compile(catalog.Set, eventNames, paths, settings);
    }

    internal ProfileFold Fold(FoldPlan plan, long until)
    {
        var fold = new ProfileFold(plan);
        foreach (var one in Events.TakeWhile(one => one.At <= until))
        {
            fold.Add(one.Read());
        }
        fold.AdvanceTo(until);
        return fold;
    }
}
