using Ciclo.Core;

namespace Ciclo.Engine.Yaml;

/// <summary>
/// Puts the comments and blank lines of a text into a later version of it that was written by <see cref="YamlJson"/>, which knows none. A comment belongs to the line that it stands above or
/// behind, and goes where that line went: also when its value was changed or it was moved. With a line that is no more, its comment is no more either.
/// </summary>
public static class YamlComments
{
    /// <summary>Past so many pairs of changed lines only those that are the same to the letter are found again.</summary>
    private const int MostCompared = 4_000_000;

    /// <summary>What stands above a line, and behind it.</summary>
    private sealed record Remarks(IReadOnlyList<string> Above, string Beside);

    public static string Keep(string before, string after)
    {
        if (YamlReader.Read(before, new List<Diagnostic>()) is not { } root || YamlJson.ToJson(root) is not System.Text.Json.Nodes.JsonObject json)
        {
            return after;
        }
        var (old, now) = (YamlJson.ToYaml(json).TrimEnd('\n').Split('\n'), after.TrimEnd('\n').Split('\n'));
        var (remarks, tail) = RemarksOf(before, root);
        if (remarks.Count == 0 && tail.Count == 0)
        {
            return after;
        }
        var places = Followed(old, now, remarks.Keys);
        var lines = new List<string>();
        for (var i = 0; i < now.Length; i++)
        {
            var here = places.Where(place => place.Value == i).Select(place => remarks[place.Key]).ToList();
            var besides = here.Select(one => one.Beside).Where(text => text.Length > 0).ToList();
            var indent = now[i][..^now[i].TrimStart().Length];
            // Behind a line there is room for one; what else came here stands above.
            lines.AddRange(here.SelectMany(one => one.Above).Concat(besides.Skip(1)).Select(text => text.Length == 0 ? "" : indent + text));
            lines.Add(besides.Count > 0 ? $"{now[i]} {besides[0]}" : now[i]);
        }
        return string.Join('\n', [.. lines, .. tail]) + "\n";
    }

