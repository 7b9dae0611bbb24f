using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Engine.Yaml;

namespace Ciclo.Modules.Imports;

/// <summary>
/// The columns of one file. CSV has those of its header. JSON lines have whatever a line holds: a path never seen among the first lines
/// becomes a column with a warning.
/// </summary>
internal sealed class ColumnSet
{
    private readonly Dictionary<string, int> indexes = new(StringComparer.Ordinal);
    private readonly HashSet<string> ambiguous = new(StringComparer.Ordinal);
    private readonly HashSet<string> sampled = new(StringComparer.Ordinal);
    private readonly List<string> names = [];
    private readonly bool isOpen;

    private ColumnSet(bool isOpen) => this.isOpen = isOpen;

    internal IReadOnlyList<string> Names => names;

    internal static ColumnSet OfHeader(IEnumerable<string> header)
    {
        var set = new ColumnSet(false);
        foreach (var name in header)
        {
            if (name.Length > 0 && !set.indexes.TryAdd(name, set.names.Count))
            {
                set.ambiguous.Add(name);
            }
            set.names.Add(name);
        }
        return set;
    }

    internal static ColumnSet OfJson(IEnumerable<string> seen)
    {
        var set = new ColumnSet(true);
        set.sampled.UnionWith(seen);
        return set;
    }

    /// <summary>Whether a bare text names a column as it stands.</summary>
    internal bool Has(string name) => indexes.ContainsKey(name) || sampled.Contains(name);

    /// <summary>The column's index; -1 and an error where there is none, or two of that name.</summary>
    internal int Find(string name, YamlPlace place, ICollection<Diagnostic> diagnostics, Text? hint = null)
    {
        if (ambiguous.Contains(name))
        {
            diagnostics.Add(new Diagnostic("ambiguous_column", Severity.Error, place.Line, place.Column,
                new Text($"the column {name}, which the header names twice", $"la columna {name}, que el encabezado nombra dos veces"), new Text("a column with a name of its own", "una columna con nombre propio")));
            return -1;
        }
        if (indexes.TryGetValue(name, out var index))
        {
            return index;
        }
        var isUnseen = !sampled.Contains(name);
        if (isUnseen)
        {
            var candidates = isOpen ? sampled.Order(StringComparer.Ordinal) : names.Where(known => known.Length > 0);
            diagnostics.Add(new Diagnostic("unknown_column", isOpen ? Severity.Warning : Severity.Error, place.Line, place.Column,
                new Text($"the column {name}", $"la columna {name}"), new Text("a column of the file", "una columna del archivo"),
                Nearest.DidYouMean(name, candidates) ?? hint ?? ListOf(candidates)));
        }
        if (!isOpen)
        {
            return -1;
        }
        indexes.Add(name, names.Count);
        names.Add(name);
        return names.Count - 1;
    }

    private static Text? ListOf(IEnumerable<string> candidates)
    {
        var list = string.Join(", ", candidates.Take(20));
        return list.Length is 0 or > 500 ? null : new Text($"The file has: {list}.", $"El archivo tiene: {list}.");
    }
}
