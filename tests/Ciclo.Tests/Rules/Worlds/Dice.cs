namespace Ciclo.Tests.Rules.Worlds;

/// <summary>Seeded chance.</summary>
public sealed class Dice(int seed)
{
    private readonly Random random = new(seed);

    public bool OneIn(int n) => random.Next(n) == 0;

    public int Below(int n) => random.Next(n);

    public long Between(long from, long to) => random.NextInt64(from, to + 1);

    public T Of<T>(params T[] choices) => choices[random.Next(choices.Length)];

    public T Among<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    /// <summary>Calls one of the choices.</summary>
    public string Write(params Func<string>[] choices) => choices[random.Next(choices.Length)]();

    public T[] Shuffle<T>(IEnumerable<T> items)
    {
        var array = items.ToArray();
        random.Shuffle(array);
        return array;
    }
}

/// <summary>The time scale of a world: which durations its rules speak of, and the grid its events stand on.</summary>
public sealed record Scale(string[] Durations, long GridMs, long SpanMs, long Start, string[] Zones, string[] Dates)
{
    private const long Hour = 3_600_000;
    private static readonly string[] Days = ["12h", "1d", "36h", "2d", "3d", "5d", "1w"];

    /// <summary>Weeks around days that are odd somewhere: a summer time that begins at midnight, a day that Samoa never had, a leap day.</summary>
    public static IReadOnlyList<Scale> Weeks { get; } =
    [
        new(Days, 12 * Hour, 14 * 24 * Hour, 1_772_323_200_000, ["UTC", "America/Mexico_City"], ["@2026-03-05", "@2026-03-09T12:00:00Z", "@2026-03-12"]),
        new(Days, 12 * Hour, 14 * 24 * Hour, 1_540_771_200_000, ["America/Sao_Paulo", "UTC"], ["@2018-11-04", "@2018-11-05", "@2018-11-04T03:00:00Z"]),
        new(Days, 12 * Hour, 14 * 24 * Hour, 1_324_771_200_000, ["Pacific/Apia", "Europe/Madrid"], ["@2011-12-29", "@2011-12-31", "@2011-12-31T10:00:00Z"]),
        new(Days, 12 * Hour, 14 * 24 * Hour, 1_708_732_800_000, ["America/Mexico_City", "Asia/Kathmandu"], ["@2024-02-28", "@2024-02-29", "@2024-03-01"]),
        new(Days, 6 * Hour, 14 * 24 * Hour, 1_774_137_600_000, ["Europe/Madrid", "UTC"], ["@2026-03-29", "@2026-03-30", "@2026-03-29T01:00:00Z"]),
    ];

    /// <summary>Seconds around a midnight, short enough to look at every millisecond.</summary>
    public static Scale Seconds { get; } = new(["1s", "2s", "3s"], 250, 2_500, 1_772_323_197_500, ["UTC", "Europe/London"], ["@2026-03-01", "@2026-03-01T00:00:02Z"]);
}
