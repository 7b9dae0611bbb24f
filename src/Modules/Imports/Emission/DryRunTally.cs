using System.Text;
using Ciclo.Core.Events;

namespace Ciclo.Modules.Imports;

/// <summary>Counts what the events of a dry run would be: against the target, and against each other.</summary>
internal sealed class DryRunTally(IImportTarget target, int listed)
{
    private readonly Dictionary<UInt128, UInt128> contentOf = [];
    private readonly HashSet<UInt128> people = [];

    private const int MostNames = 1_000;

    internal long Events { get; private set; }

    internal long Duplicates { get; private set; }

    internal long Changed { get; private set; }

    internal long Profiles => people.Count;

    private readonly Dictionary<string, long> byName = new(StringComparer.Ordinal);

    /// <summary>New events by name; past <see cref="MostNames"/> names the rest stands together.</summary>
    internal IReadOnlyList<(string Name, long Events)> ByName => [.. byName.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value))];

    internal List<string> ChangedKeys { get; } = [];

    internal List<string> Samples { get; } = [];

    internal void Add(ReadOnlySpan<byte> body)
    {
        if (!EventRecord.TryRead(body, out var record))
        {
            throw new InvalidDataException("A record cannot be read that was written a moment ago.");
        }
        var id = Hash.Of(record.MessageId);
        var content = Hash.Of(record.Json);
        var state = !contentOf.TryAdd(id, content)
            ? contentOf[id] == content ? ImportKeyState.Duplicate : ImportKeyState.Changed
            : target.Check(record.MessageId, content);
        Events += state == ImportKeyState.New ? 1 : 0;
        if (state == ImportKeyState.New)
        {
            var name = record.Type == CallType.Track ? Encoding.UTF8.GetString(record.Name) : record.Type.ToString().ToLowerInvariant();
            name = byName.Count < MostNames || byName.ContainsKey(name) ? name : "…";
            byName[name] = byName.GetValueOrDefault(name) + 1;
        }
        Duplicates += state == ImportKeyState.Duplicate ? 1 : 0;
        Changed += state == ImportKeyState.Changed ? 1 : 0;
        if (state == ImportKeyState.Changed && ChangedKeys.Count < listed)
        {
            ChangedKeys.Add(Encoding.UTF8.GetString(record.MessageId));
        }
        if (Samples.Count < listed)
        {
            Samples.Add(Encoding.UTF8.GetString(record.Json));
        }
        people.Add(!record.UserId.IsEmpty ? Hash.Of(1, record.UserId) : !record.Email.IsEmpty ? Hash.Of(2, record.Email) : Hash.Of(3, record.AnonymousId));
    }
}
