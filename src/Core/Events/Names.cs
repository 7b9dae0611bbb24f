using System.Text;

namespace Ciclo.Core.Events;

/// <summary>
/// Numbers for names (event names, property paths), given in order of first appearance from 0. One writer; any number of readers
/// of ids already given. Holds at most <see cref="Capacity"/> names: past that, new names get <see cref="None"/>.
/// </summary>
public sealed class Names(int capacity = 200_000)
{
    public const int None = -1;

    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, int> ids = [];
    private volatile string[] names = new string[64];
    private int count;

    public int Capacity { get; } = capacity;

    public int Count => Volatile.Read(ref count);

    public string this[int id] => names[id];

    /// <summary>The number of a name, given now if it is new.</summary>
    public int Add(ReadOnlySpan<byte> utf8)
    {
        var key = Hash.Of(utf8);
        lock (gate)
        {
            if (ids.TryGetValue(key, out var id))
            {
                return id;
            }
            if (count == Capacity)
            {
                return None;
            }
            id = count;
            if (id == names.Length)
            {
                var larger = new string[names.Length * 2];
                names.CopyTo(larger, 0);
                names = larger;
            }
            names[id] = Encoding.UTF8.GetString(utf8);
            ids.Add(key, id);
            Volatile.Write(ref count, id + 1);
            return id;
        }
    }

    public int Add(string name) => Add(Encoding.UTF8.GetBytes(name));

    /// <summary>The number of a name, or <see cref="None"/> if it was never seen.</summary>
    public int Find(ReadOnlySpan<byte> utf8)
    {
        var key = Hash.Of(utf8);
        lock (gate)
        {
            return ids.TryGetValue(key, out var id) ? id : None;
        }
    }

    public int Find(string name) => Find(Encoding.UTF8.GetBytes(name));

    public IReadOnlyList<string> All() => names.AsSpan(0, Count).ToArray();
}
