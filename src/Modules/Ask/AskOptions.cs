using System.Globalization;

namespace Ciclo.Modules.Ask;

/// <summary>The limits of questions. An operator changes memory and time by the environment of the server.</summary>
internal sealed record AskOptions(int MemoryMb, int Seconds)
{
    public const int LongestSql = 20_000;

    /// <summary>Rows that a page, the API and a file of one answer hold; more by an export.</summary>
    public const int MostRows = 10_000;

    /// <summary>Questions under way at one time.</summary>
    public const int AtOnce = 2;

    public const string MemoryVariable = "CICLO_SQL_MEMORY_MB";
    public const string SecondsVariable = "CICLO_SQL_SECONDS";

    public static AskOptions FromEnvironment { get; } = new(Read(MemoryVariable, 512, 64, 65_536), Read(SecondsVariable, 30, 1, 3_600));

    private static int Read(string name, int usual, int least, int most) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var said) ? Math.Clamp(said, least, most) : usual;
}
