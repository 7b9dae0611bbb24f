using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Identity;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Analytics;

/// <summary>An event as a reference sees it. Revenue in hundredths, null for none.</summary>
internal sealed record Fact(int Person, long At, string Id, CallType Type, string Name, bool IsSystem, int? Cents, string? Category);

/// <summary>
/// Random people and what they did, in a real history: several segments and memory, events out of order, people under two identifiers each.
/// Instants stand on a coarse grid, so that equal ones and the edges of windows are frequent.
/// </summary>
internal sealed class AnalysisWorld : IEventRecords
{
    internal const long Start = 1_772_323_200_000;
    internal static readonly string[] Names = ["A", "B", "C", "D"];

    private readonly Dictionary<long, (byte[] Id, byte[] Packed)> records = [];
    private readonly EventPacker packer;
    private readonly Random random;
    private readonly bool hasTwoIdentifiers;
    private long address = 24;

    internal AnalysisWorld(int seed, Zone? zone = null, int people = 12, int events = 150, long grid = 6 * Durations.Hour, int span = 40)
    {
        random = new Random(seed);
        hasTwoIdentifiers = seed % 3 != 0;
        var options = new HistoryOptions { MemoryBytes = 1, FanIn = random.Next(2, 5), MostColumns = random.Next(1, 4) };
        var staged = new Staged { History = new HistoryHome(new SimulatedStorage(seed), _ => this, options).Fresh(new Names()) };
        packer = new EventPacker(staged.EventNames, staged.Paths);
        for (var i = 0; i < events; i++)
        {
            var fact = Some(i, random.Next(people), grid, span);
            Facts.Add(fact);
            Add(staged, fact, isFirst: Facts.Count(one => one.Person == fact.Person) == 1);
            if (random.Next(40) == 0)
            {
                staged.History.Flush();
            }
        }
        if (seed % 2 == 0)
        {
            // As after a while in which nothing came: few files, nothing in memory.
            staged.History.Flush();
            while (staged.History.Step() | staged.History.Step())
            {
            }
        }
        staged.Identity.TakeChanges([]);
        var rules = WorkspaceRules.Empty with { Zone = zone ?? Zone.Utc };
        var plan = FoldPlan.Compile(DefinitionSet.Empty, staged.EventNames, staged.Paths, FoldSettings.Default);
        State = new EngineState(staged, new Placement(staged, plan, FoldSettings.Default, new Names(), FoldCrew.Inline, 1 << 20), new Names(), rules, long.MaxValue);
    }

    internal List<Fact> Facts { get; } = [];

    internal EngineState State { get; }

    internal long End => Start + (60 * Durations.Day);

    /// <summary>What each person did, in order.</summary>
    internal IEnumerable<(int Profile, List<Fact> Facts)> People => Facts.GroupBy(fact => fact.Person)
        .Select(group => (ProfileOf(group.Key), group.OrderBy(fact => fact.At).ThenBy(fact => fact.Id, StringComparer.Ordinal).ToList()))
        .OrderBy(one => one.Item1);

    public byte[] MessageId(long at) => records[at].Id;

    public byte[] Packed(long at) => records[at].Packed;

    private int ProfileOf(int person) => State.Staged.Identity.ProfileOf(State.Staged.Identity.Find($"user_id:u{person}"));

    private Fact Some(int number, int person, long grid, int span)
    {
        var at = Start + (random.Next((int)(span * Durations.Day / grid)) * grid) + (random.Next(6) == 0 ? random.Next(-1, 2) : 0);
        var id = $"m{random.Next(1_000):000}-{number}";
        int? cents = random.Next(5) == 0 ? null : random.Next(20) * 500;
        var category = random.Next(4) == 0 ? null : random.Next(3) == 0 ? "books" : "music";
        return random.Next(10) switch
        {
            0 => new Fact(person, at, id, CallType.Page, random.Next(3) == 0 ? "" : "home", false, cents, category),
            1 => new Fact(person, at, id, CallType.Identify, "", false, cents, category),
            2 => new Fact(person, at, id, CallType.Track, "Email Sent", true, cents, category),
            _ => new Fact(person, at, id, CallType.Track, Names[random.Next(Names.Length)], random.Next(12) == 0, cents, category),
        };
    }

    private void Add(Staged staged, Fact fact, bool isFirst)
    {
        var json = $$"""{{{(fact.Cents is { } cents ? $"\"revenue\":{cents / 100}.{cents % 100:00}" : "\"revenue\":\"none\"")}}{{(fact.Category is { } category ? $",\"category\":\"{category}\"" : "")}}}""";
        var body = Encoding.UTF8.GetBytes(json);
        var isAnonymous = hasTwoIdentifiers && !isFirst && random.Next(2) == 0;
        var record = new EventRecord
        {
            Type = fact.Type,
            Flags = fact.IsSystem ? EventFlags.System : EventFlags.None,
            Timestamp = fact.At,
            ReceivedAt = fact.At,
            OriginalTimestamp = EventRecord.NoTime,
            SentAt = EventRecord.NoTime,
            MessageId = Encoding.UTF8.GetBytes(fact.Id),
            Name = Encoding.UTF8.GetBytes(fact.Name),
            UserId = isAnonymous ? [] : Encoding.UTF8.GetBytes($"u{fact.Person}"),
            AnonymousId = isFirst || isAnonymous ? Encoding.UTF8.GetBytes($"a{fact.Person}") : [],
            Json = body,
            Properties = new Range(0, body.Length),
        };
        var node = staged.Identity.Observe(record);
        address += 100;
        var packed = packer.Pack(record, address, out _).ToArray();
        records.Add(address, (Encoding.UTF8.GetBytes(fact.Id), packed));
        staged.History.Add(node, fact.At, packed);
    }
}
