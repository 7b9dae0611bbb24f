using System.Buffers.Text;
using System.Text;

namespace Ciclo.Bench.Questions;

/// <summary>The common data set as the CSV file that every peer loads: profile, at (Unix milliseconds), name, revenue, category; no header.</summary>
internal static class EventTable
{
    private static readonly byte[][] Names = [.. BenchEvents.Names.Select(Encoding.UTF8.GetBytes)];
    private static readonly byte[][] Categories = [.. BenchEvents.Categories.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Writes the file anew, as one from an earlier run may be of an earlier generator; answers its path.</summary>
    public static string Write(BenchEvents events, string folder)
    {
        var path = Path.GetFullPath(Path.Combine(folder, $"events-{events.Count}-{events.Profiles}.csv"));
        Directory.CreateDirectory(folder);
        using var file = new BufferedStream(File.Create(path), 1 << 20);
        Span<byte> line = stackalloc byte[128];
        foreach (var each in events.Read())
        {
            file.Write(line[..Line(each, line)]);
        }
        return path;
    }

    private static int Line(BenchEvent each, Span<byte> line)
    {
        var used = Number(each.Profile, line);
        line[used++] = (byte)',';
        used += Number(each.At, line[used..]);
        line[used++] = (byte)',';
        used += Text(Names[each.Name], line[used..]);
        line[used++] = (byte)',';
        used += Decimals(each.Cents, line[used..]);
        line[used++] = (byte)',';
        used += Text(Categories[each.Category], line[used..]);
        line[used++] = (byte)'\n';
        return used;
    }

    /// <summary>Hundredths as the shortest decimal number: `12`, `12.5` or `12.05`.</summary>
    public static int Decimals(int cents, Span<byte> line)
    {
        var used = Number(cents / 100, line);
        if (cents % 100 == 0)
        {
            return used;
        }
        line[used++] = (byte)'.';
        line[used++] = (byte)('0' + (cents / 10 % 10));
        if (cents % 10 != 0)
        {
            line[used++] = (byte)('0' + (cents % 10));
        }
        return used;
    }

    private static int Number(long number, Span<byte> line) => Utf8Formatter.TryFormat(number, line, out var written) ? written : throw new InvalidOperationException("A line is too long.");

    private static int Text(byte[] text, Span<byte> line)
    {
        text.CopyTo(line);
        return text.Length;
    }
}
