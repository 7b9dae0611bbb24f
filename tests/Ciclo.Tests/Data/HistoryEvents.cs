using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Values;
using Ciclo.Data.History;

namespace Ciclo.Tests.Data;

/// <summary>An event as a test knows it: its node, instant, packed bytes and address.</summary>
internal sealed record TestEvent(int Node, long At, byte[] Packed, long Address, string MessageId)
{
    public PackedEvent Read() => new(At, Packed);
}


/// <summary>Makes events, and stands in for the journal: what columns leave out is read from here.</summary>
internal sealed class HistoryEvents : IEventRecords
{
    private readonly Dictionary<long, TestEvent> byAddress = [];

    public int RecordsRead { get; private set; }

    public IReadOnlyCollection<TestEvent> All => byAddress.Values;

    /// <summary>All events in the order of a segment.</summary>
    public List<TestEvent> Sorted =>
        [.. All.OrderBy(e => e.Node).ThenBy(e => e.At).ThenBy(e => e.MessageId, StringComparer.Ordinal).ThenBy(e => e.Address)];

    public byte[] MessageId(long address)
    {
        RecordsRead++;
        return byAddress[address].Read().MessageId.ToArray();
    }

    public byte[] Packed(long address)
    {
        RecordsRead++;
        return byAddress[address].Packed;
    }

    public TestEvent Add(int node, long at, EventKind kind, string messageId, long address, params (int Path, object? Value)[] fields)
    {
        var packed = new PackedFields();
        foreach (var (path, value) in fields)
        {
            AddField(packed, path, value);
        }
        var bytes = new byte[64 + packed.MaxBytes];
        bytes[0] = (byte)kind.Type;
        bytes[1] = (byte)kind.Flags;
        var next = 2 + Varint.Write(bytes.AsSpan(2), (ulong)(kind.Name + 1));
        bytes[next++] = (byte)messageId.Length;
        next += Encoding.UTF8.GetBytes(messageId, bytes.AsSpan(next));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(next), address);
        next += 8;
        next += packed.Write(bytes.AsSpan(next));
        var made = new TestEvent(node, at, bytes[..next], address, messageId);
        byAddress.Add(address, made);
        return made;
    }

    /// <summary>What an event holds, in words, to compare whatever it is read from.</summary>
    public static string Say(in PackedEvent e)
    {
        var fields = new SortedDictionary<int, string>();
        foreach (var (path, value) in e)
        {
            fields.TryAdd(path, value.ToString());
            if (!e.TryGet(path, out var again) || (fields[path] == value.ToString() && again != value))
            {
                fields[path] = $"said {value}, then {again}";
            }
            if (e.TryGetNumber(path, out var number) != (again.Kind == ValueKind.Number) || (again.Kind == ValueKind.Number && number != again.AsNumber))
            {
                fields[path] = $"{again} as number {number}";
            }
            var text = Encoding.UTF8.GetString(e.GetText(path));
            if (text != (again.Kind == ValueKind.Text ? again.AsText : ""))
            {
                fields[path] = $"{again} as text {text}";
            }
        }
        var said = string.Join(", ", fields.Select(field => $"{field.Key}={field.Value}"));
        return string.Create(CultureInfo.InvariantCulture, $"{e.At} {e.Type} {e.Flags} {e.Name} {Encoding.UTF8.GetString(e.MessageId)} @{e.Address}: {said}");
    }

    private static void AddField(PackedFields packed, int path, object? value)
    {
        switch (value)
        {
            case null:
                packed.AddNull(path);
                break;
            case bool truth:
                packed.AddBoolean(path, false, truth);
                break;
            case string text:
                packed.AddText(path, Encoding.UTF8.GetBytes(text));
                break;
            case Number number:
                packed.AddNumber(path, false, number);
                break;
            case int whole:
                packed.AddNumber(path, false, Number.FromInteger(whole));
                break;
            case string[] texts:
                packed.AddList(path);
                foreach (var each in texts)
                {
                    packed.AddNumber(path, true, Number.FromInteger(each.Length));
                    packed.AddBoolean(path, true, each.Length > 3);
                }
                break;
            default:
                packed.AddObject(path);
                break;
        }
    }
}
