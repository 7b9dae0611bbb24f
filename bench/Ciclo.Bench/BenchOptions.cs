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

    /// <summary>Ids of targets; empty: all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Whether P13 and P14 are measured on many profiles too, which takes minutes and gigabytes.</summary>
    public bool IsFull { get; init; }

    /// <summary>Whether a history of the common data set that an earlier run has left may be read again: only while a question is being worked on.</summary>
    public bool KeepsHistory { get; init; }

    public int FullProfiles { get; init; } = 1_000_000;

    public int FullEvents { get; init; } = 20_000_000;

    public string Folder { get; init; } = Path.Combine("bench", "out");

    public string Results { get; init; } = Path.Combine("bench", "RESULTS.md");

    /// <summary>Whether a target is chosen: by its id or by the part of it before a dash.</summary>
    public bool Chooses(string id) => Only.Count == 0 || Only.Contains(id) || Only.Contains(id.Split('-')[0]);

    public static BenchOptions Parse(string[] arguments)
    {
        var options = new BenchOptions();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--full")
            {
                options = options with { IsFull = true };
                continue;
            }
            if (arguments[i] == "--keep-history")
            {
                options = options with { KeepsHistory = true };
                continue;
            }
            var name = arguments[i++];
            var value = i < arguments.Length ? arguments[i] : throw new ArgumentException($"{name} takes a value.");
            options = name switch
            {
                "--warm-up" => options with { WarmUp = Seconds(value) },
                "--seconds" => options with { Measured = Seconds(value) },
                "--connections" => options with { Connections = Number(value) },
                "--users" => options with { Users = Number(value) },
                "--profiles" => options with { Profiles = Number(value) },
                "--events" => options with { Events = Number(value) },
                "--only" => options with { Only = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) },
                "--full-profiles" => options with { FullProfiles = Number(value) },
                "--full-events" => options with { FullEvents = Number(value) },
                "--folder" => options with { Folder = value },
                "--results" => options with { Results = value },
                var unknown => throw new ArgumentException($"Unknown option {unknown}; there are --warm-up, --seconds, --connections, --users, --profiles, --events, --only P1,P3,P5, --full, --keep-history, --full-profiles, --full-events, --folder, --results."),
            };
        }
        return options;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));
}