    /// <summary>Remarks by the line of the text as <see cref="YamlJson.ToYaml"/> writes it, and those at the end.</summary>
    private static (Dictionary<int, Remarks> Remarks, List<string> Tail) RemarksOf(string text, YamlNode root)
    {
        var (written, insides) = (new List<int>(), new HashSet<int>());
        Follow(root, written, insides);
        var first = new Dictionary<int, int>();
        for (var i = 0; i < written.Count; i++)
        {
            first.TryAdd(written[i], i);
        }
        var (remarks, above) = (new Dictionary<int, Remarks>(), new List<string>());
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (insides.Contains(i + 1))
            {
                continue;
            }
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                above.Add(line);
            }
            else if (first.TryGetValue(i + 1, out var place))
            {
                var beside = CommentIn(line);
                if (above.Count > 0 || beside.Length > 0)
                {
                    remarks[place] = new Remarks(above, beside);
                    above = [];
                }
            }
        }
        return (remarks, above);
    }

    /// <summary>The source lines of what <see cref="YamlJson.ToYaml"/> writes as lines, in its order; and the lines inside of scalars, where nothing is a comment.</summary>
    private static void Follow(YamlNode node, List<int> written, HashSet<int> insides)
    {
        switch (node)
        {
            case YamlMap map:
                foreach (var (key, value) in map.Entries)
                {
                    written.Add(key.Place.Line);
                    Follow(value, written, insides);
                }
                break;
            case YamlList list:
                foreach (var item in list.Items)
                {
                    if (item is not YamlMap { Entries.Count: > 0 })
                    {
                        written.Add(item.Place.Line);
                    }
                    Follow(item, written, insides);
                }
                break;
            case YamlScalar scalar:
                insides.UnionWith(Enumerable.Range(scalar.Place.Line + 1, scalar.PlaceOf(scalar.Value.Length - 1).Line - scalar.Place.Line));
                break;
        }
    }

    /// <summary>From its `#` on; empty where the line has none.</summary>
    private static string CommentIn(string line)
    {
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            if (quote == '"' && line[i] == '\\')
            {
                i++;
            }
            else if (quote != '\0')
            {
                quote = line[i] == quote ? '\0' : quote;
            }
            else if (line[i] is '"' or '\'' && (i == 0 || line[i - 1] is ' ' or '[' or '{' or ','))
            {
                quote = line[i];
            }
            else if (line[i] == '#' && i > 0 && line[i - 1] is ' ' or '\t')
            {
                return line[i..];
            }
        }
        return "";
    }

    /// <summary>Where lines of the old text stand in the new one; those that are gone are not in it.</summary>
    private static Dictionary<int, int> Followed(string[] old, string[] now, IEnumerable<int> asked)
    {
        var same = Same([.. old.Select(line => line.Trim())], [.. now.Select(line => line.Trim())]);
        var taken = same.Where(place => place >= 0).ToHashSet();
        var places = new Dictionary<int, int>();
        var left = new List<int>();
        foreach (var line in asked.Order())
        {
            if (same[line] >= 0)
            {
                places[line] = same[line];
            }
            else
            {
                left.Add(line);
            }
        }
        int[] free = [.. Enumerable.Range(0, now.Length).Where(i => !taken.Contains(i))];
        foreach (var line in left)
        {
            // Moved, or changed where it stands: the lines between its neighbours that stayed.
            var from = same.AsSpan(0, line).LastIndexOfAnyExcept(-1) is >= 0 and var above ? same[above] : -1;
            var to = same.AsSpan(line).IndexOfAnyExcept(-1) is >= 0 and var below ? same[line + below] : now.Length;
            int[] between = [.. free.Where(i => i > from && i < to)];
            var found = free.Cast<int?>().FirstOrDefault(i => now[i!.Value].Trim() == old[line].Trim())
                ?? between.Cast<int?>().FirstOrDefault(i => KeyOf(now[i!.Value]) == KeyOf(old[line]))
                ?? between.Cast<int?>().FirstOrDefault();
            if (found is { } place)
            {
                places[line] = place;
            }
        }
        return places;
    }

    private static string KeyOf(string line) => line.TrimStart(' ', '-') is var text && text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? text[..colon] : "";

    /// <summary>For each old line its place in the longest common run of both; −1 for none.</summary>
    private static int[] Same(string[] old, string[] now)
    {
        var (start, end) = (0, 0);
        while (start < Math.Min(old.Length, now.Length) && old[start] == now[start])
        {
            start++;
        }
        while (end < Math.Min(old.Length, now.Length) - start && old[^(end + 1)] == now[^(end + 1)])
        {
            end++;
        }
        var found = new int[old.Length];
        Array.Fill(found, -1);
        for (var i = 0; i < start; i++)
        {
            found[i] = i;
        }
        for (var i = 1; i <= end; i++)
        {
            found[^i] = now.Length - i;
        }
        var (rows, columns) = (old.Length - start - end, now.Length - start - end);
        if ((long)rows * columns > MostCompared)
        {
            return found;
        }
        var longest = new int[rows + 1, columns + 1];
        for (var i = rows - 1; i >= 0; i--)
        {
            for (var j = columns - 1; j >= 0; j--)
            {
                longest[i, j] = old[start + i] == now[start + j] ? longest[i + 1, j + 1] + 1 : Math.Max(longest[i + 1, j], longest[i, j + 1]);
            }
        }
        for (var (i, j) = (0, 0); i < rows && j < columns;)
        {
            if (old[start + i] == now[start + j])
            {
                found[start + i++] = start + j++;
            }
            else if (longest[i + 1, j] >= longest[i, j + 1])
            {
                i++;
            }
            else
            {
                j++;
            }
        }
        return found;
    }
}
