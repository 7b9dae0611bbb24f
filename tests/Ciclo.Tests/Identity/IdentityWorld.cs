using System.Buffers;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;

namespace Ciclo.Tests.Identity;

/// <summary>
/// A small random world: few identifiers, so that they meet often, colliding timestamps and message ids, tight limits, commands on the same pairs again.
/// </summary>
internal sealed class IdentityWorld
{
    private readonly Random random;
    private readonly int values;
    private readonly int instants;
    private readonly List<(Identifier A, Identifier B)> pairs;

    public IdentityWorld(int seed)
    {
        random = new Random(seed);
        values = random.Next(2, 9);
        instants = random.Next(1, 60);
        Limits = new IdentityLimits(random.Next(4) == 0 ? 2 : 1, random.Next(1, 6), random.Next(3) == 0 ? random.Next(2, 12) : 1_000);
        Calls = Enumerable.Range(0, random.Next(1, 40)).Select(_ => Call()).ToList();
        pairs = Enumerable.Range(0, 3).Select(_ => Pair()).ToList();
        Commands = random.Next(2) == 0 ? [] : Enumerable.Range(0, random.Next(1, 8)).Select(_ => Command()).ToList();
    }

    public IdentityLimits Limits { get; }

    public List<IdentityCall> Calls { get; }

    public List<IdentityCommand> Commands { get; }

    private IdentityCall Call()
    {
        var identifiers = new List<Identifier>();
        if (random.Next(3) > 0)
        {
            identifiers.Add(Identifier.UserId(Value()));
        }
        if (random.Next(2) == 0)
        {
            identifiers.Add(Identifier.AnonymousId(Value()));
        }
        if (random.Next(3) == 0)
        {
            identifiers.Add(Identifier.Email(Value() + (random.Next(9) == 0 ? "" : "@x")));
        }
        while (random.Next(4) == 0)
        {
            identifiers.Add(Identifier.External(random.Next(2) == 0 ? "phone" : "ga", Value()));
        }
        return new IdentityCall(identifiers, random.Next(6) == 0 ? Value() : null, random.Next(instants), "m" + random.Next(30));
    }

    private IdentityCommand Command()
    {
        var (a, b) = random.Next(3) == 0 ? Pair() : pairs[random.Next(pairs.Count)];
        return new IdentityCommand((IdentityCommandKind)random.Next(3), a, b, random.Next(instants) / 2, "c" + random.Next(4));
    }

    private (Identifier A, Identifier B) Pair()
    {
        var (a, b) = (Named(), Named());
        return a == b ? Pair() : (a, b);
    }

    private Identifier Named() => random.Next(4) switch
    {
        0 => Identifier.External("phone", Named(false)),
        1 => Identifier.Email(Named(false) + "@x"),
        2 => Identifier.AnonymousId(Named(false)),
        _ => Identifier.UserId(Named(false)),
    };

    private string Value() => Named(random.Next(20) == 0);

    private string Named(bool blocked) => blocked ? random.Next(2) == 0 ? "00-0" : "NULL" : "v" + random.Next(values);
}

/// <summary>Feeds calls to a graph as admitted events.</summary>
internal static class Feeding
{
    public static int Observe(this IdentityGraph graph, IdentityCall call)
    {
        var externals = new ArrayBufferWriter<byte>();
        foreach (var identifier in call.Identifiers.Where(identifier => identifier.Kind == IdentifierKind.External))
        {
            ExternalIds.Append(externals, Utf8(identifier.ExternalType), Utf8(identifier.Value));
        }
        return graph.Observe(new EventRecord
        {
            Type = call.AliasOf is null ? CallType.Track : CallType.Alias,
            Timestamp = call.Timestamp,
            MessageId = Utf8(call.MessageId),
            UserId = Utf8(ValueOf(call, IdentifierKind.UserId)),
            AnonymousId = Utf8(ValueOf(call, IdentifierKind.AnonymousId)),
            Email = Utf8(ValueOf(call, IdentifierKind.Email)),
            PreviousId = Utf8(call.AliasOf ?? ""),
            ExternalIdBytes = externals.WrittenSpan,
        });
    }

    /// <summary>`u:ana a:phone e:ana@x ga:1` is a call with a user id, an anonymous id, an e-mail and an external id; `=old` makes it an alias.</summary>
    public static int Observe(this IdentityGraph graph, string call, long at = 0, string? messageId = null)
    {
        var identifiers = new List<Identifier>();
        string? aliasOf = null;
        foreach (var word in call.Split(' '))
        {
            switch (word.Split(':', 2))
            {
                case ["u", var value]: identifiers.Add(Identifier.UserId(value)); break;
                case ["a", var value]: identifiers.Add(Identifier.AnonymousId(value)); break;
                case ["e", var value]: identifiers.Add(Identifier.Email(value)); break;
                case [var type, var value]: identifiers.Add(Identifier.External(type, value)); break;
                default: aliasOf = word[1..]; break;
            }
        }
        return graph.Observe(new IdentityCall(identifiers, aliasOf, at, messageId ?? $"{call}@{at}"));
    }

    /// <summary>The profiles as text, each with its identifiers in the order of their kinds, and all in ordinal order.</summary>
    public static string[] Profiles(this IdentityGraph graph)
    {
        graph.TakeChanges([]);
        return Enumerable.Range(0, graph.NodeCount).Where(graph.IsProfile)
            .Select(profile => string.Join(' ', graph.IdentifiersOf(profile).Select(row => row.Identifier.ToString())))
            .Order(StringComparer.Ordinal).ToArray();
    }

    public static IdentityGraph Reread(this IdentityGraph graph, IdentityLimits? limits = null)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        graph.Write(writer);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        var copy = IdentityGraph.Read(reader, limits ?? graph.Limits);
        Assert.Equal(stream.Length, stream.Position);
        return copy;
    }

    private static string ValueOf(IdentityCall call, IdentifierKind kind) =>
        call.Identifiers.Where(identifier => identifier.Kind == kind).Select(identifier => identifier.Value).FirstOrDefault("");

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
