namespace Ciclo.Tests.Faults;

/// <summary>What this process has open below a folder, as Linux tells it.</summary>
internal static class OpenFiles
{
    public static bool CanBeTold => Directory.Exists("/proc/self/fd");

    /// <summary>Open files and maps below a folder, and the bytes mapped.</summary>
    public static (int Handles, long MappedBytes) Below(string folder)
    {
        var files = Directory.GetFiles("/proc/self/fd").Count(link => TargetOf(link)?.StartsWith(folder, StringComparison.Ordinal) == true);
        var maps = File.ReadLines("/proc/self/maps").Where(line => line.Contains(folder, StringComparison.Ordinal)).Select(BytesOf).ToList();
        return (files + maps.Count, maps.Sum());
    }

    private static string? TargetOf(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, false)?.FullName;
        }
        catch (IOException)
        {
            // Closed meanwhile by another thread.
            return null;
        }
    }

    /// <summary>The length of a line's range, such as `7f10000000-7f10010000 r--s …`.</summary>
    private static long BytesOf(string line)
    {
        var range = line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal));
        var middle = range.IndexOf('-');
        return Convert.ToInt64(range[(middle + 1)..].ToString(), 16) - Convert.ToInt64(range[..middle].ToString(), 16);
    }
}
