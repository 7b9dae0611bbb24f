namespace Ciclo.Modules.Lifecycles;

public enum LineChange
{
    Same,
    Added,
    Removed,
}

/// <summary>What makes one text into another, by lines or words: the longest run of parts that stay, and what goes or comes in between.</summary>
public static class LineDifference
{
    /// <summary>Longer texts are compared only between their common beginning and end, and there all goes and all comes.</summary>
    private const int MostCells = 4_000_000;

    public static IReadOnlyList<(LineChange Change, string Part)> Of(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var result = new List<(LineChange, string)>();
        var head = 0;
        while (head < before.Count && head < after.Count && before[head] == after[head])
        {
            result.Add((LineChange.Same, before[head++]));
        }
        var (endBefore, endAfter) = (before.Count, after.Count);
        while (endBefore > head && endAfter > head && before[endBefore - 1] == after[endAfter - 1])
        {
            endBefore--;
            endAfter--;
        }
        result.AddRange(Between([.. before.Skip(head).Take(endBefore - head)], [.. after.Skip(head).Take(endAfter - head)]));
        result.AddRange(before.Skip(endBefore).Select(part => (LineChange.Same, part)));
        return result;
    }

    private static IEnumerable<(LineChange, string)> Between(string[] before, string[] after)
    {
        if ((long)before.Length * after.Length > MostCells)
        {
            return [.. before.Select(part => (LineChange.Removed, part)), .. after.Select(part => (LineChange.Added, part))];
        }
        var longest = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                longest[i, j] = before[i] == after[j] ? longest[i + 1, j + 1] + 1 : Math.Max(longest[i + 1, j], longest[i, j + 1]);
            }
        }
        return Walk(before, after, longest);
    }

    private static List<(LineChange, string)> Walk(string[] before, string[] after, int[,] longest)
    {
        var (result, x, y) = (new List<(LineChange, string)>(), 0, 0);
        while (x < before.Length || y < after.Length)
        {
            if (x < before.Length && y < after.Length && before[x] == after[y])
            {
                result.Add((LineChange.Same, before[x++]));
                y++;
            }
            else if (y == after.Length || (x < before.Length && longest[x + 1, y] >= longest[x, y + 1]))
            {
                result.Add((LineChange.Removed, before[x++]));
            }
            else
            {
                result.Add((LineChange.Added, after[y++]));
            }
        }
        return result;
    }
}
