using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Ciclo.Core;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Ask.Parts;

/// <summary>Fetches a part by npm, as it is set up on the machine, and keeps its one file once the archive is what was pinned.</summary>
internal static class PartFetch
{
    /// <summary>Answers where the file lies now. Throws <see cref="RefusedException"/>.</summary>
    public static async Task<string> AddAsync(Part part, string data, CancellationToken cancellation)
    {
        if (!Part.FitsThisMachine)
        {
            throw new RefusedException(new Text(
                $"The part is fetched for 64-bit Intel Linux only. Get DuckDB's shared library for your machine from its makers, and let {part.Variable} name its file.",
                $"El componente solo se trae para Linux Intel de 64 bits. Consigue de sus autores la biblioteca compartida de DuckDB para tu máquina, y haz que {part.Variable} nombre su archivo."));
        }
        var work = Directory.CreateTempSubdirectory("ciclo-part-");
        try
        {
            await PackAsync(part, work.FullName, cancellation);
            var archive = Directory.GetFiles(work.FullName, "*.tgz");
            if (archive.Length != 1)
            {
                throw new RefusedException(new Text("npm answered without an archive. Try again; `npm doctor` looks for the cause.", "npm respondió sin un archivo. Inténtalo de nuevo; `npm doctor` busca la causa."));
            }
            return await KeepAsync(part, archive[0], data, cancellation);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    /// <summary>Puts the part's file of a fetched archive into the data directory, if the archive is the one that was pinned.</summary>
    public static async Task<string> KeepAsync(Part part, string archive, string data, CancellationToken cancellation)
    {
        await using var packed = File.OpenRead(archive);
        var seen = "sha512-" + Convert.ToBase64String(await SHA512.HashDataAsync(packed, cancellation));
        if (seen != part.Integrity)
        {
            throw new RefusedException(new Text(
                $"What came is not {part.Package} {part.Version} as it was pinned: its checksum is {seen}. Nothing was kept.",
                $"Lo que llegó no es {part.Package} {part.Version} tal como se fijó: su suma es {seen}. No se guardó nada."));
        }
        packed.Position = 0;
        var place = part.PlaceIn(data);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        await using var plain = new GZipStream(packed, CompressionMode.Decompress);
        await using var files = new TarReader(plain);
        while (await files.GetNextEntryAsync(cancellationToken: cancellation) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && Path.GetFileName(entry.Name) == part.File)
            {
                // Under another name first: a process that starts meanwhile must not load half of it.
                await entry.ExtractToFileAsync(place + ".new", overwrite: true, cancellation);
                File.Move(place + ".new", place, overwrite: true);
                return place;
            }
        }
        throw new RefusedException(new Text($"{part.Package} holds no {part.File}. Nothing was kept.", $"{part.Package} no contiene {part.File}. No se guardó nada."));
    }

    private static async Task PackAsync(Part part, string into, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("npm", ["pack", $"{part.Package}@{part.Version}", "--silent", "--ignore-scripts"]) { WorkingDirectory = into, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var npm = Process.Start(start)!;
            var (said, complained) = (npm.StandardOutput.ReadToEndAsync(cancellation), npm.StandardError.ReadToEndAsync(cancellation));
            try
            {
                await npm.WaitForExitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                npm.Kill(entireProcessTree: true);
                throw;
            }
            await said;
            if (npm.ExitCode != 0)
            {
                var why = (await complained).Trim().Split('\n').LastOrDefault() ?? "";
                throw new RefusedException(new Text($"npm could not fetch {part.Package}: {why}", $"npm no pudo traer {part.Package}: {why}"));
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new RefusedException(new Text(
                $"npm is not on this machine, and it is what fetches the part. Install Node.js, or let {part.Variable} name the file of a library you have.",
                $"En esta máquina no está npm, que es quien trae el componente. Instala Node.js, o haz que {part.Variable} nombre el archivo de una biblioteca que tengas."));
        }
    }
}
