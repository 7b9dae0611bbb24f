using System.Runtime.InteropServices;
using Ciclo.Core;

namespace Ciclo.Modules.Ask.Parts;

/// <summary>
/// Something that the program can use and does not hold. <paramref name="Package"/> with its pinned version and <paramref name="Integrity"/> (SHA-512 of the
/// archive, as lock files write it) is fetched by `ciclo parts add`, typed by a person; nothing else fetches it.
/// </summary>
internal sealed record Part(string Id, Text For, string Package, string Version, string Integrity, string File, string Variable)
{
    public const string Folder = "parts";

    /// <summary>DuckDB's shared library as its makers build it for Node.js, for 64-bit Linux with glibc.</summary>
    public static Part Duckdb { get; } = new(
        "duckdb", new("SQL on the page and in `ciclo sql`, and exports to Parquet", "SQL en la página y en `ciclo sql`, y exportar a Parquet"),
        "@duckdb/node-bindings-linux-x64", "1.5.6-r.1", "sha512-IXcrZJE6kEqM0Z4wwdVnGBHX/frOS33VPNAwDXQ/Q+Fs84b058Qe94chrCCIcNJlG8Y3UHIUU4eBeCQxW5mN1Q==", "libduckdb.so", "CICLO_DUCKDB");

    public static IReadOnlyList<Part> All { get; } = [Duckdb];

    /// <summary>Whether the pinned package is made for this machine; for others its file can be named by <see cref="Variable"/>.</summary>
    public static bool FitsThisMachine => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Where it lies: as its variable says, else beside the program, else in the data directory; null where it is nowhere.</summary>
    public string? Find(string data)
    {
        var said = Environment.GetEnvironmentVariable(Variable);
        string[] places = string.IsNullOrEmpty(said) ? [Path.Combine(AppContext.BaseDirectory, File), PlaceIn(data)] : [Path.GetFullPath(said)];
        return Array.Find(places, System.IO.File.Exists);
    }

    /// <summary>Where it lies once it was added.</summary>
    public string PlaceIn(string data) => Path.Combine(data, Folder, File);

    /// <summary>What to do where it is missing.</summary>
    public Text Missing => new(
        $"This needs the part {Id}, which is not here. `ciclo parts add {Id}` fetches it; or let {Variable} name the file of a library you have.",
        $"Esto necesita el componente {Id}, que no está. `ciclo parts add {Id}` lo trae; o haz que {Variable} nombre el archivo de una biblioteca que tengas.");
}
