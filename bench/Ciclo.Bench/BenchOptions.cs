using System.Globalization;

namespace Ciclo.Bench;

/// <summary>What to run and how large. Defaults fit a machine with 12 GB of memory to spare.</summary>
internal sealed record BenchOptions
{
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Of the measured part of P1.</summary>
    public TimeSpan Measured { get; init; } = TimeSpan.FromSeconds(30);

    public int Connections { get; init; } = 8;

    /// <summary>Users among whom the events of P1, P2 and P3 are spread.</summary>
    public int Users { get; init; } = 100_000;

    public int Profiles { get; init; } = 200_000;

    public int Events { get; init; } = 10_000_000;

    public string Only { get; init; } = "P1,P3,P5,FOLD";

    public string Folder { get; init; } = Path.Combine("bench", "out");

    public string Results { get; init; } = Path.Combine("bench", "RESULTS.md");

    public static BenchOptions Parse(string[] arguments)
    {
        var options = new BenchOptions();
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            var value = arguments[i + 1];
            options = arguments[i] switch
            {
                "--warm-up" => options with { WarmUp = Seconds(value) },
                "--seconds" => options with { Measured = Seconds(value) },
                "--connections" => options with { Connections = Number(value) },
                "--users" => options with { Users = Number(value) },
                "--profiles" => options with { Profiles = Number(value) },
                "--events" => options with { Events = Number(value) },
                "--only" => options with { Only = value },
                "--folder" => options with { Folder = value },
                "--results" => options with { Results = value },
                var unknown => throw new ArgumentException($"Unknown option {unknown}; there are --warm-up, --seconds, --connections, --users, --profiles, --events, --only P1,P3,P5,FOLD, --folder, --results."),
            };
        }
        return arguments.Length % 2 == 0 ? options : throw new ArgumentException("Each option takes a value.");
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));
}
